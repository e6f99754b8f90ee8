/// A way of rewriting terms: given a term it makes another one, or fails.
///
/// A rule is the smallest strategy. Others are put together of them: one after the other (``then(_:)``), one or the other
/// (``or(_:)``), and somewhere or everywhere within a term (``topDown``, ``innermost``). So *what* may be done to a term, the
/// rules, and *in which order*, the strategy, are said apart. After ELEVATE (Hagedorn et al., ICFP 2020, "Achieving
/// High-Performance the Functional Way").
///
/// ```swift
/// let zero = Strategy<Sum>("0 + a → a") { term in
///     if case .plus(.number(0), let a) = term { a } else { nil }
/// }
/// try zero.topDown(term)      // the first place from above at which the rule applies; nil if there is none
/// try zero.innermost(term)    // as long as it applies anywhere
/// ```
public struct Strategy<Term: Traversable>: Sendable, CustomStringConvertible {
    /// What the strategy is called in traces and errors.
    public let name: String
    let rewrite: @Sendable (Term, Rewriting<Term>) throws(RewriteError) -> Term?

    /// A rule: nil where it does not apply.
    ///
    /// Every application counts as one rewrite.
    public init(_ name: String, _ rule: @escaping @Sendable (Term) -> Term?) {
        self.name = name
        rewrite = { (term, rewriting) throws(RewriteError) in
            guard let result = rule(term) else { return nil }
            try rewriting.note(name, term, result)
            return result
        }
    }

    init(
        combining name: String,
        _ rewrite: @escaping @Sendable (Term, Rewriting<Term>) throws(RewriteError) -> Term?
    ) {
        self.name = name
        self.rewrite = rewrite
    }

    /// The name.
    public var description: String { name }

    /// What a strategy may do before it is given up, unless something else is said.
    public static var defaultLimit: Int { 100_000 }

    /// The rewritten term; nil if the strategy fails.
    ///
    /// - Parameter limit: How many rewrites there may be.
    /// - Throws: ``RewriteError``, if there are more, or a rule makes a term that does not fit.
    public func callAsFunction(_ term: Term, limit: Int = defaultLimit) throws(RewriteError) -> Term? {
        try rewrite(term, Rewriting(limit: limit, keepsSteps: false))
    }

    /// The rewritten term and every step on the way to it.
    ///
    /// - Throws: ``RewriteError``, also if the strategy fails.
    public func traced(
        _ term: Term, limit: Int = defaultLimit
    ) throws(RewriteError) -> (result: Term, trace: [RewriteStep<Term>]) {
        let rewriting = Rewriting<Term>(limit: limit, keepsSteps: true)
        guard let result = try rewrite(term, rewriting) else { throw .failed(strategy: name) }
        return (result, rewriting.steps)
    }
}

extension Strategy {
    /// Leaves a term as it is.
    public static var id: Strategy { Strategy(combining: "id") { term, _ in term } }

    /// Always fails.
    public static var fail: Strategy { Strategy(combining: "fail") { _, _ in nil } }

    /// The same under another name.
    public func named(_ name: String) -> Strategy { Strategy(combining: name, rewrite) }

    /// First this, then the other on what has come of it; fails if one of them does.
    public func then(_ next: Strategy) -> Strategy {
        Strategy(combining: "\(name), then \(next.name)") { (term, rewriting) throws(RewriteError) in
            guard let between = try rewrite(term, rewriting) else { return nil }
            return try next.rewrite(between, rewriting)
        }
    }

    /// This, or the other where this fails.
    public func or(_ other: Strategy) -> Strategy {
        Strategy(combining: "\(name) or \(other.name)") { (term, rewriting) throws(RewriteError) in
            if let result = try rewrite(term, rewriting) { return result }
            return try other.rewrite(term, rewriting)
        }
    }

    /// This where it applies; otherwise the term stays as it is.
    public var attempted: Strategy { or(.id).named("(\(name)).attempted") }

    /// As often as it applies; never fails.
    ///
    /// - Parameter limit: How often it may apply; once more is an error, which names this strategy.
    public func repeated(limit: Int = defaultLimit) -> Strategy {
        Strategy(combining: "(\(name)).repeated") { (term, rewriting) throws(RewriteError) in
            var (current, count) = (term, 0)
            while let next = try rewrite(current, rewriting) {
                guard count < limit else { throw .rewriteLimit(rule: name, count: limit) }
                (current, count) = (next, count + 1)
            }
            return current
        }
    }

    /// So many times one after the other; fails if one of them does.
    public func times(_ count: Int) -> Strategy {
        Strategy(combining: "(\(name)).times(\(count))") { (term, rewriting) throws(RewriteError) in
            var current = term
            for _ in 0..<max(count, 0) {
                guard let next = try rewrite(current, rewriting) else { return nil }
                current = next
            }
            return current
        }
    }

    /// Leaves a term as it is where this fails, and fails where this applies.
    public var not: Strategy {
        Strategy(combining: "(\(name)).not") { (term, rewriting) throws(RewriteError) in
            try rewrite(term, rewriting) == nil ? term : nil
        }
    }

    /// This where the term is such; fails elsewhere.
    public func when(_ condition: @escaping @Sendable (Term) -> Bool) -> Strategy {
        Strategy(combining: "(\(name)).when") { (term, rewriting) throws(RewriteError) in
            condition(term) ? try rewrite(term, rewriting) : nil
        }
    }

    /// The first of several that does not fail.
    public static func first(of strategies: [Strategy], named name: String) -> Strategy {
        Strategy(combining: name) { (term, rewriting) throws(RewriteError) in
            for strategy in strategies {
                if let result = try strategy.rewrite(term, rewriting) { return result }
            }
            return nil
        }
    }
}
