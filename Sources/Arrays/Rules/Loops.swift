import ReversibleCore

extension Rule {
    /// Loops that are split.
    public static let fission = [
        Rule(
            "sum(n) { i in a + b } → sum(n) { i in a } + sum(n) { i in b }",
            when: "a or b is zero but for some i"
        ) {
            term in
            guard case .sum(let index, let body) = term.kind else { return nil }
            var search = SummandSearch()
            let summands = search.summands(of: body)
            guard summands.count > 1 else { return nil }
            let rest = Summand.total(summands.filter { !$0.term.isSparse })
            let parts = summands.filter(\.term.isSparse) + (rest.map { [Summand(term: $0)] } ?? [])
            return Summand.total(
                parts.map { Summand(isNegative: $0.isNegative, term: Term(.sum(index, $0.term))) })
        },
        Rule(
            "reduce(n, from: (a, b)) { … }.0 → reduce(n, from: a) { … }",
            when: "the first does not ask the second"
        ) {
            term in
            guard case .first(let whole) = term.kind,
                case .fold(let index, let state, let start, let body) = whole.kind,
                case .pair(let first, _) = start.kind, case .pair(let next, _) = body.kind
            else { return nil }
            let alone = TermVariable(first.type)
            let own = next.replacing { part in
                guard case .first(let pair) = part.kind, pair.isVariable(state) else { return nil }
                return alone.term
            }
            return own.mentions(state) ? nil : Term(.fold(index, alone, first, own))
        },
    ]

    /// What is computed before a loop.
    public static let hoisting = [
        Rule(
            "for i { … v … } → let t = v; for i { … t … }",
            when: "v does not mention i, is no choice's side, and cannot ask for an element that is not there"
        ) { term in
            guard let loop = term.loop, let found = HoistSearch(loop.variables).find(in: loop.body) else {
                return nil
            }
            let inner = found.variables
            let fresh = inner.compactMap { $0.range.map(TermVariable.index(below:)) }
            guard fresh.count == inner.count else { return nil }
            let renamed = zip(inner, fresh).reduce(found.value) { $0.substituting($1.1.term, for: $1.0) }
            let value = fresh.reversed().reduce(renamed) { Term(.build($1, $0)) }
            let name = TermVariable(for: value)
            let use = inner.reduce(name.term) { .get($0, $1.term) }
            let body = loop.body.replacing { $0 == found.value ? use : nil }
            return Term(.bind(name, value, loop.with(body)))
        }
    ]
}

extension Term {
    /// Whether this is a choice of zero.
    fileprivate var isSparse: Bool {
        if case .select(_, let a, let b) = kind { a.isZero || b.isZero } else { false }
    }

    fileprivate static func product(_ a: Term, _ b: Term) -> Term {
        a.within { .binary(.multiply, $0, b) } ?? b.within { .binary(.multiply, a, $0) }
            ?? .binary(.multiply, a, b)
    }

    fileprivate func dividing(by divisor: Term) -> Term {
        within { .binary(.divide, $0, divisor) } ?? .binary(.divide, self, divisor)
    }

    private func within(_ change: (Term) -> Term) -> Term? {
        guard case .select(let condition, let a, let b) = kind, isSparse else { return nil }
        return .select(condition, a.isZero ? a : change(a), b.isZero ? b : change(b))
    }

    /// This as a loop: its variables, what is done in every turn, and how it is put together with another body.
    fileprivate var loop: (variables: [TermVariable], body: Term, with: (Term) -> Term)? {
        switch kind {
        case .build(let index, let body): ([index], body, { Term(.build(index, $0)) })
        case .sum(let index, let body): ([index], body, { Term(.sum(index, $0)) })
        case .fold(let index, let state, let initial, let body):
            ([index, state], body, { Term(.fold(index, state, initial, $0)) })
        default: nil
        }
    }
}

/// A part of a sum.
private struct Summand {
    var isNegative = false
    let term: Term

    var negated: Summand { Summand(isNegative: !isNegative, term: term) }

    func mapping(_ change: (Term) -> Term) -> Summand { Summand(isNegative: isNegative, term: change(term)) }

    /// All together; nil if there is nothing.
    static func total(_ parts: [Summand]) -> Term? {
        guard let first = parts.first else { return nil }
        let start: Term = first.isNegative ? .unary(.negate, first.term) : first.term
        return parts.dropFirst().reduce(start) { .binary($1.isNegative ? .subtract : .add, $0, $1.term) }
    }
}

/// Multiplies products of sums out, where a part of a sum is zero for the most part.
private struct SummandSearch {
    /// More parts than this are not multiplied out.
    private static let limit = 64
    private var known: [ObjectIdentifier: [Summand]] = [:]

