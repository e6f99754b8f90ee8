import ReversibleCore

// A program that keeps account of what its adjoint reads again after undoing.
//
// The walk goes through a block backward, as the adjoint does, and knows which places are restored inexactly. Before
// every statement whose adjoint reads such a place stand updates of the account. In the primal they add; in the
// adjoint, which undoes them in their turn, they take away what is read there.

/// Puts an account into one function's program.
struct UndoingChecks {
    private let definition: Definition
    private var writer: WitnessWriter
    private let account: UndoingAccount
    private var scratch: Set<Variable> = []
    /// Cotangents that differ by design between a program and its undoing, here.
    private var shifted: Set<Variable> = []

    /// A function with an account of its own, or `definition` itself if its adjoint reads nothing that undoing
    /// could have changed.
    ///
    /// - Parameter inexact: For a function that is called: the parameters that the caller may have restored inexactly.
    static func program(
        of definition: Definition, inverted: Bool, called inexact: [Int]?
    ) throws(ReversibilityError) -> Definition {
        let body = (inverted ? definition.body.inverse : definition.body)
            .localizingScratch(ownModes: definition.parameterModes)
        let groups = inexact == nil ? 6 : 1
        let made = UndoingAccount.variables(of: definition, groups: groups, isRoot: inexact == nil)
        var checks = UndoingChecks(
            definition, made.account, made.names, made.nextID, isCalled: inexact != nil, inverted: inverted)
        var places = InexactPlaces(ownModes: definition.parameterModes)
        for position in inexact ?? [] { places.insert(definition.parameters[position].variable) }
        var context = ExecutionContext()
        context.phase = made.account.phase.map { Place($0).read }
        var lifted = Lifted()
        let program = try checks.annotate(body, &places, context, &lifted)
        let first = try checks.statements(for: lifted.reads, context)
        guard !checks.writer.isEmpty else { return definition }
        let changed = zip(definition.parameters, definition.parameterModes).filter {
            $1.contains(.write) && $0.variable.kind.isReal
        }.map(\.0.variable)
        let last = inexact == nil ? checks.writer.magnitudes(of: changed) : []
        var account = made.account
        account.sums = Array(account.sums.prefix(checks.writer.usedSums))
        account.firstReads = checks.writer.firstReads
        account.firstDecision = checks.writer.firstDecision
        account.scratch = checks.scratch
        let names = checks.writer.names
        return try Definition(
            name: definition.name,
            arguments: definition.arguments
                + account.parameters.map { [Parameter(variable: $0, name: names[$0.id] ?? "sum")] },
            argumentTypes: definition.argumentTypes + account.parameters.map { _ in "Scalar" },
            body: Block(ancillas: program.ancillas, statements: first + program.statements + last),
            names: names,
            owner: definition.owner, isDerived: true, isCareful: definition.isCareful, account: account,
            settledAccounts: definition.settledAccounts,
            requirements: definition.requirements?.sizes(renamed: Renaming([:])) ?? [])
    }

    private init(
        _ definition: Definition, _ account: UndoingAccount, _ names: [Int: String], _ nextID: Int,
        isCalled: Bool, inverted: Bool
    ) {
        self.definition = definition
        self.account = account
        writer = WitnessWriter(account, function: definition.name, names: names, nextID: nextID)
        self.isCalled = isCalled
        self.inverted = inverted
    }

    private let isCalled: Bool
    private let inverted: Bool

    // MARK: Blocks

    /// Single numbers that every turn of a loop would note again, and that the statement around it notes once.
    private struct Lifted {
        /// What the loop's body changes; nil where nothing is lifted.
        var fixedIn: Set<Variable>?
        var reads: [(place: Place, statement: Statement)] = []

        func takes(_ place: Place) -> Bool {
            guard let fixedIn, place.indices.isEmpty, !place.variable.kind.isArray else { return false }
            return !fixedIn.contains(place.variable)
        }
    }

    private mutating func statements(
        for reads: [(place: Place, statement: Statement)], _ context: ExecutionContext
    ) throws(ReversibilityError) -> [Statement] {
        var seen: Set<Place> = []
        return reads.filter { seen.insert($0.place).inserted }.flatMap {
            writer.value($0.place, if: nil, context, reading: $0.statement)
        }
    }

