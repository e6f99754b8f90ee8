import AD

extension LinearAlgebra {
    /// C += A B, for A of m × k and B of k × n. Takes 2 k m n operations.
    ///
    /// The innermost loop runs along rows of C and B, whose elements lie side by side.
    public static let product = ReversibleFunction("product", parameters: ["c", "a", "b"]) {
        (c: Matrix, a: Matrix, b: Matrix) in
        For(0..<a.rows) { i in
            For(0..<a.columns) { k in
                For(0..<b.columns) { j in c[i, j] += a[i, k] * b[k, j] }
            }
        }
    }
    .requiring { c, a, b in
        [.equal(.columns(a), .rows(b)), .equal(.rows(c), .rows(a)), .equal(.columns(c), .columns(b))]
    }

    /// C += Aᵀ B, for A of k × m and B of k × n. Takes 2 k m n operations.
    public static let transposedProduct = ReversibleFunction(
        "transposedProduct", parameters: ["c", "a", "b"]
    ) {
        (c: Matrix, a: Matrix, b: Matrix) in
        For(0..<a.columns) { i in
            For(0..<a.rows) { k in
                For(0..<b.columns) { j in c[i, j] += a[k, i] * b[k, j] }
            }
        }
    }
    .requiring { c, a, b in
        [.equal(.rows(a), .rows(b)), .equal(.rows(c), .columns(a)), .equal(.columns(c), .columns(b))]
    }

    /// C += A Bᵀ, for A of m × k and B of n × k. Takes 2 k m n operations, and a copy of B.
    public static let productTransposed = ReversibleFunction(
        "productTransposed", parameters: ["c", "a", "b"]
    ) {
        (c: Matrix, a: Matrix, b: Matrix) in
        withTranspose(of: b) { transpose in product(c, a, transpose) }
    }
    .requiring { c, a, b in
        [.equal(.columns(a), .columns(b)), .equal(.rows(c), .rows(a)), .equal(.columns(c), .rows(b))]
    }

    /// C += α A B, for A of m × k and B of k × n. Takes 2 k m n operations.
    public static let scaledProduct = ReversibleFunction(
        "scaledProduct", parameters: ["c", "alpha", "a", "b"]
    ) {
        (c: Matrix, alpha: Scalar, a: Matrix, b: Matrix) in
        For(0..<a.rows) { i in
            For(0..<a.columns) { k in
                let factor = Scalar.ancilla("factor")
                Compute {
                    factor += alpha * a[i, k]
                } apply: {
                    For(0..<b.columns) { j in c[i, j] += factor * b[k, j] }
                }
            }
        }
    }
    .requiring { c, _, a, b in
        [.equal(.columns(a), .rows(b)), .equal(.rows(c), .rows(a)), .equal(.columns(c), .columns(b))]
    }

    /// C += α Aᵀ B, for A of k × m and B of k × n. Takes 2 k m n operations.
    public static let scaledTransposedProduct = ReversibleFunction(
        "scaledTransposedProduct", parameters: ["c", "alpha", "a", "b"]
    ) { (c: Matrix, alpha: Scalar, a: Matrix, b: Matrix) in
        For(0..<a.columns) { i in
            For(0..<a.rows) { k in
                let factor = Scalar.ancilla("factor")
                Compute {
                    factor += alpha * a[k, i]
                } apply: {
                    For(0..<b.columns) { j in c[i, j] += factor * b[k, j] }
                }
            }
        }
    }
    .requiring { c, _, a, b in
        [.equal(.rows(a), .rows(b)), .equal(.rows(c), .columns(a)), .equal(.columns(c), .columns(b))]
    }

    /// C += α A Bᵀ, for A of m × k and B of n × k. Takes 2 k m n operations, and a copy of B.
    public static let scaledProductTransposed = ReversibleFunction(
        "scaledProductTransposed", parameters: ["c", "alpha", "a", "b"]
    ) { (c: Matrix, alpha: Scalar, a: Matrix, b: Matrix) in
        withTranspose(of: b) { transpose in scaledProduct(c, alpha, a, transpose) }
    }
    .requiring { c, _, a, b in
        [.equal(.columns(a), .columns(b)), .equal(.rows(c), .rows(a)), .equal(.columns(c), .rows(b))]
    }

    /// Statements that use Bᵀ: rows of a copy can be read along, as columns of B cannot.
    @Reversible
    private static func withTranspose(of b: Matrix, _ use: (Matrix) -> Statement) -> Statement {
        let transpose = Matrix.ancilla(rows: b.columns, columns: b.rows, "transpose")
        Compute {
            For(0..<b.rows) { j in
                For(0..<b.columns) { k in transpose[k, j] += b[j, k] }
            }
        } apply: {
            use(transpose)
        }
    }
}
