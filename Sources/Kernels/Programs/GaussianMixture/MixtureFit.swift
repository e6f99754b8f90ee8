import AD
import NativeEngine

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
                OptionRange.atLeast(1, starts, "starts") ?? OptionRange.atLeast(0, threads, "threads")
                ?? search.problem.map { "in `search`, \($0)" }
            if let problem { throw MixtureError(.invalidOption, problem) }
        }
    }

    /// A fitted mixture.
    public struct Fit: Hashable, Sendable {
        /// The parameters with the largest log posterior found.
        public let parameters: Parameters
        /// ``GaussianMixture/logPosterior`` there, or the log-likelihood if there is no prior.
        public let logPosterior: Double
        /// For every point and component the probability that the point came from the component, n×k.
        public let responsibilities: DenseMatrix
        /// For every point the component that it most probably came from.
        public let assignments: [Int]
        /// How the search went: point and gradient are in its own units.
        public let search: LimitedMemoryBFGS.Minimum
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
        progress: (LimitedMemoryBFGS.Progress) -> Void = { _ in }
    ) throws(MixtureError) -> Fit {
        try options.check()
        let objective = try FitObjective(points, options)
        var best: Fit?
        for number in 0..<options.starts {
            let start = try Parameters(
                clustersOf: points, components: components, seed: options.seed &+ UInt64(number))
            let found = try climb(objective, from: start, options.search, progress)
            if best.map({ found.logPosterior > $0.logPosterior }) ?? true { best = found }
        }
        guard let best else { throw MixtureError(.invalidOption, "no start was tried") }
        return best
    }

    /// Fits a mixture to points, from given parameters on.
    ///
    /// - Throws: As ``fit(_:components:options:progress:)`` does.
    public static func fit(
        _ points: DenseMatrix, from start: Parameters, options: FitOptions = FitOptions(),
        progress: (LimitedMemoryBFGS.Progress) -> Void = { _ in }
    ) throws(MixtureError) -> Fit {
        try options.check()
        try requirePoints(points, dimensions: start.dimensions)
        guard points.rows > 0 else { throw MixtureError(.invalidPoints, "there are no points to fit to") }
        return try climb(try FitObjective(points, options), from: start, options.search, progress)
    }

    private static func climb(
        _ objective: FitObjective, from start: Parameters, _ search: LimitedMemoryBFGS,
        _ progress: (LimitedMemoryBFGS.Progress) -> Void
    ) throws(MixtureError) -> Fit {
        let (k, d, n) = (start.components, start.dimensions, Double(objective.points.rows))
        // The search sees means and factors in units of the spread, so that all its variables are of one size.
        let units = objective.units(components: k)
        var isFirst = true
        let found = try search.minimize(
            from: zip(start.elements, units).map { $0 / $1 }, progress: progress
        ) { (point: [Double]) throws(MixtureError) in
            defer { isFirst = false }
            do throws(MixtureError) {
                let parameters = try Parameters(
                    elements: zip(point, units).map { $0 * $1 }, components: k, dimensions: d)
                let (value, gradient) = try objective.valueAndGradient(parameters)
                return (-value / n, zip(gradient, units).map { -$0 * $1 / n })
            } catch {
                // Somewhere far out numbers overflow. The search then takes a shorter step.
                if isFirst { throw error }
                return (.nan, [])
            }
        }
        let parameters = try Parameters(
            elements: zip(found.point, units).map { $0 * $1 }, components: k, dimensions: d)
        try objective.requireNoCollapse(parameters, found.reason)
        return Fit(
            parameters: parameters, logPosterior: -found.value * n,
            responsibilities: try parameters.responsibilities(of: objective.points),
            assignments: try parameters.assignments(of: objective.points), search: found)
    }
}
