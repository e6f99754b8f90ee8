import AD

extension Sparse {
    /// y += α A x: each column of A is scaled by its element of x and scattered into y.
    public static let matrixVector = ReversibleFunction(
        "sparseMatrixVector", parameters: ["y", "alpha", "A", "x"]
    ) { (y: Vector, alpha: Scalar, a: SparseMatrix, x: Vector) in
        For(0..<a.columns) { column in
            let scaled = Scalar.ancilla("scaled")
            Compute {
                scaled += alpha * x[column]
            } apply: {
                For(a.entries(ofColumn: column)) { k in y[a.rowIndices[k]] += a.values[k] * scaled }
            }
        }
    }
    .requiring { y, alpha, a, x in
        [
            .equal(.elements(y), .rows(a)), .equal(.elements(x), .columns(a)),
            .afterFailure(.number(alpha, .finite)), .afterFailure(.elements(x, .finite)),
        ]
    }

    /// y += α Aᵀ x: element j of y gathers from x what column j of A meets there.
    ///
    /// The columns are independent of each other, and yet an ordinary loop is faster: in a `ParallelFor`, columns of
    /// different lengths leave lanes idle, and the gradient in x, which all share, needs a sum for each lane.
    public static let transposedMatrixVector = ReversibleFunction(
        "sparseTransposedMatrixVector", parameters: ["y", "alpha", "A", "x"]
    ) { (y: Vector, alpha: Scalar, a: SparseMatrix, x: Vector) in
        For(0..<a.columns) { column in
            let met = Scalar.ancilla("met")
            Compute {
                gather(met, a, x, column)
            } apply: {
                y[column] += alpha * met
            }
        }
    }
    .requiring { y, _, a, x in
        [
            .equal(.elements(y), .columns(a)), .equal(.elements(x), .rows(a)),
            .afterFailure(.elements(a.values, .finite)), .afterFailure(.elements(x, .finite)),
        ]
    }

    /// out += uᵀ A x, and the quadratic form xᵀ A x if `u` and `x` are the same.
    ///
    /// The gradients in `u` and `x` come apart; that of the quadratic form is their sum.
    public static let bilinearForm = ReversibleFunction(
        "sparseBilinearForm", parameters: ["out", "u", "A", "x"]
    ) { (out: Scalar, u: Vector, a: SparseMatrix, x: Vector) in
        For(0..<a.columns) { column in
            let met = Scalar.ancilla("met")
            Compute {
                gather(met, a, u, column)
            } apply: {
                out += met * x[column]
            }
        }
    }
    .requiring { _, u, a, x in
        [
            .equal(.elements(u), .rows(a)), .equal(.elements(x), .columns(a)),
            .afterFailure(.elements(u, .finite)), .afterFailure(.elements(a.values, .finite)),
        ]
    }

    /// sum += Σᵢ aᵢⱼ xᵢ for column j.
    @Reversible
    private static func gather(_ sum: Scalar, _ a: SparseMatrix, _ x: Vector, _ column: Integer) -> Statement
    {
        For(a.entries(ofColumn: column)) { k in sum += a.values[k] * x[a.rowIndices[k]] }
    }
}
