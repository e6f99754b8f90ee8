import AD

extension Sparse {
    /// out += Σᵢⱼ aᵢⱼ bᵢⱼ, the Frobenius inner product, over the places where both matrices have entries.
    ///
    /// Each pair of columns is merged: `k` walks through A's entries and `l` through B's, always the one whose row
    /// is smaller, and both where the rows are equal. The walk can be undone because the entries passed last tell
    /// which one moved: the one with the larger row, or both. So no list of moves is kept, and no work column.
    public static let innerProduct = ReversibleFunction(
        "sparseInnerProduct", parameters: ["out", "A", "B"]
    ) { (out: Scalar, a: SparseMatrix, b: SparseMatrix) in
        requireEqual(a.rows, b.rows)
        requireEqual(a.columns, b.columns)
        For(0..<a.columns) { column in
            let k = Integer.ancilla("k")
            let l = Integer.ancilla("l")
            k += a.columnPointers[column]
            l += b.columnPointers[column]
            While(
                k < a.columnPointers[column + 1] || l < b.columnPointers[column + 1],
                post: k > a.columnPointers[column] || l > b.columnPointers[column]
            ) {
                let movesK = Integer.ancilla("movesK")
                let movesL = Integer.ancilla("movesL")
                movesK += select(next(k, a, column) <= next(l, b, column), 1, 0)
                movesL += select(next(l, b, column) <= next(k, a, column), 1, 0)
                If(movesK + movesL == 2) { out += a.values[k] * b.values[l] }
                k += movesK
                l += movesL
                movesK -= select(last(k, a, column) >= last(l, b, column), 1, 0)
                movesL -= select(last(l, b, column) >= last(k, a, column), 1, 0)
            }
            k -= a.columnPointers[column + 1]
            l -= b.columnPointers[column + 1]
        }
    }

    /// The row of entry `k`, or past all rows where the column has ended.
    private static func next(_ k: Integer, _ matrix: SparseMatrix, _ column: Integer) -> Expr {
        select(k < matrix.columnPointers[column + 1], matrix.rowIndices[k], matrix.rows)
    }

    /// The row of the entry before `k`, or before all rows where the column begins.
    private static func last(_ k: Integer, _ matrix: SparseMatrix, _ column: Integer) -> Expr {
        select(k > matrix.columnPointers[column], matrix.rowIndices[k - 1], -1)
    }
}
