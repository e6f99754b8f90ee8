import ReversibleCore

/// Steps of one size for every variable, from running means of the gradient and its square: for losses over parts of the
/// data, which change from call to call.
///
/// Kingma and Ba, "Adam: A method for stochastic optimization", 2015, algorithm 1. The result is the point with the
/// lowest value that was met; where the function never changes, ``LimitedMemoryBFGS`` needs far fewer evaluations.
public struct Adam: GradientMinimizer, Hashable, Codable {
    /// About how far a variable moves in an iteration; positive.
    public var learningRate = 1e-3
    /// How much of the gradient's mean is kept, β₁; between 0 and 1.
    public var firstDecay = 0.9
    /// How much of the mean of its square is kept, β₂; between 0 and 1.
    public var secondDecay = 0.999
    /// What is added to the root of the mean square, so that nothing is divided by 0; positive.
    public var epsilon = 1e-8
    /// The search ends when no element of the gradient is larger than this; finite and at least 0.
    public var gradientTolerance = 1e-6
    /// The search ends after so many iterations; at least 0.
    public var maximumIterations = 1000

    /// The defaults.
    public init() {}

    /// What is wrong with the options, in a sentence that names the field; nil if nothing is.
    public var problem: String? {
        OptionRange.positive(learningRate, "learningRate")
            ?? OptionRange.between(0, 1, firstDecay, "firstDecay")
            ?? OptionRange.between(0, 1, secondDecay, "secondDecay")
            ?? OptionRange.positive(epsilon, "epsilon")
            ?? OptionRange.nonnegative(gradientTolerance, "gradientTolerance")
            ?? OptionRange.atLeast(0, maximumIterations, "maximumIterations")
    }

    /// Searches a minimum of a function of numbers.
    public func minimize(
        from start: [Double], bounds: Bounds? = nil, progress: (inout Progress) -> Void = { _ in },
        _ function: ([Double]) throws -> (value: Double, gradient: [Double])
    ) throws(OptimizerError) -> Minimum<[Double]> {
        try checkOptions()
        var moments = Moments(options: self, count: start.count)
        let watch = Watch(
            gradientTolerance: gradientTolerance, maximumIterations: maximumIterations, bounds: bounds)
        return try moments.run(from: start, watch, progress, function)
    }

    private struct Moments: StepRule {
        let options: Adam
        private var means: [Double]
        private var squares: [Double]
        /// β₁ᵗ and β₂ᵗ, the shares of the means that are still their beginning, 0.
        private var (firstShare, secondShare) = (1.0, 1.0)

        init(options: Adam, count: Int) {
            self.options = options
            means = Array(repeating: 0, count: count)
            squares = means
        }

        mutating func step(_ gradient: [Double]) -> [Double] {
            let (first, second) = (options.firstDecay, options.secondDecay)
            firstShare *= first
            secondShare *= second
            return gradient.indices.map { i in
                means[i] = first * means[i] + (1 - first) * gradient[i]
                squares[i] = second * squares[i] + (1 - second) * gradient[i] * gradient[i]
                let deviation = (squares[i] / (1 - secondShare)).squareRoot()
                return -options.learningRate * (means[i] / (1 - firstShare)) / (deviation + options.epsilon)
            }
        }
    }
}
