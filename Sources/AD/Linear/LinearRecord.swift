import ReversibleCore

/// A linear map as a list of numbers, each a combination of those before it.
final class LinearRecord: Sendable {
    let columns: Int
    /// Where the terms of each number begin; numbers count on from the arguments.
    let starts: [Int32]
    let sources: [Int32]
    let coefficients: [Double]
    /// The number of each result; −1 for one that depends on nothing.
    let results: [Int32]
    private let runs: RowRuns

    init(columns: Int, starts: [Int32], sources: [Int32], coefficients: [Double], results: [Int32]) {
        self.columns = columns
        self.starts = starts
        self.sources = sources
        self.coefficients = coefficients
        self.results = results
        runs = RowRuns(columns: columns, starts: starts, sources: sources, coefficients: coefficients)
    }

    /// How many numbers a walk needs: the arguments, then the list.
    private var count: Int { columns + starts.count - 1 }

    /// Writes the map's value for a direction.
    func apply(_ direction: UnsafeBufferPointer<Double>, to values: UnsafeMutableBufferPointer<Double>) {
        withUnsafeTemporaryAllocation(of: Double.self, capacity: count) { all in
            guard let numbers = all.baseAddress else { return values.update(repeating: 0) }
            for (column, number) in direction.enumerated() { numbers[column] = number }
            walk { starts, sources, coefficients, moved in
                for piece in runs.pieces {
                    switch piece {
                    case .run(let run): run.apply(moved, to: numbers, columns: columns)
                    case .rows(let rows):
                        for row in rows {
                            var sum = 0.0
                            for position in Int(starts[row])..<Int(starts[row + 1]) {
                                sum += LinearRun.product(
                                    coefficients[position], numbers[Int(sources[position])])
                            }
                            numbers[columns + row] = sum
                        }
                    }
                }
            }
            for (row, result) in results.enumerated() { values[row] = result < 0 ? 0 : numbers[Int(result)] }
        }
    }

    /// Writes the transposed map's value for weights of the results.
    func applyTransposed(
        _ weights: UnsafeBufferPointer<Double>, to values: UnsafeMutableBufferPointer<Double>
    ) {
        withUnsafeTemporaryAllocation(of: Double.self, capacity: count) { all in
            guard let numbers = all.baseAddress else { return }
            numbers.update(repeating: 0, count: count)
            for (result, weight) in zip(results, weights) where result >= 0 {
                numbers[Int(result)] += weight
            }
            walk { starts, sources, coefficients, moved in
                for piece in runs.pieces.reversed() {
                    switch piece {
                    case .run(let run): run.applyTransposed(moved, to: numbers, columns: columns)
                    case .rows(let rows):
                        for row in rows.reversed() {
                            let weight = numbers[columns + row]
                            if weight == 0 { continue }
                            for position in Int(starts[row])..<Int(starts[row + 1]) {
                                numbers[Int(sources[position])] += LinearRun.product(
                                    coefficients[position], weight)
                            }
                        }
                    }
                }
            }
            for column in 0..<columns { values[column] = numbers[column] }
        }
    }

    /// Every number that the arrays name is one of the record's own, so that walks need not ask again and again.
    private func walk(
        _ body: (
            _ starts: UnsafeBufferPointer<Int32>, _ sources: UnsafeBufferPointer<Int32>,
            _ coefficients: UnsafeBufferPointer<Double>, _ moved: UnsafeBufferPointer<Double>
        ) -> Void
    ) {
        starts.withUnsafeBufferPointer { starts in
            sources.withUnsafeBufferPointer { sources in
                coefficients.withUnsafeBufferPointer { coefficients in
                    runs.coefficients.withUnsafeBufferPointer { body(starts, sources, coefficients, $0) }
                }
            }
        }
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
