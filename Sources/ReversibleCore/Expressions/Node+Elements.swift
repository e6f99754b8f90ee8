// What an array expression is at one element.

extension Node {
    /// The expression for one element of the arrays and views it is over, at indices that are known to be inside of these.
    package func element(inside indices: [Node]) -> Node {
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
            case .read(let place): .read(place.element(inside: indices))
            case .sum, .extremum: kind
            default: kind.mapOperands(at)
            }
        let node = Node(made, ValueType(type.element))
        known[ObjectIdentifier(self)] = node
        return node
    }
}
