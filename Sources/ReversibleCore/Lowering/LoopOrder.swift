// What compilers cannot see about loops that run backward or scatter: that the order of their turns does not
// matter, or that their statements can have a loop each. Neither changes a result.

extension Block {
    /// The program with loops in the form that vectorises.
    func withVectorizableLoops() -> Block {
        Block(
            ancillas: ancillas,
            statements: statements.flatMap { statement -> [Statement] in
                let inner = statement.mappingOwnBlocks { $0.withVectorizableLoops() }
                guard case .forLoop(let loop) = inner.kind else { return [inner] }
                return loop.distributed.map { Statement(.forLoop($0.ascending), at: inner.location) }
            })
    }
}

extension ForLoop {
    /// The same turns in ascending order, if no turn uses what another changes.
    fileprivate var ascending: ForLoop {
        guard backward, step.constant == 1, body.isPlain else { return self }
        var loop = self
        loop.backward = false
        if let target, target.isOwn { return loop }
        var accesses = Accesses()
        body.visit(&accesses)
        let changed = accesses.written.subtracting(accesses.declared)
        return !parallel && changed.isSubset(of: accesses.usedApart(by: index)) ? loop : self
    }

    /// A loop for every statement, if all of them add to elements a fixed distance from the index, of a vector or
    /// of one row of a matrix, and every element receives its amounts in the same order as before.
    ///
    /// The adjoint of a stencil is such a loop: together its statements depend on each other from turn to turn.
    fileprivate var distributed: [ForLoop] {
        guard body.ancillas.isEmpty, body.statements.count > 1, step.constant == 1 else { return [self] }
        var rows: [RowTarget] = []
        for statement in body.statements {
            guard let row = RowTarget(statement, index: index) else { return [self] }
            rows.append(row)
        }
        for (position, row) in rows.enumerated() {
            // No statement reads what another adds to.
            guard rows.allSatisfy({ row.reads.isApart(from: $0.place) }) else { return [self] }
            for earlier in rows[..<position] where earlier.place.variable == row.place.variable {
                if !earlier.isSameRow(as: row) {
                    guard earlier.place.isInAnotherRow(than: row.place) else { return [self] }
                    continue
                }
                // The element that a turn reaches first must be reached by the first statement.
                // (Iterations of a parallel loop have no order, nor have the amounts of a gradient.)
                let (first, second) = (earlier.distance, row.distance)
                let hasNoOrder = parallel || (earlier.accumulates && row.accumulates)
                guard hasNoOrder || (backward ? first < second : first > second) else { return [self] }
            }
        }
        return body.statements.map { statement in
            var loop = self
            loop.body = Block(statements: [statement])
            return loop
        }
    }

    /// The row that the body's only statement adds to, if that is all it does.
    private var target: RowTarget? {
        guard body.ancillas.isEmpty, body.statements.count == 1 else { return nil }
        return RowTarget(body.statements[0], index: index)
    }
}

/// An update of the element a fixed distance from a loop's index, in a vector or in a row of a matrix, by plain
/// arithmetic.
private struct RowTarget {
    let place: Place
    let distance: Int
    let reads: [Place]
    let accumulates: Bool

    init?(_ statement: Statement, index: Variable) {
        guard case .update(let s) = statement.kind, s.operation == .add || s.operation == .subtract,
            let distance = s.place.indices.last?.affine.distance(from: index),
            s.place.indices.dropLast().allSatisfy({ !$0.reads.contains { $0.variable == index } }),
            s.change.wholeArrays.isEmpty, s.change.isCheap
        else { return nil }
        place = s.place
        self.distance = distance
        reads = s.change.reads + s.place.indices.flatMap(\.reads)
        accumulates = s.accumulates
    }

    /// Whether the turns can be taken in any order.
    var isOwn: Bool { reads.isApart(from: place) }

    func isSameRow(as other: RowTarget) -> Bool { place.indices.dropLast() == other.place.indices.dropLast() }
}

extension [Place] {
    /// Whether none of these is in the row of an element, whatever the loop's index.
    fileprivate func isApart(from target: Place) -> Bool {
        allSatisfy { $0.variable != target.variable || $0.isInAnotherRow(than: target) }
    }
}

extension Place {
    /// Whether two elements of one matrix are in rows a fixed distance apart.
    fileprivate func isInAnotherRow(than other: Place) -> Bool {
        zip(indices.dropLast(), other.indices.dropLast()).contains { a, b in
            a.affine.isApart(from: b.affine)
        }
    }
}

extension Block {
    /// Whether all the block does is to change places: no calls, no stacks, no loops whose end is open.
    fileprivate var isPlain: Bool {
        statements.allSatisfy { statement in
            switch statement.kind {
            case .whileLoop, .call, .move, .misuse: false
            default: statement.ownBlocks.allSatisfy(\.isPlain)
            }
        }
    }
}

extension Node {
    /// Whether this is arithmetic, which is as well done in every one of several loops.
    fileprivate var isCheap: Bool {
        guard size < 1000 else { return false }
        switch kind {
        case .unary(let f, let a): return f == .negate && a.isCheap
        case .binary(let f, let a, let b): return f.isInfix && a.isCheap && b.isCheap
        case .select, .sum: return false
        default: return kind.operands.allSatisfy(\.isCheap)
        }
    }
}
