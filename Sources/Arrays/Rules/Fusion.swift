import ReversibleCore

extension Rule {
    /// Elements of arrays that are made element by element.
    public static let fusion = [
        Rule("build(n) { i in e }[k] → e[k]", when: "k is surely an index below n") { term in
            guard case .get(let array, let position) = term.kind,
                case .build(let index, let body) = array.kind,
                let count = index.range, position.isSurelyIndex(below: count)
            else { return nil }
            return body.substituting(position, for: index)
        }
    ]

    /// An array that is made of another's elements.
    public static let eta = [
        Rule("build(a.count) { i in a[i] } → a", when: "the array has as many elements") { term in
            guard case .build(let index, let body) = term.kind,
                case .get(let array, let position) = body.kind,
                position.isVariable(index), !array.mentions(index), array.size(axis: 0) == index.range
            else { return nil }
            return array
        }
    ]

    /// Parts of what is put together.
    public static let projections = [
        Rule("(a, b).0 → a, (a, b).1 → b") { term in
            switch term.kind {
            case .first(let pair): if case .pair(let a, _) = pair.kind { a } else { nil }
            case .second(let pair): if case .pair(_, let b) = pair.kind { b } else { nil }
            default: nil
            }
        },
        Rule("part(select(c, a, b)) → select(c, part(a), part(b))") { term in
            guard let (whole, part) = term.projection, case .select(let c, let a, let b) = whole.kind else {
                return nil
            }
            return .select(c, part(a), part(b))
        },
        Rule("part(let t = v; e) → let t = v; part(e)") { term in
            guard let (whole, part) = term.projection,
                case .bind(let variable, let value, let body) = whole.kind,
                !term.mentions(variable)
            else { return nil }
            return Term(.bind(variable, value, part(body)))
        },
    ]

    /// Names for values.
    public static let lets = [
        Rule("let t = v; e → e", when: "e does not mention t") { term in
            guard case .bind(let variable, _, let body) = term.kind, !body.mentions(variable) else {
                return nil
            }
            return body
        },
        Rule("let t = v; e → e[v]", when: "there is nothing to compute in v") { term in
            guard case .bind(let variable, let value, let body) = term.kind, value.isTrivial else {
                return nil
            }
            return body.substituting(value, for: variable)
        },
        Rule("let t = (let s = w; v); e → let s = w; let t = v; e") { term in
            guard case .bind(let variable, let value, let body) = term.kind,
                case .bind(let inner, let first, let second) = value.kind, !body.mentions(inner)
            else { return nil }
            return Term(.bind(inner, first, Term(.bind(variable, second, body))))
        },
        Rule("let t = v; e → let t = v; e with t for v", when: "e mentions v") { term in
            guard case .bind(let variable, let value, let body) = term.kind else { return nil }
            let replaced = body.replacing { $0 == value ? variable.term : nil }
            return replaced === body ? nil : Term(.bind(variable, value, replaced))
        },
    ]

    /// Sums over few indices.
    public static let peeling = [
        Rule("sum(n) { i in e } → e[0] + e[1] + …", when: "n is a constant, at most 4") { term in
            guard case .sum(let index, let body) = term.kind, case .integer(let count) = index.range?.kind,
                count <= 4
            else { return nil }
            let turns = (0..<max(count, 0)).map { body.substituting(.integer($0), for: index) }
            guard let first = turns.first else { return .real(0) }
            return turns.dropFirst().reduce(first) { .binary(.add, $0, $1) }
        }
    ]
}

extension Term {
    /// What this is a part of, and how that part is taken.
    fileprivate var projection: (whole: Term, part: (Term) -> Term)? {
        switch kind {
        case .first(let pair): (pair, { Term(.first($0)) })
        case .second(let pair): (pair, { Term(.second($0)) })
        case .get(let array, let index): (array, { .get($0, index) })
        default: nil
        }
    }
}
