/// The logarithms.
///
/// x = 2ᵉ m with m between √½ and √2; with f = m − 1 and s = f / (2 + f), log m = 2 artanh s, an odd function of
/// s (the arrangement of FDLIBM, in which f² / 2 is subtracted exactly).
enum LogarithmicFragments {
    /// (2 artanh s − 2s) / s³ in s².
    private static let tail: [Double] = [
        0x1.5555555555592p-1, 0x1.999999997fd7bp-2, 0x1.24924941f4d3cp-2, 0x1.c71c52061df4bp-3,
        0x1.74663f9f7da1bp-3, 0x1.39a1a7102f47cp-3, 0x1.2f06351a00ef8p-3,
    ]
    /// ln 2 to 42 bits, so that its product with an exponent is exact, and the rest.
    static var ln2High: FragmentReal { 0x1.62e42fefa3800p-1 }
    static var ln2Low: FragmentReal { 0x1.ef35793c76730p-45 }

    /// The exponent as a double: 2⁵² + 1023 + e, as bits, less this.
    private static let exponentOffset: Double = 0x1p52 + 1023

    struct Split {
        /// The exponent e; infinite or NaN for arguments whose logarithm is.
        var e: FragmentReal
        /// m, between √½ and √2.
        var m: FragmentReal
        /// The bits of x ≥ 0 less those of √½ over 1: the biased exponent of m's power of two stands on top.
        var shiftedBits: FragmentBits
    }

    /// The exponent and mantissa of x; the logarithm of zeros, infinities, NaN and negative numbers comes out by
    /// an exponent that is not finite.
    static func split(_ x: FragmentReal) -> Split {
        let usual = (x .>= 0x1p-1022) .& (x .< FragmentReal(.infinity))
        let adapted = FragmentBuilder.rarely(
            .!usual, [x], otherwise: [x, FragmentReal(-exponentOffset)]
        ) { values in
            let x = values[0]
            let subnormal = (x .> 0.0) .& (x .< 0x1p-1022)
            // What is added to the exponent otherwise: ∞ at ∞, NaN at NaN and below zero.
            let atLimit = (x .== 0.0).select(
                FragmentReal(-Double.infinity), (x .> 0.0).select(x, FragmentReal(.nan)))
            return [
                subnormal.select(x * 0x1p54, 1.0),
                subnormal.select(FragmentReal(-exponentOffset - 54), atLimit),
            ]
        }
        // Between the bits of √½ and those of √2, the exponent field of the difference is constant.
        let shifted = adapted[0].bits - FragmentBits(0x3FE6_A09E_667F_3BCD &- 0x3FF0_0000_0000_0000)
        let mantissa = (shifted & FragmentBits(0x000F_FFFF_FFFF_FFFF)) + FragmentBits(0x3FE6_A09E_667F_3BCD)
        let biased = ((shifted >> 52) | FragmentBits(0x4330_0000_0000_0000)).real
        return Split(
            e: (biased + adapted[1]).named("e"), m: mantissa.real.named("m"), shiftedBits: shifted)
    }

    /// log(1 + f) = f − (halfSquare − rest).
    struct Kernel {
        var f: FragmentReal
        var halfSquare: FragmentReal
        var rest: FragmentReal
        var s: FragmentReal
    }

    static func kernel(_ f: FragmentReal) -> Kernel {
        let s = (f / (2.0 + f)).named("s")
        let z = s * s
        let halfSquare = 0.5 * f * f
        return Kernel(
            f: f, halfSquare: halfSquare, rest: s * fma(z, hornerTwoWay(z, tail), halfSquare), s: s)
    }

    static let log = FragmentBuilder.function { x in
        let parts = split(x)
        let kernel = kernel((parts.m - 1.0).named("f"))
        let low = kernel.halfSquare - fma(parts.e, ln2Low, kernel.rest)
        return fma(parts.e, ln2High, kernel.f - low)
    }

