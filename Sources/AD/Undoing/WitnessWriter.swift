import ReversibleCore

/// Writes the statements that keep account of reads.
struct WitnessWriter {
    let account: UndoingAccount
    /// The sums of each variable.
    private var groups: [Variable: Int] = [:]
    /// The sums that functions which are called add to, by the function.
    private var groupsOfCalls: [ObjectIdentifier: [Int]] = [:]
    private var sites = 0
    private var callSites = 0
    /// What the sums are of, for errors: the first read of each.
    private(set) var firstReads: [Int: UndoingAccount.Read] = [:]
    private(set) var firstDecision: UndoingAccount.Read?
    /// The real variables that are read, in numbers and in decisions, here or in functions that are called.
    private(set) var reads: Set<Variable> = []
    /// What is noted, by the amount that is added.
    var subjects = NoteSubjects()

    /// The function, for texts, and the names of its variables.
    private let functionName: String
    private(set) var names: [Int: String]
    private var nextID: Int

    init(_ account: UndoingAccount, function: String, names: [Int: String], nextID: Int) {
        self.account = account
        functionName = function
        self.names = names
        self.nextID = nextID
    }

    /// A new variable of the function.
    mutating func declare(_ kind: Variable.Kind, _ name: String, owner: TraceToken) -> Variable {
        defer { nextID += 1 }
        names[nextID] = name
        return Variable(id: nextID, kind: kind, owner: owner)
    }

    /// What tells a loop's turns apart: their number, if they are counted, which an inverse then knows as well; otherwise the
    /// integers that change from turn to turn.
    ///
    /// The number differs in all turns, which those integers need not do, and the adjoint has it at hand, while it would
    /// have to undo the integers for no other reason.
    mutating func counters(of loop: inout WhileLoop, in definition: Definition) -> [Node] {
        if loop.turns != .asserted {
            let turn = loop.turn ?? declare(.index, "turn", owner: definition.owner)
            loop.turn = turn
            return [Place(turn).read]
        }
        var accesses = Accesses(ownModes: definition.parameterModes)
        loop.body.visit(&accesses)
        return accesses.written.filter { $0.kind == .integer && !accesses.declared.contains($0) }
            .sorted { $0.id < $1.id }.map { Place($0).read }
    }

    /// A call of a function that keeps account, with a phase that tells this call from others.
    ///
    /// - Parameter sums: Where the function adds; they and the phase are its last arguments.
    /// - Returns: The statement, and the variable of the phase.
    mutating func calling(
        _ callee: Call.Callee, inverted: Bool, _ call: Call, adding sums: [Variable],
        _ context: ExecutionContext,
        owner: TraceToken, at location: SourceLocation?
    ) -> (statement: Statement, phase: Variable) {
        let phase = declare(.scalar, "phase", owner: owner)
        let own = Node.real(WitnessWriter.salt(phase.id))
        let change = Statement.update(
            .add, Place(phase), context.fraction.map { Node.binary(.add, own, $0) } ?? own)
        let made = Call(
            callee, inverted: inverted, arguments: call.arguments + (sums + [phase]).map { Place($0) })
        let block = Block(
            ancillas: [Ancilla(variable: phase, sizes: [])],
            statements: [change, Statement(.call(made), at: location), change.inverse])
        return (Statement(.block(block), at: location), phase)
    }

    /// Whether nothing is noted but by functions that are called.
    var notesOnlyCalls: Bool { sites == callSites }

    mutating func nextSite() -> Int {
        sites += 1
        return sites
    }

    private mutating func group(of variable: Variable) -> Int {
        reads.insert(variable)
        if let known = groups[variable] { return known }
        let group = min(groups.count, account.sums.count - 1)
        groups[variable] = group
        return group
    }

    /// What called functions read.
    private var inCalls: Set<Variable> = []

