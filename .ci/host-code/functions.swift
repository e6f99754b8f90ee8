// Ordinary Swift over Double and [Double], which says nothing of programs: `.ci/type-check` times it below imports
// of the package and of Foundation, in every order.

struct Adam {
    var m: [Double]
    var v: [Double]
    var t = 0

    mutating func step(_ p: inout [Double], _ g: [Double]) {
        t += 1
        for i in p.indices {
            m[i] = 0.9 * m[i] + (1 - 0.9) * g[i]
            v[i] = 0.999 * v[i] + (1 - 0.999) * g[i] * g[i]
            p[i] -=
                0.005 * (m[i] / (1 - pow(0.9, Double(t)))) / (sqrt(v[i] / (1 - pow(0.999, Double(t)))) + 1e-8)
        }
    }
}

func host(_ a: [Double], _ b: [Double], _ n: Int, _ x: Double, _ y: Double) -> [Double] {
    let norm = sqrt(a.map { $0 * $0 }.reduce(0, +))
    let distance = sqrt(zip(a, b).map { pow($0 - $1, 2) }.reduce(0, +))
    let cosine = zip(a, b).map(*).reduce(0, +) / (norm * sqrt(b.reduce(0) { $0 + $1 * $1 }))
    let lat1 = x * .pi / 180, lat2 = y * .pi / 180
    let haversine =
        2 * 6371
        * asin(sqrt(pow(sin((lat2 - lat1) / 2), 2) + cos(lat1) * cos(lat2) * pow(sin((y - x) / 2), 2)))
    let density = -0.5 * log(2 * .pi) - log(y) - 0.5 * pow((x - norm) / y, 2)
    let mixture = log(0.3 * exp(-0.5 * x * x) + 0.7 * exp(-0.5 * (x - 1) * (x - 1) / 4) / 2)
    let top = a.max() ?? 0
    let lse = top + log(a.map { exp($0 - top) }.reduce(0, +))
    let soft = a.map { exp($0 - lse) }
    let entropy = -soft.reduce(0) { $0 + $1 * log(max($1, 1e-12)) }
    let mean = a.reduce(0, +) / Double(a.count)
    let variance = a.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(max(a.count - 1, 1))
    let z = a.map { ($0 - mean) / sqrt(variance + 1e-8) }
    let grid = stride(from: 0.0, through: 1.0, by: 0.1).map {
        sin(2 * .pi * $0) * exp(-3 * $0) + 0.1 * cos(40 * $0)
    }
    let trapezoid = zip(grid, grid.dropFirst()).map { 0.1 * ($0 + $1) / 2 }.reduce(0, +)
    let clipped = a.map { min(max($0, -1.0), 1.0) * 0.5 + 0.5 }
    let step = max(1e-6, min(0.1, 1 / (1 + abs(norm - distance) * Double(n))))
    let logistic = 1 / (1 + exp(-(x * a[0] + y * b[0] - 0.5)))
    let loss = -(y * log(logistic) + (1 - y) * log(1 - logistic)) + 0.01 * a.reduce(0) { $0 + abs($1) }
    let root = (-y + sqrt(y * y - 4 * x * norm)) / (2 * x)
    let angle = atan2(a[1] - b[1], a[0] - b[0]) * 180 / .pi
    let schedule = 0.5 * 0.01 * (1 + cos(.pi * Double(n) / Double(max(n, 100)))) + 1e-5
    let momentum = zip(a, b).map { 0.9 * $0 - 0.01 * $1 }
    let energy = 0.5 * x * x + 9.81 * (1 - cos(y)) + 0.5 * pow(hypot(x, y), 1.5)
    let poly = ((1.5 * x - 2.25) * x + 0.125) * x + 3 * pow(x, 4) - 7 / (x + 1)
    let residual = abs(sqrt(pow(a[0] - b[0], 2) + pow(a[1] - b[1], 2)) - 1) / (1e-9 + abs(norm))
    let squares = (0..<n).map { Double($0) / Double(n) - 0.5 }
    let inner = (0..<n).reduce(0.0) { $0 + a[$1] * b[$1] }
    let index = Int(floor(x * Double(n) / 10)) % max(n, 1)
    let bounds = (a.min() ?? 0, a.max() ?? 0)
    let scaled = a.map { (($0 - bounds.0) / (bounds.1 - bounds.0 + 1e-12)) * 2 - 1 }
    let decay = grid.enumerated().map { $1 * pow(0.5, Double($0)) }
    let close = abs(trapezoid - mean) <= 1e-6 * max(abs(trapezoid), abs(mean)) && index != 3
    let huber = a.map { abs($0) <= 1 ? 0.5 * $0 * $0 : abs($0) - 0.5 }.reduce(0, +)
    let gauss = (1 / (y * sqrt(2 * .pi))) * exp(-pow(x - mean, 2) / (2 * y * y))
    let rows = [[1, 2, -3], [0.5, 0, 1]].map { $0.reduce(0, +) }
    print(squares, norm, distance, cosine, haversine, density, mixture, close ? 1.0 : 2 * x - 1, gauss)
    return z + clipped + scaled + momentum + decay + rows
        + [entropy, step, loss, root, angle, schedule, energy, poly, residual, inner, huber]
}
