extension Term {
    /// The term with another in the place of a variable that it does not bind.
    ///
    /// Loops within it whose variables the other term has are given new ones, so that it keeps its meaning.
    func substituting(_ value: Term, for variable: TermVariable) -> Term {
        guard mentions(variable) else { return self }
        var substitution = Substitution(variable: variable, value: value)
        return substitution(self)
    }

    /// The term with its parts replaced, from the leaves up, each shared part once.
    func replacing(_ change: (Term) -> Term?) -> Term {
        var known: [ObjectIdentifier: Term] = [:]
        func visit(_ term: Term) -> Term {
            if let result = known[term.identity] { return result }
            let inner = term.mappingChildren(visit)
            let result = change(inner) ?? inner
            known[term.identity] = result
            return result
        }
        return visit(self)
    }

    func mappingChildren(_ change: (Term) -> Term) -> Term {
        let old = children
        let new = old.map(change)
        return zip(old, new).allSatisfy { $0 === $1 } ? self : withChildren(new)
    }
}

private struct Substitution {
    let variable: TermVariable
    let value: Term
    private var known: [ObjectIdentifier: Term] = [:]

    init(variable: TermVariable, value: Term) { (self.variable, self.value) = (variable, value) }

    mutating func callAsFunction(_ term: Term) -> Term {
        guard term.mentions(variable) else { return term }
        if case .variable = term.kind { return value }
        if let result = known[term.identity] { return result }
        let result = apart(term).mappingChildren { self($0) }
        known[term.identity] = result
        return result
    }

    /// The term with other variables where it binds some of the value's.
    private func apart(_ term: Term) -> Term {
        switch term.kind {
        case .build(let index, let body) where value.mentions(index):
            let fresh = TermVariable.index(below: term.children[0])
            return Term(.build(fresh, body.substituting(fresh.term, for: index)))
        case .sum(let index, let body) where value.mentions(index):
            let fresh = TermVariable.index(below: term.children[0])
            return Term(.sum(fresh, body.substituting(fresh.term, for: index)))
        case .bind(let name, let bound, let body) where value.mentions(name):
            let fresh = TermVariable(for: bound)
            return Term(.bind(fresh, bound, body.substituting(fresh.term, for: name)))
        case .fold(let index, let state, let initial, let body)
        where value.mentions(index) || value.mentions(state):
            let freshIndex = TermVariable.index(below: term.children[0])
            let freshState = TermVariable(state.type)
            let renamed = body.substituting(freshIndex.term, for: index)
                .substituting(freshState.term, for: state)
            return Term(.fold(freshIndex, freshState, initial, renamed))
        default: return term
        }
    }
}
