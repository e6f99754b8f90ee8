/// A place that holds a table of numbers by their exponents.
public struct SemiringMatrix<Algebra: Semiring>: Argument {
    /// The logarithms, or the tropical numbers themselves.
    public var exponents: Matrix

    /// The numbers whose exponents a place holds.
    public init(exponents: Matrix) { self.exponents = exponents }

    /// The number of rows, known when the program runs.
    public var rows: Expr { exponents.rows }

    /// The number of columns, known when the program runs.
    public var columns: Expr { exponents.columns }

    /// The element in row `row` and column `column`.
    public subscript(row: some Operand, column: some Operand) -> SemiringNumber<Algebra> {
        SemiringNumber(exponent: exponents[row, column])
    }

    /// A row as a vector, without a copy.
    public subscript(row row: some Operand) -> SemiringVector<Algebra> {
        SemiringVector(exponents: exponents[row: row])
    }

    /// A column as a vector, without a copy.
    public subscript(column column: some Operand) -> SemiringVector<Algebra> {
        SemiringVector(exponents: exponents[column: column])
    }

    /// A scratch matrix of ones, whose exponents are 0; all ones again at the end of the enclosing block.
    public static func ancilla(
        rows: some Operand, columns: some Operand, _ name: String? = nil, fileID: String = #fileID,
        line: Int = #line, column: Int = #column
    ) -> SemiringMatrix {
        SemiringMatrix(
            exponents: .ancilla(
                rows: rows, columns: columns, name.map { "\($0).exponents" }, fileID: fileID, line: line,
                column: column))
    }

    /// A matrix that is part of the program, without a gradient. See `Vector.constant`.
    public static func constant(_ value: Value, _ name: String? = nil) -> SemiringMatrix {
        SemiringMatrix(exponents: .constant(value.exponents, name))
    }

    /// The host value.
    public struct Value: ArgumentValue, Hashable {
        /// The logarithms, or the tropical numbers themselves.
        public var exponents: DenseMatrix

        /// The numbers with exponents.
        public init(exponents: DenseMatrix) { self.exponents = exponents }
    }
}

extension SemiringMatrix<LogSumExp>.Value {
    /// The numbers of some rows, which must all have the same length, with their logarithms: NaN for a negative one.
    public init(_ rows: [[Double]]) {
        self.init(exponents: DenseMatrix(rows.map { $0.map(SystemMath.log) }))
    }
}
