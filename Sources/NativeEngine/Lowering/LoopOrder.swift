import ReversibleCore

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
        guard backward, !parallel, step.constant == 1, body.isPlain else { return self }
        var accesses = Accesses()
        body.visit(&accesses)
        let apart = accesses.usedApart(by: index)
        let changed = accesses.written.subtracting(accesses.declared)
        guard changed.isSubset(of: apart) else { return self }
        var loop = self
        loop.backward = false
        return loop
    }

    /// A loop for every statement, if all of them add to elements of one array, each a fixed distance from the
    /// index, and every element receives its amounts in the same order as before.
    ///
    /// The adjoint of a stencil is such a loop: together its statements depend on each other from turn to turn.
    fileprivate var distributed: [ForLoop] {
        guard body.ancillas.isEmpty, body.statements.count > 1, step.constant == 1 else { return [self] }
        let index = Place(self.index).read
        var target: Variable?
        var last: Int?
        var seen: Set<Int> = []
        for statement in body.statements {
            guard case .update(let s) = statement.kind, s.operation == .add || s.operation == .subtract,
                s.place.variable.kind == .vector, s.place.indices.count == 1,
                s.change.reads.allSatisfy({ $0.variable != s.place.variable }), s.change.wholeArrays.isEmpty
            else { return [self] }
            let distance = s.place.indices[0].offset
            guard distance.base == index, target == nil || target == s.place.variable else { return [self] }
            // The element that a turn reaches first must be reached by the first statement.
            // (Iterations of a parallel loop have no order.)
            if let last, !parallel, backward ? distance.constant <= last : distance.constant >= last {
                return [self]
            }
            guard seen.insert(distance.constant).inserted, s.change.isCheap else { return [self] }
            target = s.place.variable
            last = distance.constant
        }
        return body.statements.map { statement in
            var loop = self
            loop.body = Block(statements: [statement])
            return loop
        }
    }
}

extension Block {
    /// Whether all the block does is to change places: no calls, no stacks, no loops whose end is open.
    fileprivate var isPlain: Bool {
        statements.allSatisfy { statement in
            switch statement.kind {
            case .update, .swap, .negate, .rotate, .hadamard: true
            case .branch(let s): s.then.isPlain && s.otherwise.isPlain
            case .forLoop(let s): s.body.isPlain
            case .block(let block): block.isPlain
            case .compute(let s): s.compute.isPlain && s.apply.isPlain
            case .whileLoop, .call, .move, .misuse: false
            }
        }
    }
}

extension Node {
    /// Whether this is arithmetic, which is as well done in every one of several loops.
    fileprivate var isCheap: Bool {
        guard size < 100 else { return false }
        switch kind {
        case .unary(let f, let a): return f == .negate && a.isCheap
        case .binary(let f, let a, let b): return f.isInfix && a.isCheap && b.isCheap
        case .select, .sum: return false
        default: return kind.operands.allSatisfy(\.isCheap)
        }
    }
}
