import NativeEngine

extension BundleAdjustment.ADBench {
    /// Evaluates the errors and the Jacobian of problems, again and again, into memory that is kept.
    ///
    /// ```swift
    /// let evaluator = try BundleAdjustment.ADBench.Evaluator(threads: 4)
    /// var jacobian = BundleAdjustment.SparseJacobian()
    /// try evaluator.jacobian(of: problem, into: &jacobian)
    /// ```
    public struct Evaluator: Sendable {
        private let objective: BufferProgram
        private let jacobian: BufferProgram
        private let loop: ObservationLoop

        /// The errors of all observations and weights.
        public struct Errors: Hashable, Sendable {
            /// The reprojection errors, two for each observation.
            public internal(set) var reprojection: [Double] = []
            /// The errors of the weights, one for each observation.
            public internal(set) var weights: [Double] = []

            /// No errors, to be filled.
            public init() {}
        }

        /// Compiles the programs, if that is asked for.
        ///
        /// - Parameter threads: The threads native code runs on; 0 for all cores.
        /// - Throws: A ``BundleAdjustmentError`` of kind `engine` or `invalidOption`.
        public init(
            engine: BundleAdjustment.Engine = .automatic, threads: Int = 1
        ) throws(BundleAdjustmentError) {
            objective = try BufferProgram(BundleAdjustment.ADBench.objective, engine: engine)
            jacobian = try BufferProgram(BundleAdjustment.ADBench.jacobian, engine: engine)
            loop = try ObservationLoop(threads: threads, native: objective.isNative && jacobian.isNative)
        }

        /// Whether the programs are native code.
        public var isNative: Bool { objective.isNative && jacobian.isNative }

        /// Evaluates all errors.
        ///
        /// - Throws: A ``BundleAdjustmentError`` of kind `notFinite` if the interpreter meets a number that
        ///   is not finite, with which native code computes on; of kind `engine` if the program cannot be
        ///   run.
        public func errors(of problem: Problem, into errors: inout Errors) throws(BundleAdjustmentError) {
            let p = problem.observationCount
            var (reprojection, weights) = ([Double](), [Double]())
            swap(&reprojection, &errors.reprojection)
            swap(&weights, &errors.weights)
            defer {
                swap(&reprojection, &errors.reprojection)
                swap(&weights, &errors.weights)
            }
            if reprojection.count != 2 * p { reprojection = Array(repeating: 0, count: 2 * p) }
            if weights.count != p { weights = Array(repeating: 0, count: p) }
            try reprojection.withUnsafeMutableBufferPointer { reprojection throws(BundleAdjustmentError) in
                try weights.withUnsafeMutableBufferPointer { weights throws(BundleAdjustmentError) in
                    try evaluate(
                        objective, (.matrix(rows: p, columns: 2, reprojection), 1), .reals(weights), problem)
                }
            }
        }

        /// Evaluates the Jacobian, its rows and columns included.
        ///
        /// With p observations it has 3 p rows and 31 p entries. Row offsets, columns and values are all
        /// written anew, into the arrays of `jacobian` if these have the right size.
        ///
        /// - Throws: A ``BundleAdjustmentError`` of kind `notFinite` if the interpreter meets a number that
        ///   is not finite, with which native code computes on; of kind `engine` if the program cannot be
        ///   run.
        public func jacobian(
            of problem: Problem, into jacobian: inout BundleAdjustment.SparseJacobian
        ) throws(BundleAdjustmentError) {
            let p = problem.observationCount
            let layout = problem.jacobianLayout
            try jacobian.fill(layout) { memory throws(BundleAdjustmentError) in
                nonisolated(unsafe) let memory = memory
                let rows = UnsafeMutableBufferPointer(rebasing: memory.values[..<(30 * p)])
                let weightRows = UnsafeMutableBufferPointer(rebasing: memory.values[(30 * p)...])
                try evaluate(
                    self.jacobian, (.matrix(rows: 2 * p, columns: 15, rows), 2), .reals(weightRows), problem
                ) { range in
                    layout.write(range, memory, cameraOf: problem.cameraOf, pointOf: problem.pointOf)
                }
            }
        }

        private func evaluate(
            _ program: BufferProgram, _ first: (place: NativeBuffer<Double>, rows: Int),
            _ weights: NativeBuffer<Double>, _ problem: Problem,
            also: @Sendable (Range<Int>) -> Void = { _ in }
        ) throws(BundleAdjustmentError) {
            try loop.evaluate(
                program, [first, (weights, 1)], shared: [.matrix(problem.cameras), .matrix(problem.points)],
                own: [
                    .reals(problem.weights), .matrix(problem.features), .integers(problem.cameraOf),
                    .integers(problem.pointOf),
                ], count: problem.observationCount, also: also)
        }
    }
}

extension BundleAdjustment.SparseJacobian {
    /// The memory for a problem's Jacobian, all zeros; ``BundleAdjustment/ADBench/Evaluator/jacobian(of:into:)`` fills
    /// it without asking the system for more.
    public init(for problem: BundleAdjustment.ADBench.Problem) {
        self.init()
        resize(to: problem.jacobianLayout)
    }
}

extension BundleAdjustment.ADBench.Problem {
    fileprivate var jacobianLayout: BundleAdjustment.SparseJacobian.Layout {
        BundleAdjustment.SparseJacobian.Layout(
            cameras: cameras.rows, parameters: BundleAdjustment.ADBench.Camera.parameterCount,
            points: points.rows, observations: observationCount, hasWeights: true)
    }
}
