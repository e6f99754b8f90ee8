// Rows of a linear map that follow one another and are made alike, as those of a loop's iterations are: with their coefficients
// side by side they are computed in SIMD registers.

/// The rows of a record in pieces: long runs of rows of one pattern, and what is between them.
struct RowRuns: Sendable {
    /// Rows with as many terms each, which read the same numbers, or numbers at the same distance from row to row.
    struct Run: Sendable {
        let rows: Range<Int>
        /// Where the first row's numbers are, and how far the next row's are from them.
        let operands: [(base: Int, stride: Int)]
        /// Where the run's coefficients begin in ``RowRuns/coefficients``: all of the first terms, then all of the second.
        let start: Int
    }

    enum Piece: Sendable {
        case run(Run)
        case rows(Range<Int>)
    }

    let pieces: [Piece]
    /// Those of runs, term by term.
    let coefficients: [Double]

    /// Fewer rows are not worth a run.
    private static let shortest = 8

    /// - Parameters:
    ///   - columns: How many numbers come before the first row.
    ///   - starts: Where the terms of each row begin.
    init(columns: Int, starts: [Int32], sources: [Int32], coefficients: [Double]) {
        var (pieces, moved): ([Piece], [Double]) = ([], [])
        let count = starts.count - 1
        var (row, pending) = (0, 0)
        while row < count {
            let first = Int(starts[row])..<Int(starts[row + 1])
            /// The distance of every number of another row from the first row's; nil if it is made in another way.
            func distances(to other: Int) -> [Int]? {
                let own = Int(starts[other])..<Int(starts[other + 1])
                guard own.count == first.count else { return nil }
                return zip(own, first).map { Int(sources[$0]) - Int(sources[$1]) }
            }
            var end = row + 1
            var strides = first.map { _ in 0 }
            if end < count, let found = distances(to: end), found.allSatisfy({ $0 >= 0 }) {
                strides = found
                // None of the rows may read another: they are computed together.
                func fits(_ other: Int) -> Bool {
                    let own = Int(starts[other])..<Int(starts[other + 1])
                    guard own.count == first.count else { return false }
                    for (position, stride) in strides.enumerated() {
                        let source = Int(sources[own.lowerBound + position])
                        let expected = Int(sources[first.lowerBound + position]) + (other - row) * stride
                        if source != expected || source >= columns + row { return false }
                    }
                    return true
                }
                while end < count, fits(end) { end += 1 }
            }
            if end - row >= RowRuns.shortest, !first.isEmpty {
                if pending < row { pieces.append(.rows(pending..<row)) }
                let operands = zip(first, strides).map { (base: Int(sources[$0]), stride: $1) }
                pieces.append(.run(Run(rows: row..<end, operands: operands, start: moved.count)))
                for term in first.indices {
                    let offset = term - first.lowerBound
                    for other in row..<end { moved.append(coefficients[Int(starts[other]) + offset]) }
                }
                pending = end
            }
            row = end
        }
        if pending < count { pieces.append(.rows(pending..<count)) }
        self.pieces = pieces
        self.coefficients = moved
    }
}

extension RowRuns.Run {
    private typealias Lanes = SIMD8<Double>

    /// Computes the rows of a run.
    ///
    /// - Parameters:
    ///   - numbers: All numbers before the rows are there; the rows' own are written.
    ///   - columns: Where the number of row 0 is.
    func apply(
        _ coefficients: UnsafeBufferPointer<Double>, to numbers: UnsafeMutablePointer<Double>, columns: Int
    ) {
        guard let coefficients = coefficients.baseAddress else { return }
        let result = numbers + columns + rows.lowerBound
        result.update(repeating: 0, count: rows.count)
        for (term, operand) in operands.enumerated() {
            let factors = coefficients + start + term * rows.count
            let source = numbers + operand.base
            switch operand.stride {
            case 0:
                let number = source.pointee
                // As everywhere: what does not move stays where a slope is infinite.
                if number == 0 { continue }
                for row in 0..<rows.count {
                    let factor = factors[row]
                    let product = factor * number
                    result[row] += factor == 0 ? 0 : product
                }
            case 1:
                for row in 0..<rows.count {
                    let (factor, number) = (factors[row], source[row])
                    let product = factor * number
                    result[row] += factor == 0 || number == 0 ? 0 : product
                }
            default:
                for row in 0..<rows.count {
                    result[row] += LinearRun.product(factors[row], source[row * operand.stride])
                }
            }
        }
    }

    /// Adds what the rows' weights are worth to the weights of what they are made of.
    func applyTransposed(
        _ coefficients: UnsafeBufferPointer<Double>, to numbers: UnsafeMutablePointer<Double>, columns: Int
    ) {
        guard let coefficients = coefficients.baseAddress else { return }
        let weights = UnsafePointer(numbers + columns + rows.lowerBound)
        for (term, operand) in operands.enumerated() {
            let factors = coefficients + start + term * rows.count
            let target = numbers + operand.base
            guard operand.stride == 0 else {
                for row in 0..<rows.count {
                    target[row * operand.stride] += LinearRun.product(factors[row], weights[row])
                }
                continue
            }
            // Eight sums side by side, always in the same order.
            var sums = Lanes(repeating: 0)
            var row = 0
            while row + Lanes.scalarCount <= rows.count {
                let factor = UnsafeRawPointer(factors + row).loadUnaligned(as: Lanes.self)
                let weight = UnsafeRawPointer(weights + row).loadUnaligned(as: Lanes.self)
                sums += (factor * weight).replacing(with: 0, where: factor .== 0 .| weight .== 0)
                row += Lanes.scalarCount
            }
            var sum = sums.sum()
            while row < rows.count {
                sum += LinearRun.product(factors[row], weights[row])
                row += 1
            }
            target.pointee += sum
        }
    }
}
