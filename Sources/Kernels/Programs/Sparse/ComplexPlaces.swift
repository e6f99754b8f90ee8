import AD

/// A complex number as a parameter of a reversible program.
///
/// The gradient of a real loss is the pair of its derivatives in the real and the imaginary part.
public struct Complex: Argument {
    /// The real part.
    public var re: Scalar
    /// The imaginary part.
    public var im: Scalar

    /// A complex number of places.
    public init(re: Scalar, im: Scalar) {
        self.re = re
        self.im = im
    }

    /// The host value.
    public struct Value: ArgumentValue, Hashable {
        /// The real part.
        public var re: Double
        /// The imaginary part.
        public var im: Double

        /// re + i im.
        public init(re: Double, im: Double) {
            self.re = re
            self.im = im
        }
    }
}

/// A row of complex numbers as a parameter of a reversible program: real and imaginary parts apart.
public struct ComplexVector: Argument {
    /// The real parts.
    public var re: Vector
    /// The imaginary parts; as many.
    public var im: Vector

    /// A complex vector of places.
    public init(re: Vector, im: Vector) {
        self.re = re
        self.im = im
    }

    /// The number of elements, known when the program runs.
    public var count: Expr { re.count }

    /// The element at `index`.
    public subscript(index: some Operand) -> Complex { Complex(re: re[index], im: im[index]) }

    /// The host value.
    public struct Value: ArgumentValue, Hashable {
        /// The real parts.
        public var re: [Double]
        /// The imaginary parts.
        public var im: [Double]

        /// re + i im, element by element.
        public init(re: [Double], im: [Double]) {
            self.re = re
            self.im = im
        }

        /// `count` zeros.
        public init(zeros count: Int) {
            self.init(re: Array(repeating: 0, count: count), im: Array(repeating: 0, count: count))
        }
    }
}

/// A sparse matrix of complex numbers as a parameter of a reversible program.
///
/// Its host value is a ``ComplexSparseMatrixCSC``, and its gradient that in the entries, a ``ComplexVector/Value``.
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
        writer.leaves.append(.reals(matrix.imaginary.values))
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
