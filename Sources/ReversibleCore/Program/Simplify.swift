// Rewriting of derived programs: what an adjoint does for nothing is taken out.
//
// Three rules, in this order (a fourth, for values nobody reads, is asked for by name). Nested blocks join the block around them where that changes nothing. Updates by
// a cotangent that is still zero vanish: this turns the recomputation in the adjoint of `Compute` into the
// plain computation. And a statement followed by its inverse cancels: the uncomputation at the end of the
// primal meets the recomputation at the start of the adjoint, and a `Compute` is run once.

extension Block {
    /// The same program with less work.
    package func simplified() -> Block {
        var zeros: Set<Variable> = []
        return joined().withoutZeroUpdates(&zeros).cancelled()
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
            switch statement.kind {
            case .update(let s):
                if s.operation != .add && s.operation != .subtract { result.insert(s.place.variable) }
            case .branch(let s): result.formUnion(s.then.changedOtherwise.union(s.otherwise.changedOtherwise))
            case .whileLoop(let s): result.formUnion(s.body.changedOtherwise)
            case .forLoop(let s): result.formUnion(s.body.changedOtherwise)
            case .compute(let s): result.formUnion(s.compute.changedOtherwise.union(s.apply.changedOtherwise))
            case .block(let block): result.formUnion(block.changedOtherwise)
            case .swap, .negate, .rotate, .hadamard, .call, .move, .misuse:
                result.formUnion(Accesses(of: statement).written)
            }
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
            case .branch(let s) where s.then.isEmpty && s.otherwise.isEmpty: continue
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

    // MARK: Zero cotangents

    /// Drops updates by places known to be zero. `zeros` holds them, before and after.
    fileprivate func withoutZeroUpdates(_ zeros: inout Set<Variable>) -> Block {
        let own = Set(ancillas.filter { $0.rule == .cotangent && $0.variable.kind.isReal }.map(\.variable))
        zeros.formUnion(own)
        var result = Block(ancillas: ancillas)
        for statement in statements {
            guard let kept = statement.withoutZeroUpdates(&zeros) else { continue }
            result.statements.append(kept)
        }
        zeros.subtract(own)
        return result
    }

    /// The program without the updates that a zero makes void, where `zeros` are zero when it begins.
    package func withoutZeroUpdates(startingFrom zeros: Set<Variable>) -> Block {
        var zeros = zeros
        return withoutZeroUpdates(&zeros)
    }

    // MARK: Inverse pairs

    private func cancelled() -> Block {
        var result = Block(ancillas: ancillas)
        var effects: [Effects] = []
        for statement in statements {
            let statement = statement.mappingBlocks { $0.cancelled() }
            let own = Effects(of: statement)
            if let partner = result.partner(of: statement, own, effects) {
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

    init(of statement: Statement) {
        let accesses = Accesses(of: statement)
        written = accesses.written
        used = Set(accesses.all.lazy.map(\.place.variable))
    }

    /// Whether two statements may change places.
    func commute(with other: Effects) -> Bool {
        written.isDisjoint(with: other.used) && other.written.isDisjoint(with: used)
    }
}

extension Statement {
    /// The statement with its blocks changed; a `Compute` stays one.
    package func mappingOwnBlocks(_ change: (Block) -> Block) -> Statement {
        guard case .compute(var s) = kind else { return mappingBlocks(change) }
        var result = self
        s.compute = change(s.compute)
        s.apply = change(s.apply)
        result.kind = .compute(s)
        return result
    }

    /// Applies `change` to the blocks directly inside this statement.
    package func mappingBlocks(_ change: (Block) -> Block) -> Statement {
        var result = self
        switch kind {
        case .branch(var s):
            s.then = change(s.then)
            s.otherwise = change(s.otherwise)
            result.kind = .branch(s)
        case .whileLoop(var s):
            s.body = change(s.body)
            result.kind = .whileLoop(s)
        case .forLoop(var s):
            s.body = change(s.body)
            result.kind = .forLoop(s)
        case .compute(let s): result.kind = .block(change(s.expanded))
        case .block(let block): result.kind = .block(change(block))
        case .update, .swap, .negate, .rotate, .hadamard, .call, .move, .misuse: break
        }
        return result
    }

    /// This statement under the knowledge that some places are zero; nil if it does nothing.
    fileprivate func withoutZeroUpdates(_ zeros: inout Set<Variable>) -> Statement? {
        var result = self
        switch kind {
        case .update(let s):
            if s.place.type.element == .real, s.change.isZero(zeros),
                s.operation == .add || s.operation == .subtract
            {
                return nil
            }
            if zeros.contains(s.place.variable), s.operation == .multiply || s.operation == .divide {
                return nil
            }
        case .swap(let s): if zeros.isSuperset(of: [s.a.variable, s.b.variable]) { return nil }
        case .hadamard(let s): if zeros.isSuperset(of: [s.a.variable, s.b.variable]) { return nil }
        case .rotate(let s): if zeros.isSuperset(of: [s.a.variable, s.b.variable]) { return nil }
        case .negate(let s): if zeros.contains(s.place.variable) { return nil }
        case .branch, .whileLoop, .forLoop:
            // A loop may start its body again with what the body wrote: only what no turn changes stays zero.
            while true {
                var after = zeros
                result = mappingBlocks { block in
                    var inside = zeros
                    let body = block.withoutZeroUpdates(&inside)
                    after.formIntersection(inside)
                    return body
                }
                if after == zeros { return result }
                zeros = after
            }
        case .block(let block):
            result.kind = .block(block.withoutZeroUpdates(&zeros))
            return result
        case .move(let s) where s.pushes && zeros.contains(s.place.variable):
            return self  // a push leaves 0 behind
        case .compute, .call, .move, .misuse: break
        }
        zeros.subtract(Accesses(of: result).written)
        return result
    }
}

extension Node {
    /// Whether this is zero whatever the other places hold. A zero cotangent wins over an infinite factor.
    fileprivate func isZero(_ zeros: Set<Variable>) -> Bool {
        // Expressions are graphs: each node is asked once.
        var known: [ObjectIdentifier: Bool] = [:]
        func ask(_ node: Node) -> Bool {
            if let answer = known[ObjectIdentifier(node)] { return answer }
            let answer =
                switch node.kind {
                case .real(let value): value == 0
                case .read(let place): zeros.contains(place.variable)
                case .unary(.negate, let a), .sum(let a): ask(a)
                case .binary(.multiply, let a, let b), .binary(.chain, let a, let b): ask(a) || ask(b)
                case .binary(.divide, let a, _): ask(a)
                case .binary(.add, let a, let b), .binary(.subtract, let a, let b), .select(_, let a, let b):
                    ask(a) && ask(b)
                default: false
                }
            known[ObjectIdentifier(node)] = answer
            return answer
        }
        return ask(self)
    }
}
