/// A place that holds one integer: a parameter, an ancilla, an element of an integer vector, or a loop index.
///
/// Integers come back bit for bit. They have no gradient. Arithmetic that leaves the range of `Int` is an
/// error.
public struct Integer: SymbolicOperand, Argument {
    /// The host value.
    public typealias Value = Int
    /// Integers have no gradient.
    public typealias Gradient = NoGradient

    package let place: Place

    package init(_ place: Place) { self.place = place }

    /// The place's content.
    public var expression: Expr { Expr(place.read) }

    /// A scratch integer: 0 at the start of the enclosing block, and 0 again at its end.
    public static func ancilla(_ name: String? = nil) -> Integer {
        Integer(Place(declareAncilla(.integer, name, [])))
    }
}

extension Integer {
    /// Adds an integer expression; the inverse is `-=`.
    public static func += (place: Integer, change: some Operand) -> Statement {
        .update(.add, place.place, change.node)
    }

    /// Subtracts an integer expression; the inverse is `+=`.
    public static func -= (place: Integer, change: some Operand) -> Statement {
        .update(.subtract, place.place, change.node)
    }

    /// Not reversible: an integer product cannot always be divided back.
    @available(
        *, unavailable,
        message:
            "an Integer cannot be multiplied in place: use `+=`, `-=` or `^=`, or `&*=` by an odd constant"
    )
    public static func *= (place: Integer, factor: some Operand) -> Statement { .empty }

    /// Not reversible: an integer division loses the remainder.
    @available(*, unavailable, message: "an Integer cannot be divided in place: use `+=`, `-=` or `^=`")
    public static func /= (place: Integer, factor: some Operand) -> Statement { .empty }
}
