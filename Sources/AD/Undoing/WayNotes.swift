import ReversibleCore

// Which way a computation takes: every decision adds a whole number to a sum, as an ordinary statement of the
// computation. The sum is there while the computation is in use, and is undone with it.

/// Puts a sum of decisions into a program.
struct WayNotes {
    /// Where it is noted.
    private(set) var sum: Variable
    /// The first decision that was noted.
    private(set) var first: Node?
    /// Every sum of decisions that was made.
    private(set) var sums: Set<Variable>
    /// Variables for what is noted, in which nothing is differentiated.
    private(set) var scratch: Set<Variable>
    private(set) var writer: WitnessWriter
    private let definition: Definition
    private let isInexact: (Variable) -> Bool
    /// For a function that is called, which notes in its caller's sum.
    private let isCalled: Bool

    init(
        in sum: Variable, of definition: Definition, _ writer: WitnessWriter, isCalled: Bool = false,
        where isInexact: @escaping (Variable) -> Bool
    ) {
        self.sum = sum
        self.definition = definition
        self.writer = writer
        self.isCalled = isCalled
        self.isInexact = isInexact
        scratch = [sum]
        sums = [sum]
    }

    mutating func noting(
        _ block: Block, _ context: ExecutionContext
    ) throws(ReversibilityError) -> Block {
        var result = Block(ancillas: block.ancillas)
        for statement in block.statements { result.statements += try noting(statement, context) }
        return result
    }

    private mutating func note(
        _ value: Node, on subject: Node, if condition: Node?, _ context: ExecutionContext
    ) -> Statement {
        first = first ?? subject
        let weighted = WitnessWriter.weighted(value, site: writer.nextSite(), context)
        let amount = condition.map { .select($0, weighted, .real(0)) } ?? weighted
        if value.constant == nil { writer.subjects[amount] = .decision(value, if: condition, in: sum) }
        return Statement(.update(Update(.add, Place(sum), amount, accumulates: true)))
    }

    private func decides(_ condition: Node) -> Bool { condition.reads.contains { isInexact($0.variable) } }

    private mutating func noting(
        _ statement: Statement, _ context: ExecutionContext
    ) throws(ReversibilityError) -> [Statement] {
        if let expressions = statement.evaluatedExpressions {
            var before: [Statement] = []
            for decision in AdjointReads(
                of: expressions + statement.adjointExpressions(where: { _ in true }), where: isInexact
            ).decisions {
                let (own, inner, wrap) = writer.elementwise(decision, context, statement.location)
                before.append(wrap(note(own.value, on: own.subject, if: own.condition, inner)))
            }
            return before + [statement]
        }
        var result = statement
        switch statement.kind {
        case .branch(var s):
            s.then = try noting(s.then, context)
            s.otherwise = try noting(s.otherwise, context)
            if s.decision != .replayed, decides(s.pre) {
                s.then.statements.insert(note(.real(1), on: s.pre, if: nil, context), at: 0)
            }
            result.kind = .branch(s)
        case .whileLoop(var s):
            let inner = context.inside(writer.counters(of: &s, in: definition))
            s.body = try noting(s.body, inner)
            if decides(s.pre) {
                s.body.statements.insert(note(.real(1), on: s.pre, if: nil, inner), at: 0)
            }
            result.kind = .whileLoop(s)
        case .forLoop(var s):
            s.body = try noting(s.body, context.inside([Place(s.index).read]))
            result.kind = .forLoop(s)
        case .compute(let s): return [try noting(s, statement, context)]
        case .block(let block): result.kind = .block(try noting(block, context))
        case .call(let s): return [try noting(s, statement, context)]
        default: break
        }
        return [result]
    }

