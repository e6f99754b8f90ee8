import ReversibleCore

/// A real number of ordinary Swift code: operators, elementary functions, literals, and comparisons of what it holds.
///
/// Code that is generic over it runs on `Double` and `Float`, on duals, on ``Traced`` numbers, which know their
/// derivatives, and on ``Staged`` numbers, which become a program. Any `if`, `while`, closure and recursion is allowed;
/// decisions are made by the values, without their derivatives, as Swift makes them: a comparison with a NaN is false.
///
/// ```swift
/// func power<R: EagerReal>(_ x: R, _ n: Int) -> R { (0..<n).reduce(1) { product, _ in product * x } }
/// ```
///
/// A Swift `Double` takes part as it is: `2 * x`, `w * t + b` with a `Double` t.
public protocol EagerReal: RealAlgebra, SignedNumeric, Comparable, ExpressibleByFloatLiteral
where Magnitude == Self {
    /// The constant `value`, which depends on nothing.
    init(_ value: Double)

    /// Whether `a relation b` holds between the values, whatever depends on what.
    static func decide(_ a: Self, _ relation: Relation, _ b: Self) -> Bool
}

extension EagerReal {
    /// The constant `source`; nil if a `Double` cannot hold it.
    public init?<Source: BinaryInteger>(exactly source: Source) {
        guard let value = Double(exactly: source) else { return nil }
        self.init(value)
    }

    /// A constant.
    public init(integerLiteral value: Int) { self.init(Double(value)) }
    /// A constant.
    public init(floatLiteral value: Double) { self.init(value) }

    /// The absolute value, whose derivative at 0 is 0.
    public var magnitude: Self { Self.evaluate(.abs, self) }

    /// The larger number; at a tie the first has the whole derivative.
    public static func max(_ a: Self, _ b: Self) -> Self { evaluate(.max, a, b) }
    /// The smaller number; at a tie the first has the whole derivative.
    public static func min(_ a: Self, _ b: Self) -> Self { evaluate(.min, a, b) }
}

// What Swift's own protocols of numbers do not have. Everything else is theirs, so that expressions have nothing new to
// weigh.
extension EagerReal {
    // Of a number with a derivative too: `Equatable` would look at the derivative.

    /// Whether the values are equal.
    public static func == (a: Self, b: Self) -> Bool { decide(a, .equal, b) }
    /// Whether the values differ; true for a NaN.
    public static func != (a: Self, b: Self) -> Bool { !decide(a, .equal, b) }

    /// a / b.
    public static func / (a: Self, b: Self) -> Self { quotient(a, b) }
    /// Divides by `b`.
    public static func /= (a: inout Self, b: Self) { a = quotient(a, b) }
}

// A number of the host is a constant.
extension EagerReal {
    /// a + b.
    @_disfavoredOverload
    public static func + (a: Self, b: Double) -> Self { sum(a, Self(b)) }
    /// a + b.
    @_disfavoredOverload
    public static func + (a: Double, b: Self) -> Self { sum(Self(a), b) }
    /// a − b.
    @_disfavoredOverload
    public static func - (a: Self, b: Double) -> Self { difference(a, Self(b)) }
    /// a − b.
    @_disfavoredOverload
    public static func - (a: Double, b: Self) -> Self { difference(Self(a), b) }
    /// a · b.
    @_disfavoredOverload
    public static func * (a: Self, b: Double) -> Self { product(a, Self(b)) }
    /// a · b.
    @_disfavoredOverload
    public static func * (a: Double, b: Self) -> Self { product(Self(a), b) }
    /// a / b.
    @_disfavoredOverload
    public static func / (a: Self, b: Double) -> Self { quotient(a, Self(b)) }
    /// a / b.
    @_disfavoredOverload
    public static func / (a: Double, b: Self) -> Self { quotient(Self(a), b) }
}