    /// Takes note of what the adjoint of a called function reads of its arguments.
    mutating func note(_ arguments: [Place], of parameters: [Parameter], reading reads: Set<Variable>) {
        for (place, parameter) in zip(arguments, parameters) where reads.contains(parameter.variable) {
            self.reads.insert(place.variable)
        }
    }

    /// The sums that a called function adds to: its own as long as there are some.
    ///
    /// - Parameter function: Nil for the function itself, which has the same.
    mutating func sumsOfCalls(
        _ function: Definition?, _ callee: String, _ statement: Statement, reading variables: [Variable]
    ) -> [UndoingAccount.Sum] {
        inCalls.formUnion(variables)
        sites += 1
        callSites += 1
        let own = function.map { groupsOfCalls(of: $0) } ?? Array(account.sums.indices)
        let text = Printer(names: names, functionName: functionName).headline(statement)
        for group in own where firstReads[group] == nil {
            firstReads[group] = .init(
                place: callee, statement: text, location: statement.location, function: functionName)
        }
        return own.map { account.sums[$0] }
    }

    /// From the last sum on, where the function's own numbers come last.
    private mutating func groupsOfCalls(of function: Definition) -> [Int] {
        if let known = groupsOfCalls[ObjectIdentifier(function)] { return known }
        let count = function.account?.sums.count ?? 0
        let first = groupsOfCalls.values.joined().min() ?? account.sums.count
        // Where none are left the last ones are shared.
        let end = first - count >= min(groups.count, account.sums.count - count) ? first : account.sums.count
        let own = Array((end - count)..<end)
        groupsOfCalls[ObjectIdentifier(function)] = own
        return own
    }

    /// The sum of what is held, if the called function adds to it.
    mutating func held(through callee: Call.Callee) -> Variable? {
        if case .function(let callee) = callee, callee.account?.held == nil { return nil }
        usesHeld = true
        return account.held
    }

    /// The sums in use, in order: at least one, since what an account says of decisions stands beside it.
    var usedSums: [Int] {
        let used = Set(groups.values).union(groupsOfCalls.values.joined())
        return used.isEmpty ? [0] : used.sorted()
    }

    // MARK: Values

    /// Notes what is read.
    mutating func value(_ read: LiftedReads.Read, _ context: ExecutionContext) -> [Statement] {
        switch read.subject {
        case .place(let place):
            // Where it is not read, it need not be a number.
            let isNumber = Node.holds(.less, .unary(.abs, place.read), .real(.infinity))
            return value(
                place, if: read.isConditional ? isNumber : nil, context, reading: read.statement)
        case .elements(let array, let from, let through):
            let group = group(of: array)
            let i = declare(.index, "i", owner: array.owner)
            let element = Place(array, [Place(i).read])
            let witness = witness(of: element, in: read.statement, group)
            let location = read.statement.location
            let body = pair(element, group, witness, nil, context.inside([Place(i).read]), location)
            return [
                Statement(
                    .forLoop(
                        ForLoop(
                            index: i, start: from, end: through, step: .integer(1), closed: true,
                            parallel: true,
                            body: Block(statements: body))), at: location)
            ]
        }
    }

    /// Notes the magnitude of a number that is noted elsewhere.
    mutating func magnitude(_ read: LiftedReads.Read) -> [Statement] {
        guard case .place(let place) = read.subject else { return [] }
        let group = group(of: place.variable)
        let witness = witness(of: place, in: read.statement, group).magnitude
        let amount = Node.unary(.abs, place.read)
        subjects[amount] = .magnitude(place)
        return [update(account.sums[group].magnitude, amount, witness, read.statement.location)]
    }

    /// Notes a number, or an array's elements, where the condition holds.
    mutating func value(
        _ place: Place, if condition: Node?, _ context: ExecutionContext, reading statement: Statement
    ) -> [Statement] {
        if place.isWholeArray { return elements(of: place.variable, context, reading: statement) }
        let group = group(of: place.variable)
        reads.formUnion((condition?.reads ?? []).map(\.variable).filter(\.kind.isReal))
        let witness = witness(of: Place(place.variable, place.indices), in: statement, group)
        return pair(place, group, witness, condition, context, statement.location)
    }

