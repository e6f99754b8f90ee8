/// Where copies go, so that turns are run as few times as possible: the binomial schedule of Griewank, "Achieving
/// logarithmic growth of temporal and spatial complexity in reverse automatic differentiation" (1992).
///
/// With c copies, of which the first is of the start, and r repetitions C(c + r, c) turns can be undone. Of n turns, the
/// first m are run, a copy is made there, the rest is undone with c − 1 copies, and then the m with c of them. With r the
/// least number that suffices for n, every m with C(c + r − 2, c) ≤ m ≤ C(c + r − 1, c) and
/// C(c + r − 2, c − 1) ≤ n − m ≤ C(c + r − 1, c − 1) is best; here it is the smallest.
package enum BinomialSchedule {
    /// How many of n turns are run before the next copy is made, from a copy at their start; n ≥ 2.
    package static func split(_ n: Int, copies c: Int) -> Int {
        guard c > 1, n > 2 else { return n - 1 }
        // Copies for every turn.
        if c >= n - 1 { return 1 }
        let level = level(of: n, copies: c)
        // C(c + r − 1, c − 1).
        let (product, overflow) = level.below.multipliedReportingOverflow(by: c)
        let right = overflow ? n : product / level.repetitions
        return max(level.before, n - right, 1)
    }

    /// The least r with C(c + r, c) ≥ n, for n ≥ 2, with C(c + r − 2, c) and C(c + r − 1, c).
    ///
    /// - Parameter limit: The largest r that is of interest.
    static func level(
        of n: Int, copies c: Int, atMost limit: Int = .max
    ) -> (repetitions: Int, before: Int, below: Int) {
        if c == 1 { return (n - 1, n - 2, n - 1) }
        var (r, before, below) = (1, 0, 1)
        while true {
            let (product, overflow) = below.multipliedReportingOverflow(by: c + r)
            if overflow || product / r >= n || r >= limit { return (r, before, below) }
            (before, below) = (below, product / r)
            r += 1
        }
    }

    /// How many turns are run to get ahead in all: r n − C(c + r, c + 1).
    static func advances(_ n: Int, copies c: Int) -> Int {
        guard n > 1 else { return 0 }
        if c >= n - 1 { return n - 1 }
        let level = level(of: n, copies: c, atMost: Int.max / n + 1)
        let (turns, overflow) = n.multipliedReportingOverflow(by: level.repetitions)
        if overflow { return .max }
        // C(c + r, c + 1) = C(c + r − 1, c) (c + r) / (c + 1), which is at most r n.
        let product = level.below.multipliedFullWidth(by: c + level.repetitions)
        return turns - (c + 1).dividingFullWidth(product).quotient
    }
}
