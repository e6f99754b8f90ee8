import ReversibleCore

extension Definition {
    /// Whether real numbers cannot change what depends on what: nothing compares them, or makes an integer of them, so that
    /// one run of the function with these sizes and integers has the pattern of all others.
    package var hasFixedPattern: Bool {
        calleesFirst.allSatisfy { function in
            var seen = SeenNodes()
            return !function.body.containsStatement { statement in
                if case .assertion = statement.kind { return false }
                return statement.evaluated.contains { seen.choosesByReals($0) }
            }
        }
    }
}

/// Nodes that were looked at, as expressions share them.
private struct SeenNodes {
    private var seen: Set<ObjectIdentifier> = []

    /// Whether a new part of an expression compares real numbers, or makes an integer of them.
    mutating func choosesByReals(_ node: Node) -> Bool {
        var chooses = false
        node.walk { part in
            guard !chooses, seen.insert(ObjectIdentifier(part)).inserted else { return false }
            switch part.kind {
            case .compare(_, let a, let b), .holds(_, let a, let b):
                chooses = a.type.element == .real || b.type.element == .real
            case .extremum: chooses = true
            default:
                chooses =
                    part.type.element == .integer && part.kind.operands.contains { $0.type.element == .real }
            }
            return !chooses
        }
        return chooses
    }
}
