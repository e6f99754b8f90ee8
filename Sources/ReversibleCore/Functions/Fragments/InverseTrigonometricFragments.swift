/// asin, acos, atan and atan2.
enum InverseTrigonometricFragments {
    /// (atan t − t) / t³ in t², for |t| ≤ ½.
    private static let atanTail: [Double] = [
        -0x1.5555555555518p-2, 0x1.9999999991446p-3, -0x1.249249216cd65p-3, 0x1.c71c709588705p-4,
        -0x1.745cf5359d52ep-4, 0x1.3b1143c51b029p-4, -0x1.10f3582570a00p-4, 0x1.dfec46ed1fab0p-5,
        -0x1.a3a411048bdfcp-5, 0x1.571474a65d6aap-5, -0x1.c1dc64e0eaacdp-6, 0x1.4bfe200040769p-7,
    ]
    /// (asin s − s) / s³ in s², for |s| ≤ ½.
    private static let asinTail: [Double] = [
        0x1.5555555555384p-3, 0x1.333333336fdc4p-4, 0x1.6db6db419c4b9p-5, 0x1.f1c72c7facc02p-6,
        0x1.6e89edb7122b9p-6, 0x1.1c6c42ddd0c1cp-6, 0x1.c6f65b64c7b22p-7, 0x1.8ef2eb487ef0ap-7,
        0x1.aa36224a6224bp-8, 0x1.41092a7858858p-6, -0x1.0b7fec29380f2p-6, 0x1.05feba1991347p-5,
    ]
    private static var halfPi: FragmentReal { 0x1.921fb54442d18p+0 }
    private static var halfPiLow: FragmentReal { 0x1.1a62633145c07p-54 }
    private static var infinity: FragmentReal { FragmentReal(.infinity) }

    /// The arc tangent of a quotient of numbers ≥ 0, with the smaller over the larger, as a multiple of π/4 and a
    /// rest: above ½ the quotient (a − b) / (a + b) stands in, which lies π/4 below.
    ///
    /// The multiple of π/4 in double precision has three bits to spare, so sums of a few are exact.
    private static func octant(
        _ smaller: FragmentReal,
        _ larger: FragmentReal
    ) -> (isFar: FragmentMask, rest: FragmentReal, restLow: FragmentReal) {
        let isFar = smaller .> larger * 0.5
        let numerator = isFar.select(smaller - larger, smaller)
        let denominator = isFar.select(smaller + larger, larger)
        let denominatorLow = isFar.select((larger - denominator) + smaller, 0.0)
        let inverse = 1.0 / denominator
        let t = (numerator * inverse).named("t")
        let tLow = fma(-t, denominatorLow, fma(-t, denominator, numerator)) * inverse
        let z = (t * t).named("z")
        return (isFar, t, fma(t * z, hornerTwoWay(z, atanTail), tLow))
    }

    /// `base` less or more an octant's angle.
    private static func angle(
        _ octant: (isFar: FragmentMask, rest: FragmentReal, restLow: FragmentReal),
        flip: FragmentBits,
        base: FragmentReal,
        baseLow: FragmentReal
    ) -> FragmentReal {
        func flipped(_ value: FragmentReal) -> FragmentReal { (value.bits ^ flip).real }
        let quarter = flipped(octant.isFar.select(0x1.921fb54442d18p-1, 0.0))
        let quarterLow = flipped(octant.isFar.select(0x1.1a62633145c07p-55, 0.0))
        // The multiple of π/4 is the larger summand, or zero.
        let whole = base + quarter
        let rest = flipped(octant.rest)
        let sum = whole + rest
        return sum + ((whole - sum) + rest + (flipped(octant.restLow) + (baseLow + quarterLow)))
    }

