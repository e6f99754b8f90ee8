import ReversibleCore

extension Lowering {
    /// Whether the code needs a run: memory for arrays, stacks, a place to fail to.
    var needsRun: Bool {
        request.checks == .all || hasRecursion
            || root.definition.calleesFirst.contains { definition in
                definition.parameters.contains { $0.variable.kind == .stack } || definition.body.needsRun
                    || request.checks == .undoing && definition.body.pairsArrays
                    || lostOnEntry(to: definition).map(definition.findsLostElements) ?? false
            }
    }
}

extension Block {
    /// Whether the block needs memory for arrays, stacks, or pieces of parallel loops.
    fileprivate var needsRun: Bool {
        ancillas.contains { ($0.variable.kind.isArray && !$0.isSmallArray) || $0.variable.kind == .stack }
            || statements.contains { statement in
                switch statement.kind {
                case .move: return true
                case _ where statement.asksStacks: return true
                case _ where statement.record != nil: return true
                case .forLoop(let s) where s.parallel: return true
                default: return statement.ownBlocks.contains(where: \.needsRun)
                }
            }
    }

    /// Whether a statement goes over several arrays at once, whose sizes must be compared.
    fileprivate var pairsArrays: Bool {
        func paired(_ nodes: [Node]) -> Bool { nodes.contains { Set($0.wholeArrays).count > 1 } }
        return ancillas.contains { paired($0.sizes) }
            || statements.contains { statement in
                if statement.isElementary {
                    let places = statement.ownPlaces + statement.evaluated.flatMap(\.reads)
                    return Set(places.filter(\.isWholeArray).map(\.variable)).count > 1
                }
                return paired(statement.evaluated) || statement.ownBlocks.contains(where: \.pairsArrays)
            }
    }
}
