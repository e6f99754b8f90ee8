import ReversibleCore

/// A linear map between lists of real numbers, as data: the derivative of a function at a point.
///
/// ``linearize(_:_:of:with:limit:)`` makes one. Applying it takes a walk over its terms: no elementary function is evaluated, and
/// nothing of the function is run again. Maps are values: they can be kept, sent elsewhere, added, multiplied and composed.
///
/// Where a slope is infinite the coefficient is infinite. A direction that is 0 contributes 0 all the same, as it does with
/// dual numbers.
public struct LinearMap: Sendable {
    /// How many numbers come out.
    public let rows: Int
    /// How many numbers go in.
    public let columns: Int
    let form: Form

    indirect enum Form {
        case record(LinearRecord)
        case transposed(LinearRecord)
        case identity
        case sum(LinearMap, LinearMap)
        case scaled(Double, LinearMap)
        case product(LinearMap, LinearMap)
        /// JᵀJ.
        case normal(LinearMap)
        case inverse(DenseLU, isTransposed: Bool)
        /// Maps that do not fit together, and why.
        case misfit(String)
    }

    init(rows: Int, columns: Int, _ form: Form) {
        (self.rows, self.columns, self.form) = (rows, columns, form)
    }

    init(_ record: LinearRecord) {
        self.init(rows: record.results.count, columns: record.columns, .record(record))
    }

    /// The map that gives what it takes: so many numbers, at least 0.
    public static func identity(_ count: Int) -> LinearMap {
        precondition(count >= 0, "an identity of \(count) numbers; there must be at least 0")
        return LinearMap(rows: count, columns: count, .identity)
    }

    /// The map's value for a direction: J d.
    ///
    /// - Throws: `lengthMismatch` if the direction has not ``columns`` numbers, or maps were put together that do not fit.
    public func callAsFunction(_ direction: [Double]) throws(ReversibilityError) -> [Double] {
        try check(direction.count, columns, "direction", "takes")
        return applied(to: direction)
    }

    /// The map's value for the one number that it takes.
    public func callAsFunction(_ direction: Double) throws(ReversibilityError) -> [Double] {
        try self([direction])
    }

    /// The transposed map's value for weights of the results: Jᵀ w.
    ///
    /// - Throws: `lengthMismatch` if there are not ``rows`` weights, or maps were put together that do not fit.
    public func transposed(_ weights: [Double]) throws(ReversibilityError) -> [Double] {
        try check(weights.count, rows, "cotangent", "gives")
        return transpose.applied(to: weights)
    }

    package func check(
        _ count: Int, _ expected: Int, _ noun: String, _ verb: String
    ) throws(ReversibilityError) {
        if let misfit { throw ReversibilityError(.lengthMismatch, misfit, function: "LinearMap") }
        guard count != expected else { return }
        throw ReversibilityError(
            .lengthMismatch,
            "the \(noun) has \(count) number\(count == 1 ? "" : "s"), and the map \(verb) \(expected)",
            function: "LinearMap")
    }

    /// Why the maps that this is made of do not fit together; nil if they do.
    package var misfit: String? {
        switch form {
        case .record, .transposed, .identity, .inverse: nil
        case .scaled(_, let map), .normal(let map): map.misfit
        case .sum(let a, let b), .product(let a, let b): a.misfit ?? b.misfit
        case .misfit(let reason): reason
        }
    }

    private func applied(to direction: [Double]) -> [Double] {
        direction.withUnsafeBufferPointer { direction in
            [Double](unsafeUninitializedCapacity: rows) { values, count in
                apply(direction, to: UnsafeMutableBufferPointer(rebasing: values[..<rows]))
                count = rows
            }
        }
    }

    /// Writes the map's value for a direction: as many numbers as there are rows, of as many as there are columns, in other
    /// memory.
    package func apply(
        _ direction: UnsafeBufferPointer<Double>, to values: UnsafeMutableBufferPointer<Double>
    ) {
        switch form {
        case .record(let record): record.apply(direction, to: values)
        case .transposed(let record): record.applyTransposed(direction, to: values)
        case .identity: _ = values.update(from: direction)
        case .sum(let a, let b):
            a.apply(direction, to: values)
            withUnsafeTemporaryAllocation(of: Double.self, capacity: rows) { other in
                b.apply(direction, to: other)
                for row in 0..<rows { values[row] += other[row] }
            }
        case .scaled(let factor, let map):
            map.apply(direction, to: values)
            for row in 0..<rows { values[row] = LinearRun.product(factor, values[row]) }
        case .product(let a, let b): b.apply(direction, then: a, to: values)
        case .normal(let map): map.apply(direction, then: map.transpose, to: values)
        case .inverse(let factors, let isTransposed):
            let solution =
                isTransposed ? factors.solveTransposed(Array(direction)) : factors.solve(Array(direction))
            _ = values.update(from: solution)
        case .misfit: values.update(repeating: .nan)
        }
    }

    private func apply(
        _ direction: UnsafeBufferPointer<Double>, then next: LinearMap,
        to values: UnsafeMutableBufferPointer<Double>
    ) {
        withUnsafeTemporaryAllocation(of: Double.self, capacity: rows) { between in
            apply(direction, to: between)
            next.apply(UnsafeBufferPointer(between), to: values)
        }
    }

