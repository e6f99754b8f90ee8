/// A place that holds a table of real numbers, of any size.
public struct Matrix: SymbolicOperand, Argument {
    /// The host value.
    public typealias Value = DenseMatrix

    package let variable: Variable

    package init(_ variable: Variable) { self.variable = variable }

    /// All elements, for elementwise expressions.
    public var expression: Expr { Expr(Place(variable).read) }

    /// The number of rows, known when the program runs.
    public var rows: Expr { Expr(variable.size(.rows)) }

    /// The number of columns, known when the program runs.
    public var columns: Expr { Expr(variable.size(.columns)) }

    /// The element in row `row` and column `column`.
    public subscript(row: some Operand, column: some Operand) -> Scalar {
        Scalar(Place(variable, [row.node, column.node]))
    }

    /// A scratch matrix of zeros; all zeros again at the end of the enclosing block.
    public static func ancilla(
        rows: some Operand, columns: some Operand, _ name: String? = nil, fileID: String = #fileID,
        line: Int = #line, column: Int = #column
    ) -> Matrix {
        Matrix(
            declareAncilla(
                .matrix, name, [rows.node, columns.node],
                SourceLocation(fileID: fileID, line: line, column: column)))
    }
}

extension Matrix {
    /// Adds elementwise; the inverse is `-=`.
    public static func += (place: Matrix, change: some Operand) -> Statement {
        .update(.add, Place(place.variable), change.node)
    }

    /// Subtracts elementwise; the inverse is `+=`.
    public static func -= (place: Matrix, change: some Operand) -> Statement {
        .update(.subtract, Place(place.variable), change.node)
    }

    /// Multiplies every element by a factor, which must be finite and not 0; the inverse is `/=`.
    public static func *= (place: Matrix, factor: some Operand) -> Statement {
        .update(.multiply, Place(place.variable), factor.node)
    }

    /// Divides every element by a factor, which must be finite and not 0; the inverse is `*=`.
    public static func /= (place: Matrix, factor: some Operand) -> Statement {
        .update(.divide, Place(place.variable), factor.node)
    }
}
