import AD

extension Sparse {
    /// C += α A B with dense B and C.
    ///
    /// Each entry of A adds a multiple of a row of B to a row of C. The innermost loop so runs along two rows, whose
    /// elements lie side by side.
    public static let matrixMatrix = ReversibleFunction(
        "sparseMatrixMatrix", parameters: ["C", "alpha", "A", "B"]
    ) { (c: Matrix, alpha: Scalar, a: SparseMatrix, b: Matrix) in
        For(0..<a.columns) { column in
            For(a.entries(ofColumn: column)) { k in
                addRow(c, a.rowIndices[k], alpha, a.values[k], b, column)
            }
        }
    }
    .requiring { c, alpha, a, b in
        [
            .equal(.rows(c), .rows(a)), .equal(.rows(b), .columns(a)), .equal(.columns(c), .columns(b)),
            .afterFailure(.number(alpha, .finite)), .afterFailure(.elements(a.values, .finite)),
        ]
    }

    /// C += α Aᵀ B with dense B and C.
    public static let transposedMatrixMatrix = ReversibleFunction(
        "sparseTransposedMatrixMatrix", parameters: ["C", "alpha", "A", "B"]
    ) { (c: Matrix, alpha: Scalar, a: SparseMatrix, b: Matrix) in
        For(0..<a.columns) { column in
            For(a.entries(ofColumn: column)) { k in
                addRow(c, column, alpha, a.values[k], b, a.rowIndices[k])
            }
        }
    }
    .requiring { c, alpha, a, b in
        [
            .equal(.rows(c), .columns(a)), .equal(.rows(b), .rows(a)), .equal(.columns(c), .columns(b)),
            .afterFailure(.number(alpha, .finite)), .afterFailure(.elements(a.values, .finite)),
        ]
    }

    /// Row `target` of C += α · value · row `source` of B.
    @Reversible
    private static func addRow(
        _ c: Matrix, _ target: Integer, _ alpha: Scalar, _ value: Scalar, _ b: Matrix, _ source: Integer
    ) -> Statement {
        let weight = Scalar.ancilla("weight")
        Compute {
            weight += alpha * value
        } apply: {
            For(0..<b.columns) { l in c[target, l] += weight * b[source, l] }
        }
    }
}
