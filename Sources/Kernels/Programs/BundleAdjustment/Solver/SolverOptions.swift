extension BundleAdjustment {
    /// How to solve a problem, and when to stop.
    public struct SolverOptions: Hashable, Sendable {
        /// The number of steps tried at most.
        public var maximumIterations = 50
        /// Stop when no entry of the gradient is larger than this.
        public var gradientTolerance = 1e-10
        /// Stop when a step is shorter than this times the length of all parameters.
        public var stepTolerance = 1e-8
        /// Stop when a step changes the cost by less than this times the cost.
        public var costTolerance = 1e-6
        /// The radius of the first trust region; the damping is the diagonal of JᵀJ divided by the radius.
        public var initialTrustRegionRadius = 1e4
        /// How much the errors count.
        public var loss = RobustLoss.squares
        /// Whether the first camera stays as it is. Without it, a scene can be moved, turned and scaled at
        /// will; the damping then keeps it near where it is.
        public var fixesFirstCamera = false
        /// The threads of native code and of the factorisation; 0 for all cores.
        public var threads = 1
        /// What evaluates errors and Jacobians.
        public var engine = Engine.automatic
        /// The largest number of cameras. The system that remains when the points are eliminated is stored as
        /// a dense matrix of 648 bytes for each pair of cameras, 2.6 GB for 2,000 cameras.
        public var maximumCameras = 2000

        /// The defaults.
        public init() {}

        /// Throws if an option makes no sense.
        func check() throws(BundleAdjustmentError) {
            let problem =
                OptionRange.atLeast(0, maximumIterations, "maximumIterations")
                ?? OptionRange.nonnegative(gradientTolerance, "gradientTolerance")
                ?? OptionRange.nonnegative(stepTolerance, "stepTolerance")
                ?? OptionRange.nonnegative(costTolerance, "costTolerance")
                ?? OptionRange.positive(initialTrustRegionRadius, "initialTrustRegionRadius")
                ?? loss.width.flatMap { width in
                    OptionRange.demand(
                        width > 0 && width.isFinite,
                        "the width of `loss` is \(width); it must be positive and finite")
                }
                ?? OptionRange.atLeast(0, threads, "threads")
                ?? OptionRange.atLeast(0, maximumCameras, "maximumCameras")
            if let problem { throw BundleAdjustmentError(.invalidOption, problem) }
        }
    }
}
