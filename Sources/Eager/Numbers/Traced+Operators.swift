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
