import ReversibleCore

// A program that keeps account of what its adjoint reads again after undoing.
//
// The walk goes through a block backward, as the adjoint does, and knows which places are restored inexactly. Before
// every statement whose adjoint reads such a place stand updates of the account. In the primal they add; in the
// adjoint, which undoes them in their turn, they take away what is read there.

/// Puts an account into one function's program.
struct UndoingChecks {
    let definition: Definition
    var writer: WitnessWriter
    let account: UndoingAccount
    var scratch: Set<Variable> = []
    /// Sums of the decisions that computations take.
    var ways: Set<Variable>
    let varied: VariedPlaces
    /// Cotangents that differ by design between a program and its undoing, here.
    var shifted: Set<Variable> = []

    /// What is known of the parameters of a function that is called.
    struct Parameters {
        /// Those that the caller, or a call of the function itself, may have restored inexactly.
        var inexact: Set<Int>
        /// Those that the function only reads, and that its callers note.
        var noted: Set<Int> = []
        /// How many sums it has of its own: its callers hand on as many of theirs, which registers must bear.
        var sums = 4
    }

    /// What calls of the function itself hand on: inexact numbers.
    var handedOn: Set<Int> = []
    /// For a function that is called: what is known of its parameters.
    let parameters: Parameters?

    /// A function with an account of its own, or `definition` itself if its adjoint reads nothing that undoing
    /// could have changed.
    ///
    /// - Parameter inexact: For a function that is called: the parameters that the caller may have restored inexactly.
    static func program(
        of definition: Definition, inverted: Bool, called inexact: [Int]?
    ) throws(ReversibilityError) -> Definition {
        guard let inexact else { return try program(of: definition, inverted, nil).program }
        var parameters = Parameters(inexact: Set(inexact))
        if definition.calls.callsItself {
            // The adjoint of one call leaves to the next what it has changed.
            for (position, mode) in definition.parameterModes.enumerated()
            where mode.changes {
                parameters.inexact.insert(position)
            }
        }
        while true {
            let (program, handedOn, noted, sums) = try program(of: definition, inverted, parameters)
            if !definition.calls.callsItself { return program }
            let known = parameters
            parameters.inexact.formUnion(handedOn)
            parameters.noted.formUnion(noted)
            guard parameters.inexact == known.inexact, parameters.noted == known.noted else { continue }
            if sums == parameters.sums { return program }
            // It hands on to itself all the sums that it has: only those that something is added to.
            parameters.sums = sums
        }
    }

