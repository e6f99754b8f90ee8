/// A 64-bit fixed-point number with 43 fraction bits: the multiples of 2⁻⁴³ in [−2²⁰, 2²⁰).
///
/// Addition, subtraction and negation wrap modulo 2²¹, so `+=` and `-=` undo each other exactly for every
/// pair of numbers, which floating point cannot promise. Within the range they are exact.
///
/// Products and quotients are rounded to nearest, ties to even, and saturate at the ends of the range. A nonzero
/// number divided by zero gives the end of its sign, 0 / 0 gives 0. The other functions are computed in
/// `Double` and rounded by ``init(_:)``.
public struct FixedPoint43: ReversibleNumber, Equatable {
    /// The number times 2⁴³.
    public let bitPattern: Int64

    /// The number `bitPattern` · 2⁻⁴³.
    @inlinable
    public init(bitPattern: Int64) { self.bitPattern = bitPattern }

    /// The number nearest to `value`, ties to even; the nearer end of the range beyond it, and 0 for NaN.
    public init(_ value: Double) {
        let scaled = (value * Self.unit).rounded(.toNearestOrEven)
        if let exact = Int64(exactly: scaled) {
            bitPattern = exact
        } else {
            bitPattern = scaled > 0 ? .max : scaled < 0 ? .min : 0
        }
    }

    /// The number nearest to `value`, as ``init(_:)``.
    public init(constant value: Double) { self.init(value) }

    /// The value as a `Double`, rounded where it needs more than 53 bits (beyond ±2¹⁰).
    public var primal: Double { Double(bitPattern) / Self.unit }

    /// Whether the number is zero.
    @inlinable
    public var isZero: Bool { bitPattern == 0 }

    private static let fractionBits = 43
    private static let unit = 0x1p43
}

extension Double {
    /// The value of `number`, rounded where it needs more than 53 bits.
    public init(_ number: FixedPoint43) { self = number.primal }
}

extension FixedPoint43: CustomStringConvertible {
    /// The value in decimal, as its nearest `Double`.
    public var description: String { Double(self).description }
}

extension FixedPoint43 {
    /// a + b.
    public static func sum(_ a: Self, _ b: Self) -> Self { a + b }
    /// a − b.
    public static func difference(_ a: Self, _ b: Self) -> Self { a - b }
    /// a · b.
    public static func product(_ a: Self, _ b: Self) -> Self { a * b }
    /// a / b.
    public static func quotient(_ a: Self, _ b: Self) -> Self { a / b }
    /// −a.
    public static func negative(_ a: Self) -> Self { -a }

    /// The sum modulo 2²¹.
    @inlinable
    public static func + (a: Self, b: Self) -> Self { Self(bitPattern: a.bitPattern &+ b.bitPattern) }

    /// The difference modulo 2²¹.
    @inlinable
    public static func - (a: Self, b: Self) -> Self { Self(bitPattern: a.bitPattern &- b.bitPattern) }

    /// The negative modulo 2²¹: −(−2²⁰) is −2²⁰.
    @inlinable
    public static prefix func - (a: Self) -> Self { Self(bitPattern: 0 &- a.bitPattern) }

    /// The product, rounded to nearest and saturated.
    public static func * (a: Self, b: Self) -> Self {
        let product = Int128(a.bitPattern) * Int128(b.bitPattern)
        let down = product >> fractionBits
        let rest = product - (down << fractionBits)
        return rounded(down, twiceRest: rest * 2, of: Int128(1) << fractionBits)
    }

    /// The quotient, rounded to nearest and saturated.
    public static func / (a: Self, b: Self) -> Self {
        if b.isZero { return Self(bitPattern: a.isZero ? 0 : a.bitPattern > 0 ? .max : .min) }
        // The divisor's sign on the dividend, so that the rest above the floor is nonnegative.
        let sign = Int128(b.bitPattern.signum())
        let divisor = Int128(b.bitPattern) * sign
        var (down, rest) = ((Int128(a.bitPattern) << fractionBits) * sign).quotientAndRemainder(
            dividingBy: divisor
        )
        if rest < 0 {
            down -= 1
            rest += divisor
        }
        return rounded(down, twiceRest: rest * 2, of: divisor)
    }

    /// `down` + `twiceRest` / (2 `whole`) rounded to nearest, ties to even, and saturated.
    private static func rounded(_ down: Int128, twiceRest: Int128, of whole: Int128) -> Self {
        let up = twiceRest > whole || (twiceRest == whole && !down.isMultiple(of: 2))
        return Self(bitPattern: Int64(clamping: up ? down + 1 : down))
    }

    /// `function(x)`: exact for negate, abs, sign and floor, through `Double` for the others.
    public static func evaluate(_ function: ElementaryFunction, _ x: Self) -> Self {
        switch function {
        case .negate: -x
        case .abs: Self(bitPattern: Int64(clamping: x.bitPattern.magnitude))
        case .sign: Self(bitPattern: x.bitPattern.signum() << fractionBits)
        case .floor: Self(bitPattern: (x.bitPattern >> fractionBits) << fractionBits)
        default: Self(function.value(x.primal))
        }
    }

    /// `function(x, y)`: the operators for arithmetic, exact for min and max, through `Double` for the others.
    public static func evaluate(_ function: ElementaryFunction, _ x: Self, _ y: Self) -> Self {
        switch function {
        case .add: x + y
        case .subtract: x - y
        case .multiply, .chain: x * y
        case .divide: x / y
        case .min: x.bitPattern <= y.bitPattern ? x : y
        case .max: x.bitPattern >= y.bitPattern ? x : y
        default: Self(function.value(x.primal, y.primal))
        }
    }

    /// `chosen` where `a relation b` holds, otherwise `other`; the comparison is exact.
    public static func select(
        _ a: Self,
        _ relation: Relation,
        _ b: Self,
        then chosen: Self,
        else other: Self
    ) -> Self {
        relation.holds(a.bitPattern, b.bitPattern) ? chosen : other
    }
}
