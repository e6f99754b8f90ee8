/// A number the interpreter can run a program on.
///
/// Your own number types conform by the members of ``RealAlgebra`` and a ``primal``; programs run on them by
/// ``ReversibleFunction/run(_:)``. The other members have defaults that ask the type's own arithmetic, and are there for
/// types that know better.
///
/// Tolerances look at ``primal`` only. Trivial storage lets the interpreter keep numbers in untyped registers.
public protocol ReversibleNumber: RealAlgebra, BitwiseCopyable {
    /// The plain value, without tangents, as a `Double`.
    var primal: Double { get }

    /// Whether the number is exactly zero, tangents included.
    ///
    /// A tangent that is exactly zero stays zero through any function, so a constant never acquires a tangent
    /// at a point where a derivative is infinite.
    var isZero: Bool { get }

    /// The parts that undoing may restore inexactly, as `Double`s: the value, and the tangents if there are any.
    ///
    /// Gradients over this number type are verified by comparing sums of these (see ``ReversibilityError/Kind/drift``).
    var components: [Double] { get }

    /// The number with the magnitude of every part, `limit` where it is larger: |value|, and |tangent| if there is one.
    static func componentMagnitudes(_ x: Self, atMost limit: Double) -> Self

    /// Whether sums and differences are exact, so that `a + b - b` is `a` in every bit.
    ///
    /// Rotations of such numbers are made of shears (`a += t * b`), and come back bit for bit; for others the plain formula
    /// is more accurate. By default they are not.
    static var hasExactSums: Bool { get }

    /// Whether arithmetic has left what the type can hold, where it has no infinity to say so; by default never.
    ///
    /// A place that becomes such a number is an error.
    var isOutOfRange: Bool { get }

    /// Whether a number of this type can ever be out of range; by default not, and nothing is spent on it.
    static var hasLimitedRange: Bool { get }

    /// What `place *= factor` makes of this number; nil if `place /= factor` would not undo it.
    ///
    /// By default the factor must divide what it has multiplied, to rounding.
    func scaled(by factor: Self) -> Self?

    /// What `place /= factor` makes of this number; nil if `place *= factor` would not undo it.
    func unscaled(by factor: Self) -> Self?

    /// Whether `a relation b` holds, in conditions; nil if there is no answer, as for a NaN.
    ///
    /// By default what ``RealAlgebra/select(_:_:_:then:else:)`` chooses.
    static func holds(_ a: Self, _ relation: Relation, _ b: Self) -> Bool?
}

extension ReversibleNumber {
    /// Whether the number is exactly zero; right for numbers without tangents.
    public var isZero: Bool { primal == 0 }

    /// The value alone; right for numbers without tangents.
    public var components: [Double] { [primal] }

    /// The absolute value; right for numbers without tangents.
    public static func componentMagnitudes(_ x: Self, atMost limit: Double) -> Self {
        let size = evaluate(.abs, x)
        // Most are not limited, and every read that is verified asks.
        return limit == .infinity ? size : evaluate(.min, Self(constant: limit), size)
    }

    /// Sums are rounded.
    public static var hasExactSums: Bool { false }

    /// Never.
    @inlinable
    public var isOutOfRange: Bool { false }

    /// Nothing leaves the range.
    @inlinable
    public static var hasLimitedRange: Bool { false }

    /// The product, if the quotient of it and the factor is this number again, to rounding.
    public func scaled(by factor: Self) -> Self? {
        let product = Self.product(self, factor)
        let isUndone = Self.agrees(Self.quotient(product, factor), self, factor)
        return isUndone ? product : nil
    }

    /// The quotient, if the product of it and the factor is this number again, to rounding.
    public func unscaled(by factor: Self) -> Self? {
        let quotient = Self.quotient(self, factor)
        let isUndone = Self.agrees(Self.product(quotient, factor), self, factor)
        return isUndone ? quotient : nil
    }

