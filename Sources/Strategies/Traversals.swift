// Where in a term a strategy is applied. Walks remember the parts that they have been at: a term whose parts are shared is a
// graph, and has as many places as it would have parts written out, which may be twice as many with every level.

extension Strategy {
    /// To the first child at which this applies; fails if there is none.
    public var one: Strategy { .one(self) }
    /// To every child; fails if this fails at one of them. A term without children stays as it is.
    public var all: Strategy { .all(self) }
    /// To every child at which this applies; fails if there is none.
    public var some: Strategy { .some(self) }
    /// At the first place, from the root down, at which this applies; fails if there is none.
    public var topDown: Strategy { .topDown(self) }
    /// At the first place, from the leaves up, at which this applies; fails if there is none.
    public var bottomUp: Strategy { .bottomUp(self) }
    /// At every place nearest to the root at which this applies, and not within what it makes; never fails.
    public var allTopDown: Strategy { .allTopDown(self) }
    /// At every place, the children before their parent; fails if this fails anywhere.
    public var allBottomUp: Strategy { .allBottomUp(self) }
    /// At every place at which this applies, the children before their parent; never fails.
    public var tryAll: Strategy { .tryAll(self) }
    /// As long as this applies anywhere, each time at the first place from the root down; never fails.
    ///
    /// Every search begins anew at the root, which takes long in large terms; see ``innermost``.
    public var normalized: Strategy { .normalized(self) }
    /// As long as this applies anywhere, children before their parent, and again in what it makes; never fails.
    public var innermost: Strategy { .innermost(self) }

    /// To the first child at which the strategy applies.
    public static func one(_ strategy: Strategy) -> Strategy {
        Strategy(combining: "(\(strategy.name)).one") { (term, rewriting) throws(RewriteError) in
            try firstChild(of: term, rewriting) { (child) throws(RewriteError) in
                try strategy.rewrite(child, rewriting)
            }
        }
    }

    /// To every child.
    public static func all(_ strategy: Strategy) -> Strategy {
        Strategy(combining: "(\(strategy.name)).all") { (term, rewriting) throws(RewriteError) in
            try everyChild(of: term, rewriting) { (child) throws(RewriteError) in
                try strategy.rewrite(child, rewriting)
            }
        }
    }

    /// To every child at which the strategy applies, at least one.
    public static func some(_ strategy: Strategy) -> Strategy {
        Strategy(combining: "(\(strategy.name)).some") { (term, rewriting) throws(RewriteError) in
            var applied = false
            let result = try everyChild(of: term, rewriting) { (child) throws(RewriteError) in
                guard let changed = try strategy.rewrite(child, rewriting) else { return child }
                applied = true
                return changed
            }
            return applied ? result : nil
        }
    }

    /// At the first place from the root down.
    public static func topDown(_ strategy: Strategy) -> Strategy {
        Strategy(combining: "(\(strategy.name)).topDown") { (term, rewriting) throws(RewriteError) in
            var seen = Seen<Term, Void>()
            func search(_ term: Term) throws(RewriteError) -> Term? {
                if seen[term] != nil { return nil }
                if let result = try strategy.rewrite(term, rewriting) { return result }
                if let result = try firstChild(of: term, rewriting, search) { return result }
                seen[term] = ()
                return nil
            }
            return try search(term)
        }
    }

    /// At the first place from the leaves up.
    public static func bottomUp(_ strategy: Strategy) -> Strategy {
        Strategy(combining: "(\(strategy.name)).bottomUp") { (term, rewriting) throws(RewriteError) in
            var seen = Seen<Term, Void>()
            func search(_ term: Term) throws(RewriteError) -> Term? {
                if seen[term] != nil { return nil }
                if let result = try firstChild(of: term, rewriting, search) { return result }
                if let result = try strategy.rewrite(term, rewriting) { return result }
                seen[term] = ()
                return nil
            }
            return try search(term)
        }
    }

    /// At every place nearest to the root.
    public static func allTopDown(_ strategy: Strategy) -> Strategy {
        Strategy(combining: "(\(strategy.name)).allTopDown") { (term, rewriting) throws(RewriteError) in
            var seen = Seen<Term, Term>()
            func visit(_ term: Term) throws(RewriteError) -> Term? {
                if let known = seen[term] { return known }
                let result: Term?
                if let rewritten = try strategy.rewrite(term, rewriting) {
                    result = rewritten
                } else {
                    result = try everyChild(of: term, rewriting, visit)
                }
                seen[term] = result
                return result
            }
            return try visit(term)
        }
    }

