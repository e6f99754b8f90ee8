import AD

/// A sparse matrix times a vector, over compressed columns; half the sum of the squares of the result.
enum SparseProduct {
    static let problem = Problem("sparse product") { options, progress, report in
        let n = options.quick ? 100 : 1000
        let matrix = CompressedColumns(n, density: 0.05, seed: options.seed)
        var generator = SeededGenerator(seed: options.seed &+ 1)
        let x = generator.numbers(n)
        let zero = [Double](repeating: 0, count: n)
        report.rows.append(
            try Comparison(
                name: "sparse product", size: "\(n)×\(n), \(matrix.values.count) entries",
                objective: { try program(0.0, zero, matrix.values, x, matrix.starts, matrix.rows).0 },
                gradient: { try grad(program, 0.0, zero, matrix.values, x, matrix.starts, matrix.rows) },
                numbers: { $0.2 + $0.3 },
                handObjective: { product(matrix, x).reduce(0) { $0 + $1 * $1 } / 2 },
                handGradient: { productGradient(matrix, x) },
                handNumbers: { $0.values + $0.x }
            ).run(options, progress))
    }

    /// The entries of column j are those from `starts[j]` up to `starts[j + 1]`.
    private static let program = ReversibleFunction(
        "sparseProduct", parameters: ["loss", "y", "values", "x", "starts", "rows"]
    ) {
        (
            loss: Scalar, y: Vector, values: Vector, x: Vector, starts: IntegerVector,
            rows: IntegerVector
        ) in
        For(x.indices) { j in
            For(starts[j]..<starts[j + 1]) { entry in y[rows[entry]] += values[entry] * x[j] }
        }
        loss += sum(y * y) / 2
    }

    @inline(never)
    private static func product(_ matrix: CompressedColumns, _ x: [Double]) -> [Double] {
        var y = [Double](repeating: 0, count: matrix.starts.count - 1)
        for j in x.indices {
            for entry in matrix.starts[j]..<matrix.starts[j + 1] {
                y[matrix.rows[entry]] += matrix.values[entry] * x[j]
            }
        }
        return y
    }

    @inline(never)
    private static func productGradient(
        _ matrix: CompressedColumns, _ x: [Double]
    ) -> (values: [Double], x: [Double]) {
        let y = product(matrix, x)
        var values = [Double](repeating: 0, count: matrix.values.count)
        var slope = [Double](repeating: 0, count: x.count)
        for j in x.indices {
            var sum = 0.0
            for entry in matrix.starts[j]..<matrix.starts[j + 1] {
                let gradient = y[matrix.rows[entry]]
                values[entry] = gradient * x[j]
                sum += gradient * matrix.values[entry]
            }
            slope[j] = sum
        }
        return (values, slope)
    }
}

/// A square sparse matrix by compressed columns, with random entries.
struct CompressedColumns {
    var starts = [0]
    var rows: [Int] = []
    var values: [Double] = []

    init(_ n: Int, density: Double, seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<n {
            for row in 0..<n where Double.random(in: 0..<1, using: &generator) < density {
                rows.append(row)
                values.append(Double.random(in: -1...1, using: &generator))
            }
            starts.append(rows.count)
        }
    }
}
