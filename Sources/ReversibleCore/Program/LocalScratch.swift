// Scratch places move to the computation that fills them.

extension Block {
    /// The same program in which every ancilla that one `Compute` alone uses is declared by that `Compute`.
    ///
    /// Such an ancilla is zero whenever the computation begins, in every turn of a loop around it. Declared
    /// there, it need not be brought back to zero for a next turn: its uncomputation is known to be dead.
    package func localizingScratch(ownModes: [AccessMode]) -> Block {
        var accesses = Accesses(ownModes: ownModes)
        visit(&accesses)
        let uses = Dictionary(accesses.all.map { ($0.place.variable, 1) }, uniquingKeysWith: +)
        var moving = ScratchMove(ownModes: ownModes, uses: uses, restored: accesses.restored)
        forEachBlock { for ancilla in $0.ancillas { moving.declarations[ancilla.variable] = ancilla } }
        return moving.moved(self)
    }
}

private struct ScratchMove {
    let ownModes: [AccessMode]
    /// How often the function's text names each variable.
    let uses: [Variable: Int]
    let restored: Set<Variable>
    var declarations: [Variable: Ancilla] = [:]
    var gone: Set<Variable> = []

    /// `arrived` are the ancillas that have just moved to this block.
    mutating func moved(_ block: Block, arrived: Set<Variable> = []) -> Block {
        var result = Block(ancillas: block.ancillas)
        for statement in block.statements {
            var statement = statement
            var arriving: Set<Variable> = []
            if case .compute(var compute) = statement.kind {
                // From the outside in: the outermost computation that qualifies takes the ancilla.
                let own = Set(compute.compute.ancillas.map(\.variable))
                let scratch =
                    compute.forgets
                    ? nil : compute.scratch(ownModes: ownModes, uses: uses, restored: restored)
                for variable in (scratch ?? []).subtracting(own).subtracting(gone).sorted(by: {
                    $0.id < $1.id
                }) {
                    guard let ancilla = declarations[variable] else { continue }
                    compute.compute.ancillas.append(ancilla)
                    gone.insert(variable)
                    arriving.insert(variable)
                }
                statement.kind = .compute(compute)
            }
            result.statements.append(statement.mappingOwnBlocks { moved($0, arrived: arriving) })
        }
        // What moved inward is no longer declared here, unless this is where it moved to.
        result.ancillas.removeAll { gone.contains($0.variable) && !arrived.contains($0.variable) }
        return result
    }
}

extension ComputeApply {
    /// What the computation changes, if that can be forgotten instead of undone: ancillas that nothing outside
    /// this statement uses, while `apply` leaves alone what the computation depends on.
    package func scratch(
        ownModes: [AccessMode], uses: [Variable: Int], restored: Set<Variable>
    ) -> Set<Variable>? {
        var computing = Accesses(ownModes: ownModes)
        compute.visit(&computing)
        var applying = Accesses(ownModes: ownModes)
        apply.visit(&applying)
        let scratch = computing.written
        let used = Set(computing.all.map(\.place.variable))
        guard compute.keepsNoRecord, applying.written.isDisjoint(with: used) else { return nil }
        let inside = Dictionary(
            (computing.all + applying.all).map { ($0.place.variable, 1) }, uniquingKeysWith: +)
        let own = Set(compute.ancillas.map(\.variable))
        for variable in scratch where !own.contains(variable) && !computing.declared.contains(variable) {
            guard restored.contains(variable), inside[variable] == uses[variable] else { return nil }
        }
        return scratch.subtracting(computing.declared.subtracting(own))
    }
}
