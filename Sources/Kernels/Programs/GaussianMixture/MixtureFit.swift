import AD
import Optimizers

extension GaussianMixture {
    /// What runs the objective and its gradient.
    public enum Engine: String, Sendable, CaseIterable {
        /// Native code, or the interpreter on machines without a C compiler.
        case automatic
        /// Native code; without a C compiler the fit throws.
        case native
        /// The interpreter.
        case interpreter
    }

    /// How a mixture is fitted.
    public struct FitOptions: Hashable, Sendable {
        /// The prior of the precisions; without one the likelihood is maximised, which is infinite where a
        /// component shrinks onto points in a plane. A weak prior (small γ) prevents that.
        public var prior: WishartPrior?
        /// What the covariances have in common.
        public var covariances = CovarianceShape.full
        /// What is added to the covariances' diagonals, in the square of the points' unit; at least 0. scikit-learn calls it
        /// `reg_covar`.
        ///
        /// Every log density of a component is lowered by ½ ε tr Σ⁻¹, so that at a maximum Σ is the covariance of the
        /// component's share of the points, and ε more on the diagonal. scikit-learn adds the same there, and leaves the
        /// shares as they were; with one component both are equal.
        public var regularization = 0.0
        /// Chooses the random clusters that the fit begins with.
        public var seed: UInt64 = 1
        /// How many clusterings are tried; the best result counts. There are many local maxima.
        public var starts = 1
        /// What runs the program.
        public var engine = Engine.automatic
        /// On how many threads native code runs; 0 for all cores.
        public var threads = 1
        /// How the minimum of −log posterior / n is searched. Its variables are in units of the points' spread. By
        /// default it remembers 40 steps: mixtures are badly conditioned, and fits to Fisher's irises take less than
        /// half the iterations that they take with 10.
        public var search = LimitedMemoryBFGS()

        /// The defaults: no prior, one start.
        public init() { search.memory = 40 }

        /// Throws if an option makes no sense.
        func check() throws(MixtureError) {
            let problem =
                OptionRange.nonnegative(regularization, "regularization")
                ?? OptionRange.atLeast(1, starts, "starts") ?? OptionRange.atLeast(0, threads, "threads")
                ?? search.problem.map { "in `search`, \($0)" }
            if let problem { throw MixtureError(.invalidOption, problem) }
        }
    }

    /// A fitted mixture.
    public struct Fit: Hashable, Sendable {
        /// The parameters with the largest log posterior found.
        public let parameters: Parameters
        /// ``GaussianMixture/logPosterior`` there, or the log-likelihood if there is no prior; without the regularization.
        public let logPosterior: Double
        /// For every point and component the probability that the point came from the component, n×k.
        public let responsibilities: DenseMatrix
        /// For every point the component that it most probably came from.
        public let assignments: [Int]
        /// How the search went: point and gradient are in its own units, and the value is minus what was maximised, for each
        /// point.
        public let search: Minimum<[Double]>
    }

    /// Fits a mixture to points: the maximum of the posterior, or of the likelihood, near a random clustering.
    ///
    /// ```swift
    /// let fit = try GaussianMixture.fit(Iris.points, components: 3)
    /// print(fit.parameters.weights, fit.assignments)
    /// ```
    ///
    /// - Parameters:
    ///   - points: One point a row.
    ///   - progress: Is called after every iteration of every search.
    /// - Throws: An error if the points or options make no sense, if the program cannot be compiled or run, or
    ///   if a component collapses.
    public static func fit(
        _ points: DenseMatrix, components: Int, options: FitOptions = FitOptions(),
        progress: (inout Progress) -> Void = { _ in }
    ) throws(MixtureError) -> Fit {
        try options.check()
        let objective = try FitObjective(points, options)
        var best: Fit?
        for number in 0..<options.starts {
            let start = try Parameters(
                clustersOf: points, components: components, seed: options.seed &+ UInt64(number))
            let found = try climb(objective, from: start, options, progress)
            if best.map({ found.search.value < $0.search.value }) ?? true { best = found }
        }
        guard let best else { throw MixtureError(.invalidOption, "no start was tried") }
        return best
    }

    /// Fits a mixture to points, from given parameters on.
    ///
    /// - Throws: As ``fit(_:components:options:progress:)`` does.
    public static func fit(
        _ points: DenseMatrix, from start: Parameters, options: FitOptions = FitOptions(),
        progress: (inout Progress) -> Void = { _ in }
    ) throws(MixtureError) -> Fit {
        try options.check()
        try requirePoints(points, dimensions: start.dimensions)
        guard points.rows > 0 else { throw MixtureError(.invalidPoints, "there are no points to fit to") }
        return try climb(try FitObjective(points, options), from: start, options, progress)
    }

    private static func climb(
        _ objective: FitObjective, from start: Parameters, _ options: FitOptions,
        _ progress: (inout Progress) -> Void
    ) throws(MixtureError) -> Fit {
        let (k, d, n) = (start.components, start.dimensions, Double(objective.points.rows))
        let start = try options.covariances.shaped(start)
        // The search sees means and factors in units of the spread, so that all its variables are of one size.
        let units = objective.units(components: k)
        let variables = options.covariances.variables(components: k, dimensions: d)
        let count = 1 + (variables.compactMap { $0 }.max() ?? 0)
        var first = Array(repeating: 0.0, count: count)
        for (element, variable) in variables.enumerated() {
            if let variable { first[variable] = start.elements[element] / units[element] }
        }
        func parameters(_ point: [Double]) throws(MixtureError) -> Parameters {
            let elements = zip(variables, units).map { variable, unit in
                variable.map { point[$0] * unit } ?? 0
            }
            return try Parameters(elements: elements, components: k, dimensions: d)
        }
        var isFirst = true
        let found: Minimum<[Double]>
        do throws(OptimizerError) {
            found = try options.search.minimize(from: first, progress: progress) { point in
                defer { isFirst = false }
                var slope = Array(repeating: 0.0, count: count)
                do throws(MixtureError) {
                    let (value, gradient) = try objective.valueAndGradient(
                        parameters(point), regularization: options.regularization)
                    for (element, variable) in variables.enumerated() {
                        if let variable { slope[variable] -= gradient[element] * units[element] / n }
                    }
                    return (-value / n, slope)
                } catch {
                    // Somewhere far out numbers overflow. The search then takes a shorter step.
                    if isFirst { throw error }
                    return (.nan, slope)
                }
            }
        } catch {
            throw error.cause as? MixtureError ?? MixtureError(.runFailed, "\(error)")
        }
        let best = try parameters(found.point)
        try objective.requireNoCollapse(best, found.reason)
        return Fit(
            parameters: best, logPosterior: try objective.valueAndGradient(best, regularization: 0).0,
            responsibilities: try best.responsibilities(of: objective.points),
            assignments: try best.assignments(of: objective.points), search: found)
    }
}
