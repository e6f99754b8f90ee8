import ReversibleCore

// Computations, which an adjoint runs again and then undoes.

extension UndoingChecks {
    // MARK: Computations that no derivative needs

    /// For each statement of a block that is a computation: the block's ancillas that nothing uses before it. For one that
    /// changes an integer of these: the integer.
    func unusedAncillas(of block: Block, _ uses: [Accesses]) -> [Set<Variable>] {
        var unused = Set(block.ancillas.map(\.variable))
        return zip(block.statements, uses).map { statement, uses in
            defer { for use in uses.all { unused.remove(use.place.variable) } }
            return switch statement.kind {
            case .compute: unused
            case .update(let s) where s.place.variable.kind == .integer:
                unused.contains(s.place.variable) ? [s.place.variable] : []
            default: []
            }
        }
    }

    /// Whether the adjoint of a statement is of no consequence. That of a branch is, if it only checks on both ways. That of
    /// a computation is, if what it is for are ancillas that nothing has used before, so that nobody asks what undoing leaves
    /// in them, and that have no cotangents.
    func isIdle(_ statement: Statement, _ unused: Set<Variable>) -> Bool {
        if case .branch(let branch) = statement.kind, branch.onlyChecks { return true }
        guard case .compute(let compute) = statement.kind else { return false }
        let accesses = accesses(of: compute.apply)
        return accesses.written.subtracting(accesses.declared).allSatisfy {
            unused.contains($0) && !varied.contains($0)
        }
    }

    /// The statement as it is, with the places that its adjoint restores. Its calls of the function itself are of the
    /// function without an account.
    func undoing(
        _ statement: Statement, _ uses: Accesses, _ inexact: inout InexactPlaces
    ) -> [Statement] {
        for variable in uses.written.subtracting(uses.declared) { inexact.insert(variable) }
        return Block(statements: [statement]).callingItself(.function(definition)).statements
    }

    // MARK: Other computations

    /// In the adjoint a computation runs again from what is restored, then it is undone. Its numbers are compared
    /// between these two; what it reads from outside is compared with the primal, at the start of `apply`, and so is
    /// which way it took.
    ///
    /// Between its second run and its undoing nothing changes but what `apply` changes: a number that is computed once
    /// is read again as it was made.
    mutating func annotate(
        _ compute: ComputeApply, _ inexact: inout InexactPlaces, _ context: ExecutionContext,
        _ statement: Statement, _ more: inout LiftedReads
    ) throws(ReversibilityError) -> Statement {
        if compute.isConjugation(ownModes: definition.parameterModes, onlyOfReals: true) {
            let block = compute.expanded
            more = LiftedReads(accesses(of: block), scaled: [])
            return Statement(
                .block(try annotate(block, &inexact, context, &more)), at: statement.location)
        }
        more = LiftedReads(accesses(of: Block(statements: [statement])), scaled: [])
        let outer = OuterReads(
            of: compute.compute, accesses(of: compute.compute), inexact, changing: context.changing)
        inexact.rerun(compute.compute)
        let computing = context.computing(for: compute.apply, ownModes: definition.parameterModes)
        let ways = try noteWays(of: compute.compute, inexact, computing)
        let original = ways?.computation ?? compute.compute
        var result = compute.with(compute: original, apply: compute.apply)
        result.apply = try annotate(compute.apply, &inexact, context, &more)
        var again = InexactPlaces(of: definition)
        for variable in accesses(of: compute.apply).written { again.insert(variable) }
        result.compute = try annotate(original, &again, computing, &more)
        for variable in accesses(of: original).written { inexact.insert(variable) }
        inexact.remove(original.ancillas)
        if result.compute != original {
            // Its calls of the function itself are of the function without an account.
            result.unverified = original.callingItself(.function(definition))
        }
        var first: [Statement] = []
        for read in outer.reads {
            if read.condition == nil, more.take(.init(read.place, in: statement)) == .nothing { continue }
            first += writer.value(read.place, if: read.condition, context, reading: statement)
        }
        if let ways {
            first += writer.decision(Place(ways.sum).read, on: ways.subject, if: nil, context, statement)
        }
        result.apply.statements = first + result.apply.statements
        let made = Statement(.compute(result), at: statement.location)
        guard let ways, ways.isNew else { return made }
        let block = Block(ancillas: [Ancilla(variable: ways.sum, sizes: [])], statements: [made])
        return Statement(.block(block), at: statement.location)
    }

    /// The computation with a sum of the decisions it takes, which is undone with it; nil if it decides nothing by what
    /// may differ when it runs again.
    private mutating func noteWays(
        of computation: Block, _ inexact: InexactPlaces, _ context: ExecutionContext
    ) throws(ReversibilityError) -> (computation: Block, sum: Variable, subject: Node, isNew: Bool)? {
        // A computation within one has a sum already: noting again in every level would double the program in each.
        let accesses = accesses(of: computation)
        if let own = accesses.written.subtracting(accesses.declared).first(where: { ways.contains($0) }) {
            return (computation, own, Place(own).read, false)
        }
        var notes = WayNotes(
            in: writer.declare(.scalar, "ways", owner: definition.owner), of: definition, writer
        ) {
            inexact.contains($0)
        }
        let noted = try notes.noting(computation, context)
        writer = notes.writer
        guard let subject = notes.first else { return nil }
        scratch.formUnion(notes.scratch)
        ways.formUnion(notes.sums)
        return (noted, notes.sum, subject, true)
    }
}

extension Branch {
    /// Whether neither way changes anything, so that nothing depends on which is taken.
    fileprivate var onlyChecks: Bool {
        func onlyChecks(_ block: Block) -> Bool {
            block.statements.allSatisfy { statement in
                if case .branch(let inner) = statement.kind { return inner.onlyChecks }
                return statement.changesNothing
            }
        }
        return onlyChecks(then) && onlyChecks(otherwise)
    }
}
