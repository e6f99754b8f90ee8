import ReversibleCore

/// Minimisation of a smooth function of many variables with the limited-memory BFGS method: the first to try.
///
/// The method remembers the last few steps and changes of the gradient, and multiplies the gradient by the
/// approximation of the inverse Hessian that follows from them (Nocedal and Wright, "Numerical Optimization", 2nd
/// edition, algorithms 7.4 and 7.5). The step's length satisfies the strong Wolfe conditions (algorithms 3.5, 3.6).
/// Within bounds, variables that a bound holds stand still, and the way of a step is bent where it meets a bound.
///
/// ```swift
/// let rosenbrock = ReversibleFunction { (loss: Scalar, x: Vector) in
///     loss += pow(1 - x[0], 2) + 100 * pow(x[1] - x[0] * x[0], 2)
/// }
/// let found = try LimitedMemoryBFGS().minimize(valueAndGrad(rosenbrock), 0.0, [-1.2, 1], with: [1])
/// print(found.point.1)                   // 1 and 1
/// ```
public struct LimitedMemoryBFGS: GradientMinimizer, Hashable, Codable {
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
    public var problem: String? {
        OptionRange.atLeast(0, memory, "memory")
            ?? OptionRange.nonnegative(gradientTolerance, "gradientTolerance")
            ?? OptionRange.atLeast(0, maximumIterations, "maximumIterations")
            ?? lineSearch.problem
    }

    /// Searches a minimum of a function of numbers.
    ///
    /// A point where the value or the gradient is infinite or NaN counts as too far: the step is shortened.
    public func minimize(
        from start: [Double], bounds: Bounds? = nil, progress: (inout Progress) -> Void = { _ in },
        _ function: ([Double]) throws -> (value: Double, gradient: [Double])
    ) throws(OptimizerError) -> Minimum<[Double]> {
        try checkOptions()
        var steps = RecentSteps(limit: memory)
        let watch = Watch(
            gradientTolerance: gradientTolerance, maximumIterations: maximumIterations, bounds: bounds)
        return try steps.descend(from: start, watch, lineSearch, progress, function)
    }
}

/// The last steps and changes of the gradient, oldest first.
private struct RecentSteps: DirectionMethod {
    private let limit: Int
    private var steps: [(step: [Double], change: [Double], product: Double)] = []

    init(limit: Int) { self.limit = limit }

    mutating func learn(step: [Double], change: [Double]) {
        let product = step.dot(change)
        // Without curvature along the step the approximation would not stay positive definite.
        guard limit > 0, product > 1e-14 * step.norm * change.norm else { return }
        if steps.count == limit { steps.removeFirst() }
        steps.append((step, change, product))
    }

    mutating func forget() -> Bool {
        defer { steps = [] }
        return !steps.isEmpty
    }

    /// Minus the approximate inverse Hessian times the gradient: Nocedal and Wright's two loops.
    ///
    /// With the elements of variables that a bound holds set to 0 before and after, the matrix is that of the others, and
    /// positive definite there.
    func direction(
        at point: [Double], against gradient: [Double], held: [Int]
    ) -> (direction: [Double], firstStep: Double) {
        var r = gradient.map { -$0 }
        var weights: [Double] = []
        for (step, change, product) in steps.reversed() {
            let weight = step.dot(r) / product
            r.add(-weight, change)
            weights.append(weight)
        }
        guard let (_, change, product) = steps.last else { return (r, min(1, 1 / gradient.norm)) }
        let scale = product / change.dot(change)
        for i in r.indices { r[i] *= scale }
        for ((step, change, product), weight) in zip(steps, weights.reversed()) {
            r.add(weight - change.dot(r) / product, step)
        }
        for i in held { r[i] = 0 }
        return (r, 1)
    }
}
