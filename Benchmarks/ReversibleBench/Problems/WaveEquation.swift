import AD
import BenchmarkSupport
import NativeEngine

/// The one-dimensional wave equation by leapfrog steps; half the sum of the squares of the last displacement.
///
/// Every step changes displacement and velocity in place and can be undone, so that the gradient in the
/// initial state needs no stored states.
enum WaveEquation {
    static let problem = Problem("wave equation") { options, progress, report in
        let reference = try Reference("wave")
        let shapes = options.sizes(
            quick: [(50, 100)], usual: [(100, 1000), (1000, 10_000)], full: [(100, 1000), (1000, 10_000)])
        for (cells, steps) in shapes {
            report.rows.append(try row(reference, cells, steps).run(options, progress))
        }
    }

    private static func row(_ reference: Reference, _ cells: Int, _ steps: Int) throws -> Comparison {
        let (u, v) = initialState(cells: cells)
        let objective: Objective = try reference.function("wave_objective")
        let gradient: Gradient = try reference.function("wave_gradient")
        let state = (u: Buffer(cells), v: Buffer(cells))
        let slope = (u: Buffer(cells), v: Buffer(cells))
        let arguments: [Memory.Content] = [.real(0), .reals(u), .reals(v), .integer(steps)]
        let interpreted = cells * steps <= 1_000_000
        return Comparison(
            name: "wave equation", size: "\(cells) cells, \(steps) steps", tolerance: 1e-9,
            objective: .init(
                reference: Work {
                    state.u.set(u)
                    state.v.set(v)
                    return objective(cells, steps, courant, state.u.start, state.v.start)
                },
                interpreter: interpreted ? Work { try program(0.0, u, v, steps).0 } : nil,
                native: Work(
                    try compile(program, checks: .none), Memory(arguments, changing: [0, 1, 2]), results: [0])
            ),
            gradient: .init(
                reference: Work {
                    state.u.set(u)
                    state.v.set(v)
                    gradient(
                        cells, steps, courant, state.u.start, state.v.start, slope.u.start, slope.v.start)
                    return slope
                } numbers: {
                    $0.elements + $1.elements
                },
                interpreter: interpreted
                    ? Work {
                        try grad(program, 0.0, u, v, steps)
                    } numbers: {
                        $0.1 + $0.2
                    } : nil,
                native: Work(
                    try compile(grad(program)),
                    Memory(arguments, changing: [0, 1, 2], wanted: [1, 2]))),
            limits: Limits(interpreter: 10))
    }

    private typealias Numbers = UnsafeMutablePointer<Double>?
    private typealias Objective = @convention(c) (Int, Int, Double, Numbers, Numbers) -> Double
    private typealias Gradient = @convention(c) (Int, Int, Double, Numbers, Numbers, Numbers, Numbers) -> Void

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
}
