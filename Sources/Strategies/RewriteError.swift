/// Why a strategy was given up.
///
/// That a rule does not apply is no error: a strategy then *fails*, and another one can be tried.
public enum RewriteError: Error, Hashable, Sendable, CustomStringConvertible {
    /// More rewrites than the limit allows; `rule` was the last that applied, or the loop that went round too often.
    case rewriteLimit(rule: String, count: Int)
    /// A rule made a term that cannot stand in the place of the one before.
    case typeChanged(rule: String, before: String, after: String, reason: String)
    /// A rule that was tried makes a term of another value; `values` says for what.
    case wrongRule(rule: String, before: String, after: String, values: String)
    /// The strategy as a whole failed, where a result was needed.
    case failed(strategy: String)

    /// What was wrong, and what to do.
    public var description: String {
        switch self {
        case .rewriteLimit(let rule, let count):
            "the rewriting did not end within \(count) rewrites; the last was by `\(rule)`. Rules that undo each other never "
                + "end: leave one out, or raise `limit:`"
        case .typeChanged(let rule, let before, let after, let reason):
            "the rule `\(rule)` makes `\(after)` of `\(before)`, which cannot take its place: \(reason)"
        case .wrongRule(let rule, let before, let after, let values):
            "the rule `\(rule)` makes `\(after)` of `\(before)`, which is not the same: \(values)"
        case .failed(let strategy):
            "the strategy `\(strategy)` does not apply to the term; `.attempted` leaves a term as it is where nothing applies"
        }
    }
}
