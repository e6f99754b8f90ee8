/// A 64-bit fixed-point number with 43 fraction bits: the multiples of 2⁻⁴³ between −2²⁰ and 2²⁰.
///
/// Sums, differences and negatives are exact, so `+=` and `-=` undo each other in every bit, which floating point cannot
/// promise; so do rotations. What leaves the range is ``isOutOfRange``, and a place of a program that becomes such a
/// number is an error, never a wrong number.
///
/// Products and quotients are rounded to nearest, ties to even. `*=` and `/=` are refused where the rounding would not
/// be undone: products by a factor below 1 in size lose bits. The other functions are computed in `Double` and rounded by
/// ``init(_:)``.
public struct FixedPoint43: ReversibleNumber, Equatable {
    /// The number times 2⁴³.
    public let bitPattern: Int64

    /// The number `bitPattern` · 2⁻⁴³; out of range for the least pattern.
    @inlinable
    public init(bitPattern: Int64) { self.bitPattern = bitPattern }

    /// The number nearest to `value`, ties to even; out of range beyond the range, and for NaN.
    public init(_ value: Double) {
        let scaled = (value * Self.unit).rounded(.toNearestOrEven)
        bitPattern = Int64(exactly: scaled) ?? .min
    }

    /// Whether this stands for all that the type cannot hold: sums and products beyond ±2²⁰, quotients by 0, and what
    /// comes of them.
    public var isOutOfRange: Bool { bitPattern == .min }

    /// Some results are out of range.
    public static var hasLimitedRange: Bool { true }

    /// They are.
    public static var hasExactSums: Bool { true }

    /// The number nearest to `value`, as ``init(_:)``.
    public init(constant value: Double) { self.init(value) }

    /// The value as a `Double`, rounded where it needs more than 53 bits (beyond ±2¹⁰); NaN if out of range.
    public var primal: Double { isOutOfRange ? .nan : Double(bitPattern) / Self.unit }

    /// Whether the number is zero.
    @inlinable
    public var isZero: Bool { bitPattern == 0 }

    private static let outOfRange = Self(bitPattern: .min)
    private static let fractionBits = 43
    private static let unit = 0x1p43
}

extension Double {
    /// The value of `number`, rounded where it needs more than 53 bits.
    public init(_ number: FixedPoint43) { self = number.primal }
}

extension FixedPoint43: CustomStringConvertible {
    /// The value in decimal, as its nearest `Double`.
    public var description: String { isOutOfRange ? "out of range" : Double(self).description }
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

    /// The sum, exact.
    public static func + (a: Self, b: Self) -> Self {
        inRange(a.bitPattern.addingReportingOverflow(b.bitPattern), a, b)
    }

    /// The difference, exact.
    public static func - (a: Self, b: Self) -> Self {
        inRange(a.bitPattern.subtractingReportingOverflow(b.bitPattern), a, b)
    }

    /// The negative.
    @inlinable
    public static prefix func - (a: Self) -> Self { Self(bitPattern: 0 &- a.bitPattern) }

    private static func inRange(
        _ result: (partialValue: Int64, overflow: Bool), _ a: Self, _ b: Self
    ) -> Self {
        result.overflow || a.isOutOfRange || b.isOutOfRange
            ? outOfRange : Self(bitPattern: result.partialValue)
    }

    /// The product, rounded to nearest.
    public static func * (a: Self, b: Self) -> Self {
        if a.isOutOfRange || b.isOutOfRange { return outOfRange }
        let product = Int128(a.bitPattern) * Int128(b.bitPattern)
        let down = product >> fractionBits
        let rest = product - (down << fractionBits)
        return rounded(down, twiceRest: rest * 2, of: Int128(1) << fractionBits)
    }

    /// The quotient, rounded to nearest.
    public static func / (a: Self, b: Self) -> Self {
        if b.isZero || a.isOutOfRange || b.isOutOfRange { return outOfRange }
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

    /// `down` + `twiceRest` / (2 `whole`) rounded to nearest, ties to even.
    private static func rounded(_ down: Int128, twiceRest: Int128, of whole: Int128) -> Self {
        let up = twiceRest > whole || (twiceRest == whole && !down.isMultiple(of: 2))
        return Int64(exactly: up ? down + 1 : down).map { Self(bitPattern: $0) } ?? outOfRange
    }

    /// The product, if division by the factor gives this number again in every bit.
    public func scaled(by factor: Self) -> Self? {
        let product = self * factor
        return !factor.isZero && product / factor == self && !product.isOutOfRange ? product : nil
    }

    /// The quotient, if multiplication by the factor gives this number again in every bit.
    public func unscaled(by factor: Self) -> Self? {
        let quotient = self / factor
        return quotient * factor == self && !quotient.isOutOfRange ? quotient : nil
    }

    /// Whether the relation holds, exactly; nil for a number out of range.
    public static func holds(_ a: Self, _ relation: Relation, _ b: Self) -> Bool? {
        a.isOutOfRange || b.isOutOfRange ? nil : relation.holds(a.bitPattern, b.bitPattern)
    }

    /// `function(x)`: exact for negate, abs, sign, floor, ceil, round and stopGradient, through `Double` for the others.
    public static func evaluate(_ function: ElementaryFunction, _ x: Self) -> Self {
        if x.isOutOfRange { return x }
        return switch function {
        case .negate: -x
        case .abs: x.bitPattern < 0 ? -x : x
        case .sign: Self(bitPattern: x.bitPattern.signum() << fractionBits)
        case .floor: whole(x.bitPattern, adding: 0)
        case .ceil: whole(x.bitPattern, adding: (1 << fractionBits) - 1)
        case .round:
            x.bitPattern < 0
                ? -whole(-x.bitPattern, adding: 1 << (fractionBits - 1))
                : whole(x.bitPattern, adding: 1 << (fractionBits - 1))
        case .stopGradient: x
        default: Self(function.value(x.primal))
        }
    }

    /// The largest integer not above the sum, if it is in range.
    private static func whole(_ bits: Int64, adding part: Int64) -> Self {
        let (sum, overflow) = bits.addingReportingOverflow(part)
        return overflow ? outOfRange : Self(bitPattern: (sum >> fractionBits) << fractionBits)
    }

    /// `function(x, y)`: the operators for arithmetic, exact for min and max, through `Double` for the others.
    public static func evaluate(_ function: ElementaryFunction, _ x: Self, _ y: Self) -> Self {
        if x.isOutOfRange || y.isOutOfRange { return outOfRange }
        return switch function {
        case .add: x + y
        case .subtract: x - y
        case .multiply, .chain: x * y
        case .divide: x / y
        case .min: x.bitPattern <= y.bitPattern ? x : y
        case .max: x.bitPattern >= y.bitPattern ? x : y
        default: Self(function.value(x.primal, y.primal))
        }
    }

    /// `chosen` where `a relation b` holds, otherwise `other`, also for a number out of range; the comparison is exact.
    public static func select(
        _ a: Self,
        _ relation: Relation,
        _ b: Self,
        then chosen: Self,
        else other: Self
    ) -> Self {
        holds(a, relation, b) ?? false ? chosen : other
    }
}
