import ReversibleCore

// A program that records what its adjoint cannot get back by undoing.
//
// It is a program of the language like any other, so that every engine runs it, every derivative is made of it, and
// verified undoing watches over it. Where a number p changes that an adjoint reads inexactly,
//
//     p *= e        becomes        next += p * e;  SWAP(p, next);  PUSH(next, on: record)
//
// Undone, POP and SWAP put the old number in its place bit for bit, whatever the new one was, and what is left in `next` is
// dropped. So what else is done to the place at once, and is undone without reading it, needs no record: `m += v` after
// `m *= 0.5`. The record is a stack of the run, handed to the functions that are called. What a
// computation records it takes back when it is uncomputed, while what it is for leaves its own record: it has a stack of
// its own.

/// Puts records into one function's program.
struct Recording {
    /// What the caller of a function that is called knows of its parameters.
    struct Parameters: Hashable {
        /// Those that the caller's adjoint may have restored inexactly.
        var inexact: [Int]
        /// Those that the caller's adjoint reads.
        var read: [Int]
    }

    /// What holds for loops besides what they say themselves.
    typealias Loops = Derivation.RecordedLoops

    /// How a function is to be recorded.
    struct Request: Hashable {
        var inverted: Bool
        /// How all of it is undone but loops that say otherwise.
        var way: Undoing.Way
        var loops = Loops.asSaid
        /// For a function that is called: what its caller knows.
        var called: Parameters?
    }

    let definition: Definition
    let request: Request
    /// How what the walk is at is undone, and what holds for loops there.
    var way: Undoing.Way
    var loops: Loops
    var isInTurn: Bool { loops.areInTurn }
    /// What changes where nothing is recorded.
    var unrecorded: Set<Variable> = []
    /// The numbers that an adjoint reads where undoing may have changed them.
    let reads: Set<Variable>
    private let moves: NumberMoves
    /// The records, which hold what they are given.
    var records: Set<Variable> = []
    let supply: VariableSupply
    /// The record where the walk is, and whether anything is kept there.
    var record: Variable
    var isRecording = false
    /// Whether anything is kept by more than calls of the function itself.
    var isNeeded = false
    /// What callees do with their parameters.
    var unreadSums = UnreadSums()
    /// Whether what the walk is at may run many times.
    var isInLoop: Bool
    /// Whether there are iterations that run side by side, which may be run again.
    private let hasParallelLoops: Bool
    /// The numbers to which iterations that run side by side add, each its own; they are kept before the loop.
    var shared: Set<Variable> = []
    /// How many loops and calls there were that may run turns again.
    var runsAgain = 0
    /// What may change between the place where the walk is and the end of the run, and is undone by then.
    var later: Set<Variable> = []

    private init(_ definition: Definition, _ request: Request) throws(ReversibilityError) {
        (way, loops) = (request.way, request.loops)
        isInLoop = request.called != nil
        self.definition = definition
        self.request = request
        let parameters = request.called
        let verified = try definition.verified(inverted: request.inverted, called: parameters?.inexact)
        moves = NumberMoves(of: definition)
        hasParallelLoops = definition.body.containsStatement {
            if case .forLoop(let loop) = $0.kind { loop.parallel } else { false }
        }
        let own = (verified.account?.reads ?? []).union(
            (parameters?.read ?? []).map { definition.parameters[$0].variable })
        reads = moves.closure(of: own, isCalled: parameters != nil)
        supply = VariableSupply(of: definition)
        record = supply.declare(.stack, "record", storage: parameters == nil ? TraceToken() : nil)
        records = [record]
        later = Set((parameters?.inexact ?? []).map { definition.parameters[$0].variable })
    }

    /// The function, or its inverse, as a function that records; nil if there is nothing to record.
    ///
    /// One that is called takes the record as its last argument.
    static func program(
        of definition: Definition, _ request: Request
    ) throws(ReversibilityError) -> Definition? {
        var recording = try Recording(definition, request)
        // Ancillas that one computation uses are its own.
        var body = (request.inverted ? definition.body.inverse : definition.body)
            .localizingScratch(ownModes: definition.parameterModes)
        body = try recording.recording(body)
        guard recording.isNeeded else { return nil }
        let taken = request.called == nil ? [] : [Parameter(variable: recording.record, name: "record")]
        return try Definition(
            name: definition.name, arguments: definition.arguments + taken.map { [$0] },
            argumentTypes: definition.argumentTypes + taken.map { _ in "Stack" }, body: body,
            names: recording.supply.names, owner: definition.owner, isCareful: definition.isCareful,
            restored: recording.restored,
            requirements: definition.requirements?.list ?? [])
    }

