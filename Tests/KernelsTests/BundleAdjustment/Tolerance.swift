import ReversiblePrograms

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

extension TestNumbers {
    /// A number from -1 to 1.
    mutating func uniform() -> Double { Double.random(in: -1...1, using: &self) }

    /// Numbers from -1 to 1.
    mutating func uniform(_ count: Int) -> [Double] { (0..<count).map { _ in uniform() } }
}