    /// The block with its account. `inexact` goes from what holds when its adjoint begins to what holds when it ends.
    private mutating func annotate(
        _ block: Block, _ inexact: inout InexactPlaces, _ context: ExecutionContext, _ lifted: inout Lifted
    ) throws(ReversibilityError) -> Block {
        let outer = shifted
        defer { shifted = outer }
        noteShifted(by: block)
        var kept: [(made: Statement, original: Statement, reads: AdjointReads?, more: Lifted)] = []
        for statement in block.statements.reversed() {
            var more = Lifted()
            let made = try annotate(statement, &inexact, context, &more)
            // Derivatives are only formed of statements that an inexact place takes part in.
            let uses = accesses(of: Block(statements: [statement])).all
            let takesPart = uses.contains { inexact.contains($0.place.variable) }
            let expressions = takesPart ? statement.adjointExpressions : []
            let reads =
                expressions.isEmpty
                ? nil : AdjointReads(of: expressions) { inexact.contains($0) && !shifted.contains($0) }
            kept.append((made, statement, reads, more))
        }
        inexact.remove(block.ancillas)
        var result = Block(ancillas: block.ancillas)
        // A number is noted at its first read, until it changes.
        var noted: Set<Place> = []
        for (made, statement, reads, more) in kept.reversed() {
            var unconditional = more.reads
            for read in reads?.values ?? [] where read.condition == nil {
                unconditional.append((read.place, statement))
            }
            for read in unconditional where noted.insert(read.place).inserted {
                if lifted.takes(read.place) {
                    lifted.reads.append(read)
                } else {
                    result.statements += writer.value(
                        read.place, if: nil, context, reading: read.statement)
                }
            }
            for read in reads?.values ?? [] where read.condition != nil && !noted.contains(read.place) {
                result.statements += writer.value(
                    read.place, if: read.condition, context, reading: statement)
            }
            for read in reads?.decisions ?? [] {
                result.statements += try decisions(read, statement, context)
            }
            result.statements.append(made)
            let written = accesses(of: Block(statements: [statement])).written
            noted = noted.filter { place in
                !written.contains(place.variable)
                    && place.indices.allSatisfy { index in
                        index.reads.allSatisfy { !written.contains($0.variable) }
                    }
            }
        }
        return result
    }

    /// Where a cotangent is dropped, its undoing begins at 0, and not at what was dropped: the value that it belongs to
    /// is the constant 0 there, so that the difference goes into two parts of the adjoint that cancel. Until then all
    /// cotangents of the block are off by design, and there is nothing to verify in them.
    private mutating func noteShifted(by block: Block) {
        let dropped = block.ancillas.filter { $0.rule == .cotangent }.map(\.variable)
        if dropped.isEmpty { return }
        shifted.formUnion(dropped)
        shifted.formUnion(accesses(of: block).modes.filter { $0.value.contains(.accumulate) }.keys)
    }

    private mutating func decisions(
        _ read: AdjointReads.Decision, _ statement: Statement, _ context: ExecutionContext
    ) throws(ReversibilityError) -> [Statement] {
        // One for each element: those of an array expression are left to the numbers that they come from.
        guard read.value.type.isSingle else { return [] }
        return writer.decision(read.value, on: read.subject, if: read.condition, context, statement)
    }

    // MARK: Statements

    private mutating func annotate(
        _ statement: Statement, _ inexact: inout InexactPlaces, _ context: ExecutionContext,
        _ more: inout Lifted
    ) throws(ReversibilityError) -> Statement {
        var result = statement
        switch statement.kind {
        case .branch(let s): result.kind = .branch(try annotate(s, &inexact, context, statement))
        case .whileLoop(let s):
            result.kind = .whileLoop(try annotate(s, &inexact, context, statement, &more))
        case .forLoop(let s): result.kind = .forLoop(try annotate(s, &inexact, context, &more))
        case .compute(let s): result.kind = .compute(try annotate(s, &inexact, context, statement))
        case .block(let s):
            var inner = Lifted()
            result.kind = .block(try annotate(s, &inexact, context, &inner))
        case .call(let s): return try annotate(s, &inexact, context, statement)
        case .update, .swap, .negate, .rotate, .hadamard, .move, .misuse: inexact.undo(statement)
        }
        return result
    }

