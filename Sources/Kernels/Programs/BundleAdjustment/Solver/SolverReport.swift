extension BundleAdjustment {
    /// What one iteration of the solver did.
    public struct Iteration: Hashable, Sendable, CustomStringConvertible {
        /// The number of steps tried so far; 0 for the start.
        public var number: Int
        /// The cost after the iteration: half the sum of ρ of all squared errors.
        public var cost: Double
        /// How much smaller the step made the cost, or would have made it.
        public var costChange: Double
        /// The largest entry of the gradient.
        public var gradient: Double
        /// The length of the step.
        public var step: Double
        /// How much of the change that the linear model promised came true.
        public var ratio: Double
        /// The radius of the trust region after the iteration.
        public var radius: Double
        /// Whether the step was taken.
        public var isSuccessful: Bool

        /// The names of the columns of ``description``.
        public static let header =
            "iter          cost  cost_change  |gradient|    |step|   tr_ratio  tr_radius"

        /// A line of a table in the manner of the Ceres solver.
        public var description: String {
            formatted(
                "%4ld  %8e  %11.2e  %10.2e  %8.2e  %9.2e  %9.2e", number, cost, costChange, gradient,
                step,
                ratio, radius)
        }
    }

    /// Why the solver stopped.
    public enum Termination: String, Hashable, Sendable {
        /// The gradient is small: a minimum.
        case gradient = "the gradient is within its tolerance"
        /// The last step was small.
        case step = "the step is within its tolerance"
        /// The last step hardly changed the cost.
        case cost = "the change of the cost is within its tolerance"
        /// All iterations were used.
        case iterations = "the largest number of iterations was reached"
        /// No step, however small, made the cost smaller.
        case trustRegion = "the trust region has shrunk to nothing"
        /// The linear systems could not be solved, or their solutions were useless.
        case invalidSteps = "no usable step was found five times in a row"

        /// Whether a tolerance was reached.
        public var isConvergence: Bool {
            switch self {
            case .gradient, .step, .cost: true
            case .iterations, .trustRegion, .invalidSteps: false
            }
        }
    }
}

extension BundleAdjustment.BAL {
    /// What the solver found.
    public struct Solution: Sendable {
        /// The problem with the adjusted cameras and points.
        public var problem: Problem
        /// Why the solver stopped.
        public var termination: BundleAdjustment.Termination
        /// What was done, beginning with the start.
        public var iterations: [BundleAdjustment.Iteration]
        /// Whether native code evaluated errors and Jacobians.
        public var isNative: Bool

        /// The cost at the start.
        public var initialCost: Double { iterations.first?.cost ?? 0 }
        /// The cost in the end.
        public var finalCost: Double { iterations.last?.cost ?? 0 }

        /// A table of the iterations, and the reason to stop.
        public var report: String {
            let lines = [BundleAdjustment.Iteration.header] + iterations.map(\.description)
            return (lines + ["Stopped since \(termination.rawValue)."]).joined(separator: "\n")
        }
    }
}
