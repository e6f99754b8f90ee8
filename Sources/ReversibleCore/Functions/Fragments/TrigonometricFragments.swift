/// sin, cos and tan.
///
/// x = q π/2 + r: with π/2 in three doubles (Cody and Waite) below 10⁵, and from there on by Payne and Hanek's
/// method, which multiplies with just the bits of 2/π that matter. The kernels on |r| ≤ π/4 are minimax
/// polynomials.
enum TrigonometricFragments {
    /// (sin r − r) / r³ in r².
    private static let sineTail: [Double] = [
        -0x1.5555555555549p-3, 0x1.111111110f87ap-7, -0x1.a01a019c11990p-13, 0x1.71de3577b4e8ap-19,
        -0x1.ae5e6638965ebp-26, 0x1.5d93004970b69p-33,
    ]
    /// (cos r − 1 + r²/2) / r⁴ in r².
    private static let cosineTail: [Double] = [
        0x1.555555555554cp-5, -0x1.6c16c16c1517ep-10, 0x1.a01a019cb1bf4p-16, -0x1.27e4f809f172fp-22,
        0x1.1ee9ebe983a11p-29, -0x1.8fae9c87de470p-37,
    ]

    struct Reduced {
        var r: FragmentReal
        /// What r lost to rounding; nil where nobody asked.
        var rest: FragmentReal?
        /// q in its low bits.
        var quadrant: FragmentBits
    }

    /// Without `mayBeLarge`, |x| is below 10⁵.
    private static func reduce(_ x: FragmentReal, withRest: Bool, mayBeLarge: Bool) -> Reduced {
        let shifted = fma(x, 0x1.45f306dc9c883p-1, ExponentialFragments.roundingShift)
        let q = (shifted - ExponentialFragments.roundingShift).named("q")
        // Exact: where x and q π/2 cancel, their difference has no more bits than a double.
        let first = fma(q, -0x1.921fb54442d18p+0, x)
        guard withRest else {
            let second = fma(q, -0x1.1a62633145c07p-54, first)
            let r = fma(q, 0x1.f1976b7ed8fbcp-110, second)
            guard mayBeLarge else { return Reduced(r: r.named("r"), rest: nil, quadrant: shifted.bits) }
            let large = LargeReduction.rarely(x, otherwise: [r, 0.0, shifted])
            return Reduced(r: large[0].named("r"), rest: nil, quadrant: large[2].bits)
        }
        // Here q π/2's second part cancels once more, so its product is needed to the last bit.
        let product = q * 0x1.1a62633145c07p-54
        let productLow = fma(q, 0x1.1a62633145c07p-54, -product)
        let second = first - product
        let rest = fma(q, 0x1.f1976b7ed8fbcp-110, (first - second) - product - productLow)
        let r = second + rest
        let rounding = (second - r) + rest
        guard mayBeLarge else { return Reduced(r: r.named("r"), rest: rounding, quadrant: shifted.bits) }
        let large = LargeReduction.rarely(x, otherwise: [r, rounding, shifted])
        return Reduced(r: large[0].named("r"), rest: large[1], quadrant: large[2].bits)
    }

    /// sin r − r.
    private static func sineTerm(_ r: FragmentReal, _ z: FragmentReal) -> FragmentReal {
        r * z * horner(z, sineTail)
    }

    /// cos r as 1 − z/2, rounded, and the rest.
    private static func cosineParts(_ z: FragmentReal) -> (high: FragmentReal, low: FragmentReal) {
        let half = 0.5 * z
        let high = 1.0 - half
        return (high, fma(z * z, horner(z, cosineTail), (1.0 - high) - half))
    }

    /// The sine of x + quadrants · π/2.
    private static func sine(
        _ x: FragmentReal,
        quadrants: UInt64,
        mayBeLarge: Bool = true
    ) -> FragmentReal {
        let reduced = reduce(x, withRest: false, mayBeLarge: mayBeLarge)
        let quadrant = quadrants == 0 ? reduced.quadrant : reduced.quadrant + FragmentBits(quadrants)
        let z = (reduced.r * reduced.r).named("z")
        let sine = fma(reduced.r * z, horner(z, sineTail), reduced.r)
        let cosine = cosineParts(z)
        let even = (quadrant & FragmentBits(1)) .== FragmentBits(0)
        let value = even.select(sine, cosine.high + cosine.low)
        return (value.bits ^ ((quadrant & FragmentBits(2)) << 62)).real
    }

    /// sin x for |x| < 10⁵, inside other functions.
    static func sineOfSmall(_ x: FragmentReal) -> FragmentReal {
        sine(x, quadrants: 0, mayBeLarge: false)
    }

    static let sin = FragmentBuilder.function { x in
        // The select keeps the sign of zero.
        (x .== 0.0).select(x, sine(x, quadrants: 0))
    }

    static let cos = FragmentBuilder.function { x in sine(x, quadrants: 1) }

    static let tan = FragmentBuilder.function { x in tangent(x, mayBeLarge: true) }

    /// tan x; inside other functions, whose arguments are small, without the reduction of large ones.
    static func tangent(_ x: FragmentReal, mayBeLarge: Bool) -> FragmentReal {
        let reduced = reduce(x, withRest: true, mayBeLarge: mayBeLarge)
        let z = reduced.r * reduced.r
        let rest = reduced.rest ?? 0.0
        let term = sineTerm(reduced.r, z)
        let sineHigh = reduced.r + term
        let sineLow = (reduced.r - sineHigh) + term + fma(z, -0.5 * rest, rest)
        let cosine = cosineParts(z)
        let cosineHigh = cosine.high + cosine.low
        let cosineLow = fma(-reduced.r, rest, (cosine.high - cosineHigh) + cosine.low)
        // In odd quadrants −cos / sin, with the sign put in at the end.
        let even = (reduced.quadrant & FragmentBits(1)) .== FragmentBits(0)
        let numerator = even.select(sineHigh, cosineHigh)
        let numeratorLow = even.select(sineLow, cosineLow)
        let denominator = even.select(cosineHigh, sineHigh)
        let denominatorLow = even.select(cosineLow, sineLow)
        let value = FragmentReal.quotient(
            of: (numerator, numeratorLow), by: (denominator, denominatorLow))
        let signed = (value.bits ^ ((reduced.quadrant & FragmentBits(1)) << 63)).real
        return (x .== 0.0).select(x, signed)
    }
}
