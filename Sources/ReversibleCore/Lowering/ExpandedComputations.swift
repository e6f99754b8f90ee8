extension Block {
    /// `Compute` as plain statements: with ancillas that are dropped, where the computation can be forgotten.
    func expandingComputations(ownModes: [AccessMode]) -> Block {
        var accesses = Accesses(ownModes: ownModes)
        visit(&accesses)
        let uses = Dictionary(accesses.all.map { ($0.place.variable, 1) }, uniquingKeysWith: +)
        let restored = accesses.restored
        func expanded(_ block: Block) -> Block {
            var result = Block(ancillas: block.ancillas)
            for statement in block.statements {
                guard case .compute(let compute) = statement.kind else {
                    result.statements.append(statement.mappingOwnBlocks(expanded))
                    continue
                }
                var replacement = compute.expanded
                if !compute.forgets,
                    let scratch = compute.scratch(ownModes: ownModes, uses: uses, restored: restored),
                    scratch.isSubset(of: Set(compute.compute.ancillas.map(\.variable)))
                {
                    replacement = Block(
                        ancillas: compute.compute.ancillas.map {
                            Ancilla(variable: $0.variable, sizes: $0.sizes, rule: .scratch)
                        },
                        statements: compute.compute.statements + [Statement(.block(compute.apply))])
                }
                result.statements.append(
                    Statement(.block(expanded(replacement)), at: statement.location))
            }
            return result
        }
        return expanded(self)
    }

    /// Real ancillas that stand for cotangents: everything that reads them adds to a cotangent.
    var pureCotangents: Set<Variable> {
        var result: Set<Variable> = []
        var others: Set<Variable> = []
        forEachBlock { block in
            result.formUnion(block.ancillas.map(\.variable).filter(\.kind.isReal))
            for statement in block.statements {
                switch statement.kind {
                case .update(let s) where s.isForCotangent: break
                case .call, .move: others.formUnion(Accesses(of: statement).all.map(\.place.variable))
                default: others.formUnion(statement.ownNodes.flatMap(\.reads).map(\.variable))
                }
            }
        }
        return result.subtracting(others)
    }
}
