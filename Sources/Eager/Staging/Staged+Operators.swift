import ReversibleCore

// On the type itself, where Swift's type checker finds them at once.

extension Staged {
    /// a + b.
    public static func + (a: Staged, b: Staged) -> Staged { sum(a, b) }
    /// a − b.
    public static func - (a: Staged, b: Staged) -> Staged { difference(a, b) }
    /// a · b.
    public static func * (a: Staged, b: Staged) -> Staged { product(a, b) }
    /// Multiplies by `b`.
    public static func *= (a: inout Staged, b: Staged) { a = product(a, b) }
    /// a / b.
    public static func / (a: Staged, b: Staged) -> Staged { quotient(a, b) }
    /// −a.
    public static prefix func - (a: Staged) -> Staged { negative(a) }

    /// The constant `value`.
    public init(constant value: Double) { self.init(value) }

    /// Whether the values are equal.
    public static func == (a: Staged, b: Staged) -> Bool { decide(a, .equal, b) }
    /// Whether the value of `a` is less.
    public static func < (a: Staged, b: Staged) -> Bool { decide(a, .less, b) }
    /// Whether the value of `a` is less, or the same.
    public static func <= (a: Staged, b: Staged) -> Bool { decide(a, .lessOrEqual, b) }
    /// Whether the value of `a` is greater.
    public static func > (a: Staged, b: Staged) -> Bool { decide(a, .greater, b) }
    /// Whether the value of `a` is greater, or the same.
    public static func >= (a: Staged, b: Staged) -> Bool { decide(a, .greaterOrEqual, b) }
}
