/// A place that holds one real number: a parameter, an ancilla, or an element of a vector or matrix.
public struct Scalar: SymbolicOperand, Argument {
    /// The host value.
    public typealias Value = Double

    package let place: Place

    package init(_ place: Place) { self.place = place }

    /// The place's content.
    public var expression: Expr { Expr(place.read) }

    /// A scratch number: 0 at the start of the enclosing block, and 0 again at its end.
    public static func ancilla(_ name: String? = nil) -> Scalar {
        Scalar(Place(declareAncilla(.scalar, name, [])))
    }
}

extension Scalar {
    /// Adds an expression; the inverse is `-=`.
    public static func += (place: Scalar, change: some Operand) -> Statement {
        .update(.add, place.place, change.node)
    }

    /// Subtracts an expression; the inverse is `+=`.
    public static func -= (place: Scalar, change: some Operand) -> Statement {
        .update(.subtract, place.place, change.node)
    }

    /// Multiplies by a factor, which must be finite and not 0; the inverse is `/=`.
    public static func *= (place: Scalar, factor: some Operand) -> Statement {
        .update(.multiply, place.place, factor.node)
    }

    /// Divides by a factor, which must be finite and not 0; the inverse is `*=`.
    public static func /= (place: Scalar, factor: some Operand) -> Statement {
        .update(.divide, place.place, factor.node)
    }
}

func declareAncilla(
    _ kind: Variable.Kind, _ name: String?, _ sizes: [Node], _ location: SourceLocation? = nil
) -> Variable {
    (Tracer.current ?? Tracer()).declareAncilla(kind, name: name, sizes: sizes, at: location)
}
