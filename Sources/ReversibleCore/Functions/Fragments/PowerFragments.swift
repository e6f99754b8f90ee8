/// x to the power y.
///
/// exp(y log x) with the logarithm to about 66 bits, as an unevaluated sum of two doubles, so that the product
/// with y, which can be as large as 745, keeps all bits of the result (Muller et al., *Handbook of Floating-Point
/// Arithmetic*).
enum PowerFragments {
    /// (2 artanh s − 2s − ⅔ s³) / s⁵ in s².
    private static let tail: [Double] = [
        0x1.9999999999996p-2, 0x1.2492492493036p-2, 0x1.c71c71c580457p-3, 0x1.745d1832636f8p-3,
        0x1.3b1362b1a51cbp-3, 0x1.1120b6482c3f8p-3, 0x1.de3356ab6562ap-4, 0x1.eb11f6a1c4bf6p-4,
    ]

    /// log x as a sum, for finite x > 0.
    private static func logarithm(_ x: FragmentReal) -> (high: FragmentReal, low: FragmentReal) {
        let parts = LogarithmicFragments.split(x)
        let f = (parts.m - 1.0).named("f")
        let denominator = 2.0 + f
        let denominatorLow = f - (denominator - 2.0)
        let inverse = 1.0 / denominator
        // s + sLow = f / (2 + f).
        let s = (f * inverse).named("s")
        let sLow = (fma(-s, denominator, f) - s * denominatorLow) * inverse
        let z = s * s
        let zLow = fma(s, s, -z) + (s + s) * sLow
        // ⅔ s³, again as a sum.
        let cube = z * s
        let cubeLow = fma(z, s, -cube) + fma(zLow, s, z * sLow)
        let third = cube * 0x1.5555555555555p-1
        let thirdLow =
            fma(cube, 0x1.5555555555555p-1, -third)
            + fma(cube, 0x1.5555555555555p-55, cubeLow * 0x1.5555555555555p-1)
        let rest = z * cube * hornerTwoWay(z, tail)
        // e ln 2 + 2s + third, largest first, each with what it lost to rounding.
        let whole = parts.e * LogarithmicFragments.ln2High
        let twice = s + s
        let first = whole + twice
        let second = first + third
        let lost = ((whole - first) + twice) + ((first - second) + third)
        let low = fma(parts.e, LogarithmicFragments.ln2Low, lost + (sLow + sLow + (thirdLow + rest)))
        let high = second + low
        return (high, (second - high) + low)
    }

    static let pow = FragmentBuilder.function { x, y in
        let base = x.magnitude
        let logarithm = logarithm(base)
        let product = y * logarithm.high
        let productLow = fma(y, logarithm.high, -product) + y * logarithm.low
        let bounded = ExponentialFragments.clamp(product, -746.0, 710.0)
        let reduced = ExponentialFragments.reduce(bounded)
        let expm1 = reduced.r + ExponentialFragments.tail(reduced.r)
        // Out of bounds the low part may be anything, NaN included.
        let low = (bounded .== product).select(productLow + reduced.rest, 0.0)
        let power = ExponentialFragments.scale(1.0 + (expm1 + fma(expm1, low, low)), reduced.kBits)

        // The sign of a negative x counts for odd y; between integers there is no power.
        let isInteger = y.floor .== y
        let half = 0.5 * y
        let isOdd = isInteger .& (half.floor .!= half)
        let sign = isOdd.select(x.bits & FragmentBits.sign, FragmentBits(0))
        let signed = (power.bits | sign).real
        let usual = ((x .< 0.0) .& (.!isInteger)).select(FragmentReal(.nan), signed)

        let isUsual =
            (base .>= 0x1p-1022) .& (base .< FragmentReal(.infinity))
            .& (y.magnitude .< FragmentReal(.infinity))
        return FragmentBuilder.rarely(
            .!isUsual, [x, y, usual, sign.real], otherwise: [usual]
        ) { [special($0[0], $0[1], usual: $0[2], sign: $0[3].bits)] }[0]
    }

    /// Zeros, infinities and NaN, as IEEE 754 has them for `pow`; `usual` for other arguments.
    private static func special(
        _ x: FragmentReal,
        _ y: FragmentReal,
        usual: FragmentReal,
        sign: FragmentBits
    ) -> FragmentReal {
        let infinity = FragmentReal(.infinity)
        let base = x.magnitude
        let grows = (y .> 0.0)
        // |x| is 0 or ∞, or y is ±∞: the power is 0, ∞ or, for |x| = 1, 1.
        let isLarge = ((base .> 1.0) .& grows) .| ((base .< 1.0) .& (.!grows))
        let limit = ((isLarge.select(infinity, 0.0)).bits | sign).real
        let atInfinity = (base .== 1.0).select(1.0, limit)
        let isLimit = (base .== 0.0) .| (base .== infinity) .| (y.magnitude .== infinity)
        let number = isLimit.select(atInfinity, usual)
        let isNaN = (x .!= x) .| (y .!= y)
        let value = isNaN.select(x + y, number)
        return ((x .== 1.0) .| (y .== 0.0)).select(1.0, value)
    }
}
