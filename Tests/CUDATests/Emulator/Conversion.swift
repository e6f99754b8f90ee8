/// The conversions of `cvt` between numbers.
enum Conversion {
    static func integer(
        _ word: UInt64, to: EmulatorType, from: EmulatorType, _ shift: UInt64, _ saturates: Bool
    ) -> UInt64 {
        let value = from.isSigned ? Int128(EmulatorWord.signed(word, shift)) : Int128(word & from.mask)
        let clamped = saturates ? min(max(value, lowest(to)), highest(to)) : value
        return UInt64(truncatingIfNeeded: clamped) & to.mask
    }

    /// A float rounded to an integer and clamped to its range. NaN becomes zero between 32-bit types and the value of
    /// the highest bit where a 64-bit type takes part (PTX ISA, cvt).
    static func integer(_ x: Double, to: EmulatorType, _ rounding: String, isWide: Bool) -> UInt64 {
        if x.isNaN { return isWide ? 1 &<< UInt64(to.width - 1) : 0 }
        let rounded = integral(x, rounding)
        let low = lowest(to)
        let high = highest(to)
        // Every finite double of magnitude below 2^126 converts to Int128.
        if rounded >= 0x1p100 { return UInt64(truncatingIfNeeded: high) & to.mask }
        if rounded <= -0x1p100 { return UInt64(truncatingIfNeeded: low) & to.mask }
        return UInt64(truncatingIfNeeded: min(max(Int128(rounded), low), high)) & to.mask
    }

    static func float(
        _ value: Int128, to: EmulatorType, _ rounding: String, _ saturates: Bool, _ flush: Bool
    ) -> UInt64 {
        if to == .f64 {
            let nearest = Double(value)
            let result = adjusted(nearest, Int128(nearest) - value, isPositive: value > 0, rounding)
            return (saturates ? clamped(result) : result).bitPattern
        }
        let nearest = Float(value)
        let result = adjusted(nearest, Int128(nearest) - value, isPositive: value > 0, rounding)
        return EmulatorWord.word(saturates ? Float(clamped(Double(result))) : result, flush)
    }

    static func float(
        _ x: Double, to: EmulatorType, _ rounding: String, _ saturates: Bool, _ flush: Bool, isCopy: UInt64?
    ) -> UInt64 {
        var value = x
        if rounding.hasSuffix("i") {
            value = integral(x, rounding)
        } else if let isCopy, !saturates, !flush {
            return isCopy
        }
        if saturates { value = clamped(value) }
        if to == .f64 { return value.bitPattern }
        var single = Float(value)
        if value.isFinite, isCopy == nil {
            let error = Double(single) - value
            let sign: Int128 = error > 0 ? 1 : (error < 0 ? -1 : 0)
            single = adjusted(single, sign, isPositive: value > 0, rounding)
        }
        return EmulatorWord.word(single, flush)
    }

    /// The neighbour of `nearest` that a directed rounding asks for; `error` has the sign of `nearest` - exact value.
    private static func adjusted<Value: BinaryFloatingPoint>(
        _ nearest: Value, _ error: Int128, isPositive: Bool, _ rounding: String
    ) -> Value {
        let isDown = rounding == "rm" || (rounding == "rz" && isPositive)
        let isUp = rounding == "rp" || (rounding == "rz" && !isPositive)
        if isDown, error > 0 { return nearest.nextDown }
        if isUp, error < 0 { return nearest.nextUp }
        return nearest
    }

    private static func integral(_ x: Double, _ rounding: String) -> Double {
        switch rounding {
        case "rni": x.rounded(.toNearestOrEven)
        case "rzi": x.rounded(.towardZero)
        case "rmi": x.rounded(.down)
        default: x.rounded(.up)
        }
    }

    /// `.sat` of floating point: into [0, 1], NaN to zero.
    private static func clamped(_ x: Double) -> Double {
        x > 0 ? min(x, 1) : 0
    }

    private static func lowest(_ type: EmulatorType) -> Int128 {
        type.isSigned ? -(1 << Int128(type.width - 1)) : 0
    }

    private static func highest(_ type: EmulatorType) -> Int128 {
        type.isSigned ? (1 << Int128(type.width - 1)) - 1 : (1 << Int128(type.width)) - 1
    }
}
