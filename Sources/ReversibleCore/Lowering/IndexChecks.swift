// Code without checks does not ask whether an index is inside of a view; without the question, it is as simple as the
// elements of arrays are.

extension Block {
    /// The block with plain indices in the places of checked ones.
    var withoutIndexChecks: Block {
        guard containsStatement(where: \.checksIndices) else { return self }
        return Renaming([:]) { node in
            if case .integerBinary(.below, let index, _) = node.kind { index } else { node }
        }(self)
    }
}

extension Block {
    /// The block without assertions, for code that checks nothing.
    var withoutAssertions: Block {
        Block(
            ancillas: ancillas,
            statements: statements.compactMap { statement in
                if case .assertion = statement.kind { return nil }
                return statement.mappingOwnBlocks(\.withoutAssertions)
            })
    }
}

extension Statement {
    /// Whether this asks what must hold for a view.
    var checksViews: Bool {
        if case .assertion(let assertion) = kind { assertion.isOfViews } else { false }
    }

    fileprivate var checksIndices: Bool {
        evaluated.contains { node in
            node.contains { if case .integerBinary(.below, _, _) = $0.kind { true } else { false } }
        }
    }
}
