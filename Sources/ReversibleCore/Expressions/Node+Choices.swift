// How often an expression's parts are evaluated, where choices share them.

extension Node {
    /// Whether parts that choices share would be evaluated again and again in them.
    ///
    /// Values and derivatives keep what is chosen under its condition, so that a part that several choices share is there
    /// several times; where these share parts again, the number of times doubles with every level.
    var repeatsChoices: Bool {
        // Written out as a tree it is small, then it is small in any case.
        guard size > 1 << 10 else { return false }
        var nodes: Set<ObjectIdentifier> = []
        var rest = [self]
        while let node = rest.popLast() {
            if nodes.insert(ObjectIdentifier(node)).inserted { rest += node.kind.operands }
        }
        var walk = ChoiceWalk(limit: 1_500 + 8 * nodes.count)
        return !walk.evaluates(self) || !walk.differentiates(self)
    }
}

/// Goes through an expression as its evaluation and its derivative do, up to a number of steps.
private struct ChoiceWalk {
    private let limit: Int
    private var steps = 0
    /// What has been evaluated where the walk is.
    private var known: Set<ObjectIdentifier> = []

    init(limit: Int) { self.limit = limit }

    /// Whether the evaluation ends within the limit: what is known before a choice is known in its branches.
    mutating func evaluates(_ node: Node) -> Bool {
        (steps, known) = (0, [])
        return evaluate(node)
    }

    private mutating func evaluate(_ node: Node) -> Bool {
        guard known.insert(ObjectIdentifier(node)).inserted else { return true }
        steps += 1
        if steps > limit { return false }
        switch node.kind {
        case .select(let c, let a, let b): return evaluate(c) && branch(a) && branch(b)
        case .and(let a, let b), .or(let a, let b): return evaluate(a) && branch(b)
        default: return node.kind.operands.allSatisfy { evaluate($0) }
        }
    }

    private mutating func branch(_ node: Node) -> Bool {
        let outer = known
        defer { known = outer }
        return evaluate(node)
    }

    /// Whether the derivative ends within the limit: every branch hands on what is its own.
    mutating func differentiates(_ node: Node) -> Bool {
        (steps, known) = (0, [])
        return differentiate(node)
    }

    private mutating func differentiate(_ node: Node) -> Bool {
        guard node.type.element == .real else { return true }
        guard known.insert(ObjectIdentifier(node)).inserted else { return true }
        steps += 1
        if steps > limit { return false }
        switch node.kind {
        case .select(_, let a, let b), .binary(.max, let a, let b), .binary(.min, let a, let b):
            return share(a) && share(b)
        default: return node.kind.operands.allSatisfy { differentiate($0) }
        }
    }

    private mutating func share(_ node: Node) -> Bool {
        let outer = known
        known = []
        defer { known = outer }
        return differentiate(node)
    }
}
