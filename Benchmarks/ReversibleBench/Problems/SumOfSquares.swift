import AD

/// The sum of the squares of a vector's elements.
enum SumOfSquares {
    static let problem = Problem("sum of squares") { options, progress, report in
        let count = options.quick ? 10_000 : 1_000_000
        var generator = SeededGenerator(seed: options.seed)
        let v = generator.numbers(count)
        report.rows.append(
            try Comparison(
                name: "sum of squares", size: "\(count) elements",
                objective: { try program(0.0, v).0 },
                gradient: { try grad(program, 0.0, v) },
                numbers: { $0.1 },
                handObjective: { sumOfSquares(v) },
                handGradient: { sumOfSquaresGradient(v) },
                handNumbers: { $0 }
            ).run(options, progress))
    }

    private static let program = ReversibleFunction("sumOfSquares") { (out: Scalar, v: Vector) in
        For(v.indices) { i in out += v[i] * v[i] }
    }

    @inline(never)
    private static func sumOfSquares(_ v: [Double]) -> Double {
        var sum = 0.0
        for x in v { sum += x * x }
        return sum
    }

    @inline(never)
    private static func sumOfSquaresGradient(_ v: [Double]) -> [Double] { v.map { 2 * $0 } }
}
