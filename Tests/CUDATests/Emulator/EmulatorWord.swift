/// Reading and writing 64-bit register words as numbers.
enum EmulatorWord {
    /// The word as a signed integer; `shift` is 64 minus the width.
    static func signed(_ word: UInt64, _ shift: UInt64) -> Int64 {
        Int64(bitPattern: word &<< shift) &>> Int64(bitPattern: shift)
    }

    static func bits(_ value: Int64) -> UInt64 { UInt64(bitPattern: value) }

    static func single(_ word: UInt64, _ flush: Bool) -> Float {
        let value = Float(bitPattern: UInt32(truncatingIfNeeded: word))
        return flush && value.isSubnormal ? (value < 0 ? -0.0 : 0.0) : value
    }

    /// A single as a word. Every NaN becomes PTX's canonical one, as the hardware does for single precision.
    static func word(_ value: Float, _ flush: Bool) -> UInt64 {
        if value.isNaN { return 0x7FFF_FFFF }
        if flush && value.isSubnormal { return value < 0 ? 0x8000_0000 : 0 }
        return UInt64(value.bitPattern)
    }

    static func double(_ word: UInt64) -> Double { Double(bitPattern: word) }

    static func word(_ value: Double) -> UInt64 { value.bitPattern }

    /// The lesser number; -0 is less than +0, and NaN gives way to a number.
    static func minimum(_ a: Double, _ b: Double) -> Double {
        if a.isNaN { return b.isNaN ? .nan : b }
        if b.isNaN { return a }
        if a == b { return a.sign == .minus ? a : b }
        return a < b ? a : b
    }

    static func maximum(_ a: Double, _ b: Double) -> Double {
        if a.isNaN { return b.isNaN ? .nan : b }
        if b.isNaN { return a }
        if a == b { return a.sign == .minus ? b : a }
        return a > b ? a : b
    }
}
