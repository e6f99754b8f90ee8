extension Relation {
    /// Whether `a` stands in this relation to `b` and neither is NaN: the condition of a selection.
    @inline(__always)
    package func holdsBetweenNumbers<T: FloatingPoint>(_ a: T, _ b: T) -> Bool {
        // Only != holds for a NaN.
        self == .notEqual ? a < b || a > b : holds(a, b)
    }
}

extension Double: RealAlgebra, ReversibleNumber {
    /// a + b.
    public static func sum(_ a: Double, _ b: Double) -> Double { a + b }
    /// a − b.
    public static func difference(_ a: Double, _ b: Double) -> Double { a - b }
    /// a · b.
    public static func product(_ a: Double, _ b: Double) -> Double { a * b }
    /// a / b.
    public static func quotient(_ a: Double, _ b: Double) -> Double { a / b }
    /// −a.
    public static func negative(_ a: Double) -> Double { -a }

    /// The constant `value`.
    @inlinable
    public init(constant value: Double) { self = value }

    /// The plain value.
    @inlinable
    public var primal: Double { self }

    /// `function(x)` for a function of one argument.
    public static func evaluate(_ function: ElementaryFunction, _ x: Double) -> Double {
        function.value(x)
    }

    /// `function(x, y)` for a function of two arguments.
    public static func evaluate(_ function: ElementaryFunction, _ x: Double, _ y: Double) -> Double {
        function.value(x, y)
    }

    /// `chosen` where `a relation b` holds, otherwise `other`; a NaN in `a` or `b` chooses `other`.
    public static func select(
        _ a: Double,
        _ relation: Relation,
        _ b: Double,
        then chosen: Double,
        else other: Double
    ) -> Double {
        relation.holdsBetweenNumbers(a, b) ? chosen : other
    }
}

extension Float: RealAlgebra, ReversibleNumber {
    /// a + b.
    public static func sum(_ a: Float, _ b: Float) -> Float { a + b }
    /// a − b.
    public static func difference(_ a: Float, _ b: Float) -> Float { a - b }
    /// a · b.
    public static func product(_ a: Float, _ b: Float) -> Float { a * b }
    /// a / b.
    public static func quotient(_ a: Float, _ b: Float) -> Float { a / b }
    /// −a.
    public static func negative(_ a: Float) -> Float { -a }

    /// The constant `value`, rounded.
    @inlinable
    public init(constant value: Double) { self = Float(value) }

    /// The plain value as a `Double`, exact.
    @inlinable
    public var primal: Double { Double(self) }

    /// `function(x)` for a function of one argument.
    public static func evaluate(_ function: ElementaryFunction, _ x: Float) -> Float {
        function.value(x)
    }

    /// `function(x, y)` for a function of two arguments.
    public static func evaluate(_ function: ElementaryFunction, _ x: Float, _ y: Float) -> Float {
        function.value(x, y)
    }

    /// `chosen` where `a relation b` holds, otherwise `other`; a NaN in `a` or `b` chooses `other`.
    public static func select(
        _ a: Float,
        _ relation: Relation,
        _ b: Float,
        then chosen: Float,
        else other: Float
    ) -> Float {
        relation.holdsBetweenNumbers(a, b) ? chosen : other
    }
}
