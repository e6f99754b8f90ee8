/// Where a sparse matrix has entries, by compressed sparse columns.
struct SparsityPattern: Hashable, Sendable {
    let rows: Int
    let columns: Int
    /// Where each column's entries begin, and last the number of all.
    let columnPointers: [Int]
    /// The row of each entry, ascending in every column.
    let rowIndices: [Int]

    var count: Int { rowIndices.count }

    init(rows: Int, columns: Int, columnPointers: [Int], rowIndices: [Int]) {
        (self.rows, self.columns) = (rows, columns)
        (self.columnPointers, self.rowIndices) = (columnPointers, rowIndices)
    }

    init(of matrix: SparseMatrixCSC) {
        self.init(
            rows: matrix.rows, columns: matrix.columns, columnPointers: matrix.columnPointers,
            rowIndices: matrix.rowIndices)
    }

    func entries(ofColumn column: Int) -> Range<Int> { columnPointers[column]..<columnPointers[column + 1] }

    /// The rows of a column's entries.
    func rows(ofColumn column: Int) -> ArraySlice<Int> { rowIndices[entries(ofColumn: column)] }

    /// Rows and columns exchanged, and for each entry of the result which entry it is here.
    func transposed() -> (pattern: SparsityPattern, entries: [Int]) {
        var pointers = Array(repeating: 0, count: rows + 1)
        for row in rowIndices { pointers[row + 1] += 1 }
        for row in 0..<rows { pointers[row + 1] += pointers[row] }
        var next = pointers
        var indices = Array(repeating: 0, count: count)
        var origins = indices
        for column in 0..<columns {
            for entry in entries(ofColumn: column) {
                let position = next[rowIndices[entry]]
                next[rowIndices[entry]] += 1
                (indices[position], origins[position]) = (column, entry)
            }
        }
        return (
            SparsityPattern(rows: columns, columns: rows, columnPointers: pointers, rowIndices: indices),
            origins
        )
    }

    /// The entries of both patterns, which are of one size.
    func union(_ other: SparsityPattern) -> SparsityPattern {
        if other == self { return self }
        var (pointers, indices) = ([0], [Int]())
        for column in 0..<columns {
            let (mine, theirs) = (rows(ofColumn: column), other.rows(ofColumn: column))
            indices += Set(mine).union(theirs).sorted()
            pointers.append(indices.count)
        }
        return SparsityPattern(rows: rows, columns: columns, columnPointers: pointers, rowIndices: indices)
    }

    /// A matrix's values at the entries of this pattern, which has all of the matrix's.
    func values(of matrix: SparseMatrixCSC) -> [Double] {
        var values = Array(repeating: 0.0, count: count)
        for column in 0..<columns {
            var position = columnPointers[column]
            for entry in matrix.entries(ofColumn: column) {
                while rowIndices[position] != matrix.rowIndices[entry] { position += 1 }
                values[position] = matrix.values[entry]
            }
        }
        return values
    }
}
