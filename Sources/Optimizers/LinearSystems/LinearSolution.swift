import ReversibleCore

/// The outcome of an iterative solver: where it ended, and why.
public struct LinearSolution: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The unknowns x.
    public var solution: [Double]
    /// |b − A x|, computed anew from the solution and not by the method's recurrence.
    public var residualNorm: Double
    /// |Aᵀ(b − A x)|, 0 for a least-squares solution; with damping λ, |Aᵀ(b − A x) − λ² x|. Computed anew.
    public var gradientNorm: Double
    /// How many steps were made.
    public var iterations: Int
    /// Why the solver ended.
    public var reason: SolverStopReason

    /// Whether this is a solution, or one of least squares, to the tolerance or to rounding.
    public var isConverged: Bool { reason.isConvergence }

    /// A sentence: residual, iterations and the reason.
    public var description: String {
        formatted("|residual| %.2e after %ld iterations: ", residualNorm, iterations) + reason.description
    }
}

/// Why an iterative solver ended.
public enum SolverStopReason: String, Hashable, Sendable, Codable, CaseIterable, CustomStringConvertible {
    /// The residual is as small as was asked for: the equations hold.
    case residualIsSmall
    /// The residual is at right angles to the matrix's columns, as nearly as was asked for: no x has a smaller one.
    case leastSquares
    /// The residual is what rounding leaves of one, though more than was asked for.
    case precisionReached
    /// Rounding keeps the residual from getting smaller: the matrix is badly conditioned, or the tolerance too small.
    case stagnated
    /// The number of iterations was reached.
    case iterationLimit
    /// The callback asked for it.
    case stoppedByCallback
    /// A product with the matrix is infinite or NaN, or the solution is larger than any number.
    case notFinite
    /// The matrix has other products than its transpose has: the method is for symmetric ones.
    case notSymmetric
    /// A direction has a curvature that is negative, or 0 up to rounding: the matrix is not positive definite.
    case notPositiveDefinite
    /// The preconditioner has a negative or no product with a residual: it is not positive definite.
    case preconditionerNotPositiveDefinite

    /// Whether there is a solution, or one of least squares, to the tolerance or to rounding.
    public var isConvergence: Bool {
        switch self {
        case .residualIsSmall, .leastSquares, .precisionReached: true
        case .stagnated, .iterationLimit, .stoppedByCallback, .notFinite, .notSymmetric, .notPositiveDefinite,
            .preconditionerNotPositiveDefinite:
            false
        }
    }

    /// The reason in words.
    public var description: String {
        switch self {
        case .residualIsSmall: "the residual is small"
        case .leastSquares: "a least-squares solution: no other has a smaller residual"
        case .precisionReached: "precision reached"
        case .stagnated: "rounding keeps the residual from getting smaller; try a preconditioner"
        case .iterationLimit: "limit of iterations reached"
        case .stoppedByCallback: "stopped by the callback"
        case .notFinite: "a product with the matrix, or the solution, is not finite"
        case .notSymmetric: "the matrix is not symmetric; use LSQR"
        case .notPositiveDefinite: "the matrix is not positive definite; use MINRES, or LSQR"
        case .preconditionerNotPositiveDefinite: "the preconditioner is not positive definite"
        }
    }
}

/// How far an iterative solver is; callbacks get one after every iteration.
///
/// ```swift
/// progress: { print($0) }                                  // a line for every iteration
/// progress: { if $0.residualNorm < 0.01 { $0.stop() } }    // good enough
/// ```
public struct SolverProgress: Hashable, Sendable, CustomStringConvertible {
    /// The number of the iteration, from 1.
    public let iteration: Int
    /// The norm of the residual by the method's recurrence; with a preconditioner M of ``MINRES`` that of √M times it.
    public let residualNorm: Double
    private(set) var stops = false

    init(iteration: Int, residualNorm: Double) {
        self.iteration = iteration
        self.residualNorm = residualNorm
    }

    /// Ends the solver after this iteration; its reason is ``SolverStopReason/stoppedByCallback``.
    public mutating func stop() { stops = true }

    /// One line, whose numbers stand below one another.
    public var description: String {
        formatted("%5ld  |residual| %8.2e", iteration, residualNorm)
    }
}
