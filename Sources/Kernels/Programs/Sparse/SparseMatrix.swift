import AD

/// A sparse matrix as a parameter of a reversible program: the places of a ``SparseMatrixCSC``.
///
/// ```swift
/// let columnSums = ReversibleFunction { (sums: Vector, a: SparseMatrix) in
///     For(0..<a.columns) { j in
///         For(a.entries(ofColumn: j)) { k in sums[j] += a.values[k] }
///     }
/// }
/// let (sums, _) = try columnSums([0, 0, 0], matrix)          // matrix is a SparseMatrixCSC
/// ```
///
/// The gradient is that in the entries: an array with a number for every element of `values`, in their order.
/// ``SparseMatrixCSC/withValues(_:)`` makes a matrix of it.
public struct SparseMatrix: Argument {
    /// The number of rows.
    public var rows: Integer
    /// Where each column's entries begin, and last the number of all entries.
    public var columnPointers: IntegerVector
    /// The row of each entry.
    public var rowIndices: IntegerVector
    /// The value of each entry.
    public var values: Vector

    /// The host value.
    public typealias Value = SparseMatrixCSC

    /// The number of columns, known when the program runs.
    public var columns: Expr { columnPointers.count - 1 }

    /// The positions of a column's entries in `rowIndices` and `values`.
    public func entries(ofColumn column: some Operand) -> IndexRange {
        columnPointers[column]..<columnPointers[column + 1]
    }

    /// Packs the arrays.
    public static func pack(_ matrix: SparseMatrixCSC, into writer: inout ValueWriter) throws {
        writer.append(matrix.rows)
        writer.append(.integers(matrix.columnPointers))
        writer.append(.integers(matrix.rowIndices))
        writer.append(.reals(matrix.values))
    }

    /// Puts the arrays together; throws a ``SparseMatrixError`` if a program has broken the pattern.
    public static func unpack(from reader: inout ValueReader) throws -> SparseMatrixCSC {
        let rows = try Integer.unpack(from: &reader)
        let columnPointers = try IntegerVector.unpack(from: &reader)
        return try SparseMatrixCSC(
            rows: rows, columns: columnPointers.count - 1, columnPointers: columnPointers,
            rowIndices: try IntegerVector.unpack(from: &reader), values: try Vector.unpack(from: &reader))
    }

    /// Packs the gradient in the entries.
    public static func packGradient(_ gradient: [Double], into writer: inout ValueWriter) {
        Vector.packGradient(gradient, into: &writer)
    }

    /// Unpacks the gradient in the entries.
    public static func unpackGradient(from reader: inout ValueReader) throws -> [Double] {
        try Vector.unpackGradient(from: &reader)
    }
}

extension SparseMatrixCSC: Primal {
    /// The gradient in the entries, in the order of `values`.
    public typealias Gradient = [Double]
}

extension GVar where Content == SparseMatrixCSC {
    /// A matrix with gradient 0.
    public init(_ value: SparseMatrixCSC) {
        self.init(value, gradient: Array(repeating: 0, count: value.nonzeroCount))
    }
}
