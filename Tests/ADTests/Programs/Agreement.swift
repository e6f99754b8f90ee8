import AD

/// Whether two numbers agree to `tolerance`, relative to the larger of 1 and the expected magnitude.
///
/// A `Double` has 2.2e-16 between neighbours at 1: 1e-15 allows a handful of roundings, 1e-14 a few dozen.
/// Where a test allows more, it says why.
func agrees(_ found: Double, _ expected: Double, _ tolerance: Double) -> Bool {
    // Written so that a NaN fails.
    abs(found - expected) <= tolerance * max(1, abs(expected))
}

/// Whether two arrays of one length agree element by element.
func agrees(_ found: [Double], _ expected: [Double], _ tolerance: Double) -> Bool {
    found.count == expected.count && zip(found, expected).allSatisfy { agrees($0, $1, tolerance) }
}

/// Whether two matrices of one size agree element by element.
func agrees(_ found: DenseMatrix, _ expected: DenseMatrix, _ tolerance: Double) -> Bool {
    found.rows == expected.rows && agrees(found.elements, expected.elements, tolerance)
}

extension DenseMatrix {
    /// Row `row` as an array.
    func row(_ row: Int) -> [Double] { (0..<columns).map { self[row, $0] } }
}

/// Numbers between -1 and 1 that are the same in every run, and not on a coarse grid of rationals.
func sample(_ count: Int, seed: Double = 0.5) -> [Double] {
    (0..<count).map { i in
        let turn = (Double(i) + seed) * 0.754_877_666_246_692_8
        return 2 * (turn - turn.rounded(.down)) - 1
    }
}