    private static func program(
        of definition: Definition, _ inverted: Bool, _ parameters: Parameters?
    ) throws(ReversibilityError) -> (program: Definition, handedOn: Set<Int>, noted: Set<Int>, sums: Int) {
        let body = (inverted ? definition.body.inverse : definition.body)
            .localizingScratch(ownModes: definition.parameterModes)
        let made = UndoingAccount.variables(
            of: definition, sums: parameters?.sums ?? 16, isRoot: parameters == nil)
        var checks = UndoingChecks(
            definition, made.account, made.names, made.nextID, parameters: parameters, inverted: inverted)
        var places = InexactPlaces(of: definition)
        for position in parameters?.inexact ?? [] {
            places.insert(definition.parameters[position].variable)
        }
        var context = ExecutionContext()
        context.phase = made.account.phase.map { Place($0).read }
        // What a called function only reads its caller has at hand, and notes once for all its reads.
        var lifted =
            parameters == nil ? LiftedReads() : LiftedReads(checks.accesses(of: body), scaled: [])
        var program = try checks.annotate(body, &places, context, &lifted)
        let noted = Set(
            definition.parameters.indices.filter { position in
                lifted.before.contains { $0.variable == definition.parameters[position].variable }
            }
        ).union(parameters?.noted ?? [])
        var account = made.account
        // What only hands sums on to itself adds nothing to them.
        let isEmpty = checks.writer.notesOnlyCalls && !program.callsAnAccount
        if isEmpty {
            program = inverted ? body.callingItself(.function(definition)) : body
            guard !noted.isEmpty else { return (definition, checks.handedOn, [], 1) }
            account = UndoingAccount(sums: [], decisions: nil, phase: nil)
        }
        let changed = zip(definition.parameters, definition.parameterModes).filter {
            $1.contains(.write) && $0.variable.kind.isReal
        }.map(\.0.variable)
        let last = parameters == nil && !isEmpty ? checks.writer.magnitudes(of: changed) : []
        let used = checks.writer.usedSums
        if !isEmpty {
            let kept = definition.calls.callsItself ? Array(account.sums.indices) : used
            account.sums = kept.map { account.sums[$0] }
            for (position, sum) in kept.enumerated() {
                account.firstReads[position] = checks.writer.firstReads[sum]
            }
        }
        if !checks.writer.usesHeld, !definition.calls.callsItself { account.held = nil }
        account.firstDecision = checks.writer.firstDecision
        account.scratch = checks.scratch.union(definition.account?.variables ?? [])
        account.ways = checks.ways
        account.reads = checks.writer.reads
        account.notedByCallers = noted.sorted()
        let names = checks.writer.names
        let verified = try Definition(
            name: definition.name,
            arguments: definition.arguments
                + account.parameters.map { [Parameter(variable: $0, name: names[$0.id] ?? "sum")] },
            argumentTypes: definition.argumentTypes + account.parameters.map { _ in "Scalar" },
            body: Block(ancillas: program.ancillas, statements: program.statements + last)
                .withoutRepeatedNotes(modes: definition.parameterModes, checks.writer.subjects),
            names: names,
            owner: definition.owner, isDerived: true, isCareful: definition.isCareful, account: account,
            settledAccounts: definition.settledAccounts,
            requirements: definition.requirements?.sizes(renamed: Renaming([:])) ?? [])
        return (verified, checks.handedOn, noted, used.count)
    }

    init(
        _ definition: Definition, _ account: UndoingAccount, _ names: [Int: String], _ nextID: Int,
        parameters: Parameters?, inverted: Bool
    ) {
        self.definition = definition
        self.account = account
        writer = WitnessWriter(account, function: definition.name, names: names, nextID: nextID)
        self.parameters = parameters
        varied = VariedPlaces(of: definition)
        ways = definition.account?.ways ?? []
        self.inverted = inverted
    }

    let inverted: Bool

    // MARK: Blocks

    /// The block with its account. `inexact` goes from what holds when its adjoint begins to what holds when it ends.
    mutating func annotate(
        _ block: Block, _ inexact: inout InexactPlaces, _ context: ExecutionContext,
        _ lifted: inout LiftedReads
    ) throws(ReversibilityError) -> Block {
        let outer = shifted
        defer { shifted = outer }
        noteShifted(by: block)
        var kept: [(made: [Statement], original: Statement, reads: AdjointReads?, more: LiftedReads)] = []
        let uses = block.statements.map { accesses(of: Block(statements: [$0])) }
        let unused = unusedAncillas(of: block, uses)
        for (position, statement) in block.statements.enumerated().reversed() {
            var more = LiftedReads()
            let made =
                isIdle(statement, unused[position])
                ? undoing(statement, uses[position], &inexact)
                : [try annotate(statement, &inexact, context, &more, around: &lifted)]
            // Derivatives are only formed of statements that an inexact place takes part in.
            let takesPart = uses[position].all.contains { inexact.contains($0.place.variable) }
            var expressions =
                takesPart ? statement.adjointExpressions { varied.contains($0) } : []
            // An integer is undone exactly if the same is taken back that was added: what a choice between real numbers
            // added to it must be chosen again, unless nobody has asked for the integer before.
            if takesPart, case .update(let update) = statement.kind, !update.place.variable.kind.isReal,
                unused[position].isEmpty
            {
                expressions.append(update.change)
            }
            let reads =
                expressions.isEmpty
                ? nil : AdjointReads(of: expressions) { inexact.contains($0) && !shifted.contains($0) }
            kept.append((made, statement, reads, more))
        }
        inexact.remove(block.ancillas)
        var result = Block(ancillas: block.ancillas)
        func note(_ reads: [LiftedReads.Read]) {
            for read in reads {
                switch lifted.take(read) {
                case .all: result.statements += writer.value(read, context)
                case .magnitude: result.statements += writer.magnitude(read)
                case .nothing: break
                }
            }
        }
        for (made, statement, reads, more) in kept.reversed() {
            note(more.allBefore)
            note((reads?.values ?? []).filter { $0.condition == nil }.map { .init($0.place, in: statement) })
            for read in reads?.values ?? [] where read.condition != nil {
                result.statements += writer.value(
                    read.place, if: read.condition, context, reading: statement)
            }
            for read in reads?.decisions ?? [] {
                result.statements += writer.decisions(read, context, statement)
            }
            result.statements += made
            note(more.after)
        }
        if context.isComputation {
            let reads = kept.map { statement in
                (statement.reads?.values ?? []).filter { $0.condition == nil }.map(\.place)
            }
            result.statements += writer.magnitudes(of: placesLeft(by: block, reading: reads, uses))
        }
        return result
    }

