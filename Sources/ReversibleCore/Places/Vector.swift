/// A place that holds a row of real numbers, of any length.
public struct Vector: SymbolicOperand, Argument {
    /// The host value.
    public typealias Value = [Double]

    /// The array, or the part of one that this is a view of.
    package let place: Place

    package init(_ variable: Variable) { self.init(Place(variable)) }

    init(_ place: Place) { self.place = place }

    /// All elements, for elementwise expressions.
    public var expression: Expr { Expr(place.read) }

    /// The number of elements, known when the program runs.
    public var count: Expr { Expr(place.count) }

    /// The range of valid indices, `0..<count`.
    public var indices: IndexRange { 0..<count }

    /// The element at `index`.
    public subscript(index: some Operand) -> Scalar { Scalar(place.element(at: index.node)) }

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
        .update(.add, place.place, change.node)
    }

    /// Subtracts elementwise; the inverse is `+=`.
    public static func -= (place: Vector, change: some Operand) -> Statement {
        .update(.subtract, place.place, change.node)
    }

    /// Multiplies every element by a factor, which must be finite and not 0; the inverse is `/=`.
    public static func *= (place: Vector, factor: some Operand) -> Statement {
        .update(.multiply, place.place, factor.node)
    }

    /// Divides every element by a factor, which must be finite and not 0; the inverse is `*=`.
    public static func /= (place: Vector, factor: some Operand) -> Statement {
        .update(.divide, place.place, factor.node)
    }
}
