import ReversibleCore

// Computations, whose adjoint runs them once more, uses them, and undoes them.
//
// One that runs turns again is not undone where its use ends, which would run them all twice. Where it stands in no loop,
// its outcome and its record are left for the adjoint. In a loop they are dropped, and the adjoint runs it again from
// its start: otherwise every turn of the loop would leave its copies.

extension Recording {
    mutating func recording(
        _ compute: ComputeApply, _ statement: Statement
    ) throws(ReversibilityError) -> [Statement] {
        if compute.isConjugation(ownModes: definition.parameterModes) {
            // The record of the computation would put back what was there before its use.
            return [Statement(.block(try recording(compute.expanded)), at: statement.location)]
        }
        let uses = accesses(compute.compute)
        let own = uses.declared.union(compute.compute.ancillas.map(\.variable))
        let isOwn = uses.written.isSubset(of: own)
        if isOwn, !isInLoop, compute.forgets || willRunAgain(compute.compute) {
            return try leaving(compute, statement)
        }
        var made = compute
        let (outer, runs) = ((later, loops), runsAgain)
        if mayRunAgain {
            later = accesses(compute.apply).written
            if !isOwn, !isInTurn { loops = .withoutCopies }
        }
        let record = try keeping { (recording) throws(ReversibilityError) in
            made.compute = try recording.recording(compute.compute)
        }
        let isRunAgain = runsAgain != runs
        // What it changes from outside has a cotangent, and cannot be changed again over values alone.
        if isRunAgain || mayRunAgain || definition.calls.hasOwnUndoing { made.isOwn = isOwn }
        if made.forgets || made.isOwn && isRunAgain { (made.forgets, made.isRecorded) = (true, true) }
        (later, loops) = outer
        made.apply = try recording(compute.apply)
        var result = [Statement(.compute(made), at: statement.location)]
        if let record {
            let ancilla = Ancilla(variable: record, sizes: [], rule: made.forgets ? .forgotten : .restored)
            result = [
                Statement(.block(Block(ancillas: [ancilla], statements: result)), at: statement.location)
            ]
        }
        // What turns that run again read must be exact, and what the computation makes of it.
        if isRunAgain, mayRunAgain {
            result += keepingLater(uses.all.map(\.place.variable).filter { !uses.declared.contains($0) })
        }
        return result
    }

    /// The computation and its use as statements that are undone with what is around them, from a copy of the outcome.
    private mutating func leaving(
        _ compute: ComputeApply, _ statement: Statement
    ) throws(ReversibilityError) -> [Statement] {
        var block = Block(ancillas: compute.compute.ancillas.map(\.forgotten))
        let outer = later
        later.formUnion(accesses(compute.apply).written)
        block.statements = try recording(compute.compute).statements
        later = outer
        block.statements.append(Statement(.block(try recording(compute.apply)), at: statement.location))
        block.statements.append(keeping(compute.compute.ancillas.map(\.variable)))
        (isRecording, isNeeded) = (true, true)
        return [Statement(.block(block), at: statement.location)]
    }

    /// Whether a loop in this is run again, or one in what it calls may be.
    private func willRunAgain(_ block: Block) -> Bool {
        func runs(_ own: Undoing?, _ body: Block) -> Bool {
            switch way(of: own, body) {
            case .checkpoints, .logarithmic: true
            case .inverse, .recorded, .bennett: willRunAgain(body)
            }
        }
        return block.statements.contains { statement in
            switch statement.kind {
            case .forLoop(let loop): !loop.parallel && runs(loop.undoing, loop.body)
            case .whileLoop(let loop): runs(loop.undoing, loop.body)
            case .compute(let compute):
                compute.forgets || willRunAgain(compute.compute) || willRunAgain(compute.apply)
            case .call(let call):
                if case .function(let callee) = call.callee, !isInTurn {
                    callee.calls.hasOwnUndoing || mayRunAgain && !callee.calls.isStraightLine
                } else {
                    false
                }
            default: statement.ownBlocks.contains { willRunAgain($0) }
            }
        }
    }
}
