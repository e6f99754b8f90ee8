import AD
import Numbers

/// A sparse matrix of complex numbers as a parameter of a reversible program.
///
/// Its host value is a ``ComplexSparseMatrixCSC``, and its gradient that in the entries, a `ComplexVector.Value`.
public struct ComplexSparseMatrix: Argument {
    /// The number of rows.
    public var rows: Integer
    /// Where each column's entries begin, and last the number of all entries.
    public var columnPointers: IntegerVector
    /// The row of each entry.
    public var rowIndices: IntegerVector
    /// The value of each entry.
    public var values: ComplexVector

    /// The host value.
    public typealias Value = ComplexSparseMatrixCSC

    /// The number of columns, known when the program runs.
    public var columns: Expr { columnPointers.count - 1 }

    /// The positions of a column's entries in `rowIndices` and `values`.
    public func entries(ofColumn column: some Operand) -> IndexRange {
        columnPointers[column]..<columnPointers[column + 1]
    }

    /// Packs the arrays.
    public static func pack(_ matrix: ComplexSparseMatrixCSC, into writer: inout ValueWriter) throws {
        try SparseMatrix.pack(matrix.real, into: &writer)
        writer.append(.reals(matrix.imaginary.values))
    }

    /// Puts the arrays together; throws a ``SparseMatrixError`` if a program has broken the pattern.
    public static func unpack(from reader: inout ValueReader) throws -> ComplexSparseMatrixCSC {
        let real = try SparseMatrix.unpack(from: &reader)
        return try ComplexSparseMatrixCSC(
            real: real, imaginary: real.withValues(try Vector.unpack(from: &reader)))
    }

    /// Packs the gradient in the entries.
    public static func packGradient(
        _ gradient: ComplexVector.Value, into writer: inout ValueWriter
    ) throws {
        try ComplexVector.packGradient(gradient, into: &writer)
    }

    /// Unpacks the gradient in the entries.
    public static func unpackGradient(from reader: inout ValueReader) throws -> ComplexVector.Value {
        try ComplexVector.unpackGradient(from: &reader)
    }
}