    private mutating func annotate(
        _ branch: Branch, _ inexact: inout InexactPlaces, _ context: ExecutionContext,
        _ statement: Statement
    ) throws(ReversibilityError) -> Branch {
        var branch = branch
        let written = Accesses(of: Statement(.branch(branch))).written
        let isStable =
            branch.post == branch.pre && branch.pre.reads.allSatisfy { !written.contains($0.variable) }
        let asksInexact = branch.post.reads.contains { inexact.contains($0.variable) }
        var other = inexact
        var none = Lifted()
        branch.then = try annotate(branch.then, &inexact, context, &none)
        branch.otherwise = try annotate(branch.otherwise, &other, context, &none)
        inexact.formUnion(other)
        if asksInexact || !isStable {
            // Which branch it was: noted in one of them, missed where the adjoint takes the other.
            branch.then.statements =
                writer.decision(.real(1), on: branch.post, if: nil, context, statement)
                + branch.then.statements
        }
        return branch
    }

    private mutating func annotate(
        _ loop: WhileLoop, _ inexact: inout InexactPlaces, _ context: ExecutionContext,
        _ statement: Statement, _ more: inout Lifted
    ) throws(ReversibilityError) -> WhileLoop {
        var loop = loop
        let accesses = accesses(of: loop.body)
        inexact.enterLoop(loop.body, index: nil)
        let asksInexact = (loop.pre.reads + loop.post.reads).contains { inexact.contains($0.variable) }
        // The integers that change from turn to turn tell the turns apart.
        let counters = accesses.written.filter { $0.kind == .integer && !accesses.declared.contains($0) }
            .sorted { $0.id < $1.id }.map { Place($0).read }
        let inner = context.inside(counters)
        var lifted = Lifted(fixedIn: accesses.written.union(accesses.declared))
        loop.body = try annotate(loop.body, &inexact, inner, &lifted)
        more.reads = lifted.reads
        if asksInexact, loop.turns == .asserted {
            loop.body.statements =
                writer.decision(.real(1), on: loop.post, if: nil, inner, statement) + loop.body.statements
        }
        inexact.enterLoop(loop.body, index: nil)
        return loop
    }

    private mutating func annotate(
        _ loop: ForLoop, _ inexact: inout InexactPlaces, _ context: ExecutionContext, _ more: inout Lifted
    ) throws(ReversibilityError) -> ForLoop {
        var loop = loop
        let accesses = accesses(of: loop.body)
        let histories = inexact.histories
        inexact.enterHistories(of: loop)
        inexact.enterLoop(loop.body, index: loop.index)
        var lifted = Lifted(fixedIn: accesses.written.union(accesses.declared))
        var inner = context.inside([Place(loop.index).read])
        if loop.parallel { inner.changing.formUnion(accesses.written) }
        loop.body = try annotate(loop.body, &inexact, inner, &lifted)
        more.reads = lifted.reads
        inexact.histories = histories
        // After the loop also what only its own turn uses has been undone.
        inexact.enterLoop(loop.body, index: nil)
        return loop
    }

    private func accesses(of block: Block) -> Accesses {
        var accesses = Accesses(ownModes: definition.parameterModes)
        block.visit(&accesses)
        return accesses
    }

    // MARK: Computations

    /// In the adjoint a computation runs again from what is restored, then it is undone. Its numbers are compared
    /// between these two; what it reads from outside is compared with the primal, at the start of `apply`.
    private mutating func annotate(
        _ compute: ComputeApply, _ inexact: inout InexactPlaces, _ context: ExecutionContext,
        _ statement: Statement
    ) throws(ReversibilityError) -> ComputeApply {
        let outer = OuterReads(
            of: compute.compute, accesses(of: compute.compute), inexact, changing: context.changing)
        inexact.rerun(compute.compute)
        var result = compute
        var none = Lifted()
        result.apply = try annotate(compute.apply, &inexact, context, &none)
        result.compute = try annotate(compute.compute, &inexact, context, &none)
        if result.compute != compute.compute {
            // Its calls of the function itself are of the function without an account.
            result.unverified = compute.compute.callingItself(.function(definition))
        }
        var first: [Statement] = []
        for read in outer.reads {
            first += writer.value(read.place, if: read.condition, context, reading: statement)
        }
        result.apply.statements = first + result.apply.statements
        return result
    }

