/// One run of a method for A x = b, from 0.
struct SolverRun {
    var solution: [Double]
    var iterations: Int
    /// A size of the matrix: an estimate of its norm from below, or of its Frobenius norm.
    var matrixNorm: Double
    var ending: Ending

    enum Ending {
        /// By the method's recurrence the residual, or its product with the transposed matrix, is small.
        case isSmall
        case stopped(SolverStopReason)
    }
}

/// What a run of a method shall reach.
struct SolverGoal {
    /// A norm of the residual.
    var residual: Double
    /// A share of the matrix's and the residual's norms for the residual's product with the transposed matrix.
    var tolerance: Double
    /// The number of iterations that are left.
    var limit: Int
    /// How many were made by runs before.
    var madeBefore: Int
    /// The power of two by which right-hand sides were divided.
    var exponent: Int

    /// Tells the callback of an iteration; true if it wants no more.
    func report(
        _ iterations: Int, residualNorm: Double, _ progress: (inout SolverProgress) -> Void
    ) -> Bool {
        var report = SolverProgress(
            iteration: madeBefore + iterations, residualNorm: residualNorm.scaled(by: exponent))
        progress(&report)
        return report.stops
    }
}

/// Runs a method, looks at what its solution leaves of the right-hand side, and runs it again for that.
///
/// Recurrences believe in residuals that get ever smaller; the residual itself stops at rounding. So no run is believed, and
/// as long as one more halves the residual, there is one more (iterative refinement: Higham, "Accuracy and Stability of
/// Numerical Algorithms", 2nd edition, chapter 12).
struct Refinement {
    let matrix: Products
    let tolerance: Double
    let limit: Int
    /// Whether a residual at right angles to the columns is an answer.
    let findsLeastSquares: Bool

    private struct State {
        var solution: [Double]
        var residual: [Double]
        var residualNorm: Double
        var gradientNorm: Double
    }

    /// Solves A x = b, where b is finite and has as many numbers as A has rows.
    func solve(
        _ b: [Double], _ run: (_ b: [Double], SolverGoal) throws(OptimizerError) -> SolverRun
    ) throws(OptimizerError) -> LinearSolution {
        // By a power of two, so that squares neither overflow nor vanish, and no digit changes.
        let largest = b.largest
        let exponent = largest > 0 ? largest.exponent : 0
        let b = b.map { $0.scaled(by: -exponent) }
        let zero = Array(repeating: 0.0, count: matrix.columns)
        var here = State(
            solution: zero, residual: b, residualNorm: b.norm,
            gradientNorm: try matrix.transposed(b).norm)
        let goal = tolerance * here.residualNorm
        let bNorm = here.residualNorm
        var (iterations, matrixNorm) = (0, 0.0)
        func end(_ reason: SolverStopReason) -> LinearSolution {
            let solution = here.solution.map { $0.scaled(by: exponent) }
            return LinearSolution(
                solution: solution, residualNorm: here.residualNorm.scaled(by: exponent),
                gradientNorm: here.gradientNorm.scaled(by: exponent), iterations: iterations,
                reason: solution.allSatisfy(\.isFinite) ? reason : .notFinite)
        }
        guard bNorm > 0 else { return end(.residualIsSmall) }
        while true {
            // No run takes away more than rounding lets it; a tolerance of 0 asks for as much as can be had.
            let residual = max(goal, Double.ulpOfOne / 4 * here.residualNorm)
            let found = try run(
                here.residual,
                SolverGoal(
                    residual: residual, tolerance: tolerance, limit: limit - iterations,
                    madeBefore: iterations, exponent: exponent))
            iterations += found.iterations
            matrixNorm = max(matrixNorm, found.matrixNorm)
            let isFirst = here.solution == zero
            let next = try state(after: found.solution, from: here, b)
            let before = here
            // A first run that was broken off has something to show; a further one must be better.
            if next.residualNorm.isFinite, isFirst || next.residualNorm <= before.residualNorm { here = next }
            if here.residualNorm <= goal { return end(.residualIsSmall) }
            if findsLeastSquares, here.gradientNorm <= tolerance * matrixNorm * here.residualNorm {
                return end(.leastSquares)
            }
            if case .stopped(let reason) = found.ending { return end(reason) }
            guard next.residualNorm.isFinite else { return end(.notFinite) }
            let isBetter =
                next.residualNorm <= before.residualNorm / 2
                || findsLeastSquares && next.gradientNorm <= before.gradientNorm / 2
            if isBetter, found.iterations > 0 { continue }
            let rounding = 64 * Double.ulpOfOne * (matrixNorm * here.solution.norm + bNorm)
            let isExact =
                here.residualNorm <= rounding
                || findsLeastSquares && here.gradientNorm <= matrixNorm * rounding
            return end(isExact ? .precisionReached : .stagnated)
        }
    }

    /// The state with a correction, its residual computed from the beginning.
    private func state(
        after correction: [Double], from here: State, _ b: [Double]
    ) throws(OptimizerError) -> State {
        var next = here
        next.solution.add(1, correction)
        next.residual = b - (try matrix.product(next.solution))
        next.residualNorm = next.residual.norm
        next.gradientNorm = try matrix.transposed(next.residual).norm
        return next
    }
}

extension Double {
    /// The number times a power of two.
    fileprivate func scaled(by exponent: Int) -> Double {
        Double(sign: .plus, exponent: exponent, significand: self)
    }
}
