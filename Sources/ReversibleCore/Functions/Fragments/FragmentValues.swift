// The values fragments are written with. Operators build instructions; nothing is computed here.

/// A double of a fragment under construction.
struct FragmentReal: ExpressibleByFloatLiteral {
    var term: FragmentTerm

    init(term: FragmentTerm) { self.term = term }
    init(floatLiteral value: Double) { term = .real(value) }
    /// A constant.
    init(_ value: Double) { term = .real(value) }

    static func + (a: Self, b: Self) -> Self {
        .init(term: FragmentBuilder.term(.add, .real, a.term, b.term))
    }
    static func - (a: Self, b: Self) -> Self {
        .init(term: FragmentBuilder.term(.subtract, .real, a.term, b.term))
    }
    static func * (a: Self, b: Self) -> Self {
        .init(term: FragmentBuilder.term(.multiply, .real, a.term, b.term))
    }
    static func / (a: Self, b: Self) -> Self {
        .init(term: FragmentBuilder.term(.divide, .real, a.term, b.term))
    }

    /// The sign flipped, also of zeros.
    static prefix func - (a: Self) -> Self { (a.bits ^ FragmentBits.sign).real }

    /// The bits, as an integer.
    var bits: FragmentBits { .init(term: FragmentBuilder.term(.bits, .integer, term)) }
    /// |x|.
    var magnitude: Self { (bits & FragmentBits(0x7FFF_FFFF_FFFF_FFFF)).real }
    /// √x.
    var squareRoot: Self { .init(term: FragmentBuilder.term(.squareRoot, .real, term)) }
    /// The largest integer not above x.
    var floor: Self { .init(term: FragmentBuilder.term(.floor, .real, term)) }

    /// This value with the sign of another, where this one is not negative.
    func withSign(of other: Self) -> Self { (bits | (other.bits & FragmentBits.sign)).real }

    /// The same value, named in renderings.
    func named(_ name: String) -> Self {
        if case .place(let place, let builder) = term { builder.setName(name, of: place) }
        return self
    }

    /// A quotient of unevaluated sums, with one division and one step that corrects it.
    static func quotient(
        of numerator: (high: Self, low: Self),
        by denominator: (high: Self, low: Self)
    ) -> Self {
        let inverse = 1.0 / denominator.high
        let quotient = numerator.high * inverse
        let remainder =
            fma(-quotient, denominator.high, numerator.high)
            + fma(-quotient, denominator.low, numerator.low)
        return fma(remainder, inverse, quotient)
    }

    private static func compare(_ relation: Relation, _ a: Self, _ b: Self) -> FragmentMask {
        .init(term: FragmentBuilder.term(.compare(relation), .mask, a.term, b.term))
    }
    static func .< (a: Self, b: Self) -> FragmentMask { compare(.less, a, b) }
    static func .<= (a: Self, b: Self) -> FragmentMask { compare(.lessOrEqual, a, b) }
    static func .> (a: Self, b: Self) -> FragmentMask { compare(.greater, a, b) }
    static func .>= (a: Self, b: Self) -> FragmentMask { compare(.greaterOrEqual, a, b) }
    static func .== (a: Self, b: Self) -> FragmentMask { compare(.equal, a, b) }
    static func .!= (a: Self, b: Self) -> FragmentMask { compare(.notEqual, a, b) }
}

/// 64 bits of a fragment under construction; arithmetic wraps.
struct FragmentBits {
    var term: FragmentTerm

    init(term: FragmentTerm) { self.term = term }
    /// A constant.
    init(_ value: UInt64) { term = .integer(value) }

    /// The sign bit of a double.
    static var sign: Self { Self(0x8000_0000_0000_0000) }

