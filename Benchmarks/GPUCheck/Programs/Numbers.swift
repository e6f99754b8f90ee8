import Optimizers

/// Random numbers that are the same in every run.
package struct Numbers: Sendable {
    private var random: RandomNumbers

    // Small seeds, one after the other, are far from one another in the generator's sequence.
    package init(seed: Int) {
        random = RandomNumbers(seed: UInt64(truncatingIfNeeded: seed) &* 0x9E37_79B9_7F4A_7C15)
    }

    package mutating func bits() -> UInt64 { random.next() }

    package mutating func uniform(_ low: Double, _ high: Double) -> Double { random.uniform(low, high) }

    package mutating func below(_ limit: Int) -> Int { Int(bits() % UInt64(max(1, limit))) }

    /// So many numbers of an interval.
    package static func uniform(
        _ count: Int, _ low: Double = -1, _ high: Double = 1, seed: Int = 1
    ) -> [Double] {
        var numbers = Numbers(seed: seed)
        return (0..<count).map { _ in numbers.uniform(low, high) }
    }

    /// So many integers from 0 on and below a limit.
    package static func integers(_ count: Int, below limit: Int, seed: Int = 1) -> [Int] {
        var numbers = Numbers(seed: seed)
        return (0..<count).map { _ in numbers.below(limit) }
    }

    /// The numbers below `count` in another order.
    package static func permutation(_ count: Int, seed: Int = 1) -> [Int] {
        var numbers = Numbers(seed: seed)
        var order = Array(0..<count)
        for i in order.indices.reversed() where i > 0 { order.swapAt(i, numbers.below(i + 1)) }
        return order
    }
}

extension Array where Element == Double {
    /// So many zeros.
    package static func zeros(_ count: Int) -> [Double] { Array(repeating: 0, count: count) }
}
