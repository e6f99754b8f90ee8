/// How many of a fixed-point number's 64 bits are behind the point.
///
/// ```swift
/// enum Sixteenths: FixedPointFormat { static let fractionBits = 4 }
/// ```
public protocol FixedPointFormat: Sendable {
    /// The number of bits behind the point, from 2 to 62. Numbers are the multiples of 2^−`fractionBits` from
    /// −2^(63 − `fractionBits`) up to, not including, 2^(63 − `fractionBits`).
    static var fractionBits: Int { get }
}

/// 32 bits before the point and 32 behind it: multiples of 2.3e-10 up to 2.1e9.
public enum Q32: FixedPointFormat {
    /// 32.
    public static let fractionBits = 32
}

/// 16 bits before the point and 48 behind it: multiples of 3.6e-15 up to 32,768.
public enum Q48: FixedPointFormat {
    /// 48.
    public static let fractionBits = 48
}

extension FixedPointFormat {
    /// 2 to the power of the number of bits behind the point.
    static var unit: Double { Double(sign: .plus, exponent: fractionBits, significand: 1) }

    /// Why numbers cannot have this format; nil if they can.
    static var problem: String? {
        2...62 ~= fractionBits
            ? nil
            : "\(Self.self) has \(fractionBits) bits behind the point; a fixed-point number has from 2 to 62 of them"
    }
}
