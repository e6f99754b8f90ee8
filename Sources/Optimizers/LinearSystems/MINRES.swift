/// Minimal residuals (MINRES): equations with a symmetric matrix, which may be indefinite or singular.
///
/// Paige and Saunders, "Solution of sparse indefinite systems of linear equations", 1975. Of all combinations of b, A b, A² b, …
/// an iterate has the smallest residual; where no x solves the equations, the result is one of least squares. An iteration takes
/// one product. A preconditioner must be symmetric and positive definite. Before the first iteration one more product tries
/// whether the matrix is symmetric.
///
/// ```swift
/// let found = try MINRES(tolerance: 1e-8).solve(hessian, negativeGradient)
/// ```
public struct MINRES: LinearSolver, Hashable, Codable {
    /// The solver ends when |b − A x| is at most this share of |b|, or |A (b − A x)| this share of the product of A's and the
    /// residual's norms; at least 0.
    public var tolerance: Double
    /// After how many iterations the method ends; nil for ten times the number of unknowns.
    public var limit: Int?

    /// The method with its options.
    public init(tolerance: Double = 1e-10, limit: Int? = nil) {
        self.tolerance = tolerance
        self.limit = limit
    }

    /// Solves A x = b, or makes the residual least.
    ///
    /// - Throws: An ``OptimizerError``, as ``LinearSolver/solve(_:_:preconditioner:progress:)`` does; also for a matrix that is
    ///   not square.
    public func solve(
        _ matrix: some LinearOperator, _ b: [Double], preconditioner: (any LinearOperator)? = nil,
        progress: (inout SolverProgress) -> Void = { _ in }
    ) throws(OptimizerError) -> LinearSolution {
        let (refinement, inverse) = try symmetric(matrix, b, preconditioner, findsLeastSquares: true)
        return try refinement.solve(b) { (b, goal) throws(OptimizerError) in
            var steps = MinimalResidualSteps(refinement.matrix, inverse, b)
            return try steps.run(goal, progress)
        }
    }
}

/// The recurrence: Lanczos vectors, the rotations that make their tridiagonal matrix triangular, and the solution.
private struct MinimalResidualSteps {
    let matrix: Products
    let preconditioner: Products?
    var run: SolverRun
    /// The Lanczos vectors, unscaled, the one before the last first; and the preconditioner's product with the last.
    private var (earlier, vector): ([Double], [Double])
    private var turned: [Double] = []
    /// The directions of the last two steps.
    private var (lastDirection, direction): ([Double], [Double])

    init(_ matrix: Products, _ preconditioner: Products?, _ b: [Double]) {
        self.matrix = matrix
        self.preconditioner = preconditioner
        let zero = Array(repeating: 0.0, count: b.count)
        run = SolverRun(solution: zero, iterations: 0, matrixNorm: 0, ending: .isSmall)
        (earlier, vector) = (zero, b)
        (lastDirection, direction) = (zero, zero)
    }

    private mutating func ended(_ reason: SolverStopReason) -> SolverRun {
        run.ending = .stopped(reason)
        return run
    }

    mutating func run(
        _ goal: SolverGoal, _ progress: (inout SolverProgress) -> Void
    ) throws(OptimizerError) -> SolverRun {
        let bNorm = vector.norm
        guard let first = try turn() else { return ended(.preconditionerNotPositiveDefinite) }
        guard first.isFinite else { return ended(.notFinite) }
        // The preconditioner changes what is measured; the share that is asked for stays.
        let enough = goal.residual * (first / bNorm)
        var (lastBeta, beta) = (0.0, first)
        var (rest, cosine, sine, dbar, epsilon) = (first, -1.0, 0.0, 0.0, 0.0)
        while rest > enough {
            if run.iterations >= goal.limit { return ended(.iterationLimit) }
            let unit = turned.map { $0 / beta }
            var next = try matrix.product(unit)
            guard next.allSatisfy(\.isFinite) else { return ended(.notFinite) }
            if goal.madeBefore + run.iterations == 0,
                !(try appliesSymmetrically(matrix, unit, next))
            {
                return ended(.notSymmetric)
            }
            if run.iterations > 0 { next.add(-beta / lastBeta, earlier) }
            let alpha = unit.dot(next)
            next.add(-alpha / beta, vector)
            (earlier, vector) = (vector, next)
            (lastBeta, beta) = (beta, 0)
            guard let length = try turn() else { return ended(.preconditionerNotPositiveDefinite) }
            beta = length
            run.matrixNorm = [run.matrixNorm, alpha, beta, run.iterations > 0 ? lastBeta : 0].norm
            guard run.matrixNorm.isFinite else { return ended(.notFinite) }

            // Last rotation, and the next one.
            let oldEpsilon = epsilon
            let delta = cosine * dbar + sine * alpha
            let gbar = sine * dbar - cosine * alpha
            epsilon = sine * beta
            dbar = -cosine * beta
            // |A r| over |r| before this step, which would divide by 0 where the matrix is singular.
            let slope = [gbar, dbar].norm
            let gamma = [gbar, beta].norm
            if slope <= goal.tolerance * run.matrixNorm || gamma == 0 { return run }
            (cosine, sine) = (gbar / gamma, beta / gamma)
            let step = cosine * rest
            rest *= abs(sine)

            var new = unit
            new.add(-oldEpsilon, lastDirection)
            new.add(-delta, direction)
            new = new.map { $0 / gamma }
            (lastDirection, direction) = (direction, new)
            run.solution.add(step, new)
            run.iterations += 1
            if goal.report(run.iterations, residualNorm: rest, progress) {
                return ended(.stoppedByCallback)
            }
        }
        return run
    }

    /// Applies the preconditioner to the last vector; the length of that in its norm, nil for none.
    private mutating func turn() throws(OptimizerError) -> Double? {
        guard let preconditioner else {
            turned = vector
            return vector.norm
        }
        turned = try preconditioner.product(vector)
        let square = vector.dot(turned)
        guard square.isFinite else { return .infinity }
        return square < 0 || square == 0 && vector.largest > 0 ? nil : square.squareRoot()
    }
}
