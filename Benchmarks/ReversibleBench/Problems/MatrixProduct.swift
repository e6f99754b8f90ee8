import AD

/// Half the sum of the squares of a matrix product's elements.
///
/// The product is an argument of the function, as it is in a larger program. Both sides run the same loops
/// over the same row-major arrays, without blocking.
enum MatrixProduct {
    static let problem = Problem("matrix product") { options, progress, report in
        let n = options.quick ? 20 : 100
        var generator = SeededGenerator(seed: options.seed)
        let (aElements, bElements) = (generator.numbers(n * n), generator.numbers(n * n))
        let zero = DenseMatrix(rows: n, columns: n)
        guard let a = DenseMatrix(rows: n, columns: n, elements: aElements),
            let b = DenseMatrix(rows: n, columns: n, elements: bElements)
        else { return }
        report.rows.append(
            try Comparison(
                name: "matrix product", size: "\(n)×\(n) by \(n)×\(n)",
                objective: { try program(0.0, zero, a, b).0 },
                gradient: { try grad(program, 0.0, zero, a, b) },
                numbers: { $0.2.elements + $0.3.elements },
                handObjective: { product(aElements, bElements, n) },
                handGradient: { productGradient(aElements, bElements, n) },
                handNumbers: { $0 + $1 }
            ).run(options, progress))
    }

    private static let program = ReversibleFunction("product", parameters: ["loss", "c", "a", "b"]) {
        (loss: Scalar, c: Matrix, a: Matrix, b: Matrix) in
        For(0..<a.rows) { i in
            For(0..<a.columns) { k in
                For(0..<b.columns) { j in c[i, j] += a[i, k] * b[k, j] }
            }
        }
        loss += sum(c * c) / 2
    }

    private static func multiply(_ a: [Double], _ b: [Double], _ n: Int) -> [Double] {
        var c = [Double](repeating: 0, count: n * n)
        for i in 0..<n {
            for k in 0..<n {
                let factor = a[i * n + k]
                for j in 0..<n { c[i * n + j] += factor * b[k * n + j] }
            }
        }
        return c
    }

    @inline(never)
    private static func product(_ a: [Double], _ b: [Double], _ n: Int) -> Double {
        multiply(a, b, n).reduce(0) { $0 + $1 * $1 } / 2
    }

    /// With C = A B, the gradients are C Bᵀ and Aᵀ C.
    @inline(never)
    private static func productGradient(_ a: [Double], _ b: [Double], _ n: Int) -> ([Double], [Double]) {
        let c = multiply(a, b, n)
        var da = [Double](repeating: 0, count: n * n)
        var db = [Double](repeating: 0, count: n * n)
        for i in 0..<n {
            for k in 0..<n {
                let factor = a[i * n + k]
                var sum = 0.0
                for j in 0..<n {
                    sum += c[i * n + j] * b[k * n + j]
                    db[k * n + j] += factor * c[i * n + j]
                }
                da[i * n + k] = sum
            }
        }
        return (da, db)
    }
}
