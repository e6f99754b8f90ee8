import ReversibleCore

// What an array expression is at one element.

extension Node {
    /// The expression for one element of the arrays it is over.
    func element(at indices: [Node]) -> Node {
        var known: [ObjectIdentifier: Node] = [:]
        return element(indices, &known)
    }

    private func element(_ indices: [Node], _ known: inout [ObjectIdentifier: Node]) -> Node {
        if type.isSingle { return self }
        // Expressions are graphs.
        if let made = known[ObjectIdentifier(self)] { return made }
        func at(_ node: Node) -> Node { node.element(indices, &known) }
        let made: Kind =
            switch kind {
            case .read(let place): .read(Place(place.variable, indices))
            case .unary(let f, let a): .unary(f, at(a))
            case .binary(let f, let a, let b): .binary(f, at(a), at(b))
            case .integerUnary(let f, let a): .integerUnary(f, at(a))
            case .integerBinary(let f, let a, let b): .integerBinary(f, at(a), at(b))
            case .compare(let relation, let a, let b): .compare(relation, at(a), at(b))
            case .holds(let relation, let a, let b): .holds(relation, at(a), at(b))
            case .not(let a): .not(at(a))
            case .and(let a, let b): .and(at(a), at(b))
            case .or(let a, let b): .or(at(a), at(b))
            case .select(let c, let a, let b): .select(at(c), at(a), at(b))
            case .real, .integer, .boolean, .size, .sum, .extremum: kind
            }
        let node = Node(made, ValueType(type.element))
        known[ObjectIdentifier(self)] = node
        return node
    }
}
