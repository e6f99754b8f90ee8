/// Conjugate gradients (CG): equations with a symmetric, positive definite matrix, such as the normal equations of least squares.
///
/// Hestenes and Stiefel, 1952; with a preconditioner as in Golub and Van Loan, "Matrix Computations", 4th edition, algorithm
/// 11.5.1. An iteration takes one product. The preconditioner must be symmetric and positive definite too. Before the first
/// iteration one more product tries whether the matrix is symmetric, and matrices that are found not to be positive definite
/// are said to be so.
///
/// ```swift
/// let found = try ConjugateGradients(tolerance: 1e-8).solve(J.normal, try J.transposed(b))
/// ```
public struct ConjugateGradients: LinearSolver, Hashable, Codable {
    /// The solver ends when |b − A x| is at most this share of |b|; at least 0.
    public var tolerance: Double
    /// After how many iterations the method ends; nil for ten times the number of unknowns.
    public var limit: Int?

    /// The method with its options.
    public init(tolerance: Double = 1e-10, limit: Int? = nil) {
        self.tolerance = tolerance
        self.limit = limit
    }

    /// Solves A x = b.
    ///
    /// - Throws: An ``OptimizerError``, as ``LinearSolver/solve(_:_:preconditioner:progress:)`` does; also for a matrix that is
    ///   not square.
    public func solve(
        _ matrix: some LinearOperator, _ b: [Double], preconditioner: (any LinearOperator)? = nil,
        progress: (inout SolverProgress) -> Void = { _ in }
    ) throws(OptimizerError) -> LinearSolution {
        let (refinement, inverse) = try symmetric(matrix, b, preconditioner, findsLeastSquares: false)
        return try refinement.solve(b) { (b, goal) throws(OptimizerError) in
            try run(refinement.matrix, inverse, b, goal, progress)
        }
    }

    private func run(
        _ matrix: Products, _ preconditioner: Products?, _ b: [Double], _ goal: SolverGoal,
        _ progress: (inout SolverProgress) -> Void
    ) throws(OptimizerError) -> SolverRun {
        var run = SolverRun(
            solution: Array(repeating: 0, count: b.count), iterations: 0, matrixNorm: 0, ending: .isSmall)
        func ended(_ reason: SolverStopReason) -> SolverRun {
            var ended = run
            ended.ending = .stopped(reason)
            return ended
        }
        var residual = b
        var direction: [Double] = []
        var before = 0.0
        while residual.norm > goal.residual {
            if run.iterations >= goal.limit { return ended(.iterationLimit) }
            let turned = try preconditioner?.product(residual) ?? residual
            let square = residual.dot(turned)
            guard square.isFinite else { return ended(.notFinite) }
            guard square > 0 else { return ended(.preconditionerNotPositiveDefinite) }
            let last = direction
            direction = turned
            if !last.isEmpty { direction.add(square / before, last) }
            before = square
            let product = try matrix.product(direction)
            let curvature = direction.dot(product)
            guard curvature.isFinite, product.allSatisfy(\.isFinite) else { return ended(.notFinite) }
            if goal.madeBefore + run.iterations == 0,
                !(try appliesSymmetrically(matrix, direction, product))
            {
                return ended(.notSymmetric)
            }
            let length = direction.norm
            run.matrixNorm = max(run.matrixNorm, product.norm / length)
            // Below rounding the curvature has no sign.
            guard curvature > Double.ulpOfOne * run.matrixNorm * length * length else {
                return ended(.notPositiveDefinite)
            }
            run.solution.add(square / curvature, direction)
            residual.add(-square / curvature, product)
            run.iterations += 1
            if goal.report(run.iterations, residualNorm: residual.norm, progress) {
                return ended(.stoppedByCallback)
            }
        }
        return run
    }
}