    private static func term(_ operation: MathFragment.Operation, _ a: Self, _ b: Self) -> Self {
        .init(term: FragmentBuilder.term(operation, .integer, a.term, b.term))
    }
    static func + (a: Self, b: Self) -> Self { term(.integerAdd, a, b) }
    static func - (a: Self, b: Self) -> Self { term(.integerSubtract, a, b) }
    static func & (a: Self, b: Self) -> Self { term(.and, a, b) }
    static func | (a: Self, b: Self) -> Self { term(.or, a, b) }
    static func ^ (a: Self, b: Self) -> Self { term(.xor, a, b) }
    static func << (a: Self, count: Int) -> Self { term(.shiftLeft, a, Self(UInt64(count))) }
    /// A shift that brings zeros in.
    static func >> (a: Self, count: Int) -> Self { term(.shiftRight, a, Self(UInt64(count))) }
    static func << (a: Self, count: Self) -> Self { term(.shiftLeft, a, count) }
    static func >> (a: Self, count: Self) -> Self { term(.shiftRight, a, count) }
    static func * (a: Self, b: Self) -> Self { term(.multiplyLow, a, b) }
    /// The upper half of the product.
    func multipliedHigh(_ other: Self) -> Self { Self.term(.multiplyHigh, self, other) }

    static func .== (a: Self, b: Self) -> FragmentMask {
        .init(term: FragmentBuilder.term(.compareIntegers(.equal), .mask, a.term, b.term))
    }
    /// Signed comparison.
    static func .< (a: Self, b: Self) -> FragmentMask {
        .init(term: FragmentBuilder.term(.compareIntegers(.less), .mask, a.term, b.term))
    }

    /// The double with these bits.
    var real: FragmentReal { .init(term: FragmentBuilder.term(.realFromBits, .real, term)) }

    /// The word of `table` at this index.
    func lookUp(_ words: [UInt64]) -> Self {
        guard let builder = term.builder else { return self }
        return .init(term: FragmentBuilder.term(.table(builder.table(words)), .integer, term))
    }
}

/// True or false in a fragment under construction.
struct FragmentMask {
    var term: FragmentTerm

    static func .& (a: Self, b: Self) -> Self {
        .init(term: FragmentBuilder.term(.maskAnd, .mask, a.term, b.term))
    }
    static func .| (a: Self, b: Self) -> Self {
        .init(term: FragmentBuilder.term(.maskOr, .mask, a.term, b.term))
    }
    static prefix func .! (a: Self) -> Self { .init(term: FragmentBuilder.term(.maskNot, .mask, a.term)) }

    /// `chosen` where the mask is true, otherwise `other`.
    func select(_ chosen: FragmentReal, _ other: FragmentReal) -> FragmentReal {
        .init(term: FragmentBuilder.term(.select, .real, term, chosen.term, other.term))
    }
    func select(_ chosen: FragmentBits, _ other: FragmentBits) -> FragmentBits {
        .init(term: FragmentBuilder.term(.select, .integer, term, chosen.term, other.term))
    }
}

/// a · b + c, rounded once.
func fma(_ a: FragmentReal, _ b: FragmentReal, _ c: FragmentReal) -> FragmentReal {
    .init(term: FragmentBuilder.term(.fusedMultiplyAdd, .real, a.term, b.term, c.term))
}

/// The polynomial in `z` with these coefficients, from the constant one up, by Horner's rule.
func horner(_ z: FragmentReal, _ coefficients: [Double]) -> FragmentReal {
    guard let last = coefficients.last else { return 0.0 }
    return coefficients.dropLast().reversed().reduce(FragmentReal(last)) { fma($0, z, FragmentReal($1)) }
}

/// As ``horner(_:_:)``, with even and odd powers apart: one multiplication more, half the latency.
func hornerTwoWay(_ z: FragmentReal, _ coefficients: [Double]) -> FragmentReal {
    let square = z * z
    let even = stride(from: 0, to: coefficients.count, by: 2).map { coefficients[$0] }
    let odd = stride(from: 1, to: coefficients.count, by: 2).map { coefficients[$0] }
    return fma(horner(square, odd), z, horner(square, even))
}
