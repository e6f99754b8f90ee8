import ReversibleCore

extension Definition {
    /// The pullback with an account of what it reads after undoing; the plain pullback if it reads nothing of that kind.
    ///
    /// The accounts are the last parameters: zeros go in, and ``runVerified(_:options:)`` looks at what comes back.
    package func verifiedPullback(inverted: Bool) throws(ReversibilityError) -> Definition {
        let verified = try verified(inverted: inverted, called: nil)
        return try verified === self ? pullback(inverted: inverted) : verified.pullback(inverted: false)
    }

    /// The pullback that these checks ask for.
    package func pullback(inverted: Bool, _ checks: Checks) throws(ReversibilityError) -> Definition {
        checks == .none ? try pullback(inverted: inverted) : try verifiedPullback(inverted: inverted)
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
        // What is read of an ancilla is verified; what is left in it at the end, unread, need not be 0.
        var options = options
        options.tolerance = .greatestFiniteMagnitude
        if count == 0 { return (try run(arguments, inverted: false, options: options), 0) }
        let zeros = [Leaf<Number>](repeating: .real(Number(constant: 0)), count: count)
        var found: Result<(results: [Leaf<Number>], drift: Double), ReversibilityError>
        do {
            var results = try run(arguments + zeros, inverted: false, options: options)
            let sums = results.suffix(count).flatMap(\.numbers)
            results.removeLast(count)
            let drift = gap(
                between: Dictionary(
                    uniqueKeysWithValues: zip(parameters.suffix(count).map(\.variable), sums)))
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
    private func gap<Number: ReversibleNumber>(between sums: [Variable: Number]) -> Double {
        func components(_ variable: Variable) -> [Double] { sums[variable]?.components ?? [] }
        var largest = 0.0
        for account in settledAccounts {
            let totals = account.sums.map { components($0.magnitude) }.reduce([]) { total, magnitudes in
                total.isEmpty ? magnitudes : zip(total, magnitudes).map(+)
            }
            let held = account.held.map(components) ?? totals.map { _ in 0 }
            for sum in account.sums {
                let pairs = zip(components(sum.value), components(sum.magnitude))
                for ((value, magnitude), (total, held)) in zip(pairs, zip(totals, held)) {
                    if value == 0, magnitude.isFinite { continue }
                    // What was 0 may come back as some roundings of what it became, or of what else was read, if that is
                    // not large; beyond some, they are held against that. Where nothing is known of sizes, as of what is
                    // read in computations only, they are held against 1.
                    let weight = Update.Witness.heldWeight
                    let size = weight * held + min(total, weight)
                    let rounding = RunOptions.roundings(of: Number.self)
                    let wasNothing = magnitude <= rounding * size && (total + held).isFinite
                    if wasNothing, abs(value) <= rounding * max(size, 1) { continue }
                    guard magnitude.isFinite else { return .nan }
                    // Written so that a NaN fails.
                    let gap = abs(value) / (!wasNothing ? magnitude : size > 0 ? size : 1)
                    if !(gap <= largest) { largest = gap }
                    if largest.isNaN { return .nan }
                }
            }
            let decisions = account.decisions.flatMap { sums[$0]?.primal } ?? 0
            if decisions != 0 { return decisions.isNaN ? .nan : .infinity }
        }
        return largest
    }
}
