import ReversibleCore

extension Double: EagerReal {
    /// Whether `a relation b` holds.
    public static func decide(_ a: Double, _ relation: Relation, _ b: Double) -> Bool { relation.holds(a, b) }
}

extension Float: EagerReal {
    /// Whether `a relation b` holds.
    public static func decide(_ a: Float, _ relation: Relation, _ b: Float) -> Bool { relation.holds(a, b) }
}

extension Dual: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, AdditiveArithmetic, Numeric,
    SignedNumeric, Comparable, EagerReal
where Base: EagerReal {
    /// The constant `value`, with tangent zero.
    public init(_ value: Double) { self.init(constant: value) }

    /// Multiplies by `b`.
    public static func *= (a: inout Dual, b: Dual) { a = a * b }

    /// Whether `a relation b` holds between the values; tangents are not looked at.
    public static func decide(_ a: Dual, _ relation: Relation, _ b: Dual) -> Bool {
        Base.decide(a.value, relation, b.value)
    }

    /// Whether the value of `a` is less.
    public static func < (a: Dual, b: Dual) -> Bool { decide(a, .less, b) }
    /// Whether the value of `a` is less, or the same.
    public static func <= (a: Dual, b: Dual) -> Bool { decide(a, .lessOrEqual, b) }
    /// Whether the value of `a` is greater.
    public static func > (a: Dual, b: Dual) -> Bool { decide(a, .greater, b) }
    /// Whether the value of `a` is greater, or the same.
    public static func >= (a: Dual, b: Dual) -> Bool { decide(a, .greaterOrEqual, b) }
}
