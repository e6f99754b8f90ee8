/// erf and erfc.
///
/// Near zero erf x = x (1 + P(x²)). Elsewhere erfc x = e^(−x²) G(t) / (1 + 2x) with t = (x − 4) / (x + 4), where G
/// is so flat that a polynomial serves for all x (Shepherd and Laframboise 1981).
enum ErrorFragments {
    /// erf x / x − 1 in x², for |x| ≤ 0.65.
    private static let nearZero: [Double] = [
        0x1.06eba8214db68p-3, -0x1.812746b0379c3p-2, 0x1.ce2f21a03ff8fp-4, -0x1.b82ce31137b28p-6,
        0x1.565bccbd09468p-8, -0x1.c02d9d6732d53p-11, 0x1.f99f53392f7b3p-14, -0x1.f46b52685c2b0p-17,
        0x1.b34efea19ab92p-20, -0x1.22a4e173a7fe0p-23,
    ]
    /// (1 + 2x) e^(x²) erfc x − 1 in t, for x from 0.49 on.
    private static let flat: [Double] = [
        0x1.dd2c8b74febf6p-3, -0x1.1df1ad154a28ep-3, 0x1.f7f5df66fd4fcp-7, 0x1.16ecefcfa532bp-4,
        -0x1.9ddb23c3e792fp-4, 0x1.7fee004e13820p-4, -0x1.0fb06dfe70f43p-4, 0x1.3079edf64fc18p-5,
        -0x1.0962387c8d68bp-6, 0x1.49c67299bd970p-8, -0x1.8d4aa26d004f1p-11, -0x1.a1df380fa2cf5p-13,
        0x1.3be0e6e575df1p-13, -0x1.9956677f28538p-16, -0x1.78a676a40ae18p-17, 0x1.7f03d440fa6b0p-18,
        0x1.423033b225e20p-22, -0x1.b8a952c6c7115p-21, 0x1.1dfe38dac7f03p-24, 0x1.c004446c6ab7dp-24,
        -0x1.9e816a83ad2ebp-27, -0x1.58504bd3c2f77p-27,
    ]

    /// erf x − x for |x| ≤ 0.65.
    private static func nearZeroTail(_ x: FragmentReal) -> FragmentReal {
        x * hornerTwoWay(x * x, nearZero)
    }

    /// erfc x for x ≥ ½; a NaN stays.
    private static func complement(_ size: FragmentReal) -> FragmentReal {
        // erfc 28 rounds to zero.
        let x = (size .> 28.0).select(28.0, size)
        let g = hornerTwoWay((x - 4.0) / (x + 4.0), flat)
        let square = x * x
        let squareLow = fma(x, x, -square)
        let reduced = ExponentialFragments.reduce(-square)
        let expm1 = reduced.r + ExponentialFragments.tail(reduced.r)
        let low = reduced.rest - squareLow
        let exponential = expm1 + fma(expm1, low, low)
        // (1 + exponential) (1 + g) / (1 + 2x), still without the power of two.
        let product = fma(exponential, g, exponential + g)
        let numerator = 1.0 + product
        let twice = x + x
        let denominator = twice + 1.0
        let quotient = FragmentReal.quotient(
            of: (numerator, (1.0 - numerator) + product),
            by: (denominator, (twice - denominator) + 1.0))
        return ExponentialFragments.scale(quotient, reduced.kBits)
    }

    static let erf = FragmentBuilder.function { x in
        let size = x.magnitude
        let far = 1.0 - complement(size)
        let near = size + nearZeroTail(size)
        return (size .< 0.625).select(near, far).withSign(of: x)
    }

    static let erfc = FragmentBuilder.function { x in
        let size = x.magnitude
        let complement = complement(size)
        let far = (x .< 0.0).select(2.0 - complement, complement)
        // 1 − x − tail, the first difference exactly.
        let tail = nearZeroTail(x)
        let difference = 1.0 - x
        let near = difference + ((1.0 - difference) - x - tail)
        return (size .< 0.625).select(near, far)
    }
}
