/// The reduction of large arguments of trigonometric functions (Payne and Hanek 1983).
enum LargeReduction {
    /// 2/π in binary, after a word of zeros.
    private static let twoOverPi: [UInt64] = [
        0x0000_0000_0000_0000, 0xa2f9_836e_4e44_1529, 0xfc27_57d1_f534_ddc0, 0xdb62_9599_3c43_9041,
        0xfe51_63ab_debb_c561, 0xb724_6e3a_424d_d2e0, 0x0649_2eea_09d1_921c, 0xfe1d_eb1c_b129_a73e,
        0xe882_35f5_2ebb_4484, 0xe99c_7026_b45f_7e41, 0x3991_d639_8353_39f4, 0x9c84_5f8b_bdf9_283b,
        0x1ff8_97ff_de05_980f, 0xef2f_118b_5a0a_6d1f, 0x6d36_7ecf_27cb_09b7, 0x4f46_3f66_9e5f_ea2d,
        0x7527_bac7_ebe5_f17b, 0x3d07_39f7_8a52_92ea, 0x6bfb_5fb1_1f8d_5d08, 0x5603_3046_fc7b_6bab,
        0xf0cf_bc20_9af4_361d,
    ]

    /// Where |x| ≥ 10⁵, the remainder of x by π/2, what it lost to rounding, and the quadrant in the low bits of
    /// a double; `otherwise` elsewhere.
    static func rarely(_ x: FragmentReal, otherwise: [FragmentReal]) -> [FragmentReal] {
        FragmentBuilder.rarely(x.magnitude .>= 1e5, [x], otherwise: otherwise) { reduce($0[0]) }
    }

    private static func reduce(_ x: FragmentReal) -> [FragmentReal] {
        // Other lanes may hold anything; the table's indices must be right for all.
        let size = x.magnitude
        let magnitude = (size .>= 65536.0).select(size, 65536.0).bits
        let mantissa = (magnitude & FragmentBits(0x000F_FFFF_FFFF_FFFF)) | FragmentBits(0x0010_0000_0000_0000)
        // |x| is mantissa · 2^(exponent − 1075). Bits of 2/π that contribute multiples of 4 are left out: the
        // first that counts has this number, counted from the leading word of zeros.
        let first = (magnitude >> 52) - FragmentBits(1013)
        let word = first >> 6
        let shift = first & FragmentBits(63)
        let words = (0..<4).map { (word + FragmentBits(UInt64($0))).lookUp(twoOverPi) }
        let window = (0..<3).map {
            (words[$0] << shift) | ((words[$0 + 1] >> 1) >> (FragmentBits(63) - shift))
        }
        // The product modulo 4, in 192 bits of which the last 64 are dropped.
        let middle = mantissa * window[1]
        let lower = middle + mantissa.multipliedHigh(window[2])
        let carried = isBelow(lower, middle).select(FragmentBits(1), FragmentBits(0))
        let upper = mantissa * window[0] + mantissa.multipliedHigh(window[1]) + carried
        // Two bits of quadrant, and a fraction that rounds to the nearest quadrant.
        let fraction = (upper << 2) | (lower >> 62)
        let fractionLow = lower << 2
        let quadrant = (upper >> 62) + (fraction >> 63)
        let isNegative = fraction .< FragmentBits(0)
        let flip = isNegative.select(FragmentBits(.max), FragmentBits(0))
        let parts = remainder(fraction ^ flip, fractionLow ^ flip)
        // Back to the sign of x, and NaN for infinite x.
        let sign = (flip ^ x.bits) & FragmentBits.sign
        let nan = x - x
        let signedQuadrant = (x .< 0.0).select(FragmentBits(0) - quadrant, quadrant)
        return [
            (parts.high.bits ^ sign).real + nan, (parts.low.bits ^ sign).real,
            (ExponentialFragments.roundingShiftBits + signedQuadrant).real,
        ]
    }

    /// Unsigned comparison.
    private static func isBelow(_ a: FragmentBits, _ b: FragmentBits) -> FragmentMask {
        (a ^ FragmentBits.sign) .< (b ^ FragmentBits.sign)
    }

    /// π/2 times the fraction (high + low · 2⁻⁶⁴) · 2⁻⁶⁴, as a double and what that lost to rounding.
    private static func remainder(
        _ high: FragmentBits,
        _ low: FragmentBits
    ) -> (high: FragmentReal, low: FragmentReal) {
        func real(_ word: FragmentBits) -> FragmentReal {
            (word | FragmentBits(0x4330_0000_0000_0000)).real - 0x1p52
        }
        let half = FragmentBits(0xFFFF_FFFF)
        let first = real(high >> 32) * 0x1p-32
        let second = real(high & half) * 0x1p-64
        let third = fma(real(low & half), 0x1p-128, real(low >> 32) * 0x1p-96)
        let sum = first + second
        let rest = (first - sum) + second + third
        let fraction = sum + rest
        let fractionLow = (sum - fraction) + rest
        let product = fraction * 0x1.921fb54442d18p+0
        let productLow =
            fma(fraction, 0x1.921fb54442d18p+0, -product)
            + fma(fraction, 0x1.1a62633145c07p-54, fractionLow * 0x1.921fb54442d18p+0)
        let r = product + productLow
        return (r, (product - r) + productLow)
    }
}