    /// What comes back from a record, whatever happens to it. What may change otherwise, and all that numbers of it come to,
    /// is verified as ever.
    private var restored: Set<Variable> {
        let others = moves.closure(of: moves.touched.union(unrecorded), isCalled: request.called != nil)
        return reads.subtracting(others).union(records)
    }

    /// Whether what the walk is at keeps a record.
    var isOn: Bool { way != .inverse }

    // MARK: Statements

    mutating func recording(_ block: Block) throws(ReversibilityError) -> Block {
        var result = Block(ancillas: block.ancillas)
        let outer = later
        defer { later = outer }
        let following = mayRunAgain ? block.writtenAfterLoops(accesses) : [:]
        var position = 0
        while position < block.statements.count {
            if let written = following[position] { later = outer.union(written) }
            result.statements += try recording(block.statements[position])
            position += 1
            // The number that was kept comes back over all that is done to the place at once.
            guard isOn, case .update(let kept) = block.statements[position - 1].kind, isKept(kept) else {
                continue
            }
            while position < block.statements.count, block.statements[position].readsNoMore(than: kept) {
                result.statements.append(block.statements[position])
                position += 1
            }
        }
        // What a step leaves behind is all there is of the state before it.
        let forgotten = block.ancillas.filter { $0.rule == .forgotten }.map(\.variable)
        if !forgotten.isEmpty {
            (isRecording, isNeeded) = (true, true)
            result.statements.append(keeping(forgotten))
        }
        return result
    }

    /// Whether there may be a loop that is run again.
    var mayRunAgain: Bool {
        if case .checkpoints = way, !loops.areInIteration { return true }
        // What an iteration keeps is undone with it.
        if loops.areInIteration { return false }
        return hasParallelLoops || !isInTurn && definition.calls.hasOwnUndoing
    }

    func accesses(_ block: Block) -> Accesses {
        var accesses = Accesses(ownModes: definition.parameterModes)
        block.visit(&accesses)
        return accesses
    }

    private mutating func recording(_ statement: Statement) throws(ReversibilityError) -> [Statement] {
        if !isOn, statement.isElementary {
            unrecorded.formUnion(statement.ownPlaces.map(\.variable))
            return [statement]
        }
        switch statement.kind {
        case .update(let update) where isKept(update):
            let function = ElementaryFunction(update.operation)
            return try keeping(
                [(update.place, .binary(function, update.place.read, update.change))], statement)
        case .rotate(let turn) where isRead(turn.a) || isRead(turn.b):
            let (a, b) = (turn.a.read, turn.b.read)
            let (cosine, sine) = (Node.unary(.cos, turn.angle), Node.unary(.sin, turn.angle))
            func turned(_ x: Node, _ sign: ElementaryFunction, _ y: Node) -> Node {
                .binary(sign, .binary(.multiply, x, cosine), .binary(.multiply, y, sine))
            }
            return try keeping(
                [
                    (turn.a, turned(a, turn.backward ? .add : .subtract, b)),
                    (turn.b, turned(b, turn.backward ? .subtract : .add, a)),
                ], statement)
        case .hadamard(let pair) where isRead(pair.a) || isRead(pair.b):
            let half = Node.real(0.5.squareRoot())
            let (a, b) = (pair.a.read, pair.b.read)
            return try keeping(
                [
                    (pair.a, .binary(.multiply, half, .binary(.add, a, b))),
                    (pair.b, .binary(.multiply, half, .binary(.subtract, a, b))),
                ], statement)
        case .call(let call): return [try recording(call, statement)]
        case .compute(let compute): return try recording(compute, statement)
        case .forLoop(var inner):
            if inner.parallel { return try recording(parallel: inner, statement) }
            if let made = try runningAgain(statement) { return made }
            inner.body = try recording(turn: inner.body, inner.undoing)
            return [Statement(.forLoop(inner), at: statement.location)]
        case .branch(var branch):
            branch.then = try recording(branch.then)
            branch.otherwise = try recording(branch.otherwise)
            return [Statement(.branch(branch), at: statement.location)]
        case .whileLoop(var inner):
            if let made = try runningAgain(statement) { return made }
            inner.body = try recording(turn: inner.body, inner.undoing)
            return [Statement(.whileLoop(inner), at: statement.location)]
        case .block(let block):
            return [Statement(.block(try recording(block)), at: statement.location)]
        default: return [statement]
        }
    }

