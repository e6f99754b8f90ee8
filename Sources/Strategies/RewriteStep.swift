/// One application of a rule, as a trace shows it.
public struct RewriteStep<Term: Traversable>: Sendable, CustomStringConvertible {
    /// The rule's name.
    public let rule: String
    /// What the rule was applied to.
    public let before: Term
    /// What it made of it.
    public let after: Term
    /// Where in the whole term: which child of the root, which child of that, and so on.
    public let place: [Int]

    /// The rule, both terms and the place.
    public var description: String {
        "\(rule) at \(place.isEmpty ? "the root" : place.map(String.init).joined(separator: ".")): \(before) → \(after)"
    }
}

/// What one run of a strategy has done so far: how many rewrites, and, if asked, which.
final class Rewriting<Term: Traversable> {
    private(set) var count = 0
    private let limit: Int
    private let keepsSteps: Bool
    private(set) var steps: [RewriteStep<Term>] = []
    var place: [Int] = []

    init(limit: Int, keepsSteps: Bool) {
        self.limit = limit
        self.keepsSteps = keepsSteps
    }

    /// Notes a rewrite.
    func note(_ rule: String, _ before: Term, _ after: Term) throws(RewriteError) {
        if let reason = before.objection(to: after) {
            throw .typeChanged(rule: rule, before: "\(before)", after: "\(after)", reason: reason)
        }
        guard count < limit else { throw .rewriteLimit(rule: rule, count: limit) }
        count += 1
        if keepsSteps { steps.append(RewriteStep(rule: rule, before: before, after: after, place: place)) }
    }

    /// Runs a strategy on a child.
    func within(
        _ child: Int, _ body: () throws(RewriteError) -> Term?
    ) throws(RewriteError) -> Term? {
        place.append(child)
        defer { place.removeLast() }
        return try body()
    }
}
