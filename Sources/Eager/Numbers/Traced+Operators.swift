import ReversibleCore

// On the type itself, where Swift's type checker finds them at once.

extension Traced {
    /// a + b.
    public static func + (a: Traced, b: Traced) -> Traced { sum(a, b) }
    /// a − b.
    public static func - (a: Traced, b: Traced) -> Traced { difference(a, b) }
    /// a · b.
    public static func * (a: Traced, b: Traced) -> Traced { product(a, b) }
    /// Multiplies by `b`.
    public static func *= (a: inout Traced, b: Traced) { a = product(a, b) }
    /// a / b.
    public static func / (a: Traced, b: Traced) -> Traced { quotient(a, b) }
    /// −a.
    public static prefix func - (a: Traced) -> Traced { negative(a) }

    /// The constant `value`.
    public init(constant value: Double) { self.init(value) }

    /// Whether the values are equal.
    public static func == (a: Traced, b: Traced) -> Bool { decide(a, .equal, b) }
    /// Whether the value of `a` is less.
    public static func < (a: Traced, b: Traced) -> Bool { decide(a, .less, b) }
    /// Whether the value of `a` is less, or the same.
    public static func <= (a: Traced, b: Traced) -> Bool { decide(a, .lessOrEqual, b) }
    /// Whether the value of `a` is greater.
    public static func > (a: Traced, b: Traced) -> Bool { decide(a, .greater, b) }
    /// Whether the value of `a` is greater, or the same.
    public static func >= (a: Traced, b: Traced) -> Bool { decide(a, .greaterOrEqual, b) }
}

// A number of the host is a constant.
extension Traced {
    /// a + b.
    @_disfavoredOverload
    public static func + (a: Traced, b: Double) -> Traced { sum(a, Traced(b)) }
    /// a + b.
    @_disfavoredOverload
    public static func + (a: Double, b: Traced) -> Traced { sum(Traced(a), b) }
    /// a − b.
    @_disfavoredOverload
    public static func - (a: Traced, b: Double) -> Traced { difference(a, Traced(b)) }
    /// a − b.
    @_disfavoredOverload
    public static func - (a: Double, b: Traced) -> Traced { difference(Traced(a), b) }
    /// a · b.
    @_disfavoredOverload
    public static func * (a: Traced, b: Double) -> Traced { product(a, Traced(b)) }
    /// a · b.
    @_disfavoredOverload
    public static func * (a: Double, b: Traced) -> Traced { product(Traced(a), b) }
    /// a / b.
    @_disfavoredOverload
    public static func / (a: Traced, b: Double) -> Traced { quotient(a, Traced(b)) }
    /// a / b.
    @_disfavoredOverload
    public static func / (a: Double, b: Traced) -> Traced { quotient(Traced(a), b) }
}
