/// sinh, cosh, tanh and their inverses.
enum HyperbolicFragments {
    /// (sinh r − r) / r³ in r², for |r| ≤ ½ ln 2.
    private static let sineTail: [Double] = [
        0x1.5555555555559p-3, 0x1.111111110f698p-7, 0x1.a01a01afef103p-13, 0x1.71ddf8380ab0ep-19,
        0x1.af5ef3452b5b5p-26,
    ]
    /// (cosh r − 1 − r²/2) / r⁴ in r².
    private static let cosineTail: [Double] = [
        0x1.5555555555558p-5, 0x1.6c16c16c15035p-10, 0x1.a01a01ad6bc9cp-16, 0x1.27e4cc3b3f5f5p-22,
        0x1.1f8b9b15e2ec2p-29,
    ]

    /// With |x| = k ln 2 + r: the parts of sinh r and cosh r, and sinh and cosh of k ln 2, which are sums of two
    /// powers of two. Everything is a quarter of its value, so that nothing overflows early.
    private struct Parts {
        var r: FragmentReal
        /// sinh r − r, and what r lost to rounding.
        var sineTail: FragmentReal
        /// cosh r − 1.
        var cosineTail: FragmentReal
        var sinh: FragmentReal
        var cosh: FragmentReal
    }

    private static func parts(_ size: FragmentReal) -> Parts {
        let bounded = (size .> 711.0).select(711.0, size)
        let reduced = ExponentialFragments.reduce(bounded)
        let large = ExponentialFragments.powerOfTwo(reduced.kBits - FragmentBits(3))
        // 2^(−k − 3), by way of exponents that a double has.
        let small = ExponentialFragments.powerOfTwo(FragmentBits(400) - reduced.kBits) * 0x1p-403
        let z = reduced.r * reduced.r
        return Parts(
            r: reduced.r,
            sineTail: fma(reduced.r * z, horner(z, sineTail), reduced.rest),
            cosineTail: fma(z * z, horner(z, cosineTail), 0.5 * z),
            sinh: large - small, cosh: large + small)
    }

    /// first + second · r + (first · cosineTail + second · sineTail), whose leading sum is kept exactly.
    private static func combine(
        _ parts: Parts,
        _ first: FragmentReal,
        _ second: FragmentReal
    ) -> FragmentReal {
        let high = fma(second, parts.r, first)
        let low = fma(second, parts.r, first - high)
        let tail = fma(first, parts.cosineTail, second * parts.sineTail)
        return (high + (low + tail)) * 4.0
    }

    static let sinh = FragmentBuilder.function { x in
        let size = x.magnitude
        let parts = parts(size)
        let value = combine(parts, parts.sinh, parts.cosh)
        return (size .< 0x1p-28).select(size, value).withSign(of: x)
    }

    static let cosh = FragmentBuilder.function { x in
        let parts = parts(x.magnitude)
        return combine(parts, parts.cosh, parts.sinh)
    }

    /// E / (E + 2) with E = e^(2|x|) − 1, which has no cancellation.
    static let tanh = FragmentBuilder.function { x in
        let size = x.magnitude
        // tanh 20 rounds to 1. A NaN stays.
        let bounded = (size .> 20.0).select(20.0, size)
        let parts = ExponentialFragments.expm1Parts(bounded + bounded)
        let expm1 = parts.high + parts.low
        let expm1Low = (parts.high - expm1) + parts.low
        // For large E, where this difference is not exact, its error does not matter.
        let denominator = expm1 + 2.0
        let denominatorLow = (2.0 - denominator) + expm1 + expm1Low
        return FragmentReal.quotient(of: (expm1, expm1Low), by: (denominator, denominatorLow))
            .withSign(of: x)
    }

    /// log(1 + |x| + x² / (1 + √(1 + x²))); log 2|x| for large x.
    static let asinh = FragmentBuilder.function { x in
        let size = x.magnitude
        let square = size * size
        let part = square / (1.0 + (1.0 + square).squareRoot)
        let sum = size + part
        let low = (size - sum) + part
        return LogarithmicFragments.onePlus(sum, low, twice: size, where: size .> 0x1p28).withSign(of: x)
    }

    /// log(1 + t + √(2t + t²)) with t = x − 1, which is exact; log 2x for large x.
    static let acosh = FragmentBuilder.function { x in
        let t = x - 1.0
        let sum = t + 2.0
        let sumLow = (2.0 - sum) + t
        let product = t * sum
        let productLow = fma(t, sum, -product) + t * sumLow
        let root = product.squareRoot
        let rootLow = (fma(-root, root, product) + productLow) / (root + root + 0x1p-1000)
        let high = root + t
        let back = high - root
        let low = (root - (high - back)) + (t - back) + rootLow
        let value = LogarithmicFragments.onePlus(high, low, twice: x, where: x .> 0x1p28)
        return (x .>= 1.0).select(value, FragmentReal(.nan))
    }

    /// ½ log(1 + 2x / (1 − x)), on |x|.
    static let atanh = FragmentBuilder.function { x in
        let size = x.magnitude
        let denominator = 1.0 - size
        let denominatorLow = (1.0 - denominator) - size
        let inverse = 1.0 / denominator
        let numerator = size + size
        let quotient = numerator * inverse
        let low = (fma(-quotient, denominator, numerator) - quotient * denominatorLow) * inverse
        return (0.5 * LogarithmicFragments.onePlus(quotient, low)).withSign(of: x)
    }
}
