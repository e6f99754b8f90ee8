import AD

/// Recursion at run time: Fibonacci's number n, times x.
enum Fibonacci {
    static let problem = Problem("Fibonacci recursion") { options, progress, report in
        let n = options.quick ? 10 : 20
        let x = Double(options.seed)
        report.rows.append(
            try Comparison(
                name: "Fibonacci recursion", size: "n = \(n)",
                objective: { try program(0.0, x, n).0 },
                gradient: { try grad(program, 0.0, x, n) },
                numbers: { [$0.1] },
                handObjective: {
                    var out = 0.0
                    fibonacci(&out, x, n)
                    return out
                },
                handGradient: {
                    var slope = 0.0
                    fibonacciGradient(1, &slope, n)
                    return slope
                },
                handNumbers: { [$0] }
            ).run(options, progress))
    }

    private static let program = ReversibleFunction.recursive("fib", parameters: ["out", "x", "n"]) {
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

    @inline(never)
    private static func fibonacci(_ out: inout Double, _ x: Double, _ n: Int) {
        if n <= 2 {
            out += x
        } else {
            fibonacci(&out, x, n - 1)
            fibonacci(&out, x, n - 2)
        }
    }

    /// The same recursion, from the gradient of the result to that of x.
    @inline(never)
    private static func fibonacciGradient(_ out: Double, _ x: inout Double, _ n: Int) {
        if n <= 2 {
            x += out
        } else {
            fibonacciGradient(out, &x, n - 1)
            fibonacciGradient(out, &x, n - 2)
        }
    }
}
