import AD
import BenchmarkSupport
import NativeEngine

/// Recursion at run time: Fibonacci's number n, times x.
enum Fibonacci {
    static let problem = Problem("Fibonacci recursion") { options, progress, report in
        let n = options.quick ? 10 : 20
        let x = Double(options.seed)
        let reference = try Reference("fibonacci")
        let objective: Objective = try reference.function("fibonacci_objective")
        let gradient: Gradient = try reference.function("fibonacci_gradient")
        report.rows.append(
            try Comparison(
                name: "Fibonacci recursion", size: "n = \(n)",
                objective: .init(
                    reference: Work { objective(x, n) }, interpreter: Work { try program(0.0, x, n).0 },
                    native: Work(
                        try compile(program, checks: .none),
                        Memory([.real(0), .real(x), .integer(n)], changing: [0]), results: [0])),
                gradient: .init(
                    reference: Work { gradient(n) }, interpreter: Work { try grad(program, 0.0, x, n).1 },
                    native: Work(
                        try compile(grad(program)),
                        Memory([.real(0), .real(x), .integer(n)], changing: [0], wanted: [1]))),
                limits: Limits(interpreter: 10)
            ).run(options, progress))
    }

    private typealias Objective = @convention(c) (Double, Int) -> Double
    private typealias Gradient = @convention(c) (Int) -> Double

    static let program = ReversibleFunction.recursive("fib", parameters: ["out", "x", "n"]) {
        (fib, out: Scalar, x: Scalar, n: Integer) in
        If(n <= 2) {
            out += x
        } else: {
            n -= 1
            fib(out, x, n)
            n -= 1
            fib(out, x, n)
            n += 2
        }
    }
}
