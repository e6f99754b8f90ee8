/// Minimisation of a smooth function of many variables with the limited-memory BFGS method.
///
/// The method remembers the last few steps and changes of the gradient, and multiplies the gradient by the
/// approximation of the inverse Hessian that follows from them (Nocedal and Wright, "Numerical Optimization", 2nd
/// edition, algorithms 7.4 and 7.5). The step's length satisfies the strong Wolfe conditions (algorithms 3.5, 3.6).
///
/// ```swift
/// let rosenbrock = ReversibleFunction { (loss: Scalar, x: Vector) in
///     loss += pow(1 - x[0], 2) + 100 * pow(x[1] - x[0] * x[0], 2)
/// }
/// let found = try LimitedMemoryBFGS().minimize(from: [-1.2, 1]) { x in
///     let at = try valueAndGrad(rosenbrock, 0.0, x)
///     return (at.value, at.gradient.1)
/// }
/// ```
public struct LimitedMemoryBFGS: Hashable, Sendable {
    /// How many steps are remembered; 0 gives steepest descent.
    public var memory = 10
    /// The search ends when no element of the gradient is larger than this; finite and at least 0.
    public var gradientTolerance = 1e-6
    /// The search ends after so many iterations; at least 0.
    public var maximumIterations = 1000
    /// The lengths that are tried for a step.
    public var lineSearch = WolfeLineSearch()

    /// The defaults.
    public init() {}

    /// What is wrong with the options, in a sentence that names the field; nil if nothing is.
    ///
    /// A search with such options does not begin: its reason to end is ``StopReason/invalidOptions``.
    public var problem: String? {
        OptionRange.atLeast(0, memory, "memory")
            ?? OptionRange.nonnegative(gradientTolerance, "gradientTolerance")
            ?? OptionRange.atLeast(0, maximumIterations, "maximumIterations")
            ?? lineSearch.problem
    }

    /// Why a search ended.
    public enum StopReason: String, Sendable, CaseIterable {
        /// The gradient is as small as was asked for.
        case gradientIsSmall
        /// The number of iterations was reached.
        case maximumIterations
        /// No step downhill lowers the value: the point is a minimum to rounding, or the gradient is wrong.
        case noProgress
        /// The value or the gradient at the start is not finite, or not of the start's length.
        case invalidStart
        /// An option is outside its range: ``LimitedMemoryBFGS/problem`` says which. The function was not evaluated, and
        /// the minimum's value is NaN.
        case invalidOptions
    }

    /// How far a search is.
    public struct Progress: Hashable, Sendable {
        /// The number of the iteration, from 1.
        public var iteration: Int
        /// How often the function has been evaluated.
        public var evaluations: Int
        /// The value after the iteration.
        public var value: Double
        /// The gradient's largest element, without sign.
        public var gradientNorm: Double
        /// The length of the step, in units of the proposed direction.
        public var step: Double
    }

    /// Where a search ended.
    public struct Minimum: Hashable, Sendable {
        /// The best point.
        public var point: [Double]
        /// The value there.
        public var value: Double
        /// The gradient there.
        public var gradient: [Double]
        /// The number of iterations.
        public var iterations: Int
        /// How often the function was evaluated.
        public var evaluations: Int
        /// Why the search ended.
        public var reason: StopReason

        /// The gradient's largest element, without sign.
        public var gradientNorm: Double { gradient.reduce(0) { max($0, abs($1)) } }
    }

    /// Searches a minimum.
    ///
    /// A point where the value or the gradient is infinite or NaN counts as too far: the step is shortened.
    ///
    /// - Parameters:
    ///   - start: Where the search begins.
    ///   - progress: Is called after every iteration.
    ///   - function: The value and the gradient at a point.
    /// - Throws: What the function throws.
    public func minimize<Failure: Error>(
        from start: [Double], progress: (Progress) -> Void = { _ in },
        _ function: ([Double]) throws(Failure) -> (value: Double, gradient: [Double])
    ) throws(Failure) -> Minimum {
        guard problem == nil else {
            return Minimum(
                point: start, value: .nan, gradient: [], iterations: 0, evaluations: 0,
                reason: .invalidOptions)
        }
        let first = try function(start)
        var here = Location(point: start, value: first.value, gradient: first.gradient)
        var evaluations = 1
        var iterations = 0
        var steps = RecentSteps(limit: memory)
        let end = { (reason: StopReason) in
            Minimum(
                point: here.point, value: here.value, gradient: here.gradient, iterations: iterations,
                evaluations: evaluations, reason: reason)
        }
        guard here.isUsable else { return end(.invalidStart) }
        while true {
            // Written so that a tolerance of NaN never holds.
            if here.gradientNorm <= gradientTolerance { return end(.gradientIsSmall) }
            if iterations >= maximumIterations { return end(.maximumIterations) }
            let direction = steps.direction(against: here.gradient)
            let length = steps.isEmpty ? min(1, 1 / here.gradient.norm) : 1
            let found = try lineSearch.search(
                from: here, along: direction, firstStep: length, &evaluations, function)
            guard let (next, step) = found else {
                // Forget what may be misleading, and try the gradient itself.
                if steps.isEmpty { return end(.noProgress) }
                steps = RecentSteps(limit: steps.limit)
                continue
            }
            steps.append(step: next.point - here.point, change: next.gradient - here.gradient)
            here = next
            iterations += 1
            progress(
                Progress(
                    iteration: iterations, evaluations: evaluations, value: here.value,
                    gradientNorm: here.gradientNorm, step: step))
        }
    }
}

/// The last steps and changes of the gradient, oldest first.
private struct RecentSteps {
    let limit: Int
    private var steps: [(step: [Double], change: [Double], product: Double)] = []

    init(limit: Int) { self.limit = limit }

    var isEmpty: Bool { steps.isEmpty }

    mutating func append(step: [Double], change: [Double]) {
        let product = step.dot(change)
        // Without curvature along the step the approximation would not stay positive definite.
        guard limit > 0, product > 1e-14 * step.norm * change.norm else { return }
        if steps.count == limit { steps.removeFirst() }
        steps.append((step, change, product))
    }

    /// Minus the approximate inverse Hessian times the gradient: Nocedal and Wright's two loops.
    func direction(against gradient: [Double]) -> [Double] {
        var r = gradient.map { -$0 }
        var weights: [Double] = []
        for (step, change, product) in steps.reversed() {
            let weight = step.dot(r) / product
            r.add(-weight, change)
            weights.append(weight)
        }
        if let (_, change, product) = steps.last {
            let scale = product / change.dot(change)
            for i in r.indices { r[i] *= scale }
        }
        for ((step, change, product), weight) in zip(steps, weights.reversed()) {
            r.add(weight - change.dot(r) / product, step)
        }
        return r
    }
}

/// A point with the function's value and gradient.
struct Location {
    var point: [Double]
    var value: Double
    var gradient: [Double]

    var gradientNorm: Double { gradient.reduce(0) { max($0, abs($1)) } }
    var isUsable: Bool {
        value.isFinite && gradient.count == point.count && gradient.allSatisfy(\.isFinite)
    }
}

extension [Double] {
    func dot(_ other: [Double]) -> Double { zip(self, other).reduce(0) { $0 + $1.0 * $1.1 } }
    var norm: Double { dot(self).squareRoot() }

    mutating func add(_ factor: Double, _ other: [Double]) {
        for i in indices { self[i] += factor * other[i] }
    }

    static func - (a: [Double], b: [Double]) -> [Double] { zip(a, b).map { $0 - $1 } }
}
