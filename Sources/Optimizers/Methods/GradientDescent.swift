import ReversibleCore

/// Steps against the gradient that keep a share of the step before: gradient descent with momentum.
///
/// v ← μ v − η g, x ← x + v (Polyak, 1964); with ``isNesterov`` the step is μ v − η g for the new v, which looks ahead
/// (Sutskever, Martens, Dahl and Hinton, 2013). The rate must be less than 2 (1 + μ) over the largest curvature, or the
/// search diverges. The result is the point with the lowest value that was met.
public struct GradientDescent: GradientMinimizer, Hashable, Codable {
    /// The factor η of the gradient; positive.
    public var learningRate = 1e-2
    /// The share μ of the last step that is kept, at least 0 and below 1; 0 is plain gradient descent.
    public var momentum = 0.9
    /// Whether the momentum looks one step ahead.
    public var isNesterov = false
    /// The search ends when no element of the gradient is larger than this; finite and at least 0.
    public var gradientTolerance = 1e-6
    /// The search ends after so many iterations; at least 0.
    public var maximumIterations = 1000

    /// The defaults.
    public init() {}

    /// What is wrong with the options, in a sentence that names the field; nil if nothing is.
    public var problem: String? {
        OptionRange.positive(learningRate, "learningRate")
            ?? OptionRange.demand(
                momentum >= 0 && momentum < 1, "`momentum` is \(momentum); it must be at least 0 and below 1")
            ?? OptionRange.nonnegative(gradientTolerance, "gradientTolerance")
            ?? OptionRange.atLeast(0, maximumIterations, "maximumIterations")
    }

    /// Searches a minimum of a function of numbers.
    public func minimize(
        from start: [Double], bounds: Bounds? = nil, progress: (inout Progress) -> Void = { _ in },
        _ function: ([Double]) throws -> (value: Double, gradient: [Double])
    ) throws(OptimizerError) -> Minimum<[Double]> {
        try checkOptions()
        var velocity = Velocity(options: self, velocity: Array(repeating: 0, count: start.count))
        let watch = Watch(
            gradientTolerance: gradientTolerance, maximumIterations: maximumIterations, bounds: bounds)
        return try velocity.run(from: start, watch, progress, function)
    }

    private struct Velocity: StepRule {
        let options: GradientDescent
        var velocity: [Double]

        mutating func step(_ gradient: [Double]) -> [Double] {
            for i in gradient.indices {
                velocity[i] = options.momentum * velocity[i] - options.learningRate * gradient[i]
            }
            guard options.isNesterov else { return velocity }
            return gradient.indices.map {
                options.momentum * velocity[$0] - options.learningRate * gradient[$0]
            }
        }
    }
}
