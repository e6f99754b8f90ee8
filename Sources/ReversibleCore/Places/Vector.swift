/// A place that holds a row of real numbers, of any length.
public struct Vector: SymbolicOperand, Argument {
    /// The host value.
    public typealias Value = [Double]

    package let variable: Variable

    package init(_ variable: Variable) { self.variable = variable }

    /// All elements, for elementwise expressions.
    public var expression: Expr { Expr(Place(variable).read) }

    /// The number of elements, known when the program runs.
    public var count: Expr { Expr(variable.size(.count)) }

    /// The range of valid indices, `0..<count`.
    public var indices: IndexRange { 0..<count }

    /// The element at `index`.
    public subscript(index: some Operand) -> Scalar { Scalar(Place(variable, [index.node])) }

    /// A scratch vector of `count` zeros; all zeros again at the end of the enclosing block.
    public static func ancilla(
        count: some Operand, _ name: String? = nil, fileID: String = #fileID, line: Int = #line,
        column: Int = #column
    ) -> Vector {
        Vector(
            declareAncilla(
                .vector, name, [count.node], SourceLocation(fileID: fileID, line: line, column: column)))
    }
}

extension Vector {
    /// Adds elementwise; the inverse is `-=`.
    public static func += (place: Vector, change: some Operand) -> Statement {
        .update(.add, Place(place.variable), change.node)
    }

    /// Subtracts elementwise; the inverse is `+=`.
    public static func -= (place: Vector, change: some Operand) -> Statement {
        .update(.subtract, Place(place.variable), change.node)
    }

    /// Multiplies every element by a factor, which must be finite and not 0; the inverse is `/=`.
    public static func *= (place: Vector, factor: some Operand) -> Statement {
        .update(.multiply, Place(place.variable), factor.node)
    }

    /// Divides every element by a factor, which must be finite and not 0; the inverse is `*=`.
    public static func /= (place: Vector, factor: some Operand) -> Statement {
        .update(.divide, Place(place.variable), factor.node)
    }
}
