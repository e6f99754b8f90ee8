import AD
import BenchmarkSupport
import LongRuns
import NativeEngine

/// Long programs that forget: `undoing: .recorded` beside hand-written C with a tape of its own.
///
/// Tapes of more than 32 MiB go back to the system after every run, in C as here; smaller ones stay with the C, which asks
/// for all at once.
enum TapedGradients {
    static let problem = Problem("taped gradients") { options, progress, report in
        let rows = [
            try average(options.quick ? 10_000 : 1_000_000),
            try lorenz(options.quick ? 1000 : 100_000),
            try network(units: 8, steps: options.quick ? 100 : 10_000),
            try heat(options.quick ? 16 : 64, options.sizes(quick: 50, usual: 2000, full: 10_000)),
        ]
        report.rows += try rows.map { try $0.run(options, progress) }
    }

    /// What the record may cost: a fifth more than a tape that was written by hand.
    private static let limits = Limits(objective: nil, gradient: 1.2, gradientOverObjective: nil)

    private typealias Input = UnsafePointer<Double>?
    private typealias Output = UnsafeMutablePointer<Double>?

    private static func comparison<each A: Argument>(
        _ name: String, _ size: String, _ f: ReversibleFunction<repeat each A>, _ arguments: [Memory.Content],
        changing: [Int] = [0], wanted: [Int], with differentiated: Set<Int> = [1, 2],
        structs: [Range<Int>] = [], objective: Work, gradient: Work
    ) throws -> Comparison {
        Comparison(
            name: "recorded " + name, size: size,
            objective: .init(
                reference: objective,
                native: Work(
                    try compile(f, checks: .none), Memory(arguments, changing: changing), results: [0])),
            gradient: .init(
                reference: gradient,
                native: Work(
                    try compile(grad(f, undoing: .recorded), with: differentiated),
                    Memory(arguments, changing: changing, wanted: wanted, structs: structs))),
            limits: limits)
    }

    /// C's gradients of several arguments, one after the other.
    private static func work(_ gradients: [Buffer], _ run: @escaping () -> Void) -> Work {
        Work {
            run()
            return gradients
        } numbers: {
            $0.flatMap(\.elements)
        }
    }

    private static func average(_ count: Int) throws -> Comparison {
        let reference = try Reference("average")
        let objective: @convention(c) (Int, Double, Input) -> Double = try reference.function(
            "average_objective")
        let gradient: @convention(c) (Int, Double, Input, Output) -> Double =
            try reference.function("average_gradient")
        let values = (0..<count).map { 0.1 + 0.013 * Double($0 % 11) }
        let (v, m, slopes) = (Buffer(values), Buffer(1), Buffer(count))
        let program = ReversibleFunction("average", parameters: ["loss", "m", "v"]) {
            (loss: Scalar, m: Scalar, v: Vector) in
            For(v.indices) { i in
                m *= 0.5
                m += v[i]
                loss += m * m
            }
        }
        return try comparison(
            "average", "\(count)", program, [.real(0), .real(1), .reals(values)], changing: [0, 1],
            wanted: [1, 2],
            objective: Work { objective(count, 1, v.start) },
            gradient: work([m, slopes]) { m.set([gradient(count, 1, v.start, slopes.start)]) })
    }

    private static func lorenz(_ steps: Int) throws -> Comparison {
        let reference = try Reference("lorenz")
        let objective: @convention(c) (Int, Double, Double, Double, Double) -> Double =
            try reference.function("lorenz_objective")
        let gradient: @convention(c) (Int, Double, Double, Double, Double, Output) -> Int32 =
            try reference.function("lorenz_gradient")
        let (start, slopes) = (Lorenz.start, Buffer(4))
        return try comparison(
            "Lorenz 63", "\(steps) steps", Lorenz.program(nil),
            (([0] + start.numbers + [0, 12]).map { .real($0) }) + [.integer(steps)], wanted: [1, 2, 3, 5],
            structs: [1..<5],
            objective: Work { objective(steps, start.x, start.y, start.z, 12) },
            gradient: work([slopes]) { _ = gradient(steps, start.x, start.y, start.z, 12, slopes.start) })
    }

    private static func network(units: Int, steps: Int) throws -> Comparison {
        typealias Objective = @convention(c) (Int, Int, Input, Input, Input, Input, Input) -> Double
        typealias Gradient =
            @convention(c) (
                Int, Int, Input, Input, Input, Input, Input, Output, Output, Output, Output
            ) -> Int32
        let reference = try Reference("network")
        let objective: Objective = try reference.function("network_objective")
        let gradient: Gradient = try reference.function("network_gradient")
        let (weights, series) = Network.model(units: units, steps: steps)
        let w = [weights.hidden.elements, weights.input, weights.bias, weights.output].map { Buffer($0) }
        let (slopes, x) = (w.map { Buffer($0.numbers.count) }, Buffer(series))
        let zero = [Double](repeating: 0, count: units)
        return try comparison(
            "recurrent network", "\(units) units, \(steps) steps", Network.program(nil),
            [
                .real(0), .reals(zero), .real(0), .integer(0), .matrix(weights.hidden), .reals(weights.input),
                .reals(weights.bias), .reals(weights.output), .reals(series),
            ], wanted: [4, 5, 6, 7], with: [2], structs: [1..<4, 4..<8],
            objective: Work {
                objective(units, steps, w[0].start, w[1].start, w[2].start, w[3].start, x.start)
            },
            gradient: work(slopes) {
                _ = gradient(
                    units, steps, w[0].start, w[1].start, w[2].start, w[3].start, x.start, slopes[0].start,
                    slopes[1].start, slopes[2].start, slopes[3].start)
            })
    }

    private static func heat(_ cells: Int, _ steps: Int) throws -> Comparison {
        let reference = try Reference("heat")
        let objective: @convention(c) (Int, Int, Input, Input, Input, Output) -> Double =
            try reference.function("heat_objective")
        let gradient: @convention(c) (Int, Int, Input, Input, Input, Output, Output) -> Int32 =
            try reference.function("heat_gradient")
        let plate = Heat.plate(cells)
        let (start, k) = (Buffer(plate.start.elements), Buffer(plate.k.elements))
        let (measured, scratch) = (Buffer(plate.measured.elements), Buffer(2 * cells * cells))
        let slopes = [Buffer(cells * cells), Buffer(cells * cells)]
        return try comparison(
            "heat", "\(cells) × \(cells) cells, \(steps) steps", Heat.program(nil),
            [.real(0), .matrix(plate.start), .matrix(plate.k), .matrix(plate.measured), .integer(steps)],
            wanted: [1, 2],
            objective: Work {
                objective(cells, steps, start.start, k.start, measured.start, scratch.start)
            },
            gradient: work(slopes) {
                _ = gradient(
                    cells, steps, start.start, k.start, measured.start, slopes[0].start, slopes[1].start)
            })
    }
}
