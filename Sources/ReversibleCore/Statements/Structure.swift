// What statements are made of, for analyses that ask all of them alike: which kinds there are concerns only what tells
// them apart.

extension Statement {
    /// The places that the statement itself changes, or hands to a function, in the order of its text.
    package var ownPlaces: [Place] {
        switch kind {
        case .update(let s): [s.place]
        case .swap(let s): [s.a, s.b]
        case .negate(let s): [s.place]
        case .rotate(let s): [s.a, s.b]
        case .hadamard(let s): [s.a, s.b]
        case .call(let s): s.arguments
        case .move(let s): [s.place]
        case .branch, .whileLoop, .forLoop, .compute, .assertion, .rerun, .block, .misuse: []
        }
    }

    /// What the statement itself evaluates besides the indices of its places: a change, an angle, conditions, bounds.
    package var ownNodes: [Node] {
        switch kind {
        case .update(let s): [s.change]
        case .rotate(let s): [s.angle]
        case .branch(let s): s.asked
        case .whileLoop(let s): [s.pre, s.post]
        case .forLoop(let s): [s.start, s.end, s.step]
        case .assertion(let s): [s.condition]
        case .swap, .negate, .hadamard, .call, .move, .compute, .rerun, .block, .misuse: []
        }
    }

    /// The blocks directly inside the statement; of a `Compute` the computation and what it is for.
    package var ownBlocks: [Block] {
        switch kind {
        case .branch(let s): [s.then, s.otherwise]
        case .whileLoop(let s): [s.body]
        case .forLoop(let s): [s.body]
        case .compute(let s): [s.compute, s.apply]
        case .rerun(let s): s.blocks
        case .block(let block): [block]
        case .update, .swap, .negate, .rotate, .hadamard, .call, .move, .assertion, .misuse: []
        }
    }

    /// Everything that the statement itself evaluates, the indices of its places included.
    package var evaluated: [Node] { ownNodes + ownPlaces.flatMap(\.indices) }

    /// Whether the statement itself asks what is on a stack.
    package var asksStacks: Bool { evaluated.contains(where: \.asksStacks) }

    /// Whether the statement changes nothing, whatever it evaluates: all it can do is to fail.
    package var changesNothing: Bool { ownPlaces.isEmpty && ownBlocks.isEmpty }

    /// Whether all the statement does is to change its places: it has no blocks, calls nothing, and uses no stack.
    package var isElementary: Bool {
        switch kind {
        case .call, .move, .misuse: false
        default: !ownPlaces.isEmpty
        }
    }

    /// The statement with its blocks changed; a `Compute` stays one.
    package func mappingOwnBlocks(_ change: (Block) -> Block) -> Statement {
        var result = self
        if case .rerun(let s) = kind {
            result.kind = .rerun(s.mappingBlocks(change))
            return result
        }
        guard case .compute(var s) = kind else { return mappingBlocks(change) }
        s.compute = change(s.compute)
        s.apply = change(s.apply)
        result.kind = .compute(s)
        return result
    }

    /// The statement with its blocks changed, and of a `Compute` also the form of its computation without an account.
    func mappingEveryBlock(_ change: (Block) -> Block) -> Statement {
        var result = mappingOwnBlocks(change)
        if case .compute(var s) = result.kind, let unverified = s.unverified {
            s.unverified = change(unverified)
            result.kind = .compute(s)
        }
        return result
    }

    /// The statement with its blocks changed; of a `Compute`, the block that it stands for. What is run again stays as it is.
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
        default: break
        }
        return result
    }
}

extension Block {
    /// Visits every statement in this, at any depth, each before the statements inside it.
    package func forEachStatement(_ visit: (Statement) -> Void) {
        for statement in statements {
            visit(statement)
            for block in statement.ownBlocks { block.forEachStatement(visit) }
        }
    }

    /// The first statement in this, at any depth, of which something can be said.
    package func firstStatement<Found>(_ find: (Statement) -> Found?) -> Found? {
        for statement in statements {
            if let found = find(statement) { return found }
            for block in statement.ownBlocks {
                if let found = block.firstStatement(find) { return found }
            }
        }
        return nil
    }

    /// Whether a statement in this, at any depth, fulfils a condition.
    package func containsStatement(where condition: (Statement) -> Bool) -> Bool {
        firstStatement { condition($0) ? true : nil } ?? false
    }

    /// Every variable that the block declares, or uses in any way; what is handed to a function that does nothing with it is
    /// not used.
    package var usedVariables: Set<Variable> {
        var accesses = Accesses()
        visit(&accesses)
        var result = accesses.declared.union(accesses.all.map(\.place.variable))
        forEachBlock { block in
            for size in block.ancillas.flatMap(\.sizes) { result.formUnion(size.sizedVariables) }
            for node in block.statements.flatMap(\.evaluated) { result.formUnion(node.sizedVariables) }
        }
        return result
    }

    /// Every variable that the block's text names or declares.
    package var namedVariables: Set<Variable> {
        var result = usedVariables
        forEachStatement { result.formUnion($0.ownPlaces.map(\.variable)) }
        return result
    }

    /// Visits every block in this, at any depth, beginning with itself.
    package func forEachBlock(_ visit: (Block) -> Void) {
        visit(self)
        for statement in statements {
            for block in statement.ownBlocks { block.forEachBlock(visit) }
        }
    }
}