    /// The body of a loop, which may say itself how it is undone.
    private mutating func recording(
        turn body: Block, _ own: Undoing?
    ) throws(ReversibilityError) -> Block {
        let outer = (way, later, isInLoop)
        defer { (way, later, isInLoop) = outer }
        isInLoop = true
        if mayRunAgain { later.formUnion(accesses(body).written) }
        way = self.way(of: own, body)
        return try recording(body)
    }

    /// How a loop is undone that may say so itself.
    func way(of own: Undoing?, _ body: Block) -> Undoing.Way {
        if isInTurn { return .recorded }
        var way = own?.way ?? way
        // Steps that cannot be undone.
        if way == .inverse, body.ancillas.contains(where: { $0.rule == .forgotten }) { way = .logarithmic }
        switch way {
        case .checkpoints, .logarithmic: return loops == .asSaid ? way : .recorded
        case .inverse, .recorded, .bennett: return way
        }
    }

    /// Does something with a record of its own; the record, if anything was kept there.
    mutating func keeping(
        _ something: (inout Recording) throws(ReversibilityError) -> Void
    ) throws(ReversibilityError) -> Variable? {
        let outer = (record, isRecording)
        defer { (record, isRecording) = outer }
        (record, isRecording) = (supply.declare(.stack, "record"), false)
        records.insert(record)
        try something(&self)
        return isRecording ? record : nil
    }

    private func isKept(_ update: Update) -> Bool {
        isRead(update.place) && !shared.contains(update.place.variable)
    }

    func isRead(_ place: Place) -> Bool {
        place.variable.kind.isReal && reads.contains(place.variable)
    }

    /// The places are given new numbers, and the old ones are kept.
    private mutating func keeping(
        _ changes: [(place: Place, new: Node)], _ statement: Statement
    ) throws(ReversibilityError) -> [Statement] {
        (isRecording, isNeeded) = (true, true)
        var (ancillas, statements, moves): ([Ancilla], [Statement], [Statement]) = ([], [], [])
        for (place, new) in changes {
            let kind = place.isWholeArray ? place.variable.kind : .scalar
            let next = supply.declare(kind, "next")
            ancillas.append(
                Ancilla(
                    variable: next, sizes: kind.axes.map { Node(.size(place.variable, $0), .integer) },
                    rule: .forgotten))
            // −0 + x is x, also where x is −0.
            statements.append(Statement(.negate(SignChange(Place(next)))))
            statements.append(.update(.add, Place(next), new))
            moves.append(Statement(.swap(Swap(place, Place(next)))))
            moves.append(
                supply.overElements(of: next, sized: place.variable) {
                    Statement(.move(StackMove($0, record, pushes: true)))
                })
        }
        let block = Block(
            ancillas: ancillas,
            statements: (statements + moves).map { Statement($0.kind, at: statement.location) })
        return [Statement(.block(block), at: statement.location)]
    }

    /// A function that calls itself both ways, with a record and without: what it has recorded in one it would look for in
    /// the other.
    private func refused(_ statement: Statement) -> ReversibilityError {
        ReversibilityError(
            .invalidStatement,
            "`undoing: .recorded` cannot keep a record for `\(definition.name)`, which calls itself in more than one "
                + "way: forward and backward, or in a loop with an `undoing:` of its own. Undo what a call did by "
                + "`Compute { … } apply: { … }`, and say `undoing:` for all of the function",
            function: definition.name, location: statement.location)
    }

    private func refusedDerivative(_ statement: Statement) -> ReversibilityError {
        definition.refused(statement, names: supply.names) { text in
            "a turn of a loop with `undoing: .checkpoints`, or an iteration that keeps a record, runs again, and `\(text)` in it "
                + "is a derivative, which undoes what it does. Use `For`, and `undoing: .recorded` for the loop"
        }
    }

    // MARK: Calls