    /// Above 1, π/2 less the arc tangent of the inverse.
    static let atan = FragmentBuilder.function { x in
        let size = x.magnitude
        let isSteep = size .> 1.0
        // Where 1 / |x| would be 1 / ∞ with ∞ − 1 beside it, a large number serves.
        let bounded = (size .> 0x1p60).select(0x1p60, size)
        let octant = octant(isSteep.select(1.0, bounded), isSteep.select(bounded, 1.0))
        return angle(
            octant, flip: isSteep.select(FragmentBits.sign, FragmentBits(0)),
            base: isSteep.select(halfPi, 0.0), baseLow: isSteep.select(halfPiLow, 0.0)
        ).withSign(of: x)
    }

    /// The smaller coordinate over the larger, put into its octant.
    static let atan2 = FragmentBuilder.function { y, x in
        // Neither the sum of the coordinates nor the inverse of the larger one may overflow.
        let isHuge = (y.magnitude .> 0x1p900) .| (x.magnitude .> 0x1p900)
        let isTiny = (y.magnitude .< 0x1p-900) .& (x.magnitude .< 0x1p-900)
        let scale = isHuge.select(0x1p-100, isTiny.select(0x1p100, 1.0))
        let height = y.magnitude * scale
        let width = x.magnitude * scale
        let isSteep = height .> width
        let smaller = isSteep.select(width, height)
        let larger = isSteep.select(height, width)
        // Beside ∞, a number is 0 and ∞ is 1; beside 0, 0 is 0 over 1. A NaN stays.
        let isInfinite = larger .== infinity
        let beside = (smaller .== infinity).select(1.0, smaller * 0.0)
        let octant = octant(
            isInfinite.select(beside, smaller), (isInfinite .| (larger .== 0.0)).select(1.0, larger))
        let isLeft = x.bits .< FragmentBits(0)
        let base = isSteep.select(halfPi, isLeft.select(0x1.921fb54442d18p+1, 0.0))
        let baseLow = isSteep.select(halfPiLow, isLeft.select(0x1.1a62633145c07p-53, 0.0))
        let steepSign = isSteep.select(FragmentBits.sign, FragmentBits(0))
        return angle(
            octant, flip: steepSign ^ (x.bits & FragmentBits.sign), base: base, baseLow: baseLow
        ).withSign(of: y)
    }

    /// What asin and acos share: for |x| ≤ ½ the tail of asin x; above it, with s = √((1 − |x|) / 2), the tail of
    /// asin s, which includes what the root lost to rounding.
    private static func split(
        _ size: FragmentReal
    ) -> (isLarge: FragmentMask, s: FragmentReal, tail: FragmentReal) {
        let isLarge = size .> 0.5
        let z = isLarge.select((1.0 - size) * 0.5, size * size).named("z")
        let root = z.squareRoot
        // The addend keeps 0 / 0 away at 1, and is lost elsewhere.
        let lost = fma(-root, root, z) / (root + root + 0x1p-1000)
        let s = isLarge.select(root, size).named("s")
        return (isLarge, s, fma(s * z, hornerTwoWay(z, asinTail), isLarge.select(lost, 0.0)))
    }

    static let asin = FragmentBuilder.function { x in
        let (isLarge, s, tail) = split(x.magnitude)
        let twice = s + s
        let high = halfPi - twice
        let low = (halfPi - high) - twice + (halfPiLow - (tail + tail))
        return isLarge.select(high + low, s + tail).withSign(of: x)
    }

    static let acos = FragmentBuilder.function { x in
        let (isLarge, s, tail) = split(x.magnitude)
        // π/2 − asin x, or π − 2 asin s where x is below −½.
        let sign = x.bits & FragmentBits.sign
        let base = isLarge.select(0x1.921fb54442d18p+1, halfPi)
        let baseLow = isLarge.select(0x1.1a62633145c07p-53, halfPiLow)
        let part = isLarge.select(s + s, x)
        let partTail = isLarge.select(tail + tail, (tail.bits ^ sign).real)
        let high = base - part
        let value = high + ((base - high) - part + (baseLow - partTail))
        return (x .> 0.5).select(part + partTail, value)
    }
}
