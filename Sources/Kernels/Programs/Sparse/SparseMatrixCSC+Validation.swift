extension SparseMatrixCSC {
    static func checkSize(rows: Int, columns: Int) throws(SparseMatrixError) {
        guard (0...largestSize).contains(rows), (0...largestSize).contains(columns) else {
            throw SparseMatrixError(
                .invalidSize,
                "a matrix cannot have \(rows) rows and \(columns) columns; both must be between 0 and \(largestSize), "
                    + "for which this machine has memory"
            )
        }
    }

    func checkColumnPointers() throws(SparseMatrixError) {
        guard columnPointers.count == columns + 1 else {
            throw SparseMatrixError(
                .invalidColumnPointers,
                "a matrix of \(columns) columns has \(columns + 1) column pointers, one for each column and the number "
                    + "of entries; \(columnPointers.count) are given")
        }
        guard columnPointers[0] == 0 else {
            throw SparseMatrixError(
                .invalidColumnPointers, "columnPointers[0] is \(columnPointers[0]) and must be 0")
        }
        for column in 0..<columns where columnPointers[column] > columnPointers[column + 1] {
            throw SparseMatrixError(
                .invalidColumnPointers,
                "columnPointers[\(column + 1)] is \(columnPointers[column + 1]), less than the \(columnPointers[column]) "
                    + "before it; column pointers must not decrease")
        }
        guard rowIndices.count == values.count else {
            throw SparseMatrixError(
                .lengthMismatch,
                "there are \(rowIndices.count) row indices and \(values.count) values; every entry has one of each"
            )
        }
        guard columnPointers[columns] == values.count else {
            throw SparseMatrixError(
                .invalidColumnPointers,
                "columnPointers[\(columns)] is \(columnPointers[columns]) and must be the number of values, "
                    + "\(values.count)")
        }
    }

    func checkRowIndices() throws(SparseMatrixError) {
        var start = 0
        for column in 0..<columns {
            let end = columnPointers[column + 1]
            var previous = -1
            for entry in start..<end {
                let row = rowIndices[entry]
                guard row > previous, row < rows else {
                    throw rowError(entry, row, column, after: entry > start ? previous : nil)
                }
                previous = row
            }
            start = end
        }
    }

    private func rowError(_ entry: Int, _ row: Int, _ column: Int, after previous: Int?) -> SparseMatrixError
    {
        let subject = "rowIndices[\(entry)] in column \(column) is \(row)"
        guard row >= 0, row < rows else {
            return SparseMatrixError(
                .indexOutOfRange, "\(subject); the matrix has \(rows) rows, counted from 0")
        }
        return SparseMatrixError(
            .unsortedRowIndices,
            "\(subject), after \(previous ?? -1); a column's row indices must increase, each at most once. "
                + "`init(rows:columns:triplets:)` sorts entries and sums duplicates")
    }

    func checkFinite() throws(SparseMatrixError) {
        guard let entry = values.firstIndex(where: { !$0.isFinite }) else { return }
        throw SparseMatrixError(
            .notFinite, "values[\(entry)] in row \(rowIndices[entry]) is \(values[entry]) and must be finite")
    }
}
