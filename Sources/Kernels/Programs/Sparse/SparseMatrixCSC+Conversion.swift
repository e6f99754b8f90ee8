import ReversibleCore

extension SparseMatrixCSC {
    /// A matrix from (row, column, value) triplets in any order, counted from 0.
    ///
    /// Values with the same row and column are added up in the order given. Zeros are kept as entries.
    ///
    /// - Throws: An `indexOutOfRange` that names the triplet; with `requireFinite`, a `notFinite` for an infinity or a
    ///   NaN, sums included.
    public init(
        rows: Int, columns: Int, triplets: [(row: Int, column: Int, value: Double)],
        requireFinite: Bool = false
    ) throws(SparseMatrixError) {
        try Self.checkSize(rows: rows, columns: columns)
        for (number, entry) in triplets.enumerated()
        where entry.row < 0 || entry.row >= rows || entry.column < 0 || entry.column >= columns {
            throw SparseMatrixError(
                .indexOutOfRange,
                "triplets[\(number)] is in row \(entry.row) and column \(entry.column), outside a \(rows)×\(columns) "
                    + "matrix; rows and columns are counted from 0")
        }
        var list = EntryList(valuesPerEntry: 1)
        list.reserve(triplets.count)
        for entry in triplets { list.append(entry.row, entry.column, entry.value) }
        self = list.summed(rows: rows, columns: columns).real(rows, columns)
        if requireFinite { try checkFinite() }
    }

    /// The entries of a dense matrix that are not 0.
    public init(_ dense: DenseMatrix) throws(SparseMatrixError) {
        try Self.checkSize(rows: dense.rows, columns: dense.columns)
        var (pointers, indices, values) = ([0], [Int](), [Double]())
        pointers.reserveCapacity(dense.columns + 1)
        for column in 0..<dense.columns {
            for row in 0..<dense.rows where dense[row, column] != 0 {
                indices.append(row)
                values.append(dense[row, column])
            }
            pointers.append(values.count)
        }
        self.init(unchecked: dense.rows, dense.columns, pointers, indices, values)
    }

    /// The matrix with all its zeros.
    ///
    /// - Throws: An `invalidSize` for more than 2²⁸ elements.
    public func dense() throws(SparseMatrixError) -> DenseMatrix {
        let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
        guard !overflow, count <= Self.largestDenseCount else {
            throw SparseMatrixError(
                .invalidSize,
                "a dense matrix of \(rows)×\(columns) elements is too large; at most \(Self.largestDenseCount) elements are "
                    + "made")
        }
        var elements = [Double](repeating: 0, count: count)
        for column in 0..<columns {
            for entry in entries(ofColumn: column) {
                elements[rowIndices[entry] * columns + column] = values[entry]
            }
        }
        return DenseMatrix(unchecked: rows, columns, elements)
    }

    /// The matrix with rows and columns exchanged.
    ///
    /// Takes time and memory for every row, column and entry.
    public var transposed: SparseMatrixCSC {
        // Walking the columns in order fills each row's entries in the order of the columns.
        var pointers = [Int](repeating: 0, count: rows + 1)
        for row in rowIndices { pointers[row + 1] += 1 }
        for row in 0..<rows { pointers[row + 1] += pointers[row] }
        var next = pointers
        var indices = [Int](repeating: 0, count: nonzeroCount)
        var transposedValues = [Double](repeating: 0, count: nonzeroCount)
        for column in 0..<columns {
            for entry in entries(ofColumn: column) {
                let place = next[rowIndices[entry]]
                next[rowIndices[entry]] += 1
                indices[place] = column
                transposedValues[place] = values[entry]
            }
        }
        return SparseMatrixCSC(unchecked: columns, rows, pointers, indices, transposedValues)
    }

    /// The entries as (row, column, value) triplets, column after column.
    public var triplets: [(row: Int, column: Int, value: Double)] {
        var list: [(row: Int, column: Int, value: Double)] = []
        list.reserveCapacity(nonzeroCount)
        for column in 0..<columns {
            for entry in entries(ofColumn: column) {
                list.append((rowIndices[entry], column, values[entry]))
            }
        }
        return list
    }
}
