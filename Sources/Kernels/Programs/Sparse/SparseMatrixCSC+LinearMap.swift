import AD
import Optimizers

extension LinearMap {
    /// The map as a sparse matrix, with an entry wherever a result depends on an argument.
    ///
    /// What counts is whether terms lead from one to the other: an entry whose value happens to be 0 at the point is kept, so that
    /// the pattern is that of the program's branches and not of the numbers, and nothing else is. Rows are ascending in every
    /// column. Of an ``inverse()`` every entry is there.
    public var sparse: SparseMatrixCSC {
        let (pointers, rows, values) = compressedColumns
        return SparseMatrixCSC(unchecked: self.rows, columns, pointers, rows, values)
    }
}

extension SparseMatrixCSC: LinearOperator {
    /// The product with a vector, A x.
    ///
    /// - Throws: A `lengthMismatch` if the vector has not as many numbers as there are columns.
    public func callAsFunction(_ x: [Double]) throws(SparseMatrixError) -> [Double] {
        try check(x, columns, "columns")
        var product = [Double](repeating: 0, count: rows)
        for column in 0..<columns {
            for entry in entries(ofColumn: column) { product[rowIndices[entry]] += values[entry] * x[column] }
        }
        return product
    }

    /// The product of the transpose with a vector, Aᵀ x.
    ///
    /// - Throws: A `lengthMismatch` if the vector has not as many numbers as there are rows.
    public func transposed(_ x: [Double]) throws(SparseMatrixError) -> [Double] {
        try check(x, rows, "rows")
        return (0..<columns).map { column in
            entries(ofColumn: column).reduce(0) { $0 + values[$1] * x[rowIndices[$1]] }
        }
    }

    private func check(_ x: [Double], _ count: Int, _ what: String) throws(SparseMatrixError) {
        guard x.count == count else {
            throw SparseMatrixError(
                .lengthMismatch,
                "the vector has \(x.count) numbers, and the matrix \(count) \(what); they must agree")
        }
    }
}
