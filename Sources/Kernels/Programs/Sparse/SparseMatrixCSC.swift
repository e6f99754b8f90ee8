import AD

/// A sparse matrix of real numbers by compressed sparse columns (CSC).
///
/// Column `j` has the entries `columnPointers[j]..<columnPointers[j + 1]` of `rowIndices` and `values`, its row
/// indices strictly increasing. Every value of this type keeps these rules; entries may be 0.
///
/// ```swift
/// let a = try SparseMatrixCSC(rows: 2, columns: 3, triplets: [(0, 0, 1), (1, 2, 5), (1, 2, 1)])
/// a[1, 2]                                      // 6.0: duplicates are summed
/// a.columnPointers                             // [0, 1, 1, 2]
/// ```
///
/// It is the host value of the places ``SparseMatrix``, so it goes into the programs of ``Sparse`` as it is.
public struct SparseMatrixCSC: Hashable, Sendable {
    /// The number of rows.
    public let rows: Int
    /// The number of columns.
    public let columns: Int
    /// Where each column's entries begin, and last the number of all entries; `columns + 1` integers.
    public let columnPointers: [Int]
    /// The row of each entry, counted from 0.
    public let rowIndices: [Int]
    /// The value of each entry.
    public let values: [Double]

    /// The largest number of rows or of columns: a 32nd of this machine's memory in bytes, and so a billion for 32 GB.
    ///
    /// A matrix, its transpose, and the making of either take up to three integers for each, whether or not there are entries.
    public static let largestSize = RunOptions.installedMemory / 32

    /// The largest number of elements of a dense matrix that is made of a sparse one.
    static let largestDenseCount = 1 << 28

    /// A matrix from its arrays; with `requireFinite`, infinities and NaNs are refused.
    ///
    /// - Throws: A ``SparseMatrixError`` for arrays that break the rules above; it names the index.
    public init(
        rows: Int, columns: Int, columnPointers: [Int], rowIndices: [Int], values: [Double],
        requireFinite: Bool = false
    ) throws(SparseMatrixError) {
        self.init(unchecked: rows, columns, columnPointers, rowIndices, values)
        try Self.checkSize(rows: rows, columns: columns)
        try checkColumnPointers()
        try checkRowIndices()
        if requireFinite { try checkFinite() }
    }

    /// A matrix without entries.
    public init(rows: Int, columns: Int) throws(SparseMatrixError) {
        try Self.checkSize(rows: rows, columns: columns)
        self.init(unchecked: rows, columns, Array(repeating: 0, count: columns + 1), [], [])
    }

    init(
        unchecked rows: Int, _ columns: Int, _ columnPointers: [Int], _ rowIndices: [Int], _ values: [Double]
    ) {
        self.rows = rows
        self.columns = columns
        self.columnPointers = columnPointers
        self.rowIndices = rowIndices
        self.values = values
    }

    /// The number of entries, stored zeros among them.
    public var nonzeroCount: Int { values.count }

    /// The positions of column `column`'s entries in `rowIndices` and `values`.
    public func entries(ofColumn column: Int) -> Range<Int> {
        columnPointers[column]..<columnPointers[column + 1]
    }

    /// The element in row `row` and column `column`, 0 where there is no entry; found by bisection.
    ///
    /// An index outside the matrix stops the process, as an array's does.
    public subscript(row: Int, column: Int) -> Double {
        precondition(
            row >= 0 && row < rows && column >= 0 && column < columns,
            "[\(row), \(column)] is outside a \(rows)×\(columns) matrix")
        var entries = entries(ofColumn: column)
        while let middle = entries.isEmpty ? nil : (entries.lowerBound + entries.upperBound) / 2 {
            if rowIndices[middle] == row { return values[middle] }
            entries =
                rowIndices[middle] < row
                ? (middle + 1)..<entries.upperBound : entries.lowerBound..<middle
        }
        return 0
    }

    /// A matrix of the same pattern with other values, such as the gradient in the entries.
    ///
    /// - Throws: A `lengthMismatch` if there is not one value for every entry.
    public func withValues(_ values: [Double]) throws(SparseMatrixError) -> SparseMatrixCSC {
        guard values.count == nonzeroCount else {
            throw SparseMatrixError(
                .lengthMismatch,
                "\(values.count) values are given for a matrix of \(nonzeroCount) entries; give one for each, in their "
                    + "order")
        }
        return SparseMatrixCSC(unchecked: rows, columns, columnPointers, rowIndices, values)
    }

    /// Whether another matrix has entries in the same places.
    public func hasSamePattern(as other: SparseMatrixCSC) -> Bool {
        rows == other.rows && columnPointers == other.columnPointers && rowIndices == other.rowIndices
    }
}

extension SparseMatrixCSC: CustomStringConvertible {
    /// Size and entries, `3×2 matrix with 2 entries: [0, 0] = 1.0, [2, 1] = 5.0`; of more than 20, the first.
    public var description: String {
        var listed: [String] = []
        for column in 0..<columns where listed.count < 20 {
            for entry in entries(ofColumn: column).prefix(20 - listed.count) {
                listed.append("[\(rowIndices[entry]), \(column)] = \(values[entry])")
            }
        }
        if nonzeroCount > listed.count { listed.append("…") }
        let title =
            "\(rows)×\(columns) matrix with \(nonzeroCount) \(nonzeroCount == 1 ? "entry" : "entries")"
        return listed.isEmpty ? title : "\(title): \(listed.joined(separator: ", "))"
    }
}
