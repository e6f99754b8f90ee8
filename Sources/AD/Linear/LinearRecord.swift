/// A linear map as a list of numbers, each a combination of those before it.
final class LinearRecord: Sendable {
    let columns: Int
    /// Where the terms of each number begin; numbers count on from the arguments.
    let starts: [Int32]
    let sources: [Int32]
    let coefficients: [Double]
    /// The number of each result; −1 for one that depends on nothing.
    let results: [Int32]

    init(columns: Int, starts: [Int32], sources: [Int32], coefficients: [Double], results: [Int32]) {
        self.columns = columns
        self.starts = starts
        self.sources = sources
        self.coefficients = coefficients
        self.results = results
    }

    /// The map's value for a direction.
    func apply(_ direction: [Double]) -> [Double] {
        var numbers = direction
        numbers.reserveCapacity(columns + starts.count - 1)
        for node in 0..<starts.count - 1 {
            var sum = 0.0
            for position in Int(starts[node])..<Int(starts[node + 1]) {
                sum += LinearRun.product(coefficients[position], numbers[Int(sources[position])])
            }
            numbers.append(sum)
        }
        return results.map { $0 < 0 ? 0 : numbers[Int($0)] }
    }

    /// The transposed map's value for weights of the results.
    func applyTransposed(_ weights: [Double]) -> [Double] {
        var numbers = Array(repeating: 0.0, count: columns + starts.count - 1)
        for (result, weight) in zip(results, weights) where result >= 0 { numbers[Int(result)] += weight }
        for node in stride(from: starts.count - 2, through: 0, by: -1) {
            let weight = numbers[columns + node]
            if weight == 0 { continue }
            for position in Int(starts[node])..<Int(starts[node + 1]) {
                numbers[Int(sources[position])] += LinearRun.product(coefficients[position], weight)
            }
        }
        return Array(numbers[..<columns])
    }

    /// The list as text, arguments x0, x1, … and results y0, y1, …
    var text: [String] {
        var names = (0..<columns).map { "x\($0)" }
        var lines: [String] = []
        for node in 0..<starts.count - 1 {
            let range = Int(starts[node])..<Int(starts[node + 1])
            let terms = range.map { "\(coefficients[$0]) * \(names[Int(sources[$0])])" }
            let name = "t\(node)"
            names.append(name)
            lines.append("\(name) = \(terms.joined(separator: " + "))")
        }
        for (row, result) in results.enumerated() {
            lines.append("y\(row) = \(result < 0 ? "0" : names[Int(result)])")
        }
        return lines
    }
}
