import AD

/// The one-dimensional wave equation by leapfrog steps; half the sum of the squares of the last displacement.
///
/// Every step changes displacement and velocity in place and can be undone, so that the gradient in the
/// initial state needs no stored states. The hand-written gradient uses that the equation is linear, and does
/// not even undo the steps.
enum WaveEquation {
    static let problem = Problem("wave equation") { options, progress, report in
        let (cells, steps) = options.quick ? (50, 100) : (100, 1000)
        let (u, v) = initialState(cells: cells)
        report.rows.append(
            try Comparison(
                name: "wave equation", size: "\(cells) cells, \(steps) steps",
                objective: { try program(0.0, u, v, steps).0 },
                gradient: { try grad(program, 0.0, u, v, steps) },
                numbers: { $0.1 + $0.2 },
                handObjective: { run(u, v, steps).reduce(0) { $0 + $1 * $1 } / 2 },
                handGradient: { gradient(u, v, steps) },
                handNumbers: { $0 + $1 }
            ).run(options, progress))
    }

    /// The square of (speed of sound · time step / cell width).
    private static let courant = 0.25

    /// A bump that starts to move to both sides.
    static func initialState(cells: Int) -> (u: [Double], v: [Double]) {
        let u = (0..<cells).map { cell in
            let distance = Double(cell) / Double(cells) - 0.4
            return 1 / (1 + 400 * distance * distance)
        }
        return (u, [Double](repeating: 0, count: cells))
    }

    static let program = ReversibleFunction("wave", parameters: ["loss", "u", "v", "steps"]) {
        (loss: Scalar, u: Vector, v: Vector, steps: Integer) in
        For(0..<steps) { _ in
            For(1..<u.count - 1) { i in v[i] += courant * (u[i - 1] - 2 * u[i] + u[i + 1]) }
            For(1..<u.count - 1) { i in u[i] += v[i] }
        }
        loss += sum(u * u) / 2
    }

    @inline(never)
    private static func run(_ initial: [Double], _ velocity: [Double], _ steps: Int) -> [Double] {
        var (u, v) = (initial, velocity)
        for _ in 0..<steps {
            for i in 1..<u.count - 1 { v[i] += courant * (u[i - 1] - 2 * u[i] + u[i + 1]) }
            for i in 1..<u.count - 1 { u[i] += v[i] }
        }
        return u
    }

    @inline(never)
    private static func gradient(
        _ initial: [Double], _ velocity: [Double], _ steps: Int
    ) -> ([Double], [Double]) {
        var du = run(initial, velocity, steps)
        var dv = [Double](repeating: 0, count: du.count)
        for _ in 0..<steps {
            for i in 1..<du.count - 1 { dv[i] += du[i] }
            for i in 1..<du.count - 1 {
                let change = courant * dv[i]
                du[i - 1] += change
                du[i] -= 2 * change
                du[i + 1] += change
            }
        }
        return (du, dv)
    }
}
