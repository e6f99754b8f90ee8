import AD
import ReversibleCore

/// Least squares by the method of Gauss and Newton, matrix-free: every step is a linear least-squares problem, solved by
/// ``LSQR`` with products of the Jacobian and its transpose only.
///
/// Nothing holds a step back, so that near a solution with small residuals the error squares in every step, and far from one
/// the value may grow instead of falling. That is noticed and said (``StopReason/valueGrows``); the result is the lowest
/// point that was met. ``LevenbergMarquardt`` is the method whose steps are damped where they must be.
///
/// ```swift
/// let fit = try GaussNewton().minimize(residuals, zeros, model, data, of: 0, with: 1)
/// print(fit.point.1, fit.reason)
/// ```
public struct GaussNewton: Hashable, Sendable, Codable {
    /// The search ends when no element of the gradient Jᵀr is larger than this; finite and at least 0.
    public var gradientTolerance = 1e-12
    /// The search ends when a step is shorter than this times the length of the point; at least 0.
    public var stepTolerance = 1e-12
    /// The search ends after so many steps; at least 0.
    public var maximumIterations = 100
    /// The search ends when the value is more than this times the lowest one that was met; at least 1, infinite for never.
    public var growthLimit = 1e3
    /// What solves for a step; its damping makes steps shorter.
    public var solver = LSQR(tolerance: 1e-12)

    /// The defaults.
    public init() {}

    /// What is wrong with the options, in a sentence that names the field; nil if nothing is.
    public var problem: String? {
        OptionRange.nonnegative(gradientTolerance, "gradientTolerance")
            ?? OptionRange.nonnegative(stepTolerance, "stepTolerance")
            ?? OptionRange.atLeast(0, maximumIterations, "maximumIterations")
            ?? OptionRange.demand(
                growthLimit >= 1, "`growthLimit` is \(growthLimit); it must be at least 1")
            ?? solver.problem.map { "`solver`: \($0)" }
    }

    /// Searches the least squares of a function of numbers.
    ///
    /// - Parameters:
    ///   - start: Where the search begins; finite numbers.
    ///   - progress: Is called after every step; it may end the search.
    ///   - linearized: The residuals at a point, and what applies as their Jacobian there.
    /// - Returns: The lowest point that was met, half the sum of the squares there, and its gradient.
    /// - Throws: An ``OptimizerError``, as ``GradientMinimizer/minimize(from:bounds:progress:_:)`` does.
    public func minimize<Jacobian: LinearOperator>(
        from start: [Double], progress: (inout Progress) -> Void = { _ in },
        _ linearized: ([Double]) throws -> (residuals: [Double], jacobian: Jacobian)
    ) throws(OptimizerError) -> Minimum<[Double]> {
        if let problem { throw OptimizerError(.invalidOption, problem) }
        let watch = Watch(
            gradientTolerance: gradientTolerance, maximumIterations: maximumIterations, bounds: nil)
        var here = try Linearization(at: try watch.bounds.start(start), linearized)
        var (lowest, iterations) = (here.location, 0)
        let first = here.location.value
        func end(_ reason: StopReason) -> Minimum<[Double]> {
            watch.minimum(lowest, iterations: iterations, evaluations: iterations + 1, reason)
        }
        guard here.location.isUsable else { return end(.notFiniteAtStart) }
        while true {
            if here.location.gradient.largest <= gradientTolerance { return end(.gradientIsSmall) }
            if iterations >= maximumIterations {
                return end(here.location.value > first ? .valueGrows : .iterationLimit)
            }
            let step = try solver.solve(here.jacobian, here.residuals.map { -$0 }).solution
            let before = here.location.point
            var point = before
            point.add(1, step)
            guard point.allSatisfy(\.isFinite) else { return end(.diverged) }
            here = try Linearization(at: point, linearized)
            iterations += 1
            guard here.location.isUsable else { return end(.diverged) }
            if here.location.value <= lowest.value { lowest = here.location }
            if watch.report(
                here.location, from: before, iterations: iterations, evaluations: iterations + 1, progress)
            {
                return end(.stoppedByCallback)
            }
            if here.location.value > growthLimit * lowest.value, here.location.value > first {
                return end(.valueGrows)
            }
            if step.norm <= stepTolerance * point.norm { return end(.stepIsSmall) }
        }
    }

    /// Residuals with what applies as their Jacobian, which has been looked at.
    private struct Linearization<Jacobian: LinearOperator> {
        let residuals: [Double]
        let jacobian: Jacobian
        let location: Location

        init(
            at point: [Double], _ linearized: ([Double]) throws -> (residuals: [Double], jacobian: Jacobian)
        ) throws(OptimizerError) {
            (residuals, jacobian) = try callingFunction { try linearized(point) }
            guard jacobian.rows == residuals.count, jacobian.columns == point.count else {
                throw OptimizerError(
                    .wrongSize,
                    "the Jacobian has \(jacobian.rows) rows and \(jacobian.columns) columns; with \(residuals.count) residuals "
                        + "and \(point.count) variables it must have \(residuals.count) and \(point.count)")
            }
            location = Location(
                point: point, value: residuals.dot(residuals) / 2,
                gradient: try Products(jacobian).transposed(residuals))
        }
    }
}

extension GaussNewton {
    /// Searches the least squares of a program over one of its arguments, in its own type.
    ///
    /// - Parameters:
    ///   - residuals: The program that computes the residuals; it is linearized at every point.
    ///   - arguments: The arguments of a call: where the search begins, and what stays as it is.
    ///   - output: The number of the argument that holds the residuals.
    ///   - input: The number of the argument that is searched.
    ///   - progress: Is called after every step; it may end the search.
    /// - Returns: All arguments, the one that was searched at the lowest point that was met; half the sum of the squares there.
    /// - Throws: An ``OptimizerError``, as ``GradientMinimizer/minimize(from:bounds:progress:_:)`` does.
    public func minimize<each A: Argument>(
        _ residuals: ReversibleFunction<repeat each A>, _ arguments: repeat (each A).Value, of output: Int,
        with input: Int, progress: (inout Progress) -> Void = { _ in }
    ) throws(OptimizerError) -> Minimum<(repeat (each A).Value)> {
        let flat = try SearchedArguments(
            repeat (each A).self, values: repeat each arguments, searching: [input])
        let found = try minimize(from: flat.numbers, progress: progress) { point in
            let (value, map) = try residuals.linearized(
                at: flat.leaves(at: point), of: output, with: input)
            return (value, map)
        }
        return try found.inOwnTypes(repeat (each A).self, of: flat)
    }
}
