import AD

extension LinearMap {
    /// Solves J x = b: by least squares, or by conjugate gradients where the map was made symmetric and without negative
    /// eigenvalues.
    ///
    /// ```swift
    /// let step = try J.solve(residuals, tolerance: 1e-8).solution           // of all x the smallest |J x − r|: LSQR
    /// let same = try J.normal.solve(J.transposed(residuals)).solution       // JᵀJ x = Jᵀr: conjugate gradients
    /// ```
    ///
    /// The second is half the work of an iteration, and loses twice as many digits: JᵀJ has the square of J's condition number.
    /// `isNonnegative` says which method a map gets; ``LSQR``, ``ConjugateGradients`` and ``MINRES`` are there to be chosen by
    /// hand, with damping and preconditioners.
    ///
    /// - Parameters:
    ///   - b: The right-hand side: finite numbers, as many as the map gives.
    ///   - tolerance: How small |b − J x| shall be, as a share of |b|; also |Jᵀ(b − J x)|, of the product of both norms.
    ///   - limit: After how many iterations the method ends; nil for ten times the number of unknowns.
    /// - Throws: An ``OptimizerError``, as ``LinearSolver/solve(_:_:preconditioner:progress:)`` does.
    public func solve(
        _ b: [Double], tolerance: Double = 1e-10, limit: Int? = nil
    ) throws(OptimizerError) -> LinearSolution {
        isNonnegative
            ? try ConjugateGradients(tolerance: tolerance, limit: limit).solve(self, b)
            : try LSQR(tolerance: tolerance, limit: limit).solve(self, b)
    }
}
