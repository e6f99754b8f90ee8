// What the iterations of a `ParallelFor` add to one number: a sum, whose order does not matter.

extension Block {
    /// The body of a `ParallelFor`, in which additions to a `Scalar` from outside are marked as sums, if the body does
    /// nothing else with it.
    func addingInAnyOrder() -> Block {
        var accesses = Accesses()
        visit(&accesses)
        var uses: [Variable: Int] = [:]
        for place in accesses.all.lazy.map(\.place) where place.variable.kind == .scalar {
            uses[place.variable, default: 0] += 1
        }
        var additions: [Variable: Int] = [:]
        forEachStatement { statement in
            if case .update(let update) = statement.kind, update.isAdditionToScalar {
                additions[update.place.variable, default: 0] += 1
            }
        }
        let sums = additions.filter { $0.value == uses[$0.key] && !accesses.declared.contains($0.key) }
        return sums.isEmpty ? self : markingSums(Set(sums.keys))
    }

    private func markingSums(_ sums: Set<Variable>) -> Block {
        Block(
            ancillas: ancillas,
            statements: statements.map { statement in
                guard case .update(var update) = statement.kind, update.isAdditionToScalar else {
                    return statement.mappingOwnBlocks { $0.markingSums(sums) }
                }
                update.accumulates = update.accumulates || sums.contains(update.place.variable)
                return Statement(.update(update), at: statement.location)
            })
    }
}

extension Update {
    fileprivate var isAdditionToScalar: Bool {
        place.variable.kind == .scalar && (operation == .add || operation == .subtract)
    }
}
