// What a `select`, a `&&` or a `||` guards is evaluated under conditions only: an index that is outside its array,
// a division by 0 or a NaN does no harm where it is not asked for. Whoever moves a part of an expression elsewhere
// takes its conditions along.

/// The conditions under which a part of an expression is evaluated, outermost first: each of them may be asked only
/// where those before it hold.
package struct Guards: Hashable {
    package private(set) var conditions: [Node] = []

    /// No condition: the part is evaluated whenever the expression is.
    package static let always = Guards()

    package var isAlways: Bool { conditions.isEmpty }

    /// All conditions in one, which asks them in order; nil if there are none.
    package var condition: Node? {
        conditions.reversed().reduce(nil) { inner, outer in inner.map { .both(outer, $0) } ?? outer }
    }

    /// These guards, and inside of them `condition`, or its opposite.
    package func and(_ condition: Node, holds: Bool) -> Guards {
        var result = self
        result.conditions.append(holds ? condition : condition.negation)
        return result
    }

    /// The conditions that stand after those of `outer`, if these begin with them.
    package func beyond(_ outer: Guards) -> Guards? {
        guard conditions.starts(with: outer.conditions) else { return nil }
        return Guards(conditions: Array(conditions.dropFirst(outer.conditions.count)))
    }

    /// Where one or the other part is evaluated; and the conditions of both that remain inside of that.
    package func either(_ other: Guards) -> (outer: Guards, own: Guards, others: Guards) {
        let shared = zip(conditions, other.conditions).prefix { $0 == $1 }.count
        var outer = Guards(conditions: Array(conditions.prefix(shared)))
        let own = Guards(conditions: Array(conditions.dropFirst(shared)))
        let others = Guards(conditions: Array(other.conditions.dropFirst(shared)))
        if let a = own.condition, let b = others.condition, a != b.negation {
            // Conditions of conditions of paths through a large graph would grow with their number. There the part is
            // taken to be evaluated wherever the paths have not parted yet.
            if a.size + b.size < 4096 { outer.conditions.append(.either(a, b)) }
        }
        return (outer, own, others)
    }

    /// `amount` where the conditions hold, otherwise 0; it is evaluated only there.
    package func choosing(_ amount: Node) -> Node {
        conditions.reversed().reduce(amount) { amount, condition in
            if case .not(let opposite) = condition.kind { return .select(opposite, .real(0), amount) }
            return .select(condition, amount, .real(0))
        }
    }
}

extension Node {
    fileprivate var negation: Node {
        if case .not(let a) = kind { return a }
        return Node(.not(self), type)
    }

    fileprivate static func both(_ a: Node, _ b: Node) -> Node { Node(.and(a, b), .boolean) }
    fileprivate static func either(_ a: Node, _ b: Node) -> Node { Node(.or(a, b), .boolean) }

    /// The expression's nodes, each once and before those that are made of it.
    package var inOrder: [Node] {
        var order: [Node] = []
        var seen: Set<Node> = []
        func visit(_ node: Node) {
            guard seen.insert(node).inserted else { return }
            node.kind.operands.forEach(visit)
            order.append(node)
        }
        visit(self)
        return order
    }

    /// The places this expression reads, those in indices included, each with the conditions under which it does.
    package var guardedReads: [(place: Place, guards: Guards)] {
        guard hasGuards else { return reads.map { ($0, .always) } }
        var guards: [Node: Guards] = [self: .always]
        func reach(_ node: Node, _ own: Guards) {
            guards[node] = guards[node].map { $0.either(own).outer } ?? own
        }
        var found: [(Place, Guards)] = []
        for node in inOrder.reversed() {
            let own = guards[node] ?? .always
            if case .read(let place) = node.kind { found.append((place, own)) }
            for (operand, inside) in node.kind.guardedOperands(in: own) { reach(operand, inside) }
        }
        return found.reversed()
    }
}

extension Node.Kind {
    /// The operands, each with the conditions under which it is evaluated where the whole is evaluated under `outer`.
    package func guardedOperands(in outer: Guards) -> [(operand: Node, guards: Guards)] {
        // Of arrays a choice is made for every element; what is the same for all of them is evaluated for some.
        switch self {
        case .select(let c, let a, let b) where c.type.isSingle:
            [(c, outer), (a, outer.and(c, holds: true)), (b, outer.and(c, holds: false))]
        case .and(let a, let b) where a.type.isSingle: [(a, outer), (b, outer.and(a, holds: true))]
        case .or(let a, let b) where a.type.isSingle: [(a, outer), (b, outer.and(a, holds: false))]
        default: operands.map { ($0, outer) }
        }
    }
}
