/// Random numbers that are the same for the same seed on every machine (SplitMix64, Steele, Lea and Flood
/// 2014).
struct RandomNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// A number of at least 0 and below 1.
    mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// A number of the normal distribution with mean 0 and variance 1 (Box and Muller).
    mutating func normal() -> Double {
        (-2 * SystemMath.log(1 - uniform())).squareRoot() * SystemMath.cos(2 * .pi * uniform())
    }
}
