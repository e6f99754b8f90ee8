import ReversibleCore

/// The first number of a run that is not what it should be.
struct Difference {
    var position: Int
    var element: Int
    var expected: String
    var got: String
    var detail: String

    /// Compares what places hold.
    ///
    /// - Parameter tolerances: For every number how far it may be off; without them the bits must be the same, and all NaN
    ///   count as one.
    static func first(
        _ results: [Leaf<Double>], _ expected: [Leaf<Double>], _ tolerances: [Leaf<Double>]? = nil,
        isWanted: (Int) -> Bool = { _ in true }
    ) -> Difference? {
        guard results.count == expected.count else {
            return Difference(
                position: results.count, element: 0, expected: "\(expected.count) places",
                got: "\(results.count)", detail: "")
        }
        for position in expected.indices where isWanted(position) {
            let (result, value) = (results[position], expected[position])
            if let difference = inIntegers(result.integers, value.integers, position) { return difference }
            let numbers = (result.numbers, value.numbers)
            guard numbers.0.count == numbers.1.count else {
                return Difference(
                    position: position, element: 0, expected: "\(numbers.1.count) numbers",
                    got: "\(numbers.0.count)", detail: "")
            }
            let allowed = tolerances?[position].numbers
            for (element, (x, y)) in zip(numbers.0, numbers.1).enumerated() {
                let tolerance = allowed?[element]
                if agree(x, y, tolerance) { continue }
                return Difference(
                    position: position, element: element, expected: "\(y)", got: "\(x)",
                    detail: tolerance.map { "; off by \(abs(x - y)), tolerance \($0)" }
                        ?? "; bits \(bits(y)), \(bits(x))"
                )
            }
        }
        return nil
    }

    private static func inIntegers(_ results: [Int], _ expected: [Int], _ position: Int) -> Difference? {
        guard results != expected else { return nil }
        let element = zip(results, expected).enumerated().first { $1.0 != $1.1 }?.offset ?? 0
        func text(_ list: [Int]) -> String { list.indices.contains(element) ? "\(list[element])" : "none" }
        return Difference(
            position: position, element: element, expected: text(expected), got: text(results), detail: "")
    }

    private static func agree(_ x: Double, _ y: Double, _ tolerance: Double?) -> Bool {
        if x.bitPattern == y.bitPattern || (x.isNaN && y.isNaN) { return true }
        // Without a finite bound nothing would be found.
        guard let tolerance, tolerance.isFinite || !y.isFinite else { return false }
        return x == y || abs(x - y) <= tolerance || (!y.isFinite && !x.isFinite)
    }

    private static func bits(_ x: Double) -> String { String(x.bitPattern, radix: 16) }

    /// Where, what should be there, and what is.
    func text(_ names: [String]) -> String {
        let name = names.indices.contains(position) ? names[position] : "?"
        return "place \(position) (`\(name)`), element \(element): expected \(expected), got \(got)\(detail)"
    }
}

extension Leaf where Number == Double {
    fileprivate var integers: [Int] {
        switch self {
        case .integer(let value): [value]
        case .integers(let values): values
        case .real, .reals, .matrix: []
        }
    }
}
