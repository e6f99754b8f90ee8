import ReversibleCore

// Statements that have blocks.

extension UndoingChecks {
    mutating func annotate(
        _ statement: Statement, _ inexact: inout InexactPlaces, _ context: ExecutionContext,
        _ more: inout LiftedReads, around: inout LiftedReads
    ) throws(ReversibilityError) -> Statement {
        var result = statement
        switch statement.kind {
        case .branch(let s):
            result.kind = .branch(try annotate(s, &inexact, context, statement, &around))
        case .whileLoop(let s):
            result.kind = .whileLoop(try annotate(s, &inexact, context, statement, &more))
        case .forLoop(let s): result.kind = .forLoop(try annotate(s, &inexact, context, &more))
        case .compute(let s): return try annotate(s, &inexact, context, statement, &more)
        case .block(let s):
            more = LiftedReads(accesses(of: s), scaled: [])
            result.kind = .block(try annotate(s, &inexact, context, &more))
        case .call(let s): return try annotate(s, &inexact, context, statement, &more)
        default: inexact.undo(statement)
        }
        return result
    }

    mutating func annotate(
        _ branch: Branch, _ inexact: inout InexactPlaces, _ context: ExecutionContext,
        _ statement: Statement, _ around: inout LiftedReads
    ) throws(ReversibilityError) -> Branch {
        var branch = branch
        let written = Accesses(of: Statement(.branch(branch))).written
        let isStable =
            branch.post == branch.pre && !branch.pre.asksStacks
            && branch.pre.reads.allSatisfy { !written.contains($0.variable) }
        // What the adjoint decides by: one of a recorded decision by the record, the adjoint of its inverse by `pre`.
        let asksInexact =
            branch.decision != .recorded && branch.post.reads.contains { inexact.contains($0.variable) }
        var other = inexact
        around.conditions += 1
        branch.then = try annotate(branch.then, &inexact, context, &around)
        branch.otherwise = try annotate(branch.otherwise, &other, context, &around)
        around.conditions -= 1
        inexact.formUnion(other)
        if branch.decision != .recorded, asksInexact || !isStable {
            // Which branch it was: noted in one of them, missed where the adjoint takes the other.
            branch.then.statements =
                writer.decision(.real(1), on: branch.post, if: nil, context, statement)
                + branch.then.statements
        }
        return branch
    }

    mutating func annotate(
        _ loop: WhileLoop, _ inexact: inout InexactPlaces, _ context: ExecutionContext,
        _ statement: Statement, _ more: inout LiftedReads
    ) throws(ReversibilityError) -> WhileLoop {
        var loop = loop
        let accesses = accesses(of: loop.body)
        inexact.enterLoop(loop.body, index: nil)
        // Undoing goes on while `post` holds.
        let asksInexact = loop.post.reads.contains { inexact.contains($0.variable) }
        let inner = context.inside(writer.counters(of: &loop, in: definition))
        more = LiftedReads(accesses, scaled: scaled(in: loop.body, accesses, inexact), isLoop: true)
        loop.body = try annotate(loop.body, &inexact, inner, &more)
        if asksInexact, loop.turns == .asserted {
            loop.body.statements =
                writer.decision(.real(1), on: loop.post, if: nil, inner, statement) + loop.body.statements
        }
        inexact.enterLoop(loop.body, index: nil)
        return loop
    }

    mutating func annotate(
        _ loop: ForLoop, _ inexact: inout InexactPlaces, _ context: ExecutionContext,
        _ more: inout LiftedReads
    ) throws(ReversibilityError) -> ForLoop {
        var loop = loop
        let accesses = accesses(of: loop.body)
        let histories = inexact.histories
        inexact.enterHistories(of: loop)
        inexact.enterLoop(loop.body, index: loop.index)
        more = LiftedReads(
            accesses, scaled: loop.parallel ? [] : scaled(in: loop.body, accesses, inexact),
            index: loop.index, along: ArrayPath(of: loop, accesses, shared: context.changing), isLoop: true)
        var inner = context.inside([Place(loop.index).read])
        if loop.parallel { inner.changing.formUnion(accesses.written) }
        loop.body = try annotate(loop.body, &inexact, inner, &more)
        inexact.histories = histories
        // After the loop also what only its own turn uses has been undone.
        inexact.enterLoop(loop.body, index: nil)
        return loop
    }

    func scaled(in body: Block, _ accesses: Accesses, _ inexact: InexactPlaces) -> Set<Variable> {
        body.scaledNumbers(accesses) { !inexact.contains($0) }
    }

    func accesses(of block: Block) -> Accesses {
        var accesses = Accesses(ownModes: definition.parameterModes)
        block.visit(&accesses)
        return accesses
    }
}