    /// What a term adds up; the term alone, if none of that is zero for the most part.
    mutating func summands(of term: Term) -> [Summand] {
        if let result = known[term.identity] { return result }
        let found = find(in: term)
        let result = found.count > SummandSearch.limit ? [Summand(term: term)] : found
        known[term.identity] = result
        return result
    }

    private mutating func find(in term: Term) -> [Summand] {
        switch term.kind {
        case .binary(.add, let a, let b):
            let all = summands(of: a) + summands(of: b)
            if all.contains(where: \.term.isSparse) { return all }
        case .binary(.subtract, let a, let b):
            let all = summands(of: a) + summands(of: b).map(\.negated)
            if all.contains(where: \.term.isSparse) { return all }
        case .binary(.multiply, let a, let b):
            let (first, second) = (summands(of: a), summands(of: b))
            if first.count > 1 { return first.map { $0.mapping { .product($0, b) } } }
            if second.count > 1 { return second.map { $0.mapping { .product(a, $0) } } }
        case .binary(.divide, let a, let b):
            let first = summands(of: a)
            if first.count > 1 { return first.map { $0.mapping { $0.dividing(by: b) } } }
        case .unary(.negate, let a):
            let first = summands(of: a)
            if first.count > 1 { return first.map(\.negated) }
        default: break
        }
        return [Summand(term: term)]
    }
}

/// Looks for the largest part of a loop's body that is computed in every turn and is the same in all.
private struct HoistSearch {
    /// What changes from turn to turn.
    private let varying: Set<ObjectIdentifier>
    /// The loops within the loop around what is being looked at.
    private var inner: [TermVariable] = []
    /// What else is bound there.
    private var bound: Set<ObjectIdentifier> = []
    private var seen: Set<ObjectIdentifier> = []

    init(_ variables: [TermVariable]) { varying = Set(variables.map(\.id)) }

    struct Found {
        let value: Term
        /// The indices of inner loops that it depends on.
        let variables: [TermVariable]
    }

    func find(in body: Term) -> Found? {
        var search = self
        return search.visit(body, isBound: false)
    }

    private mutating func visit(_ term: Term, isBound: Bool) -> Found? {
        if term.isTrivial || !seen.insert(term.identity).inserted { return nil }
        if let found = candidate(term, isBound: isBound) { return found }
        switch term.kind {
        case .select(let condition, _, _): return visit(condition, isBound: false)
        case .and(let first, _): return visit(first, isBound: false)
        case .build(let index, let body), .sum(let index, let body): return visit(body, in: index)
        case .fold(let index, let state, let initial, let body):
            if let found = visit(initial, isBound: false) { return found }
            bound.insert(state.id)
            return visit(body, in: index)
        case .bind(let variable, let value, let body):
            if let found = visit(value, isBound: true) { return found }
            bound.insert(variable.id)
            return visit(body, isBound: false)
        default:
            for child in term.children {
                if let found = visit(child, isBound: false) { return found }
            }
            return nil
        }
    }

    private mutating func visit(_ body: Term, in index: TermVariable) -> Found? {
        inner.append(index)
        defer { inner.removeLast() }
        return visit(body, isBound: false)
    }

    private func candidate(_ term: Term, isBound: Bool) -> Found? {
        guard varying.isDisjoint(with: term.free), bound.isDisjoint(with: term.free), term.hasSureIndices
        else {
            return nil
        }
        let variables = inner.filter { term.mentions($0) }
        switch term.type {
        case .real: break
        case .integer: guard case .position = term.kind else { return nil }
        case .array(.real), .array(.array(.real)): guard isBound else { return nil }
        default: return nil
        }
        if variables.isEmpty { return Found(value: term, variables: []) }
        let ranges = variables.compactMap(\.range)
        let outside = varying.union(bound).union(inner.map(\.id))
        guard term.type == .real, variables.count <= 2,
            ranges.allSatisfy({ $0.free.isDisjoint(with: outside) }),
            term.isWorthAnArray
        else { return nil }
        return Found(value: term, variables: variables)
    }
}

extension Term {
    /// Whether this takes much longer than to look it up.
    fileprivate var isWorthAnArray: Bool {
        contains { part in
            switch part.kind {
            case .sum, .fold, .position, .binary(.divide, _, _): true
            case .unary(let function, _): ![.negate, .abs, .sign, .stopGradient].contains(function)
            case .binary(let function, _, _): ![.add, .subtract, .multiply, .min, .max].contains(function)
            default: false
            }
        }
    }
}
