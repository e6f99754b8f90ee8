// Values that are the same in every turn of a loop are computed once, before it.

extension Emitter {
    /// Computes what the loop body's own statements would compute again in every turn.
    ///
    /// What can fail (an index outside its array, an overflow) moves only out of a body of one statement, and
    /// only when the body is sure to run: otherwise another error would have come first, or none.
    mutating func hoist(from body: Block, written: Set<Variable>, isSureToRun: Bool) {
        let changing = Set(written.union(body.ancillas.map(\.variable)).map(\.id))
        let mayFail = isSureToRun && body.statements.count == 1
        for statement in body.statements {
            guard case .update(let update) = statement.kind, update.place.type.isSingle else { continue }
            let outer = statementIndex
            unit.statements.append(info(statement))
            statementIndex = Int32(unit.statements.count - 1)
            var seen: Set<ObjectIdentifier> = []
            hoist(update.change, changing, mayFail: mayFail, &seen)
            statementIndex = outer
        }
    }

    private mutating func hoist(
        _ node: Node, _ changing: Set<Int>, mayFail: Bool, _ seen: inout Set<ObjectIdentifier>
    ) {
        guard seen.insert(ObjectIdentifier(node)).inserted else { return }
        // What only one branch needs is left to that branch; places and constants have registers already.
        switch node.kind {
        case .real, .integer, .boolean, .select, .compare, .holds, .not, .and, .or: return
        case .read(let place) where !place.isInMemory: return
        default: break
        }
        // Every node of a large expression would ask for all that it reads.
        guard node.type.isSingle, node.size < 10_000, !node.asksStacks else { return }
        if node.dependencies.isDisjoint(with: changing), mayFail || node.cannotFail {
            _ = node.type.element == .integer ? integer(node) : real(node)
            return
        }
        // A fused instruction loads its own factors, if none of them is at hand.
        for operand in node.kind.operands { hoist(operand, changing, mayFail: mayFail, &seen) }
    }
}

extension Node {
    /// Whether evaluating this never stops the program.
    fileprivate var cannotFail: Bool {
        !contains { node in
            switch node.kind {
            case .real, .integer, .boolean, .size, .unary, .binary, .applied: false
            case .read(let place): place.variable.kind.isArray
            case .integerUnary, .integerBinary, .compare, .holds, .not, .and, .or, .select, .sum, .extremum:
                true
            }
        }
    }
}