    /// At every place, the children first.
    public static func allBottomUp(_ strategy: Strategy) -> Strategy {
        everywhere(strategy, "(\(strategy.name)).allBottomUp")
    }

    /// At every place at which the strategy applies, the children first.
    public static func tryAll(_ strategy: Strategy) -> Strategy {
        everywhere(strategy.attempted, "(\(strategy.name)).tryAll")
    }

    private static func everywhere(_ strategy: Strategy, _ name: String) -> Strategy {
        Strategy(combining: name) { (term, rewriting) throws(RewriteError) in
            var seen = Seen<Term, Term>()
            func visit(_ term: Term) throws(RewriteError) -> Term? {
                if let known = seen[term] { return known }
                guard let inner = try everyChild(of: term, rewriting, visit) else { return nil }
                let result = try strategy.rewrite(inner, rewriting)
                seen[term] = result
                return result
            }
            return try visit(term)
        }
    }

    /// As long as the strategy applies anywhere, searching from the root each time.
    public static func normalized(_ strategy: Strategy) -> Strategy {
        strategy.topDown.repeated().named("(\(strategy.name)).normalized")
    }

    /// As long as the strategy applies anywhere, the children first.
    public static func innermost(_ strategy: Strategy) -> Strategy {
        Strategy(combining: "(\(strategy.name)).innermost") { (term, rewriting) throws(RewriteError) in
            // A term and what it has become, which is known to be finished.
            var seen = Seen<Term, Term>()
            func visit(_ term: Term) throws(RewriteError) -> Term? {
                var current = term
                while true {
                    if let known = seen[current] {
                        current = known
                        break
                    }
                    guard let inner = try everyChild(of: current, rewriting, visit) else { return nil }
                    guard let next = try strategy.rewrite(inner, rewriting) else {
                        current = inner
                        break
                    }
                    current = next
                }
                seen[term] = current
                seen[current] = current
                return current
            }
            return try visit(term)
        }
    }

    /// At one place, counted from the root: 0 is the root, 1 its first child, 2 what comes next when terms are read from left
    /// to right. Fails if there is no such place.
    public func at(_ position: Int) -> Strategy {
        Strategy(combining: "(\(name)).at(\(position))") { (term, rewriting) throws(RewriteError) in
            var sizes = Seen<Term, Int>()
            func size(_ term: Term) -> Int {
                if let known = sizes[term] { return known }
                let size = term.children.reduce(1) { sum, child in
                    let (total, overflow) = sum.addingReportingOverflow(size(child))
                    return overflow ? .max : total
                }
                sizes[term] = size
                return size
            }
            func visit(_ term: Term, _ position: Int) throws(RewriteError) -> Term? {
                if position == 0 { return try rewrite(term, rewriting) }
                var (children, left) = (term.children, position - 1)
                for (number, child) in children.enumerated() {
                    let size = size(child)
                    guard left >= size else {
                        let changed = try rewriting.within(number) { () throws(RewriteError) in
                            try visit(child, left)
                        }
                        guard let changed else { return nil }
                        children[number] = changed
                        return term.withChildren(children)
                    }
                    left -= size
                }
                return nil
            }
            return position < 0 ? nil : try visit(term, position)
        }
    }

    /// The term with the first child changed that can be.
    private static func firstChild(
        of term: Term, _ rewriting: Rewriting<Term>, _ change: (Term) throws(RewriteError) -> Term?
    ) throws(RewriteError) -> Term? {
        var children = term.children
        for (number, child) in children.enumerated() {
            let changed = try rewriting.within(number) { () throws(RewriteError) in try change(child) }
            guard let changed else { continue }
            children[number] = changed
            return term.withChildren(children)
        }
        return nil
    }

    /// The term with every child changed; the term itself if none becomes another one.
    private static func everyChild(
        of term: Term, _ rewriting: Rewriting<Term>, _ change: (Term) throws(RewriteError) -> Term?
    ) throws(RewriteError) -> Term? {
        var (children, isChanged) = (term.children, false)
        for (number, child) in children.enumerated() {
            let changed = try rewriting.within(number) { () throws(RewriteError) in try change(child) }
            guard let changed else { return nil }
            if changed.identity != child.identity {
                children[number] = changed
                isChanged = true
            }
        }
        return isChanged ? term.withChildren(children) : term
    }
}

/// What a walk knows of terms that it has been at. It keeps the terms, so that no other one can take over an identity.
private struct Seen<Term: Traversable, Known> {
    private var entries: [Term.Identity: (term: Term, known: Known)] = [:]

    subscript(term: Term) -> Known? {
        get { entries[term.identity]?.known }
        set { entries[term.identity] = newValue.map { (term, $0) } }
    }
}
