// Rewriting of derived programs: what an adjoint does for nothing is taken out.
//
// Three rules, in this order (a fourth, for values nobody reads, is asked for by name). Nested blocks join the block around them where that changes nothing. Updates by
// a cotangent that is still zero vanish: this turns the recomputation in the adjoint of `Compute` into the
// plain computation. And a statement followed by its inverse cancels: the uncomputation at the end of the
// primal meets the recomputation at the start of the adjoint, and a `Compute` is run once.

extension Block {
    /// The same program with less work.
    package func simplified() -> Block {
        joined().withoutZeroUpdates(startingFrom: []).cancelled()
    }

    // MARK: Values nobody reads

    /// The same program without the updates of those variables that nothing reads and nothing but sums changes.
    ///
    /// For programs that leave these variables as they found them, such as a function followed by its adjoint.
    package func withoutUnread(_ candidates: Set<Variable>) -> Block {
        let modes = Accesses(of: self).modes
        let unread = candidates.filter { $0.kind.isReal && modes[$0] == .write }
        return unread.isEmpty ? self : withoutSums(into: unread.subtracting(changedOtherwise))
    }

    /// Variables that are written by something else than a sum.
    private var changedOtherwise: Set<Variable> {
        statements.reduce(into: []) { result, statement in
            if case .update(let s) = statement.kind, s.operation == .add || s.operation == .subtract {
                return
            }
            let blocks = statement.ownBlocks
            for block in blocks { result.formUnion(block.changedOtherwise) }
            if blocks.isEmpty { result.formUnion(Accesses(of: statement).written) }
        }
    }

    private func withoutSums(into variables: Set<Variable>) -> Block {
        var result = Block(ancillas: ancillas)
        for statement in statements {
            if case .update(let s) = statement.kind, variables.contains(s.place.variable) { continue }
            let kept = statement.mappingBlocks { $0.withoutSums(into: variables) }
            // A counted loop or a branch without content does nothing.
            switch kept.kind {
            case .forLoop(let s) where s.body.isEmpty: continue
            // One that is recorded is kept, as what undoes it will ask.
            case .branch(let s) where s.then.isEmpty && s.otherwise.isEmpty && s.decision == .asserted:
                continue
            default: result.statements.append(kept)
            }
        }
        return result
    }

    // MARK: Blocks in blocks

    package func joined() -> Block {
        var result = Block(ancillas: ancillas)
        // A statement's blocks first, so that what they become can join here.
        let inner = statements.map { $0.mappingBlocks { $0.joined() } }
        for (statement, joins) in zip(inner, joining(inner)) {
            guard joins, case .block(let block) = statement.kind else {
                result.statements.append(statement)
                continue
            }
            for ancilla in block.ancillas where !result.ancillas.contains(ancilla) {
                result.ancillas.append(ancilla)
            }
            result.statements += block.statements
        }
        return result
    }

    /// Which of these statements are blocks whose ancillas may be made at the start of this block instead.
    private func joining(_ inner: [Statement]) -> [Bool] {
        let written = Accesses(of: self).written
        let declared = inner.map { Accesses(of: $0).declared }
        var joining = inner.map { statement in
            guard case .block(let block) = statement.kind else { return false }
            return block.ancillas.flatMap(\.sizes).flatMap(\.reads).allSatisfy {
                !written.contains($0.variable)
            }
        }
        /// Whether no other statement declares the ancilla, unless as one that can be the same.
        func mayMove(_ ancilla: Ancilla, from position: Int) -> Bool {
            inner.indices.allSatisfy { other in
                guard other != position, declared[other].contains(ancilla.variable) else { return true }
                // A dropped cotangent must begin at zero each time.
                guard joining[other], ancilla.rule == .restored, case .block(let block) = inner[other].kind
                else { return false }
                return block.ancillas.contains(ancilla)
            }
        }
        var changes = true
        while changes {
            changes = false
            for (position, statement) in inner.enumerated() where joining[position] {
                guard case .block(let block) = statement.kind else { continue }
                if block.ancillas.contains(where: { !mayMove($0, from: position) }) {
                    joining[position] = false
                    changes = true
                }
            }
        }
        return joining
    }

    // MARK: Inverse pairs

    /// The program without statements that are followed by their inverses.
    package func cancelled() -> Block {
        var result = Block(ancillas: ancillas)
        var effects: [Effects] = []
        for statement in statements {
            let statement = statement.mappingBlocks { $0.cancelled() }
            let own = Effects(of: statement)
            if let partner = result.partner(of: statement, own, effects) {
                // What must hold for a view must hold for what is left.
                if statement.checksViews { continue }
                result.statements.remove(at: partner)
                effects.remove(at: partner)
            } else {
                result.statements.append(statement)
                effects.append(own)
            }
        }
        return result
    }

    /// The latest statement that `next` undoes, if everything after it commutes with `next`.
    private func partner(of next: Statement, _ own: Effects, _ effects: [Effects]) -> Int? {
        let inverse = next.inverse
        var index = statements.count - 1
        while index >= 0, index >= statements.count - 8 {
            if statements[index] == inverse { return index }
            guard effects[index].commute(with: own) else { return nil }
            index -= 1
        }
        return nil
    }
}

/// The variables a statement uses, and those of them that it changes.
private struct Effects {
    var written: Set<Variable>
    var used: Set<Variable>
    /// Whether it uses a stack of the run, or calls what may use it too.
    let (usesRunStack, calls): (Bool, Bool)

    init(of statement: Statement) {
        let accesses = Accesses(of: statement)
        written = accesses.written
        used = Set(accesses.all.lazy.map(\.place.variable))
        usesRunStack = used.contains { $0.kind == .stack && $0.storage != nil }
        calls = Block(statements: [statement]).containsStatement {
            if case .call = $0.kind { true } else { false }
        }
    }

    /// Whether two statements may change places.
    func commute(with other: Effects) -> Bool {
        written.isDisjoint(with: other.used) && other.written.isDisjoint(with: used)
            && !(usesRunStack && other.calls) && !(calls && other.usesRunStack)
    }
}
