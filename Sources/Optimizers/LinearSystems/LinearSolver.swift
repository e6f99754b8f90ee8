import ReversibleCore

/// An iterative method for systems of linear equations, or their least squares, that needs products with the matrix only.
///
/// Methods are values: their fields are the options.
///
/// ```swift
/// let found = try LSQR(tolerance: 1e-8).solve(J, residuals)
/// print(found.solution, found.reason)          // and why it ended
/// ```
public protocol LinearSolver: Sendable {
    /// How small the residual shall become, as a share of the right-hand side; at least 0.
    var tolerance: Double { get set }
    /// After how many iterations the method ends; nil for ten times the number of unknowns.
    var limit: Int? { get set }
    /// What is wrong with the options, in a sentence that names the field; nil if nothing is.
    var problem: String? { get }

    /// Solves A x = b.
    ///
    /// - Parameters:
    ///   - matrix: What applies as A.
    ///   - b: The right-hand side: finite numbers, as many as A has rows.
    ///   - preconditioner: What applies nearly as the inverse of A; of ``LSQR`` see there.
    ///   - progress: Is called after every iteration; it may end the solver.
    /// - Throws: An ``OptimizerError``: options make no sense, b or a product has a wrong length, b is not finite, or a product
    ///   threw, whose error is the ``OptimizerError/cause``.
    func solve(
        _ matrix: some LinearOperator, _ b: [Double], preconditioner: (any LinearOperator)?,
        progress: (inout SolverProgress) -> Void
    ) throws(OptimizerError) -> LinearSolution
}

extension LinearSolver {
    /// What is wrong with the options, in a sentence that names the field; nil if nothing is.
    public var problem: String? { optionProblem }

    var optionProblem: String? {
        OptionRange.nonnegative(tolerance, "tolerance")
            ?? limit.flatMap { OptionRange.atLeast(0, $0, "limit") }
    }

    /// Refuses options and right-hand sides that make no sense.
    func check(_ matrix: some LinearOperator, _ b: [Double]) throws(OptimizerError) {
        if let problem { throw OptimizerError(.invalidOption, problem) }
        guard b.count == matrix.rows else {
            throw OptimizerError(
                .wrongSize,
                "the right-hand side has \(b.count) numbers, and the matrix \(matrix.rows) rows; it needs one for each"
            )
        }
        if let i = b.firstIndex(where: { !$0.isFinite }) {
            throw OptimizerError(
                .invalidArgument,
                "number \(i) of the right-hand side is \(b[i]); equations are solved for finite numbers")
        }
    }

    /// What a method for symmetric matrices begins with: its runs, and the preconditioner; refuses matrices that are not square.
    func symmetric(
        _ matrix: some LinearOperator, _ b: [Double], _ preconditioner: (any LinearOperator)?,
        findsLeastSquares: Bool
    ) throws(OptimizerError) -> (refinement: Refinement, inverse: Products?) {
        try check(matrix, b)
        guard matrix.rows == matrix.columns else {
            throw OptimizerError(
                .wrongSize,
                "the matrix has \(matrix.rows) rows and \(matrix.columns) columns; `\(Self.self)` is for symmetric ones, and "
                    + "`LSQR` for others")
        }
        let inverse = preconditioner.map { Products($0, called: "preconditioner") }
        try inverse?.require(square: b.count)
        let refinement = Refinement(
            matrix: Products(matrix), tolerance: tolerance, limit: iterationLimit(b.count),
            findsLeastSquares: findsLeastSquares)
        return (refinement, inverse)
    }

    func iterationLimit(_ unknowns: Int) -> Int { limit ?? 10 * unknowns }
}

/// Whether a square matrix applies as a symmetric one to a direction, whose product is known.
///
/// ⟨w, A d⟩ = ⟨A w, d⟩ is asked for one w of random numbers, and to ten digits: a matrix that fails is not symmetric.
func appliesSymmetrically(
    _ matrix: Products, _ direction: [Double], _ product: [Double]
) throws(OptimizerError) -> Bool {
    var random = RandomNumbers(seed: 1975)
    let other = random.uniform(direction.count, from: -1, to: 1)
    let turned = try matrix.product(other)
    let (a, b) = (other.dot(product), turned.dot(direction))
    let size = other.norm * product.norm + turned.norm * direction.norm
    // Infinities are somebody else's to find.
    return !(abs(a - b) > 1e-10 * size) || !size.isFinite
}
