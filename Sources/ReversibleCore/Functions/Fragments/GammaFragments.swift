/// log |Γ(x)|.
///
/// Within 2.5 units of the last place for x > 0. Below zero the relative accuracy is lost near the function's zeros,
/// where the absolute error stays of the size of the terms that cancel.
enum GammaFragments {
    /// 1 − γ, the slope of lgamma at 2.
    private static var slope: FragmentReal { 0x1.b0ee6072093cep-2 }
    /// (lgamma(2 + d) / d − slope) / d, for |d| ≤ ½.
    private static let nearTwo: [Double] = [
        0x1.4a34cc4a60fa7p-2, -0x1.13e001a55760cp-4, 0x1.51322ac7d7fc1p-6, -0x1.e404fc218c956p-8,
        0x1.7add6eae5d72ap-9, -0x1.38ac5c2e0491ep-10, 0x1.0b36af3361f16p-11, -0x1.d3fd4aee695eep-13,
        0x1.a127dd765cadcp-14, -0x1.78deb09b1d024p-15, 0x1.5806cd661532fp-16, -0x1.3cb16bbddecdep-17,
        0x1.26415761915a4p-18, -0x1.129bac68a0050p-19, 0x1.ede623c8b312fp-21, -0x1.cba40123654c8p-22,
        0x1.2b649604d2addp-22, -0x1.2465191cf9318p-23,
    ]
    /// Stirling's series: (lgamma x − (x − ½) log x + x − ½ log 2π) · x in 1 / x², for x ≥ 7.5.
    private static let stirling: [Double] = [
        0x1.5555555555555p-4, -0x1.6c16c16c169f3p-9, 0x1.a01a019d9ae04p-11, -0x1.38137cc551d8fp-11,
        0x1.b94df95713033p-11, -0x1.f5b9a856565abp-10, 0x1.93a78d244ee8bp-8, -0x1.46f1e12f74a93p-6,
    ]

    /// Below 7.5 by the recurrence to an argument between 1.5 and 2.5, where lgamma is a polynomial; from 7.5 on by
    /// Stirling's series. Both need one logarithm, which they share.
    private static func positive(_ x: FragmentReal) -> FragmentReal {
        let isLarge = x .>= 7.5
        // Γ(x) = (x − 1) … (x − n) Γ(x − n).
        var product: FragmentReal = 1.0
        var d = x - 2.0
        for step in 1...5 {
            let factor = x - FragmentReal(Double(step))
            let isFactor = factor .>= 1.5
            product = step == 1 ? isFactor.select(factor, 1.0) : product * isFactor.select(factor, 1.0)
            d = isFactor.select(factor - 2.0, d)
        }
        // Γ(x) = Γ(x + 1) / x below 1.5, Γ(x + 2) / (x (x + 1)) below ½.
        let isBelow = x .< 1.5
        let isSmall = x .< 0.5
        let divisor = x * isSmall.select(x + 1.0, 1.0)
        d = isBelow.select(isSmall.select(x, x - 1.0), d).named("d")
        let argument = isLarge.select(x, isBelow.select(divisor, product))
        let logarithm = LogarithmicFragments.logarithmParts(argument)

        let sign = isBelow.select(FragmentBits.sign, FragmentBits(0))
        let first = (logarithm.high.bits ^ sign).real
        let second = slope * d
        let sum = first + second
        let back = sum - first
        let rounding = (first - (sum - back)) + (second - back)
        let rest = fma(d * d, hornerTwoWay(d, nearTwo), fma(slope, d, -second))
        let small = sum + (rounding + (rest + (logarithm.low.bits ^ sign).real))

        // (x − ½) (log x − 1) + ½ log 2π − ½ + series.
        let inverse = 1.0 / x
        let series = inverse * hornerTwoWay(inverse * inverse, stirling)
        let factor = logarithm.high - 1.0
        let factorLow = (logarithm.high - factor) - 1.0 + logarithm.low
        let shifted = x - 0.5
        let leading = shifted * factor
        let leadingLow = fma(shifted, factor, -leading) + shifted * factorLow
        // Beyond this the product is infinite, and its low part NaN.
        let isFinite = x .< 0x1.74c2db87d2ap+1014
        let large = leading + isFinite.select(leadingLow + (0x1.acfe390c97d69p-2 + series), 0.0)
        let value = isLarge.select(large, small)
        return ((x .== 0.0) .| (x .== FragmentReal(.infinity))).select(FragmentReal(.infinity), value)
    }

    /// x less the nearest integer, exactly, for x ≥ 0; numbers without a fraction give 0.
    static func fromInteger(_ x: FragmentReal) -> FragmentReal {
        (x .< 0x1p52).select(x - (x + 0.5).floor, 0.0)
    }

    /// Below zero by the reflection Γ(−x) Γ(x) = −π / (x sin πx).
    static let lgamma = FragmentBuilder.function { x in
        let size = x.magnitude
        let value = positive(size)
        return FragmentBuilder.rarely(x .< 0.0, [size, value], otherwise: [value]) { inputs in
            let size = inputs[0]
            let value = inputs[1]
            let distance = fromInteger(size).magnitude
            let sine =
                TrigonometricFragments.sineOfSmall(distance * 0x1.921fb54442d18p+1) * 0x1.45f306dc9c883p-2
            let isTiny = size .< 0x1p-60
            let logarithm = LogarithmicFragments.logarithmParts(isTiny.select(1.0, size * sine))
            let reflected = -(logarithm.high + (value + logarithm.low))
            let finite = isTiny.select(value, reflected)
            return [(distance .== 0.0).select(FragmentReal(.infinity), finite)]
        }[0]
    }
}
