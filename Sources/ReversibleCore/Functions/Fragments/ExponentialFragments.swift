/// eˣ, 2ˣ and eˣ − 1.
///
/// The classical reduction (Tang 1989; Muller, *Elementary Functions*): x = k ln 2 + r with |r| ≤ ½ ln 2, a
/// minimax polynomial for eʳ, and a scaling by 2ᵏ in two factors, so that the result becomes subnormal or
/// infinite by itself.
enum ExponentialFragments {
    /// Adding and subtracting this rounds to an integer, which the low bits of the sum hold meanwhile.
    static var roundingShift: FragmentReal { 0x1.8p52 }
    static var roundingShiftBits: FragmentBits { FragmentBits(0x4338_0000_0000_0000) }
    static var ln2High: FragmentReal { 0x1.62e42fefa39efp-1 }
    static var ln2Low: FragmentReal { 0x1.abc9e3b39803fp-56 }

    /// (eʳ − 1 − r) / r² for |r| ≤ ½ ln 2.
    private static let exponentialTail: [Double] = [
        0x1.000000000000ap-1, 0x1.55555555554f9p-3, 0x1.555555555083ep-5, 0x1.1111111127ceap-7,
        0x1.6c16c18438cccp-10, 0x1.a01a012a1940fp-13, 0x1.a01999e2153d0p-16, 0x1.71df25a0275f4p-19,
        0x1.28ad9bd0931e5p-22, 0x1.ad7f58e0585fdp-26,
    ]
    /// (2ʳ − 1 − r ln 2) / r² for |r| ≤ ½.
    private static let binaryTail: [Double] = [
        0x1.ebfbdff82c5a5p-3, 0x1.c6b08d704a0cfp-5, 0x1.3b2ab6fb9ffe6p-7, 0x1.5d87fe78a1bc3p-10,
        0x1.4309130f184bbp-13, 0x1.ffcbfc798558ep-17, 0x1.62bfc6fdf8446p-20, 0x1.b524d2258ffe8p-24,
        0x1.e61c5e5f8d183p-28, 0x1.ea134f19fd807p-32,
    ]

    /// x = k ln 2 + r + rest, where `rest` is less than half a unit in the last place of r.
    struct Reduced {
        /// k in its low bits.
        var kBits: FragmentBits
        var k: FragmentReal
        var r: FragmentReal
        var rest: FragmentReal
    }

    static func reduce(_ x: FragmentReal) -> Reduced {
        let shifted = fma(x, 0x1.71547652b82fep+0, roundingShift).named("shifted")
        let k = (shifted - roundingShift).named("k")
        let high = fma(k, -0x1.62e42fefa39efp-1, x)
        let r = fma(k, -0x1.abc9e3b39803fp-56, high).named("r")
        return Reduced(kBits: shifted.bits, k: k, r: r, rest: fma(k, -0x1.abc9e3b39803fp-56, high - r))
    }

    /// eʳ − 1 − r.
    static func tail(_ r: FragmentReal) -> FragmentReal { r * r * hornerTwoWay(r, exponentialTail) }

    /// value · 2ᵏ for |k| up to about 1100; a NaN stays one whatever k is.
    static func scale(_ value: FragmentReal, _ k: FragmentBits) -> FragmentReal {
        let half = k >> 1
        return value * powerOfTwo(half) * powerOfTwo(k - half)
    }

    /// 2ᵏ for −1023 < k < 1024.
    static func powerOfTwo(_ k: FragmentBits) -> FragmentReal {
        ((k << 52) + FragmentBits(0x3FF0_0000_0000_0000)).real
    }

    /// x within these bounds, where a function has its limit values already; a NaN stays.
    static func clamp(_ x: FragmentReal, _ low: FragmentReal, _ high: FragmentReal) -> FragmentReal {
        let above = (x .< low).select(low, x)
        return (above .> high).select(high, above)
    }

    private static func power(_ x: FragmentReal) -> FragmentReal {
        let reduced = reduce(clamp(x, -746.0, 710.0))
        return scale(1.0 + (reduced.r + tail(reduced.r)), reduced.kBits)
    }

    static let exp = FragmentBuilder.function { x in power(x) }

    /// max(0, x) + log(1 + e^(−|x|)).
    static let softplus = FragmentBuilder.function { x in
        (x .> 0.0).select(x, 0.0) + LogarithmicFragments.onePlus(power(-x.magnitude), nil)
    }

    static let exp2 = FragmentBuilder.function { x in
        let bounded = clamp(x, -1076.0, 1025.0)
        let shifted = bounded + roundingShift
        let r = (bounded - (shifted - roundingShift)).named("r")
        let tail = fma(r, ln2Low, r * r * hornerTwoWay(r, binaryTail))
        return scale(1.0 + fma(r, ln2High, tail), shifted.bits)
    }

    /// eˣ − 1 as an unevaluated sum, for x between −40 and 700.
    ///
    /// 2ᵏ (1 + r + tail) − 1: the parts 2ᵏ − 1 and 2ᵏ r are exact, so only the tail carries errors.
    static func expm1Parts(_ x: FragmentReal) -> (high: FragmentReal, low: FragmentReal) {
        let reduced = reduce(x)
        let power = powerOfTwo(reduced.kBits)
        let integral = power - 1.0
        let high = fma(power, reduced.r, integral)
        let low = fma(power, reduced.r, integral - high)
        return (high, fma(power, tail(reduced.r) + reduced.rest, low))
    }

    static let expm1 = FragmentBuilder.function { x in
        let bounded = clamp(x, -40.0, 710.0)
        let reduced = reduce(bounded)
        // 2¹⁰²⁴ is not a double: everything is halved there.
        let half = (bounded .> 709.0).select(0.5, 1.0)
        let halvedK = reduced.kBits - ((bounded .> 709.0).select(FragmentBits(1), FragmentBits(0)))
        let power = powerOfTwo(halvedK)
        let integral = power - half
        let high = fma(power, reduced.r, integral)
        let low = fma(power, reduced.r, integral - high)
        let sum = high + fma(power, tail(reduced.r) + reduced.rest, low)
        let value = sum * (bounded .> 709.0).select(2.0, 1.0)
        // Also keeps the sign of zero.
        return (x.magnitude .< 0x1p-54).select(x, value)
    }
}
