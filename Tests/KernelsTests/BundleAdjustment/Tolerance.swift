import Kernels

typealias ADBench = BundleAdjustment.ADBench
typealias BAL = BundleAdjustment.BAL

/// The largest difference, relative to the largest expected number.
func relativeDifference(_ found: some Collection<Double>, _ expected: some Collection<Double>) -> Double {
    guard found.count == expected.count else { return .infinity }
    let scale = expected.map(abs).max() ?? 0
    let difference = zip(found, expected).map { abs($0 - $1) }
    // `max` forgets a NaN.
    if difference.contains(where: \.isNaN) { return .infinity }
    return (difference.max() ?? 0) / max(scale, .leastNonzeroMagnitude)
}

/// Numbers that are the same in every run.
struct TestNumbers {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    /// From -1 to 1 (xorshift).
    mutating func next() -> Double {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Double(state >> 11) * 0x1p-52 - 1
    }

    mutating func next(_ count: Int) -> [Double] { (0..<count).map { _ in next() } }
}
