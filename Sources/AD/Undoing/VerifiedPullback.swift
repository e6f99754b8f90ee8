import ReversibleCore

extension Definition {
    /// The pullback with an account of what it reads after undoing; the plain pullback if it reads nothing of that kind.
    ///
    /// The accounts are the last parameters: zeros go in, and what comes back must pass ``settle(_:of:_:)``.
    package func verifiedPullback(inverted: Bool) throws(ReversibilityError) -> Definition {
        let verified = try verified(inverted: inverted, called: nil)
        return try verified === self ? pullback(inverted: inverted) : verified.pullback(inverted: false)
    }

    /// Runs a verified pullback: zeros for the accounts go in, and are checked when they come back.
    ///
    /// Where sums do not agree, a second run compares every number that is read with what it was, and finds the first
    /// that differs. If none does, the sums were off by their own rounding.
    ///
    /// - Returns: The results without the accounts, and how far the sums were apart.
    /// - Throws: An error of kind `.drift`, and what running the program throws.
    @_specialize(where Number == Double)
    @_specialize(where Number == Dual<Double>)
    package func runVerified<Number: ReversibleNumber>(
        _ arguments: [Leaf<Number>], options: RunOptions
    ) throws(ReversibilityError) -> (results: [Leaf<Number>], drift: Double) {
        let count = accountParameterCount
        if count == 0 { return (try run(arguments, inverted: false, options: options), 0) }
        let zeros = [Leaf<Number>](repeating: .real(Number(constant: 0)), count: count)
        var found: Result<(results: [Leaf<Number>], drift: Double), ReversibilityError>
        do {
            var results = try run(arguments + zeros, inverted: false, options: options)
            let sums = results.suffix(count).flatMap(\.numbers)
            results.removeLast(count)
            let drift = gap(between: sums)
            if drift <= options.adapted(to: Number.self).driftTolerance { return (results, drift) }
            found = drift.isInfinite ? .failure(takesAnotherWay) : .success((results, drift))
        } catch {
            found = .failure(error)
        }
        // What failed in a program that ran through before may have failed because of what undoing had lost.
        if let error = drift(in: arguments + zeros, options: options) { throw error }
        return try found.get()
    }

    /// A decision that differs, where nothing more is known of it.
    private var takesAnotherWay: ReversibilityError {
        ReversibilityError(
            .drift, Drift.explanation(settledAccounts.first?.firstDecision, decision: true), function: name)
    }

    /// The largest relative gap between what was read in the primal and in the adjoint: of a sum relative to its
    /// magnitudes, infinite for a decision that differs, and NaN where numbers are not finite.
    private func gap<Number: ReversibleNumber>(between sums: [Number]) -> Double {
        var largest = 0.0
        var position = 0
        for account in settledAccounts {
            for _ in account.sums {
                for (sum, magnitude) in zip(sums[position].components, sums[position + 1].components) {
                    if sum == 0, magnitude.isFinite { continue }
                    let gap = abs(sum) / magnitude
                    if !(gap <= largest) || !magnitude.isFinite { largest = magnitude.isFinite ? gap : .nan }
                    if largest.isNaN { return .nan }
                }
                position += 2
            }
            if sums[position].primal != 0 { return sums[position].primal.isNaN ? .nan : .infinity }
            position += account.phase == nil ? 1 : 2
        }
        return largest
    }
}
