import ReversibleCore

extension Rule {
    /// Choices.
    public static let conditions = [
        Rule("a condition on constants is known") { term in
            switch term.kind {
            case .compare(let relation, let a, let b):
                guard a.type == .integer, b.type == .integer else { return nil }
                if a == b, !(a.constant != nil && term.truth != nil) { return .truth(relation.holds(0, 0)) }
                guard term.truth == nil, let x = a.constant, let y = b.constant else { return nil }
                return .truth(relation.holds(x, y))
            case .not(let a): return a.truth.map { .truth(!$0) }
            case .and(let a, let b):
                guard let known = a.truth else { return b.truth == true ? a : nil }
                return known ? b : a
            default: return nil
            }
        },
        Rule("select(true, a, b) → a, select(false, a, b) → b") { term in
            guard case .select(let condition, let a, let b) = term.kind else { return nil }
            return condition.truth.map { $0 ? a : b }
        },
        Rule("select(c, a, a) → a", when: "c can be evaluated") { term in
            guard case .select(let condition, let a, let b) = term.kind, a == b, condition.hasSureIndices,
                !condition.contains({ $0.isRealComparison })
            else { return nil }
            return a
        },
        Rule("within select(c, a, b), c holds in a and not in b") { term in
            guard case .select(let condition, let a, let b) = term.kind else { return nil }
            let (x, y) = (a.assuming(condition, true), b.assuming(condition, false))
            return x === a && y === b ? nil : .select(condition, x, y)
        },
        Rule("f(select(c, a, 0)) → select(c, f(a), 0)", when: "f(0) is 0") { term in
            switch term.kind {
            case .unary(.negate, let a): a.throughChoice { .unary(.negate, $0) }
            case .binary(.multiply, let a, let b):
                a.throughChoice { .binary(.multiply, $0, b) } ?? b.throughChoice { .binary(.multiply, a, $0) }
            case .binary(.divide, let a, let b): a.throughChoice { .binary(.divide, $0, b) }
            default: nil
            }
        },
        Rule("select(c, a, 0) + select(c, b, 0) → select(c, a + b, 0)") { term in
            guard case .binary(let function, let x, let y) = term.kind,
                function == .add || function == .subtract,
                case .select(let c, let a, let b) = x.kind, case .select(let d, let p, let q) = y.kind,
                c.says(d),
                a.isZero || b.isZero || p.isZero || q.isZero
            else { return nil }
            return .select(c, .binary(function, a, p), .binary(function, b, q))
        },
        Rule(
            "sum(n) { i in select(c, e, 0) } → select(c, sum(n) { i in e }, 0)", when: "c does not mention i"
        ) {
            term in
            guard case .sum(let index, let body) = term.kind, case .select(let condition, _, _) = body.kind,
                !condition.mentions(index), condition.hasSureIndices
            else { return nil }
            return body.throughChoice { Term(.sum(index, $0)) }
        },
    ]

    /// Sums in which one element alone is not zero.
    public static let oneHot = [
        Rule("sum(n) { i in select(i == k, e, 0) } → e[k]", when: "k is surely an index below n") { term in
            guard let found = term.oneHot, found.position.isSurelyIndex(below: found.count) else {
                return nil
            }
            return found.body.substituting(found.position, for: found.index)
        },
        Rule("sum(n) { i in select(i == k, e, 0) } → select(0 <= k && k < n, e[k], 0)") { term in
            guard let found = term.oneHot, !found.position.isSurelyIndex(below: found.count) else {
                return nil
            }
            let isThere = Term(
                .and(
                    .compare(.lessOrEqual, .integer(0), found.position),
                    .compare(.less, found.position, found.count)))
            return .select(isThere, found.body.substituting(found.position, for: found.index), .zero)
        },
    ]
}

private struct OneHot {
    let index: TermVariable
    let count: Term
    /// The value of the index for which the sum is not zero.
    let position: Term
    let body: Term
}

extension Term {
    fileprivate var isRealComparison: Bool {
        if case .compare(_, let a, let b) = kind { a.type == .real || b.type == .real } else { false }
    }

    /// Whether this is the same condition, an equality read either way.
    fileprivate func says(_ other: Term) -> Bool {
        guard case .compare(.equal, let a, let b) = kind, case .compare(.equal, let c, let d) = other.kind
        else {
            return self == other
        }
        return a == c && b == d || a == d && b == c
    }

    /// A choice of zero, changed in both of its sides: the zero stays one.
    fileprivate func throughChoice(_ change: (Term) -> Term) -> Term? {
        guard case .select(let condition, let a, let b) = kind, a.isZero || b.isZero else { return nil }
        return .select(condition, a.isZero ? a : change(a), b.isZero ? b : change(b))
    }

    /// The value of a condition that is known.
    fileprivate var truth: Bool? {
        switch kind {
        case .compare(let relation, let a, let b):
            if case .integer(0) = a.kind, case .integer(0) = b.kind { relation.holds(0, 0) } else { nil }
        default: nil
        }
    }

    /// The term where a condition is known.
    fileprivate func assuming(_ condition: Term, _ value: Bool) -> Term {
        replacing { part in
            guard case .select(let other, let a, let b) = part.kind, other == condition else { return nil }
            return value ? a : b
        }
    }

    /// This as a sum in which one element alone is not zero.
    fileprivate var oneHot: OneHot? {
        guard case .sum(let index, let body) = kind, let count = index.range,
            case .select(let condition, let element, let other) = body.kind, other.isZero,
            case .compare(.equal, let a, let b) = condition.kind,
            let position = a.solved(for: index, equal: b) ?? b.solved(for: index, equal: a)
        else { return nil }
        return OneHot(index: index, count: count, position: position, body: element)
    }

    /// For which value of an index this is equal to another term; nil if it is not the index plus something.
    private func solved(for index: TermVariable, equal other: Term) -> Term? {
        guard !other.mentions(index), type == .integer, other.type == .integer else { return nil }
        switch kind {
        case .variable: return isVariable(index) ? other : nil
        case .binary(.add, let a, let b):
            if !b.mentions(index) { return a.solved(for: index, equal: .integers(.subtract, other, b)) }
            return a.mentions(index) ? nil : b.solved(for: index, equal: .integers(.subtract, other, a))
        case .binary(.subtract, let a, let b) where !b.mentions(index):
            return a.solved(for: index, equal: .integers(.add, other, b))
        default: return nil
        }
    }
}
