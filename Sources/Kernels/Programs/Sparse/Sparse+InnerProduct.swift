import AD

extension Sparse {
    /// out += Σᵢⱼ aᵢⱼ bᵢⱼ, the Frobenius inner product, over the places where both matrices have entries.
    ///
    /// Each pair of columns is merged: for every entry `k` of A, `l` moves on in B's column to the first row that is
    /// not less. Whether `l` moved for this `k` or an earlier one can be told afterwards by the row it has passed: only
    /// for this one if that is not less than the row of A's entry before. So the walk is undone without a list of
    /// moves, and without a work column. Empty columns begin and end at the same place, and nothing moves.
    public static let innerProduct = ReversibleFunction(
        "sparseInnerProduct", parameters: ["out", "A", "B"]
    ) { (out: Scalar, a: SparseMatrix, b: SparseMatrix) in
        For(0..<a.columns) { column in
            let l = Integer.ancilla("l")
            l += b.columnPointers[column]
            For(a.entries(ofColumn: column)) { k in
                advance(l, b, column, to: a.rowIndices[k], after: rowBefore(k, a, column))
                If(l < b.columnPointers[column + 1] && b.rowIndices[l] == a.rowIndices[k]) {
                    out += a.values[k] * b.values[l]
                }
            }
            // Past the last entry of B, so that where `l` ends does not depend on A.
            advance(l, b, column, to: a.rows, after: rowBefore(a.columnPointers[column + 1], a, column))
            l -= b.columnPointers[column + 1]
        }
    }
    .requiring { _, a, b in [.equal(.rows(a), .rows(b)), .equal(.columns(a), .columns(b))] }

    /// Moves `l` to the first entry of column j whose row is at least `row`; it stands at the first one whose row is
    /// at least `earlier`.
    @Reversible
    private static func advance(
        _ l: Integer, _ matrix: SparseMatrix, _ column: Integer, to row: Integer, after earlier: Expr
    ) -> Statement {
        While(
            l < matrix.columnPointers[column + 1] && matrix.rowIndices[l] < row,
            post: l > matrix.columnPointers[column] && matrix.rowIndices[l - 1] >= earlier
        ) {
            INC(l)
        }
    }

    /// The row of the entry before `k`; -1, before all rows, where the column begins.
    private static func rowBefore(_ k: Integer, _ matrix: SparseMatrix, _ column: Integer) -> Expr {
        select(k > matrix.columnPointers[column], matrix.rowIndices[k - 1], -1)
    }
}
