/// How far two lists of numbers are apart.
struct Agreement {
    /// The largest difference, relative to the expected number, or to a thousandth of the largest expected
    /// number where that is more. Infinite if the lists cannot be compared.
    let difference: Double

    init(_ found: [Double], _ expected: [Double]) {
        guard found.count == expected.count else {
            difference = .infinity
            return
        }
        let scale = (expected.map { abs($0) }.max() ?? 0) / 1000
        difference = zip(found, expected).reduce(0) { largest, pair in
            pair.0 == pair.1
                ? largest : Agreement.larger(largest, abs(pair.0 - pair.1) / max(abs(pair.1), scale))
        }
    }

    /// The larger of two differences; a NaN counts as infinite, lest a comparison overlook it.
    static func larger(_ a: Double, _ b: Double) -> Double {
        a.isNaN || b.isNaN ? .infinity : max(a, b)
    }
}
