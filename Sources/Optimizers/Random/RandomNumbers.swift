import ReversibleCore

/// Random numbers that are the same for the same seed on every machine, for simulations and starting points.
///
/// The generator is SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014): a counter
/// of 64 bits that moves on by 0x9E3779B97F4A7C15, and is then mixed. It has 2⁶⁴ numbers before it repeats, and is not for
/// secrets. Swift's own functions take it too, `Int.random(in: 0..<6, using: &random)`; what they make of it may change with
/// Swift's version, and what the functions here give will not.
///
/// ```swift
/// var random = RandomNumbers(seed: 7)
/// let noise = random.normal(100, deviation: 0.1)
/// ```
public struct RandomNumbers: RandomNumberGenerator, Hashable, Sendable, Codable {
    private var state: UInt64

    /// Numbers that begin with a seed: each seed gives others.
    public init(seed: UInt64) { state = seed }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// A number of at least 0 and below 1: a multiple of 2⁻⁵³, all alike.
    public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// A number of at least `low` and at most `high`.
    ///
    /// Rounding may give `high` itself where the interval is wide.
    public mutating func uniform(_ low: Double, _ high: Double) -> Double {
        low + (high - low) * uniform()
    }

    /// So many numbers between two bounds.
    public mutating func uniform(_ count: Int, from low: Double = 0, to high: Double = 1) -> [Double] {
        (0..<count).map { _ in uniform(low, high) }
    }

    /// A whole number of at least 0 and below `limit`, which must be positive; all alike but for limit / 2⁶⁴.
    public mutating func integer(below limit: Int) -> Int {
        precondition(limit > 0, "there is no whole number of at least 0 and below \(limit)")
        return Int(next().multipliedFullWidth(by: UInt64(limit)).high)
    }

    /// The numbers from 0 to `count - 1` in some order, all orders alike (Fisher and Yates).
    public mutating func permutation(_ count: Int) -> [Int] {
        var order = Array(0..<max(count, 0))
        for i in order.indices.reversed() where i > 0 { order.swapAt(i, integer(below: i + 1)) }
        return order
    }

    /// A number of the normal distribution with mean 0 and variance 1 (Box and Muller, 1958).
    ///
    /// Each takes two uniform numbers, so that what follows does not depend on how many came before in pairs.
    public mutating func normal() -> Double {
        (-2 * SystemMath.log(1 - uniform())).squareRoot() * SystemMath.cos(2 * .pi * uniform())
    }

    /// So many numbers of the normal distribution with a mean and a standard deviation.
    public mutating func normal(_ count: Int, mean: Double = 0, deviation: Double = 1) -> [Double] {
        (0..<count).map { _ in mean + deviation * normal() }
    }
}