    // MARK: Calls

    /// A call of a function that shares this one's account.
    private mutating func annotate(
        _ call: Call, _ inexact: inout InexactPlaces, _ context: ExecutionContext, _ statement: Statement
    ) throws(ReversibilityError) -> Statement {
        let callee: Definition
        let isItself: Bool
        switch call.callee {
        case .function(let definition): (callee, isItself) = (definition, false)
        case .itself: (callee, isItself) = (definition, true)
        case .unavailable: return statement
        }
        let modes = call.modes(ownModes: definition.parameterModes)
        // What the call changes is inexact before its own adjoint has read it, if it was so afterwards or if the
        // adjoint of another call of the same function made it so.
        let positions =
            isItself || callee.callsItself
            ? callee.parameters.indices.filter { callee.parameters[$0].variable.kind.isReal }
            : call.arguments.indices.filter { inexact.contains(call.arguments[$0].variable) }
        for (place, mode) in zip(call.arguments, modes)
        where !mode.isDisjoint(with: [.write, .accumulate]) { inexact.insert(place.variable) }
        if isItself, isCalled {
            return calling(
                .itself(Call.Owner(definition.owner)), call.inverted != inverted, call, statement, context)
        }
        let verified = try callee.verified(inverted: call.inverted, called: positions)
        guard verified !== callee else {
            // The function itself has no account; what it calls itself in here has one.
            var plain = call
            plain.callee = .function(callee)
            return Statement(.call(plain), at: statement.location)
        }
        return calling(.function(verified), false, call, statement, context)
    }

    private mutating func calling(
        _ callee: Call.Callee, _ isInverted: Bool, _ call: Call, _ statement: Statement,
        _ context: ExecutionContext
    ) -> Statement {
        let phase = writer.declare(.scalar, "phase", owner: definition.owner)
        scratch.insert(phase)
        let sum = writer.sumOfCalls(
            Printer(names: writer.names, functionName: definition.name).headline(statement), statement,
            changing: zip(call.arguments, call.modes(ownModes: definition.parameterModes)).filter {
                $1.isSuperset(of: [.read, .write]) && $0.variable.kind.isReal
            }.map(\.0.variable))
        let own = WitnessWriter.salt(phase.id)
        let amount = context.fraction.map { Node.binary(.add, .real(own), $0) } ?? .real(own)
        let verified = Call(
            callee, inverted: isInverted,
            arguments: call.arguments
                + [sum.value, sum.magnitude, account.decisions, phase].compactMap { $0.map { Place($0) } })
        let change = Statement.update(.add, Place(phase), amount)
        return Statement(
            .block(
                Block(
                    ancillas: [Ancilla(variable: phase, sizes: [])],
                    statements: [change, Statement(.call(verified), at: statement.location), change.inverse])),
            at: statement.location)
    }
}

extension Definition {
    /// The function with an account of what its adjoint reads, or the function itself if there is nothing to verify.
    ///
    /// - Parameter inexact: For a function that is called: the positions of the parameters that the caller's adjoint may
    ///   have restored inexactly. Nil for a function that is run on its own.
    func verified(inverted: Bool, called inexact: [Int]?) throws(ReversibilityError) -> Definition {
        try derived(.verified(inverted: inverted, called: inexact)) { () throws(ReversibilityError) in
            try UndoingChecks.program(of: self, inverted: inverted, called: inexact)
        }
    }

    /// Whether the function's own text calls the function.
    fileprivate var callsItself: Bool { body.callsItself }
}

extension Block {
    fileprivate var callsItself: Bool {
        statements.contains { statement in
            switch statement.kind {
            case .call(let call): if case .itself = call.callee { true } else { false }
            case .branch(let s): s.then.callsItself || s.otherwise.callsItself
            case .whileLoop(let s): s.body.callsItself
            case .forLoop(let s): s.body.callsItself
            case .compute(let s): s.compute.callsItself || s.apply.callsItself
            case .block(let block): block.callsItself
            case .update, .swap, .negate, .rotate, .hadamard, .move, .misuse: false
            }
        }
    }
}
