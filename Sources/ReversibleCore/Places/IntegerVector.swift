/// A place that holds a row of integers, of any length; they have no gradient.
public struct IntegerVector: SymbolicOperand, Argument {
    /// The host value.
    public typealias Value = [Int]
    /// Integers have no gradient.
    public typealias Gradient = NoGradient

    package let variable: Variable

    package init(_ variable: Variable) { self.variable = variable }

    /// All elements, for elementwise expressions.
    public var expression: Expr { Expr(Place(variable).read) }

    /// The number of elements, known when the program runs.
    public var count: Expr { Expr(variable.size(.count)) }

    /// The range of valid indices, `0..<count`.
    public var indices: IndexRange { 0..<count }

    /// The element at `index`.
    public subscript(index: some Operand) -> Integer { Integer(Place(variable, [index.node])) }

    /// A scratch vector of `count` zeros; all zeros again at the end of the enclosing block.
    public static func ancilla(
        count: some Operand, _ name: String? = nil, fileID: String = #fileID, line: Int = #line,
        column: Int = #column
    ) -> IntegerVector {
        IntegerVector(
            declareAncilla(
                .integerVector, name, [count.node], SourceLocation(fileID: fileID, line: line, column: column)
            ))
    }
}

extension IntegerVector {
    /// Adds elementwise; the inverse is `-=`.
    public static func += (place: IntegerVector, change: some Operand) -> Statement {
        .update(.add, Place(place.variable), change.node)
    }

    /// Subtracts elementwise; the inverse is `+=`.
    public static func -= (place: IntegerVector, change: some Operand) -> Statement {
        .update(.subtract, Place(place.variable), change.node)
    }
}
