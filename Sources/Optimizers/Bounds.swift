import ReversibleCore

/// The least and the largest value of every variable.
///
/// ```swift
/// let bounds = Bounds(lower: [0, -.infinity], upper: [1, 5])     // 0 ≤ x₀ ≤ 1, x₁ ≤ 5
/// let positive = Bounds(count: 10, from: 0)
/// ```
///
/// Methods stay within: the function is never asked outside. A start outside is moved to the nearest point inside.
public struct Bounds: Hashable, Sendable, Codable {
    /// The least values; −∞ for none.
    public var lower: [Double]
    /// The largest values; ∞ for none.
    public var upper: [Double]

    /// A pair for every variable.
    public init(lower: [Double], upper: [Double]) {
        self.lower = lower
        self.upper = upper
    }

    /// The same for all of so many variables.
    public init(count: Int, from lower: Double = -.infinity, to upper: Double = .infinity) {
        self.init(
            lower: Array(repeating: lower, count: count), upper: Array(repeating: upper, count: count))
    }

    /// The nearest point inside.
    package func nearest(_ point: [Double]) -> [Double] {
        point.indices.map { min(max(point[$0], lower[$0]), upper[$0]) }
    }

    /// Refuses bounds that leave nothing.
    func check(count: Int) throws(OptimizerError) {
        guard lower.count == count, upper.count == count else {
            throw OptimizerError(
                .invalidBounds,
                "there are \(lower.count) lower and \(upper.count) upper bounds for \(count) variables; give one of each "
                    + "for every variable, −∞ and ∞ for those without")
        }
        for i in 0..<count {
            // Written so that a NaN fails.
            guard lower[i] <= upper[i], lower[i] < .infinity, upper[i] > -.infinity else {
                throw OptimizerError(
                    .invalidBounds,
                    "variable \(i) has the lower bound \(lower[i]) and the upper bound \(upper[i]), between which there is "
                        + "no number")
            }
        }
    }
}

extension Bounds? {
    /// The start of a search, moved inside.
    ///
    /// - Throws: An error for bounds that do not fit, and for a start that is not finite.
    func start(_ point: [Double]) throws(OptimizerError) -> [Double] {
        if let i = point.firstIndex(where: { !$0.isFinite }) {
            throw OptimizerError(
                .invalidStart, "variable \(i) of the start is \(point[i]); a search begins at finite numbers")
        }
        guard let self else { return point }
        try self.check(count: point.count)
        return self.nearest(point)
    }

    /// The numbers of the variables that stand at a bound which a step against the gradient would leave through.
    func held(_ gradient: [Double], at point: [Double]) -> [Int] {
        guard let self else { return [] }
        return gradient.indices.filter { i in
            gradient[i] > 0
                ? point[i] <= self.lower[i] : gradient[i] < 0 && point[i] >= self.upper[i]
        }
    }

    /// The gradient without what only pushes against a bound: 0 at a minimum within bounds.
    func free(_ gradient: [Double], at point: [Double]) -> [Double] {
        var free = gradient
        for i in held(gradient, at: point) { free[i] = 0 }
        return free
    }
}
