/// Sizes of parameters that must be equal, each written as one, so that rules see that they are.
///
/// A constant stands for all that must be equal to it, otherwise the size of the first parameter.
struct EqualSizes {
    /// The parameters, which know what their sizes are called.
    let parameters: [TermVariable]
    /// What must hold when the function runs, of these parameters.
    let equalities: [(Term, Term)]
    /// What takes the place of an old parameter's size.
    private let sizes: [Term: Term]
    private let renamed: [(old: TermVariable, new: TermVariable)]

    init(_ old: [TermVariable], _ equalities: [(Term, Term)]) {
        var order: [Term: Int] = [:]
        for (position, variable) in old.enumerated() {
            for axis in 0..<variable.type.rank {
                order[Term(.size(variable, axis: axis))] = position * 8 + axis
            }
        }
        // Which size stands for which; what is neither a size nor a constant is left to be compared.
        var stands: [Term: Term] = [:]
        func representative(_ size: Term) -> Term {
            var current = size
            while let next = stands[current] { current = next }
            return current
        }
        for (m, n) in equalities {
            let pair = [representative(m), representative(n)].sorted { order[$0] ?? -1 < order[$1] ?? -1 }
            guard pair[0] != pair[1], order[pair[1]] != nil, order[pair[0]] != nil || pair[0].constant != nil
            else { continue }
            stands[pair[1]] = pair[0]
        }
        var sizes: [Term: Term] = [:]
        var renamed: [(old: TermVariable, new: TermVariable)] = []
        for variable in old {
            let known = (0..<variable.type.rank).map { axis -> Term? in
                let own = Term(.size(variable, axis: axis))
                let result = representative(own)
                return result == own ? nil : sizes[result] ?? result
            }
            let new = TermVariable(variable.type, name: variable.name, sizes: known)
            for axis in known.indices { sizes[Term(.size(variable, axis: axis))] = new.term.size(axis: axis) }
            renamed.append((variable, new))
        }
        (self.sizes, self.renamed) = (sizes, renamed)
        parameters = renamed.map(\.new)
        // What must hold is asked of the parameters themselves.
        self.equalities = equalities.map { pair in
            let own = { (term: Term) in
                term.replacing { part in
                    guard case .size(let variable, let axis) = part.kind else { return nil }
                    return renamed.first { $0.old === variable }.map { Term(.size($0.new, axis: axis)) }
                }
            }
            return (own(pair.0), own(pair.1))
        }
    }

    /// The term with these parameters, and with one name for what must be equal.
    func unified(_ term: Term) -> Term {
        let sized = term.replacing { part in
            if case .size = part.kind { sizes[part] } else { nil }
        }
        return renamed.reduce(sized) { $0.substituting($1.new.term, for: $1.old) }
    }
}