    /// log x as an unevaluated sum, to about 60 bits; the low part is NaN where the high one is infinite.
    static func logarithmParts(_ x: FragmentReal) -> (high: FragmentReal, low: FragmentReal) {
        let parts = split(x)
        let kernel = kernel((parts.m - 1.0).named("f"))
        let mantissa = kernel.f - kernel.halfSquare
        let mantissaLow = (kernel.f - mantissa) - kernel.halfSquare + kernel.rest
        let whole = parts.e * ln2High
        let high = whole + mantissa
        return (high, (whole - high) + mantissa + fma(parts.e, ln2Low, mantissaLow))
    }

    /// (log m · scale) + e · exponentScale, the constants given to about twice a double's precision.
    private static func scaled(
        _ x: FragmentReal,
        scale: (high: FragmentReal, low: FragmentReal),
        exponentScale: (high: FragmentReal, low: FragmentReal)?
    ) -> FragmentReal {
        let parts = split(x)
        let kernel = kernel((parts.m - 1.0).named("f"))
        let high = kernel.f - kernel.halfSquare
        let low = (kernel.f - high) - kernel.halfSquare + kernel.rest
        let product = high * scale.high
        let productLow = fma(high, scale.high, -product) + fma(high, scale.low, low * scale.high)
        guard let exponentScale else {
            // e is finite or decides alone; its low-order companions must not turn ∞ into NaN.
            return parts.e + product + fastError(parts.e, product, productLow)
        }
        let whole = parts.e * exponentScale.high
        return whole + product + fma(parts.e, exponentScale.low, fastError(whole, product, productLow))
    }

    /// What a + b lost to rounding, plus `rest`; `rest` alone where a is infinite.
    private static func fastError(
        _ a: FragmentReal,
        _ b: FragmentReal,
        _ rest: FragmentReal
    ) -> FragmentReal {
        let sum = a + b
        return ((a.magnitude) .< FragmentReal(.infinity)).select((a - sum) + b + rest, 0.0)
    }

    static let log2 = FragmentBuilder.function { x in
        scaled(x, scale: (0x1.71547652b82fep+0, 0x1.777d0ffda0d24p-56), exponentScale: nil)
    }

    static let log10 = FragmentBuilder.function { x in
        scaled(
            x, scale: (0x1.bcb7b1526e50ep-2, 0x1.95355baaafad3p-57),
            exponentScale: (0x1.34413509f7800p-2, 0x1.fef311f12b358p-46))
    }

    static let log1p = FragmentBuilder.function { x in onePlus(x, nil).withSign(of: x) }

    /// log(1 + high + low), or log 2·twice where the mask is true.
    ///
    /// log(u + lost) = log u + lost / u, where u is 1 + high, rounded, and `lost` the rest.
    static func onePlus(
        _ high: FragmentReal,
        _ low: FragmentReal?,
        twice: FragmentReal? = nil,
        where isTwice: FragmentMask? = nil
    ) -> FragmentReal {
        let sum = 1.0 + high
        // By the two-sum that does not ask which summand is larger.
        let back = sum - high
        let rounding = (1.0 - back) + (high - (sum - back))
        let lost = low.map { rounding + $0 } ?? rounding
        let isLarge = isTwice ?? (high.magnitude .>= 0x1p60)
        let parts = split(twice.map { isLarge.select($0, sum) } ?? sum)
        let e = twice == nil ? parts.e : parts.e + isLarge.select(1.0, 0.0)
        let kernel = kernel((parts.m - 1.0).named("f"))
        // 1 / m = (1 − s) / (1 + s) to three digits is enough.
        let inverse = (1.0 - kernel.s) * fma(kernel.s, kernel.s * (1.0 - kernel.s), 1.0 - kernel.s)
        let power = (FragmentBits(0x7FE0_0000_0000_0000) - (parts.shiftedBits & exponentField)).real
        // For large arguments the correction is nothing, and the two-sum may overflow.
        let correction = isLarge.select(0.0, lost * power * inverse)
        let rest = kernel.halfSquare - (fma(e, ln2Low, correction) + kernel.rest)
        return fma(e, ln2High, kernel.f - rest)
    }

    private static var exponentField: FragmentBits { FragmentBits(0x7FF0_0000_0000_0000) }
}
