import NativeEngine

extension BundleAdjustment.BAL {
    /// Evaluates the errors and the Jacobian of problems, again and again, into memory that is kept.
    public struct Evaluator: Sendable {
        private let objective: BufferProgram
        private let linearization: BufferProgram
        private let loop: ObservationLoop

        /// Compiles the programs, if that is asked for.
        ///
        /// - Parameter threads: The threads native code runs on; 0 for all cores.
        /// - Throws: A ``BundleAdjustmentError`` of kind `engine` or `invalidOption`.
        public init(
            engine: BundleAdjustment.Engine = .automatic, threads: Int = 1
        ) throws(BundleAdjustmentError) {
            objective = try BufferProgram(BundleAdjustment.BAL.objective, engine: engine)
            linearization = try BufferProgram(BundleAdjustment.BAL.linearization, engine: engine)
            loop = try ObservationLoop(threads: threads, native: objective.isNative && linearization.isNative)
        }

        /// Whether the programs are native code.
        public var isNative: Bool { objective.isNative && linearization.isNative }

        /// Evaluates all errors, two for each observation.
        ///
        /// - Throws: A ``BundleAdjustmentError`` of kind `notFinite` if the interpreter meets a number that
        ///   is not finite, with which native code computes on; of kind `engine` if the program cannot be
        ///   run.
        public func errors(of problem: Problem, into errors: inout [Double]) throws(BundleAdjustmentError) {
            let p = problem.observationCount
            if errors.count != 2 * p { errors = Array(repeating: 0, count: 2 * p) }
            try errors.withUnsafeMutableBufferPointer { errors throws(BundleAdjustmentError) in
                try evaluate(objective, [(.matrix(rows: p, columns: 2, errors), 1)], problem)
            }
        }

        /// Evaluates all errors, and their Jacobian with its rows and columns.
        ///
        /// With p observations it has 2 p rows and 24 p entries. Row offsets, columns and values are all
        /// written anew, into the arrays of `jacobian` if these have the right size.
        ///
        /// - Throws: A ``BundleAdjustmentError`` of kind `notFinite` if the interpreter meets a number that
        ///   is not finite, with which native code computes on; of kind `engine` if the program cannot be
        ///   run.
        public func linearization(
            of problem: Problem, errors: inout [Double], into jacobian: inout BundleAdjustment.SparseJacobian
        ) throws(BundleAdjustmentError) {
            let p = problem.observationCount
            let layout = BundleAdjustment.SparseJacobian.Layout(
                cameras: problem.cameras.rows, parameters: Camera.parameterCount, points: problem.points.rows,
                observations: p, hasWeights: false)
            if errors.count != 2 * p { errors = Array(repeating: 0, count: 2 * p) }
            try errors.withUnsafeMutableBufferPointer { errors throws(BundleAdjustmentError) in
                try jacobian.fill(layout) { memory throws(BundleAdjustmentError) in
                    nonisolated(unsafe) let memory = memory
                    let results: [(NativeBuffer<Double>, Int)] = [
                        (.matrix(rows: p, columns: 2, errors), 1),
                        (.matrix(rows: 2 * p, columns: 12, memory.values), 2),
                    ]
                    try evaluate(linearization, results, problem) { range in
                        layout.write(range, memory, cameraOf: problem.cameraOf, pointOf: problem.pointOf)
                    }
                }
            }
        }

        private func evaluate(
            _ program: BufferProgram, _ results: [(NativeBuffer<Double>, Int)], _ problem: Problem,
            also: @Sendable (Range<Int>) -> Void = { _ in }
        ) throws(BundleAdjustmentError) {
            try loop.evaluate(
                program, results.map { (place: $0.0, rows: $0.1) },
                shared: [.matrix(problem.cameras), .matrix(problem.points)],
                own: [.matrix(problem.features), .integers(problem.cameraOf), .integers(problem.pointOf)],
                count: problem.observationCount, also: also)
        }
    }
}
