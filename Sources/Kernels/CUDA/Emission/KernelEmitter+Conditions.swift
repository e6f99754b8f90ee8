import ReversibleCore

extension Relation {
    /// The comparison in `setp`; of reals, a NaN differs from everything.
    func comparison(ofReals: Bool) -> String {
        switch self {
        case .less: "lt"
        case .lessOrEqual: "le"
        case .equal: "eq"
        case .notEqual: ofReals ? "neu" : "ne"
        case .greaterOrEqual: "ge"
        case .greater: "gt"
        }
    }
}

extension KernelEmitter {
    /// The predicate register of a condition.
    func condition(_ node: Node) throws(PTXError) -> String {
        if case .boolean(let value) = node.kind { return constant(value) }
        return try numbered(values.number(of: node)) { () throws(PTXError) in
            switch node.kind {
            case .compare(let relation, let a, let b), .holds(let relation, let a, let b):
                return try comparison(relation, a, b)
            case .not(let a): return out.value(.predicate, "not.pred", try condition(a))
            case .and(let a, let b): return try junction(a, b, isAnd: true)
            case .or(let a, let b): return try junction(a, b, isAnd: false)
            default: return constant(false)  // no condition; the check has refused these
            }
        }
    }

    private func constant(_ value: Bool) -> String {
        let one = out.value(.integer, "mov.u64", "1")
        return out.value(.predicate, "setp.eq.s64", one, value ? "1" : "0")
    }

    private func comparison(_ relation: Relation, _ a: Node, _ b: Node) throws(PTXError) -> String {
        if a.type.element == .integer && b.type.element == .integer {
            let (x, y) = (try integer(a), try integer(b))
            let first = Int(x) != nil ? out.value(.integer, "mov.u64", x) : x
            return out.value(.predicate, "setp.\(relation.comparison(ofReals: false)).s64", first, y)
        }
        let (x, y) = (try real(a), try real(b))
        let first = x.hasPrefix("0") ? out.value(realClass, "mov.\(realType)", x) : x
        return out.value(.predicate, "setp.\(relation.comparison(ofReals: true)).\(realType)", first, y)
    }

    /// `a && b`, `a || b`. What `b` reads from arrays is read only where `a` leaves the question open.
    private func junction(_ a: Node, _ b: Node, isAnd: Bool) throws(PTXError) -> String {
        let first = try condition(a)
        guard b.readsArrays else {
            return out.value(.predicate, isAnd ? "and.pred" : "or.pred", first, try condition(b))
        }
        let result = out.temporary(.predicate)
        let label = "decided_\(out.labelNumber())"
        out.instruction("mov.pred", result, first)
        out.open()
        if isAnd { out.branch(label, unless: first) } else { out.branch(label, if: first) }
        try keepingValues { () throws(PTXError) in out.instruction("mov.pred", result, try condition(b)) }
        out.label(label)
        out.close()
        return result
    }

    /// `select(c, a, b)`; what reads arrays is evaluated only if it is chosen.
    func choice(
        _ c: Node, _ a: Node, _ b: Node, _ kind: RegisterClass,
        _ evaluate: (Node) throws(PTXError) -> String
    ) throws(PTXError) -> String {
        let test = try condition(c)
        let type = kind == .integer ? "b64" : kind.type
        guard a.readsArrays || b.readsArrays else {
            let (x, y) = (try evaluate(a), try evaluate(b))
            return out.value(kind, "selp.\(type)", x, y, test)
        }
        let result = out.temporary(kind)
        let number = out.labelNumber()
        let move = "mov.\(kind == .integer ? "u64" : type)"
        out.open()
        out.branch("other_\(number)", unless: test)
        try keepingValues { () throws(PTXError) in out.instruction(move, result, try evaluate(a)) }
        out.branch("chosen_\(number)")
        out.label("other_\(number)")
        try keepingValues { () throws(PTXError) in out.instruction(move, result, try evaluate(b)) }
        out.label("chosen_\(number)")
        out.close()
        return result
    }
}

extension Node {
    /// Whether evaluating this where it is not asked for could touch memory that is not there.
    fileprivate var readsArrays: Bool {
        reads.contains { $0.variable.kind.isArray } || hasLoops
    }

    /// Whether this takes a loop over elements.
    private var hasLoops: Bool {
        if size > 10_000 { return true }
        switch kind {
        case .sum, .extremum: return true
        default: return kind.operands.contains(where: \.hasLoops)
        }
    }
}