    /// A new read of a place, as errors name it.
    private mutating func witness(
        of place: Place, in statement: Statement, _ group: Int
    ) -> Update.Witness {
        let printer = Printer(names: names, functionName: functionName)
        let witness = Update.Witness(
            .value, site: nextSite(), function: functionName, place: printer.text(place),
            statement: printer.headline(statement))
        if firstReads[group] == nil {
            firstReads[group] = read(witness, statement)
        }
        return witness
    }

    private func read(_ witness: Update.Witness, _ statement: Statement) -> UndoingAccount.Read {
        UndoingAccount.Read(
            place: witness.place, statement: witness.statement, location: statement.location,
            function: witness.function)
    }

    private mutating func pair(
        _ place: Place, _ group: Int, _ witness: Update.Witness, _ condition: Node?,
        _ context: ExecutionContext, _ location: SourceLocation?
    ) -> [Statement] {
        let own = Node.real(1 + WitnessWriter.salt(witness.site))
        let weight = context.fraction.map { Node.binary(.add, own, $0) } ?? own
        let sum = account.sums[group]
        let amount = guarded(.binary(.multiply, weight, place.read), condition)
        subjects[amount] = .number(place, if: condition)
        return [
            update(sum.value, amount, witness, location),
            update(sum.magnitude, .unary(.abs, guarded(place.read, condition)), witness.magnitude, location),
        ]
    }

    /// Every element of an array, by a loop of independent iterations.
    private mutating func elements(
        of array: Variable, _ context: ExecutionContext, reading statement: Statement
    ) -> [Statement] {
        let group = group(of: array)
        let witness = witness(of: Place(array), in: statement, group)
        let loop = elementLoop(of: array, statement.location)
        return [
            loop.around(
                pair(
                    Place(array, loop.indices), group, witness, nil, context.inside(loop.indices),
                    statement.location))
        ]
    }

    /// A loop of independent iterations over an array's elements.
    private mutating func elementLoop(
        of array: Variable, _ location: SourceLocation?
    ) -> (indices: [Node], around: ([Statement]) -> Statement) {
        func loop(_ index: Variable, _ axis: Axis, parallel: Bool, _ statements: [Statement]) -> Statement {
            Statement(
                .forLoop(
                    ForLoop(
                        counting: index, to: Node(.size(array, axis), .integer), parallel: parallel,
                        body: Block(statements: statements))), at: location)
        }
        let i = declare(.index, "i", owner: array.owner)
        let row = Place(i).read
        guard array.kind == .matrix else {
            return ([row], { loop(i, .count, parallel: true, $0) })
        }
        let j = declare(.index, "j", owner: array.owner)
        return (
            [row, Place(j).read],
            { loop(i, .rows, parallel: true, [loop(j, .columns, parallel: false, $0)]) }
        )
    }

    /// A decision for each element, if it is one on arrays: the decision at an element, what tells elements apart, and
    /// the loop around what is done with it.
    mutating func elementwise(
        _ decision: AdjointReads.Decision, _ context: ExecutionContext, _ location: SourceLocation?
    ) -> (AdjointReads.Decision, ExecutionContext, around: (Statement) -> Statement) {
        let arrays = decision.value.type.isSingle ? [] : decision.value.reads.filter(\.isWholeArray)
        guard let array = arrays.first?.variable else { return (decision, context, { $0 }) }
        let loop = elementLoop(of: array, location)
        let own = AdjointReads.Decision(
            subject: decision.subject, value: decision.value.element(inside: loop.indices),
            condition: decision.condition?.element(inside: loop.indices))
        return (own, context.inside(loop.indices), { loop.around([$0]) })
    }

