/// A function of many variables, with its gradient, as all methods take it.
typealias Objective = ([Double]) throws -> (value: Double, gradient: [Double])

/// A point with the function's value and gradient.
struct Location {
    var point: [Double]
    var value: Double
    var gradient: [Double]

    /// Asks the function, and counts that.
    ///
    /// - Throws: What the function throws, as the cause of an error; an error for a gradient of another length.
    init(
        at point: [Double], _ evaluations: inout Int, _ function: Objective
    ) throws(OptimizerError) {
        let found = try callingFunction { try function(point) }
        evaluations += 1
        guard found.gradient.count == point.count else {
            throw OptimizerError(
                .wrongSize,
                "the function gave a gradient of \(found.gradient.count) numbers at a point of \(point.count); it needs "
                    + "one for each")
        }
        self.init(point: point, value: found.value, gradient: found.gradient)
    }

    init(point: [Double], value: Double, gradient: [Double]) {
        self.point = point
        self.value = value
        self.gradient = gradient
    }

    /// Whether a search may go there.
    var isUsable: Bool { value.isFinite && gradient.allSatisfy(\.isFinite) }
}

extension [Double] {
    package func dot(_ other: [Double]) -> Double { zip(self, other).reduce(0) { $0 + $1.0 * $1.1 } }
    /// The square root of the sum of squares, also where squares overflow or vanish.
    package var norm: Double {
        let square = dot(self)
        if square.isNormal { return square.squareRoot() }
        let largest = largest
        guard largest > 0, largest.isFinite else { return largest }
        return largest * map { $0 / largest }.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }
    /// The largest element, without sign; NaN if there is one.
    package var largest: Double { reduce(0) { $1.isNaN || abs($1) > $0 ? abs($1) : $0 } }

    package mutating func add(_ factor: Double, _ other: [Double]) {
        for i in indices { self[i] += factor * other[i] }
    }

    package static func - (a: [Double], b: [Double]) -> [Double] { zip(a, b).map { $0 - $1 } }
}