    /// Whether a number came back from a multiplication and a division.
    ///
    /// The type's own division tells, whatever 1 is in it: the quotient of equal numbers. Values are not compared as
    /// `Double`, which may not be able to hold them.
    private static func agrees(_ found: Self, _ expected: Self, _ factor: Self) -> Bool {
        let one = quotient(factor, factor).primal
        // 0 / 0, or an infinity divided by itself.
        guard one.isFinite else { return false }
        if withUnsafeBytes(of: found, { a in withUnsafeBytes(of: expected) { b in a.elementsEqual(b) } }) {
            return !found.primal.isNaN
        }
        // Written so that a NaN fails. Rounding leaves much less, also in single precision.
        let difference: Double = quotient(found, expected).primal - one
        return difference.magnitude <= 1e-5
    }

    /// What the selection chooses; nil if a number is a NaN.
    public static func holds(_ a: Self, _ relation: Relation, _ b: Self) -> Bool? {
        if a.primal.isNaN || b.primal.isNaN { return nil }
        let chosen = select(a, relation, b, then: Self(constant: 1), else: Self(constant: -1))
        return chosen.primal > 0
    }
}

extension ReversibleNumber where Self: FloatingPoint {
    /// The product, if the factor is finite and not 0, and nothing overflows or underflows to 0.
    @inline(__always)
    public func scaled(by factor: Self) -> Self? {
        let product = self * factor
        return factor.isFinite && factor != 0 && keepsScale(product) ? product : nil
    }

    /// The quotient, if the divisor is finite and not 0, and nothing overflows or underflows to 0.
    @inline(__always)
    public func unscaled(by factor: Self) -> Self? {
        let quotient = self / factor
        return factor.isFinite && factor != 0 && keepsScale(quotient) ? quotient : nil
    }

    @inline(__always)
    private func keepsScale(_ result: Self) -> Bool {
        (self == 0) == (result == 0) && (!isFinite || result.isFinite)
    }

    /// Whether the relation holds; nil if a number is a NaN.
    @inline(__always)
    public static func holds(_ a: Self, _ relation: Relation, _ b: Self) -> Bool? {
        a.isNaN || b.isNaN ? nil : relation.holds(a, b)
    }
}

extension ReversibleNumber {
    /// The point (a, b) turned by the angle whose cosine and sine are given, or turned back.
    static func rotate(_ a: inout Self, _ b: inout Self, _ cosine: Self, _ sine: Self, backward: Bool) {
        guard hasExactSums else {
            let (x, y) = (a, b)
            a = backward ? x * cosine + y * sine : x * cosine - y * sine
            b = backward ? y * cosine - x * sine : y * cosine + x * sine
            return
        }
        // Half and quarter turns are exact; what is left is at most an eighth of a turn, where the shears are small.
        // The same decisions are made on the way back, from the same cosine and sine.
        var (c, s) = (cosine, sine)
        let isBeyondHalf = c.primal < 0 && c.primal.magnitude >= s.primal.magnitude
        if isBeyondHalf { (c, s) = (-c, -s) }
        let quarter = s.primal.magnitude <= c.primal.magnitude ? 0 : s.primal > 0 ? 1 : -1
        if quarter == 1 { (c, s) = (s, -c) } else if quarter == -1 { (c, s) = (-s, c) }
        // The tangent of half the angle.
        let t = s / (Self(constant: 1) + c)
        if backward {
            a = a + t * b
            b = b - s * a
            a = a + t * b
            if quarter == 1 { (a, b) = (b, -a) } else if quarter == -1 { (a, b) = (-b, a) }
            if isBeyondHalf { (a, b) = (-a, -b) }
        } else {
            if isBeyondHalf { (a, b) = (-a, -b) }
            if quarter == 1 { (a, b) = (-b, a) } else if quarter == -1 { (a, b) = (b, -a) }
            a = a - t * b
            b = b + s * a
            a = a - t * b
        }
    }

    /// (a + b)/√2 and (a − b)/√2, its own inverse.
    static func hadamard(_ a: inout Self, _ b: inout Self) {
        let root = Self(constant: 0.5.squareRoot())
        guard hasExactSums else {
            (a, b) = ((a + b) * root, (a - b) * root)
            return
        }
        // A reflection and an eighth of a turn. Since products round alike for both signs, doing it twice undoes every
        // shear exactly.
        b = -b
        rotate(&a, &b, root, root, backward: false)
    }
}
