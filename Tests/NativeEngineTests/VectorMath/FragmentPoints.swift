/// Arguments for tests of elementary functions.
enum FragmentPoints {
    /// Limits, zeros, edges of subnormal and of overflowing results, and some plain numbers.
    static let special: [Double] = {
        let positive: [Double] = [
            0, .infinity, .nan, 1, 2, 3, 0.5, 1.5, 3.25, 4, 0x1p-1074, 0x1.5p-1030, 0x1p-1022,
            1e-300, 1e-20, 1e-8,
            0x1.fffffffffffffp1023, 709.78, 709.79, 710.47, 710.48, 744.9, 745.2, 1022.5, 1024, 1074, 1075.5,
            1e5,
            1e22, 1e300, 0x1p53, 0x1p53 + 2, 0x1.8p52, 0x1p52 + 1, 0x1p53 - 1, 1 - 0x1p-53, 1 + 0x1p-52, 20,
            22, 26.5,
            27.3, 37.5, 171.6, 1e306,
        ]
        return positive + positive.map { -$0 }
    }()

    /// Numbers of all sizes, and a good part of them where functions do most of their work.
    static func many(_ count: Int, seed: UInt64) -> [Double] {
        var state = seed
        func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
        return (0..<count).map { index in
            let bits = next()
            switch index % 4 {
            case 0: return Double(bitPattern: bits)
            case 1: return Double(Int64(bitPattern: bits)) * 0x1p-63
            case 2: return Double(Int64(bitPattern: bits)) * 0x1p-53
            default:
                let magnitude = Double(sign: .plus, exponent: Int(bits % 80) - 60, significand: 1)
                return magnitude * (1 + Double(next() >> 12) * 0x1p-52) * (bits >> 63 == 0 ? 1 : -1)
            }
        }
    }

    /// The same bits, or both NaN.
    static func isSame(_ a: Double, _ b: Double) -> Bool {
        a.bitPattern == b.bitPattern || (a.isNaN && b.isNaN)
    }

    static func isSame(_ a: Float, _ b: Float) -> Bool {
        a.bitPattern == b.bitPattern || (a.isNaN && b.isNaN)
    }
}
