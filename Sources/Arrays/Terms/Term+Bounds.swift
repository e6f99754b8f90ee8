extension Term {
    /// What an integer that is not negative is surely below; nil if nothing is known.
    var upperBound: Term? {
        switch kind {
        case .variable(let variable): variable.range
        case .position(_, let array): array.size(axis: 0)
        default: nil
        }
    }

    /// Whether this is surely the index of an element among so many.
    func isSurelyIndex(below count: Term) -> Bool {
        if case .integer(let value) = kind, case .integer(let count) = count.kind {
            return value >= 0 && value < count
        }
        return upperBound == count
    }

    /// Whether evaluating this asks for elements only that there surely are.
    var hasSureIndices: Bool {
        var known: [ObjectIdentifier: Bool] = [:]
        func visit(_ term: Term) -> Bool {
            if let result = known[term.identity] { return result }
            var result = term.children.allSatisfy(visit)
            if case .get(let array, let index) = term.kind {
                result = result && index.isSurelyIndex(below: array.size(axis: 0))
            }
            known[term.identity] = result
            return result
        }
        return visit(self)
    }

    /// Whether a part of this is such.
    func contains(_ condition: (Term) -> Bool) -> Bool {
        var seen: Set<ObjectIdentifier> = []
        func visit(_ term: Term) -> Bool {
            guard seen.insert(term.identity).inserted else { return false }
            return condition(term) || term.children.contains(where: visit)
        }
        return visit(self)
    }
}
