// Code for the numbers of `Eager`: `.ci/type-check` times it below an import.

func wave<R: EagerReal>(_ x: R, _ w: [R], _ step: Double) -> R {
    let bell = 0.5 * (1 - x) * exp(-x * x / 2)
    let inner = bell + 3 * tanh(2 * x + 1)
    let outer = w[0] * inner + w[1] * step - sin(w[2] * x)
    return outer > 1 ? outer / 2 : outer * outer
}

func slopes() throws -> [Double] {
    let step = 0.25
    let single = try grad(at: 2.0) { x in 0.5 * (1 - x) * exp(-x * x / 2) + 3 * tanh(2 * x + 1) }
    let mixed = try grad(at: 2.0) { x in step * x * exp(-x * step) }
    let both = try grad(at: [0.5, 0.2]) { p in
        p[0] * p[0] * p[1] + exp(p[0] * p[1]) - 2 * sin(p[0]) / (1 + p[1] * p[1])
    }
    let nested = try grad(at: 1.3) { x in try grad(at: x) { y in y * y * y * sin(y) } }
    return both + [single, mixed, nested]
}
