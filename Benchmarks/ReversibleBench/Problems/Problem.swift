/// A problem of the benchmark: a name, and what it adds to the report.
struct Problem: Sendable {
    let name: String
    let run: @Sendable (Options, Progress, inout Report) throws -> Void

    init(_ name: String, _ run: @escaping @Sendable (Options, Progress, inout Report) throws -> Void) {
        self.name = name
        self.run = run
    }

    /// All problems, in the order of the report.
    static let all: [Problem] =
        [
            MixtureShapes.problem, BundleShapes.problem, SparseProduct.problem, WaveEquation.problem,
            BesselJ2.problem, Fibonacci.problem, SumOfSquares.problem, MatrixProduct.problem,
            MixtureFit.problem, MemoryProbe.problem, CallCosts.problem, CompileCosts.problem,
            UndoingCosts.problem, TapedGradients.problem, CheckpointCosts.problem, UndoingMemory.problem,
            LinearMapCosts.problem, SparseDerivativeCosts.problem, ArrayTermCosts.problem,
            TreeLSTMCosts.problem,
        ] + ShapedEval.all.map(\.problem) + NestedEvals.all.map(\.problem)
}