    private mutating func recording(
        _ call: Call, _ statement: Statement
    ) throws(ReversibilityError) -> Statement {
        var made = call
        if !isOn { noteUnrecorded(call) { _ in true } }
        switch call.callee {
        case .itself where request.called != nil:
            guard call.inverted == request.inverted, way == request.way, loops == request.loops else {
                throw refused(statement)
            }
            made.callee = .itself(Call.Owner(definition.owner))
            made.inverted = false
            if mayRunAgain { runsAgain += 1 }
        case .function(let callee) where callee.isDerived:
            if isInTurn { throw refusedDerivative(statement) }
            // What a derivative undoes is verified as ever.
            return statement
        case .function, .itself:
            var callee = definition
            if case .function(let other) = call.callee { callee = other }
            // What undoing may have changed here is no matter of which reads there are here.
            let positions = call.arguments.indices
            let called = Parameters(
                inexact: positions.filter {
                    let kind = call.arguments[$0].variable.kind
                    return kind.isReal || kind == .stack
                },
                read: positions.filter {
                    let variable = call.arguments[$0].variable
                    return reads.contains(variable) && !shared.contains(variable)
                })
            let recorded = try callee.recorded(
                Request(inverted: call.inverted, way: way, loops: loops, called: called))
            // What the callee does not restore from its record, as in a loop that is undone, is not restored here.
            noteUnrecorded(call) { recorded?.restored.contains(callee.parameters[$0].variable) != true }
            guard let recorded else { return statement }
            isNeeded = true
            if recorded.calls.runsTurnsAgain { runsAgain += 1 }
            made.callee = .function(recorded)
            made.inverted = false
        case .unavailable: return statement
        }
        isRecording = true
        made.arguments.append(Place(record))
        return Statement(.call(made), at: statement.location)
    }

    /// Takes note of what a call changes without a record, of the arguments at some positions.
    private mutating func noteUnrecorded(_ call: Call, where isUnrecorded: (Int) -> Bool) {
        let modes = call.modes(ownModes: definition.parameterModes)
        for (position, (place, mode)) in zip(call.arguments, modes).enumerated()
        where mode.changes && isUnrecorded(position) && !(isOn && shared.contains(place.variable)) {
            unrecorded.insert(place.variable)
        }
    }
}

extension Definition {
    /// The function, or its inverse, with a record of what its adjoint reads; nil if there is nothing to record.
    func recorded(_ request: Recording.Request) throws(ReversibilityError) -> Definition? {
        if request.way == .inverse, !calls.hasOwnUndoing { return nil }
        // A program that keeps a record is what it is.
        if !restored.isEmpty { return nil }
        let called = request.called
        let made = try derived(
            .recorded(
                inverted: request.inverted, way: request.way, loops: request.loops, inexact: called?.inexact,
                read: called?.read ?? [])
        ) { () throws(ReversibilityError) in try Recording.program(of: self, request) ?? self }
        return made === self ? nil : made
    }
}

extension Statement {
    /// Whether this changes the place of an update once more, in a way that an adjoint undoes without reading the place.
    fileprivate func readsNoMore(than kept: Update) -> Bool {
        guard case .update(let update) = kind, update.place == kept.place else { return false }
        switch update.operation {
        case .add, .subtract: return true
        case .multiply, .divide:
            guard let factor = update.change.constant else { return false }
            return factor.isFinite && factor != 0
        case .bits: return false
        }
    }
}

extension ElementaryFunction {
    /// What an update of real numbers computes.
    fileprivate init(_ operation: Update.Operation) {
        switch operation {
        case .add, .bits: self = .add
        case .subtract: self = .subtract
        case .multiply: self = .multiply
        case .divide: self = .divide
        }
    }
}

extension ReversibleFunction {
    /// The same function, whose derivatives get old values back in this way.
    public func undoing(_ way: Undoing) -> ReversibleFunction<repeat each A> {
        do throws(ReversibilityError) {
            let definition = try callee.definition
            if case .checkpoints(let copies) = way.way, copies < 1 {
                throw Undoing.tooFew(copies, in: definition)
            }
            if case .bennett = way.way {
                throw ReversibilityError(
                    .invalidStatement,
                    "`undoing: \(way)` is said at an `Iterate`, as its steps are run then in another order, and not for a "
                        + "derivative; use `.recorded` or `.checkpoints(c)` for all of a function",
                    function: definition.name)
            }
            guard
                let made = try definition.recorded(
                    Recording.Request(inverted: isInverted, way: way.way))
            else { return self }
            return ReversibleFunction(callee: .function(made), options: options)
        } catch {
            return ReversibleFunction(callee: .unavailable(error), options: options)
        }
    }
}
