import AD
import BenchmarkSupport
import NativeEngine
import Optimizers

/// The sum of the squares of a vector's elements.
enum SumOfSquares {
    static let problem = Problem("sum of squares") { options, progress, report in
        let count = options.quick ? 10_000 : 1_000_000
        var generator = RandomNumbers(seed: options.seed)
        let v = generator.numbers(count)
        let reference = try Reference("squares")
        let objective: Objective = try reference.function("squares_objective")
        let gradient: Gradient = try reference.function("squares_gradient")
        let slope = Buffer(count)
        report.rows.append(
            try Comparison(
                name: "sum of squares", size: "\(count) elements",
                objective: .init(
                    reference: Work { objective(count, v) }, interpreter: Work { try program(0.0, v).0 },
                    native: Work(
                        try compile(program, checks: .none),
                        Memory([.real(0), .reals(v)], changing: [0]), results: [0])),
                gradient: .init(
                    reference: Work {
                        gradient(count, v, slope.start)
                        return slope
                    } numbers: {
                        $0.elements
                    },
                    interpreter: Work {
                        try grad(program, 0.0, v).1
                    } numbers: {
                        $0
                    },
                    native: Work(
                        try compile(grad(program)),
                        Memory([.real(0), .reals(v)], changing: [0], wanted: [1]))),
                limits: Limits(interpreter: 10)
            ).run(options, progress))
    }

    private typealias Objective = @convention(c) (Int, UnsafePointer<Double>) -> Double
    private typealias Gradient =
        @convention(c) (Int, UnsafePointer<Double>, UnsafeMutablePointer<Double>?) -> Void

    static let program = ReversibleFunction("sumOfSquares", parameters: ["out", "v"]) {
        (out: Scalar, v: Vector) in
        For(v.indices) { i in out += v[i] * v[i] }
    }
}
