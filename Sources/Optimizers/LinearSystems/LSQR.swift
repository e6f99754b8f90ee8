import ReversibleCore

/// Least squares, and equations with any matrix: of all x the one with the smallest |A x − b|² + λ² |x|².
///
/// Paige and Saunders, "LSQR: an algorithm for sparse linear equations and sparse least squares", 1982. An iteration takes a
/// product with the matrix and one with its transpose. Where several x are as good, the result is the shortest.
///
/// A preconditioner M is applied on the right: the method searches y in x = M y, and converges the faster the nearer A M comes
/// to a matrix with orthogonal columns of one length. It may be any square matrix that has an inverse, such as a diagonal of
/// the inverse lengths of A's columns; with one that has none, only x = M y are searched.
///
/// ```swift
/// let fit = try LSQR(damping: 0.1).solve(J, b)
/// ```
public struct LSQR: LinearSolver, Hashable, Codable {
    /// The solver ends when |b − A x| is at most this share of |b|, or |Aᵀ(b − A x)| this share of the product of A's and the
    /// residual's norms; at least 0.
    public var tolerance: Double
    /// After how many iterations the method ends; nil for ten times the number of unknowns.
    public var limit: Int?
    /// The factor λ: the larger, the shorter the result; at least 0.
    public var damping: Double

    /// The method with its options.
    public init(tolerance: Double = 1e-10, limit: Int? = nil, damping: Double = 0) {
        self.tolerance = tolerance
        self.limit = limit
        self.damping = damping
    }

    /// What is wrong with the options, in a sentence that names the field; nil if nothing is.
    public var problem: String? { optionProblem ?? OptionRange.nonnegative(damping, "damping") }

    /// Makes |A x − b|² + λ² |x|² least.
    ///
    /// - Throws: An ``OptimizerError``, as ``LinearSolver/solve(_:_:preconditioner:progress:)`` does.
    public func solve(
        _ matrix: some LinearOperator, _ b: [Double], preconditioner: (any LinearOperator)? = nil,
        progress: (inout SolverProgress) -> Void = { _ in }
    ) throws(OptimizerError) -> LinearSolution {
        try check(matrix, b)
        let whole = Products(matrix)
        let inverse = preconditioner.map { Products($0, called: "preconditioner") }
        try inverse?.require(square: matrix.columns)
        var searched: any LinearOperator = matrix
        if damping > 0 { searched = DampedOperator(matrix: searched, damping: damping) }
        if let preconditioner { searched = ComposedOperator(outer: searched, inner: preconditioner) }
        let refinement = Refinement(
            matrix: Products(searched), tolerance: tolerance, limit: iterationLimit(matrix.columns),
            findsLeastSquares: true)
        let zeros = Array(repeating: 0.0, count: searched.rows - b.count)
        var found = try refinement.solve(b + zeros) { (b, goal) throws(OptimizerError) in
            try run(refinement.matrix, b, goal, progress)
        }
        guard damping > 0 || preconditioner != nil else { return found }
        // What was solved is not what was asked: the numbers are those of A and x.
        if let inverse { found.solution = try inverse.product(found.solution) }
        let residual = b - (try whole.product(found.solution))
        var gradient = try whole.transposed(residual)
        gradient.add(-damping * damping, found.solution)
        (found.residualNorm, found.gradientNorm) = (residual.norm, gradient.norm)
        return found
    }

    private func run(
        _ matrix: Products, _ b: [Double], _ goal: SolverGoal, _ progress: (inout SolverProgress) -> Void
    ) throws(OptimizerError) -> SolverRun {
        var run = SolverRun(
            solution: Array(repeating: 0, count: matrix.columns), iterations: 0, matrixNorm: 0,
            ending: .isSmall)
        func ended(_ reason: SolverStopReason) -> SolverRun {
            var ended = run
            ended.ending = .stopped(reason)
            return ended
        }
        // The bidiagonalisation A V = U B of Golub and Kahan: u and v are its last vectors, alpha and beta B's last numbers.
        var beta = b.norm
        var u = b.map { $0 / beta }
        var v = try matrix.transposed(u)
        var alpha = v.norm
        guard alpha.isFinite else { return ended(.notFinite) }
        if alpha == 0 { return run }
        v = v.map { $0 / alpha }
        var direction = v
        var (rest, rhobar) = (beta, alpha)
        run.matrixNorm = alpha
        while rest > goal.residual {
            if run.iterations >= goal.limit { return ended(.iterationLimit) }
            u = u.map { -alpha * $0 }
            u.add(1, try matrix.product(v))
            beta = u.norm
            if beta > 0 { u = u.map { $0 / beta } }
            v = v.map { -beta * $0 }
            v.add(1, try matrix.transposed(u))
            alpha = beta > 0 ? v.norm : 0
            if alpha > 0 { v = v.map { $0 / alpha } }
            run.matrixNorm = [run.matrixNorm, alpha, beta].norm
            guard run.matrixNorm.isFinite else { return ended(.notFinite) }

            // The rotation that takes beta away.
            let rho = [rhobar, beta].norm
            let (cosine, sine) = (rhobar / rho, beta / rho)
            let theta = sine * alpha
            rhobar = -cosine * alpha
            let step = cosine * rest
            rest *= sine
            run.solution.add(step / rho, direction)
            var next = v
            next.add(-theta / rho, direction)
            direction = next
            run.iterations += 1
            if goal.report(run.iterations, residualNorm: rest, progress) {
                return ended(.stoppedByCallback)
            }
            // |Aᵀ r| over |r|.
            if alpha * abs(cosine) <= goal.tolerance * run.matrixNorm { return run }
        }
        return run
    }
}

/// A matrix above a multiple of the identity, whose least squares are the damped ones of the matrix.
private struct DampedOperator: LinearOperator {
    let matrix: any LinearOperator
    let damping: Double
    var rows: Int { matrix.rows + matrix.columns }
    var columns: Int { matrix.columns }

    func callAsFunction(_ direction: [Double]) throws -> [Double] {
        try matrix(direction) + direction.map { damping * $0 }
    }

    func transposed(_ weights: [Double]) throws -> [Double] {
        var sum = try matrix.transposed([Double](weights.prefix(matrix.rows)))
        sum.add(damping, [Double](weights.dropFirst(matrix.rows)))
        return sum
    }
}

/// A matrix after another.
private struct ComposedOperator: LinearOperator {
    let outer: any LinearOperator
    let inner: any LinearOperator
    var rows: Int { outer.rows }
    var columns: Int { inner.columns }

    func callAsFunction(_ direction: [Double]) throws -> [Double] { try outer(inner(direction)) }
    func transposed(_ weights: [Double]) throws -> [Double] {
        try inner.transposed(outer.transposed(weights))
    }
}
