import Testing

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers in every run.
struct SeededNumbers {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    /// Numbers between two bounds.
    mutating func numbers(_ count: Int, from low: Double = -1, to high: Double = 1) -> [Double] {
        (0..<count).map { _ in
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            z ^= z >> 31
            return low + (high - low) * Double(z >> 11) * 0x1p-53
        }
    }

    /// Rows of numbers.
    mutating func rows(_ rows: Int, _ columns: Int, from low: Double = -1, to high: Double = 1) -> [[Double]]
    {
        (0..<rows).map { _ in numbers(columns, from: low, to: high) }
    }
}

/// The derivatives of a function by differences of fourth order.
///
/// With this step the error is about 1e-12 of the function's size, from the formula and from rounding alike.
func differences(_ x: [Double], _ f: ([Double]) -> Double) -> [Double] {
    differences(x, ofAll: { [f($0)] }).map { $0[0] }
}

/// The derivatives of all numbers that a function finds: a list for each argument.
func differences(_ x: [Double], ofAll f: ([Double]) -> [Double]) -> [[Double]] {
    let step = 1e-3
    return x.indices.map { position in
        func moved(_ steps: Double) -> [Double] {
            var x = x
            x[position] += steps * step
            return f(x)
        }
        let near = zip(moved(1), moved(-1)).map { $0 - $1 }
        let far = zip(moved(2), moved(-2)).map { $0 - $1 }
        return zip(near, far).map { (8 * $0 - $1) / (12 * step) }
    }
}

/// The sum of the products of two lists.
func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

/// Compares numbers, relative to the largest that is expected, or to a least scale where all of them may be 0.
func expectClose(
    _ found: [Double], _ expected: [Double], _ tolerance: Double, leastScale: Double = 0,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    guard found.count == expected.count else {
        Issue.record("\(found.count) numbers instead of \(expected.count)", sourceLocation: sourceLocation)
        return
    }
    let scale = max(expected.map(abs).max() ?? 0, leastScale)
    for (position, (a, b)) in zip(found, expected).enumerated() {
        #expect(
            abs(a - b) <= tolerance * scale, "number \(position): \(a) instead of \(b)",
            sourceLocation: sourceLocation)
    }
}

/// What rounding alone may change in sums of some hundred terms.
let rounding = 1e-12
/// What `differences` may be off by, where derivatives are not much smaller than the function.
let differencing = 1e-8