    /// What a computation adds to a sum goes when it is undone: it gets a sum of its own, which is added to this one
    /// while the computation is in use.
    private mutating func noting(
        _ compute: ComputeApply, _ statement: Statement, _ context: ExecutionContext
    ) throws(ReversibilityError) -> Statement {
        if compute.isConjugation(ownModes: definition.parameterModes, onlyOfReals: true) {
            return Statement(.block(try noting(compute.expanded, context)), at: statement.location)
        }
        let (outer, outerFirst) = (sum, first)
        let own = writer.declare(.scalar, "ways", owner: definition.owner)
        (sum, first) = (own, nil)
        let computation = try noting(
            compute.compute,
            context.computing(for: compute.apply, ownModes: definition.parameterModes))
        let subject = first
        (sum, first) = (outer, outerFirst)
        var apply = try noting(compute.apply, context)
        guard let subject else {
            return Statement(
                .compute(compute.with(compute: compute.compute, apply: apply)), at: statement.location)
        }
        scratch.insert(own)
        sums.insert(own)
        apply.statements.insert(note(Place(own).read, on: subject, if: nil, context), at: 0)
        let made = Statement(
            .compute(compute.with(compute: computation, apply: apply)), at: statement.location)
        return Statement(
            .block(Block(ancillas: [Ancilla(variable: own, sizes: [])], statements: [made])),
            at: statement.location)
    }

    private mutating func noting(
        _ call: Call, _ statement: Statement, _ context: ExecutionContext
    ) throws(ReversibilityError) -> Statement {
        let callee: Call.Callee
        switch call.callee {
        case .unavailable: return statement
        case .itself:
            if isCalled {
                callee = call.callee
            } else {
                let noted = try definition.notingWays()
                if noted === definition { return statement }
                callee = .function(noted)
            }
        case .function(let called):
            guard call.arguments.contains(where: { isInexact($0.variable) }) else { return statement }
            let noted = try called.notingWays()
            if noted === called { return statement }
            callee = .function(noted)
        }
        first = first ?? call.arguments.first.map(\.read) ?? .real(0)
        let made = writer.calling(
            callee, inverted: call.inverted, call, adding: [sum], context, owner: definition.owner,
            at: statement.location)
        scratch.insert(made.phase)
        return made.statement
    }
}

extension Definition {
    /// The function with two more parameters: a sum to which it adds every decision, and what tells its calls apart. The
    /// function itself, if it decides nothing by real numbers.
    fileprivate func notingWays() throws(ReversibilityError) -> Definition {
        try derived(.notingWays) { () throws(ReversibilityError) in
            // Turns are run again from copies, and from what is exact.
            if body.containsStatement(where: \.isRunOfTurns) { return self }
            let account = UndoingAccount(sums: [], decisions: nil, phase: nil)
            var writer = WitnessWriter(
                account, function: name, names: names, nextID: (names.keys.max() ?? 0) + 1)
            let sum = writer.declare(.scalar, "ways", owner: owner)
            let phase = writer.declare(.scalar, "phase", owner: owner)
            var notes = WayNotes(in: sum, of: self, writer, isCalled: true) { $0.kind.isReal }
            var context = ExecutionContext()
            context.phase = Place(phase).read
            let noted = try notes.noting(body.localizingScratch(ownModes: parameterModes), context)
                .withoutRepeatedNotes(modes: parameterModes, notes.writer.subjects)
            if notes.first == nil { return self }
            var own = account
            own.scratch = notes.scratch.union([phase]).union(self.account?.variables ?? [])
            own.ways = notes.sums
            let parameters = [sum, phase].map {
                Parameter(variable: $0, name: notes.writer.names[$0.id] ?? "ways")
            }
            return try Definition(
                name: name, arguments: arguments + parameters.map { [$0] },
                argumentTypes: argumentTypes + ["Scalar", "Scalar"], body: noted, names: notes.writer.names,
                owner: owner, isDerived: true, isCareful: isCareful, account: own,
                settledAccounts: settledAccounts,
                requirements: requirements?.sizes(renamed: Renaming([:])) ?? [])
        }
    }
}