    /// The transposed map, which shares the numbers of this one.
    public var transpose: LinearMap {
        let form: Form =
            switch form {
            case .record(let record): .transposed(record)
            case .transposed(let record): .record(record)
            case .identity, .normal: form
            case .sum(let a, let b): .sum(a.transpose, b.transpose)
            case .scaled(let factor, let map): .scaled(factor, map.transpose)
            case .product(let a, let b): .product(b.transpose, a.transpose)
            case .inverse(let factors, let isTransposed): .inverse(factors, isTransposed: !isTransposed)
            case .misfit(let reason): .misfit(reason)
            }
        return LinearMap(rows: columns, columns: rows, form)
    }

    /// The map of rows and columns that this is, all of them: takes as many applications as there are rows or columns,
    /// whichever are fewer.
    public var matrix: DenseMatrix {
        var result = DenseMatrix(rows: rows, columns: columns)
        let transpose = transpose
        for k in 0..<min(rows, columns) {
            var unit = Array(repeating: 0.0, count: columns <= rows ? columns : rows)
            unit[k] = 1
            if columns <= rows {
                for (row, number) in applied(to: unit).enumerated() { result[row, k] = number }
            } else {
                for (column, number) in transpose.applied(to: unit).enumerated() {
                    result[k, column] = number
                }
            }
        }
        return result
    }

    /// The same map as a list of its rows, where that has no more terms than going through numbers in between: of few results
    /// that depend on few arguments, however long the way between them.
    package var condensed: LinearMap {
        guard misfit == nil, rows * columns <= edges, min(rows, columns) <= 64 else { return self }
        let all = matrix.elements
        return LinearMap(
            LinearRecord(
                columns: columns, starts: (0...rows).map { Int32($0 * columns) },
                sources: (0..<rows).flatMap { _ in (0..<columns).map { Int32($0) } }, coefficients: all,
                results: (0..<rows).map { Int32(columns + $0) }))
    }

    /// How many multiplications an application takes.
    public var edges: Int {
        switch form {
        case .record(let record), .transposed(let record): record.sources.count
        case .identity: 0
        case .sum(let a, let b), .product(let a, let b): a.edges + b.edges
        case .normal(let map): 2 * map.edges
        case .inverse: rows * columns
        case .scaled(_, let map): map.edges + rows
        case .misfit: 0
        }
    }

    /// JᵀJ, the map of the normal equations of a least-squares problem.
    public var normal: LinearMap { LinearMap(rows: columns, columns: columns, .normal(self)) }

    /// Whether the map was made symmetric and without negative eigenvalues: it is a ``normal`` map, an identity, a sum of
    /// such, or a multiple of one that is not negative.
    ///
    /// No coefficient is looked at: a map that happens to be so, such as that of a Hessian, answers false.
    public var isNonnegative: Bool {
        switch form {
        case .identity, .normal: true
        case .sum(let a, let b): a.isNonnegative && b.isNonnegative
        case .scaled(let factor, let map): factor >= 0 && map.isNonnegative
        case .record, .transposed, .product, .inverse, .misfit: false
        }
    }

    /// The composition: this map of what another gives.
    ///
    /// Maps that do not fit together give one whose use is an error that says so.
    public func after(_ first: LinearMap) -> LinearMap {
        let fits = columns == first.rows
        return LinearMap(
            rows: rows, columns: first.columns,
            fits
                ? .product(self, first)
                : .misfit("a map that takes \(columns) numbers is applied after one that gives \(first.rows)")
        )
    }

    /// The sum of two maps.
    ///
    /// Maps that do not fit together give one whose use is an error that says so.
    public static func + (a: LinearMap, b: LinearMap) -> LinearMap {
        let fits = a.rows == b.rows && a.columns == b.columns
        return LinearMap(
            rows: a.rows, columns: a.columns,
            fits
                ? .sum(a, b)
                : .misfit(
                    "a map of \(a.rows)×\(a.columns) numbers is added to one of \(b.rows)×\(b.columns)"))
    }

    /// The difference of two maps.
    public static func - (a: LinearMap, b: LinearMap) -> LinearMap { a + -1 * b }

    /// A multiple of a map.
    public static func * (factor: Double, map: LinearMap) -> LinearMap {
        LinearMap(rows: map.rows, columns: map.columns, .scaled(factor, map))
    }
}

extension LinearMap: CustomStringConvertible {
    /// The map as text: its size, and of a linearized program the numbers that it goes through, of long ones the first.
    public var description: String {
        let title = "LinearMap of \(rows)×\(columns) numbers, \(edges) terms"
        let lines: [String] =
            switch form {
            case .record(let record): record.text
            case .transposed(let record): ["the transpose of"] + record.text
            case .misfit(let reason): [reason]
            case .identity, .sum, .scaled, .product, .normal, .inverse: []
            }
        let shown = lines.count > 50 ? lines.prefix(48) + ["… \(lines.count) lines in all"] : lines[...]
        return ([title] + shown.map { "    " + $0 }).joined(separator: "\n")
    }
}
