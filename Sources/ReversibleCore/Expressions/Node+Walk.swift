extension Node {
    /// Calls `body` with the nodes of the expression, each once, a node before its operands; `body` says whether
    /// to go on to those.
    package func walk(_ body: (Node) -> Bool) {
        var seen: Set<ObjectIdentifier> = []
        var open = [self]
        while let node = open.popLast() {
            let operands = body(node) ? node.kind.operands : []
            for operand in operands.reversed() where seen.insert(ObjectIdentifier(operand)).inserted {
                open.append(operand)
            }
        }
    }

    /// Whether a node of the expression fulfils a condition.
    package func contains(where isWanted: (Node) -> Bool) -> Bool {
        var found = false
        walk { node in
            found = found || isWanted(node)
            return !found
        }
        return found
    }
}
