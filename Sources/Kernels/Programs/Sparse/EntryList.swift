/// Entries in any order, on their way into compressed columns.
struct EntryList {
    /// 1 for real entries, 2 for complex ones: real part, imaginary part.
    let valuesPerEntry: Int
    private(set) var rows: [Int] = []
    private(set) var columns: [Int] = []
    private(set) var values: [Double] = []

    init(valuesPerEntry: Int) { self.valuesPerEntry = valuesPerEntry }

    var count: Int { rows.count }

    mutating func reserve(_ count: Int) {
        rows.reserveCapacity(count)
        columns.reserveCapacity(count)
        values.reserveCapacity(valuesPerEntry * count)
    }

    mutating func append(_ row: Int, _ column: Int, _ value: Double) {
        rows.append(row)
        columns.append(column)
        values.append(value)
    }

    mutating func append(_ row: Int, _ column: Int, _ real: Double, _ imaginary: Double) {
        append(row, column, real)
        values.append(imaginary)
    }

    /// The entries by columns, each column's rows increasing; what falls on one place is added up in order.
    func summed(rows rowCount: Int, columns columnCount: Int) -> CompressedEntries {
        var pointers = [Int](repeating: 0, count: columnCount + 1)
        for column in columns { pointers[column + 1] += 1 }
        for column in 0..<columnCount { pointers[column + 1] += pointers[column] }
        var next = pointers
        var order = [Int](repeating: 0, count: count)
        for (entry, column) in columns.enumerated() {
            order[next[column]] = entry
            next[column] += 1
        }
        var result = CompressedEntries(valuesPerEntry: valuesPerEntry, capacity: count, columns: columnCount)
        for column in 0..<columnCount {
            let range = pointers[column]..<pointers[column + 1]
            if range.isEmpty {
                result.endColumn()
                continue
            }
            if !isIncreasing(order[range]) {
                // By row, and within a row in the order given, as floating-point sums depend on it.
                order[range].sort { rows[$0] == rows[$1] ? $0 < $1 : rows[$0] < rows[$1] }
            }
            for entry in order[range] {
                result.add(
                    rows[entry], values[valuesPerEntry * entry],
                    valuesPerEntry == 2 ? values[2 * entry + 1] : 0)
            }
            result.endColumn()
        }
        return result
    }

    private func isIncreasing(_ entries: ArraySlice<Int>) -> Bool {
        var previous = -1
        for entry in entries {
            if rows[entry] <= previous { return false }
            previous = rows[entry]
        }
        return true
    }
}

/// Compressed columns in the making.
struct CompressedEntries {
    private let valuesPerEntry: Int
    private(set) var columnPointers = [0]
    private(set) var rowIndices: [Int] = []
    private(set) var reals: [Double] = []
    private(set) var imaginaries: [Double] = []
    /// The first place that several entries fell on.
    private(set) var firstDuplicate: (row: Int, column: Int)?

    init(valuesPerEntry: Int, capacity: Int, columns: Int) {
        self.valuesPerEntry = valuesPerEntry
        columnPointers.reserveCapacity(columns + 1)
        rowIndices.reserveCapacity(capacity)
        reals.reserveCapacity(capacity)
        if valuesPerEntry == 2 { imaginaries.reserveCapacity(capacity) }
    }

    mutating func add(_ row: Int, _ real: Double, _ imaginary: Double) {
        let start = columnPointers[columnPointers.count - 1]
        let last = rowIndices.count - 1
        if last >= start, rowIndices[last] == row {
            reals[last] += real
            if valuesPerEntry == 2 { imaginaries[last] += imaginary }
            if firstDuplicate == nil { firstDuplicate = (row, columnPointers.count - 1) }
            return
        }
        rowIndices.append(row)
        reals.append(real)
        if valuesPerEntry == 2 { imaginaries.append(imaginary) }
    }

    mutating func endColumn() { columnPointers.append(rowIndices.count) }

    func real(_ rows: Int, _ columns: Int) -> SparseMatrixCSC {
        SparseMatrixCSC(unchecked: rows, columns, columnPointers, rowIndices, reals)
    }

    func imaginary(_ rows: Int, _ columns: Int) -> SparseMatrixCSC {
        SparseMatrixCSC(unchecked: rows, columns, columnPointers, rowIndices, imaginaries)
    }
}