    /// What of the places that a computation's statements read, one after the other, they have changed in the end: where
    /// these were 0, they come back as roundings of what they are then.
    ///
    /// - Parameter reads: What is read after undoing of every statement, the last statement's first.
    private func placesLeft(
        by block: Block, reading reads: [[Place]], _ uses: [Accesses]
    ) -> [Place] {
        var written: Set<Variable> = []
        var (places, seen): ([Place], Set<Place>) = ([], [])
        for (reads, uses) in zip(reads, uses.reversed()) {
            written.formUnion(uses.written)
            places += reads.filter {
                written.contains($0.variable) && !$0.isWholeArray && seen.insert($0).inserted
            }
        }
        let own = Set(block.ancillas.map(\.variable))
        return places.filter { place in
            !own.contains(place.variable)
                && place.indices.flatMap(\.reads).allSatisfy { !written.contains($0.variable) }
        }
    }

    /// Where a cotangent is dropped, its undoing begins at 0, and not at what was dropped: the value that it belongs to
    /// is the constant 0 there, so that the difference goes into two parts of the adjoint that cancel. Until then all
    /// cotangents of the block are off by design, and there is nothing to verify in them.
    mutating func noteShifted(by block: Block) {
        let dropped = block.ancillas.filter { $0.rule == .cotangent }.map(\.variable).filter(\.kind.isReal)
        if dropped.isEmpty { return }
        shifted.formUnion(dropped)
        let added = accesses(of: block).modes.filter { $0.value.contains(.accumulate) }.keys
        shifted.formUnion(Set(added).subtracting(block.sumsOfIterations))
    }
}

extension Definition {
    /// The function with an account of what its adjoint reads, or the function itself if there is nothing to verify.
    ///
    /// - Parameter inexact: For a function that is called: the positions of the parameters that the caller's adjoint may
    ///   have restored inexactly. Nil for a function that is run on its own.
    func verified(inverted: Bool, called inexact: [Int]?) throws(ReversibilityError) -> Definition {
        try derived(.verified(inverted: inverted, called: inexact)) { () throws(ReversibilityError) in
            // What turns that are run again read is exact: what they begin with is put back, and in a turn all is recorded.
            // What the primal noted once would be noted in every run.
            if body.containsStatement(where: \.isRunOfTurns) { return self }
            return try UndoingChecks.program(of: self, inverted: inverted, called: inexact)
        }
    }
}

extension Statement {
    /// Whether this runs turns of a loop without a record, and again with one: in the function that these turns have become.
    var isRunOfTurns: Bool {
        guard case .rerun(let rerun) = kind, case .call(let call)? = rerun.undone.statements.first?.kind,
            case .itself = call.callee
        else { return false }
        return true
    }
}

extension Block {
    /// Whether this calls another function that keeps account.
    fileprivate var callsAnAccount: Bool {
        containsStatement { statement in
            guard case .call(let call) = statement.kind, case .function(let callee) = call.callee else {
                return false
            }
            return callee.account?.sums.isEmpty == false
        }
    }
}
