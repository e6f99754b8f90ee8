import ReversibleCore

/// Least squares: half the sum of the squares of residuals becomes least, by Levenberg's and Marquardt's method.
///
/// A step is that of Gauss and Newton, from the Jacobian alone, and is damped as far as the last steps say (Madsen,
/// Nielsen and Tingleff, Methods for Non-Linear Least Squares Problems, 2004); with a large ``initialTrustRegionRadius``
/// it is theirs as long as they come true. Variables are measured in units in which
/// the columns of the Jacobian have length 1, so that their own units do not matter. The normal equations are dense: some
/// hundred variables, and any number of residuals. Bundle adjustment has a solver of its own.
///
/// ```swift
/// let fit = try LevenbergMarquardt().minimize(
///     compile(residuals), compile(jacobian(residuals, of: 0, with: 1)), zeros, model, data)
/// print(fit.point.1, fit.reason)
/// ```
public struct LevenbergMarquardt: Hashable, Sendable, Codable {
    /// The search ends when no column of the Jacobian and the residuals have a cosine larger than this; at least 0.
    public var gradientTolerance = 1e-12
    /// The search ends when a step is shorter than this times the length of the point, both in the units of the Jacobian's
    /// columns; at least 0.
    public var stepTolerance = 1e-12
    /// The search ends after so many iterations; at least 0.
    public var maximumIterations = 200
    /// The radius of the first trust region; positive. The larger, the more the first step is that of Gauss and Newton.
    public var initialTrustRegionRadius = 1e4
    /// The threads of the factorisation; 0 for all cores.
    public var threads = 1

    /// The defaults.
    public init() {}

    /// What is wrong with the options, in a sentence that names the field; nil if nothing is.
    public var problem: String? {
        OptionRange.nonnegative(gradientTolerance, "gradientTolerance")
            ?? OptionRange.nonnegative(stepTolerance, "stepTolerance")
            ?? OptionRange.atLeast(0, maximumIterations, "maximumIterations")
            ?? OptionRange.positive(initialTrustRegionRadius, "initialTrustRegionRadius")
            ?? OptionRange.atLeast(0, threads, "threads")
    }

    /// Searches the least squares of a function of numbers.
    ///
    /// - Parameters:
    ///   - start: Where the search begins; finite numbers.
    ///   - bounds: The least and the largest value of every variable.
    ///   - progress: Is called after every step that was made; it may end the search.
    ///   - jacobian: The derivatives of the residuals at a point: a row for every residual, a column for every variable.
    ///   - residuals: What is to become small, at a point.
    /// - Returns: The point, half the sum of the squares there, and its gradient.
    /// - Throws: An ``OptimizerError``, as ``GradientMinimizer/minimize(from:bounds:progress:_:)`` does.
    public func minimize(
        from start: [Double], bounds: Bounds? = nil, progress: (inout Progress) -> Void = { _ in },
        jacobian: ([Double]) throws -> DenseMatrix, _ residuals: ([Double]) throws -> [Double]
    ) throws(OptimizerError) -> Minimum<[Double]> {
        if let problem { throw OptimizerError(.invalidOption, problem) }
        let start = try bounds.start(start)
        let watch = Watch(
            gradientTolerance: gradientTolerance, maximumIterations: maximumIterations, bounds: bounds)
        var (evaluations, iterations, invalidSteps) = (0, 0, 0)
        var radius = TrustRadius(initialTrustRegionRadius)
        func value(at point: [Double]) throws(OptimizerError) -> [Double] {
            defer { evaluations += 1 }
            return try callingFunction { try residuals(point) }
        }
        var here = try LinearResiduals(at: start, try value(at: start), jacobian)
        func end(_ reason: StopReason) -> Minimum<[Double]> {
            watch.minimum(here.location, iterations: iterations, evaluations: evaluations, reason)
        }
        guard here.location.isUsable else { return end(.notFiniteAtStart) }
        while true {
            let held = bounds.held(here.location.gradient, at: here.location.point)
            if here.cosine(without: held) <= gradientTolerance { return end(.gradientIsSmall) }
            if iterations >= maximumIterations { return end(.iterationLimit) }
            guard let step = here.step(held, bounds, damping: 1 / radius.value, threads: workers) else {
                invalidSteps += 1
                if invalidSteps == TrustRadius.invalidStepLimit {
                    return end(.gradientMisleads)
                }
                radius.shrink()
                continue
            }
            invalidSteps = 0
            // A column that stands this close to a right angle promises less than the sum's own rounding.
            let isExact = here.cosine(without: held) <= 5e-7
            let isRounding = step.promised <= 16 * here.location.value.ulp
            if isRounding, !isExact { return end(.gradientMisleads) }
            let found = try value(at: step.point)
            try here.require(found, at: step.point)
            let change = here.location.value - found.dot(found) / 2
            let ratio = isRounding ? 1 : change.isFinite ? change / step.promised : 0
            // A step that is short because it is damped says nothing.
            let isSmall = step.length <= stepTolerance && radius.value >= 1
            if ratio > (isSmall ? 0 : TrustRadius.leastRatio) {
                let next = try LinearResiduals(at: step.point, found, jacobian)
                // Where the value can no longer tell, the gradient does.
                if isRounding, !(next.cosine(without: held) < here.cosine(without: held) / 2) {
                    return end(.precisionReached)
                }
                if next.location.isUsable {
                    let before = here.location.point
                    here = next
                    iterations += 1
                    radius.grow(ratio: ratio)
                    if watch.report(
                        here.location, from: before, iterations: iterations, evaluations: evaluations,
                        progress)
                    {
                        return end(.stoppedByCallback)
                    }
                    if isSmall { return end(.stepIsSmall) }
                    continue
                }
            }
            if isSmall || radius.isSpent { return end(isExact ? .precisionReached : .gradientMisleads) }
            radius.shrink()
        }
    }

    private var workers: Int { threads == 0 ? ThisProcess.coreCount : threads }
}