    // MARK: The turning point

    /// Whether anything is added to what is held.
    private(set) var usesHeld = false

    /// Adds up the magnitudes that the noted places have when the program ends, and undoing begins.
    mutating func magnitudes(of variables: [Variable]) -> [Statement] {
        variables.flatMap { variable -> [Statement] in
            guard variable.kind.isArray else { return magnitudes(of: [Place(variable)]) }
            let loop = elementLoop(of: variable, nil)
            return magnitudes(of: [Place(variable, loop.indices)]).map { loop.around([$0]) }
        }
    }

    /// The same of single numbers.
    mutating func magnitudes(of places: [Place]) -> [Statement] {
        places.compactMap { place in
            let variable = place.variable
            guard groups[variable] != nil || inCalls.contains(variable), let held = account.held else {
                return nil
            }
            usesHeld = true
            let witness = Update.Witness(
                .held, site: nextSite(), function: functionName, place: "", statement: "")
            return update(held, witness.amount(place.read), witness, nil)
        }
    }

    // MARK: Decisions

    /// Notes a small integer that stands for a decision.
    mutating func decision(
        _ value: Node, on subject: Node, if condition: Node?, _ context: ExecutionContext,
        _ statement: Statement
    ) -> [Statement] {
        let printer = Printer(names: names, functionName: functionName)
        guard let decisions = account.decisions else { return [] }
        let asked = value.reads + subject.reads + (condition?.reads ?? [])
        reads.formUnion(asked.map(\.variable).filter(\.kind.isReal))
        let site = nextSite()
        let witness = Update.Witness(
            .decision, site: site, function: functionName, place: printer.text(subject),
            statement: printer.headline(statement))
        if firstDecision == nil { firstDecision = read(witness, statement) }
        let amount = guarded(WitnessWriter.weighted(value, site: site, context), condition)
        if value.constant == nil { subjects[amount] = .decision(value, if: condition, in: decisions) }
        return [update(decisions, amount, witness, statement.location)]
    }

    /// Notes a decision of a statement; if it is one on arrays, of each element.
    mutating func decisions(
        _ read: AdjointReads.Decision, _ context: ExecutionContext, _ statement: Statement
    ) -> [Statement] {
        let (own, inner, around) = elementwise(read, context, statement.location)
        return decision(own.value, on: own.subject, if: own.condition, inner, statement).map(around)
    }

    /// A small integer times a weight that differs from execution to execution.
    ///
    /// Weights are halves of odd numbers, so that sums are exact and any difference shows; and they have both signs, so
    /// that the sum of a million decisions is no larger than a `Float` counts exactly.
    static func weighted(_ decision: Node, site: Int, _ context: ExecutionContext) -> Node {
        let own = Double(2 * (site % 8) + 1)
        let weight = context.fraction.map { fraction in
            let step = Node.unary(.floor, .binary(.multiply, .real(256), fraction))
            return Node.binary(.multiply, .real(own), .binary(.subtract, step, .real(127.5)))
        }
        return .binary(.multiply, weight ?? .real(own), decision)
    }

    private func guarded(_ amount: Node, _ condition: Node?) -> Node {
        condition.map { .select($0, amount, .real(0)) } ?? amount
    }

    private func update(
        _ sum: Variable, _ amount: Node, _ witness: Update.Witness, _ location: SourceLocation?
    ) -> Statement {
        Statement(
            .update(Update(.add, Place(sum), amount, accumulates: true, witness: witness)), at: location)
    }

    /// A number in [0, 1) for each site, spread evenly.
    static func salt(_ site: Int) -> Double {
        let multiple = Double(site) * 0.754_877_666_246_692_7
        return multiple - multiple.rounded(.down)
    }
}

extension Update.Witness {
    /// The same read, for the sum of magnitudes.
    fileprivate var magnitude: Update.Witness {
        var copy = self
        copy.kind = .magnitude
        return copy
    }
}
