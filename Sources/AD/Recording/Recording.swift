import ReversibleCore

// A program that records what its adjoint cannot get back by undoing.
//
// It is a program of the language like any other, so that every engine runs it, every derivative is made of it, and
// verified undoing watches over it. Where a number p changes that an adjoint reads inexactly,
//
//     p *= e        becomes        next += p * e;  SWAP(p, next);  PUSH(next, on: record)
//
// Undone, POP and SWAP put the old number in its place bit for bit, whatever the new one was, and `next` is taken back by
// the very expression that made it. The record is a stack of the run, handed to the functions that are called. What a
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

    let definition: Definition
    let inverted: Bool
    /// Whether the whole function is recorded, and not only loops that say so; and what holds where the walk is.
    private let everywhere: Bool
    private var isOn: Bool
    /// What changes where it is not.
    private var unrecorded: Set<Variable> = []
    /// The numbers that an adjoint reads where undoing may have changed them.
    private var reads: Set<Variable>
    private let parameters: Parameters?
    private let moves: NumberMoves
    /// The records, which hold what they are given.
    private var records: Set<Variable> = []
    private var names: [Int: String]
    private var nextID: Int
    /// The record where the walk is, and whether anything is kept there.
    private var record: Variable
    private var isRecording = false
    /// Whether anything is kept by more than calls of the function itself.
    private var isNeeded = false
    /// The statement that is one of iterations which run side by side, and share no stack.
    private var loop: Statement?

    private init(
        _ definition: Definition, inverted: Bool, everywhere: Bool, _ parameters: Parameters?
    ) throws(ReversibilityError) {
        (self.everywhere, isOn) = (everywhere, everywhere)
        self.definition = definition
        self.inverted = inverted
        self.parameters = parameters
        let verified = try definition.verified(inverted: inverted, called: parameters?.inexact)
        moves = NumberMoves(of: definition)
        reads = verified.account?.reads ?? []
        reads.formUnion((parameters?.read ?? []).map { definition.parameters[$0].variable })
        reads = moves.closure(of: reads, isCalled: parameters != nil)
        names = definition.names
        nextID = (names.keys.max() ?? 0) + 2
        names[nextID - 1] = "record"
        record = Variable(
            id: nextID - 1, kind: .stack, owner: definition.owner,
            storage: parameters == nil ? TraceToken() : nil)
        records = [record]
    }

    /// The function, or its inverse, as a function that records; nil if there is nothing to record.
    ///
    /// One that is called takes the record as its last argument.
    static func program(
        of definition: Definition, inverted: Bool, everywhere: Bool, called parameters: Parameters?
    ) throws(ReversibilityError) -> Definition? {
        var recording = try Recording(definition, inverted: inverted, everywhere: everywhere, parameters)
        var body = inverted ? definition.body.inverse : definition.body
        body = try recording.recording(body)
        guard recording.isNeeded else { return nil }
        let taken = parameters == nil ? [] : [Parameter(variable: recording.record, name: "record")]
        return try Definition(
            name: definition.name, arguments: definition.arguments + taken.map { [$0] },
            argumentTypes: definition.argumentTypes + taken.map { _ in "Stack" }, body: body,
            names: recording.names, owner: definition.owner, isCareful: definition.isCareful,
            restored: recording.restored,
            requirements: definition.requirements?.list ?? [])
    }

    /// What comes back from a record, whatever happens to it. What may change otherwise, and all that numbers of it come to,
    /// is verified as ever.
    private var restored: Set<Variable> {
        let others = moves.closure(of: moves.touched.union(unrecorded), isCalled: parameters != nil)
        return reads.subtracting(others).union(records)
    }

    private mutating func declare(_ kind: Variable.Kind, _ name: String) -> Variable {
        defer { nextID += 1 }
        names[nextID] = name
        return Variable(id: nextID, kind: kind, owner: definition.owner)
    }

    // MARK: Statements

    private mutating func recording(_ block: Block) throws(ReversibilityError) -> Block {
        var result = Block(ancillas: block.ancillas)
        for statement in block.statements { result.statements += try recording(statement) }
        return result
    }

    private mutating func recording(_ statement: Statement) throws(ReversibilityError) -> [Statement] {
        if !isOn, statement.isElementary {
            unrecorded.formUnion(statement.ownPlaces.map(\.variable))
            return [statement]
        }
        switch statement.kind {
        case .update(let update) where isRead(update.place):
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
        case .compute(var compute):
            let outer = (record, isRecording)
            record = declare(.stack, "record")
            records.insert(record)
            isRecording = false
            compute.compute = try recording(compute.compute)
            let own = isRecording ? [Ancilla(variable: record, sizes: [])] : []
            (record, isRecording) = outer
            compute.apply = try recording(compute.apply)
            let made = Statement(.compute(compute), at: statement.location)
            return own.isEmpty
                ? [made]
                : [Statement(.block(Block(ancillas: own, statements: [made])), at: statement.location)]
        case .forLoop(var inner):
            let outer = loop
            if inner.parallel { loop = statement }
            inner.body = try recording(inner.body, inner.undoing)
            loop = outer
            return [Statement(.forLoop(inner), at: statement.location)]
        case .branch(var branch):
            branch.then = try recording(branch.then)
            branch.otherwise = try recording(branch.otherwise)
            return [Statement(.branch(branch), at: statement.location)]
        case .whileLoop(var inner):
            inner.body = try recording(inner.body, inner.undoing)
            return [Statement(.whileLoop(inner), at: statement.location)]
        case .block(let block):
            return [Statement(.block(try recording(block)), at: statement.location)]
        default: return [statement]
        }
    }

    /// The body of a loop, which may say itself how it is undone.
    private mutating func recording(_ body: Block, _ way: Undoing?) throws(ReversibilityError) -> Block {
        let outer = isOn
        defer { isOn = outer }
        if let way { isOn = way == .recorded }
        return try recording(body)
    }

    private func isRead(_ place: Place) -> Bool {
        place.variable.kind.isReal && reads.contains(place.variable)
    }

    /// The places are given new numbers, and the old ones are kept.
    private mutating func keeping(
        _ changes: [(place: Place, new: Node)], _ statement: Statement
    ) throws(ReversibilityError) -> [Statement] {
        try refuseLoop(statement)
        (isRecording, isNeeded) = (true, true)
        var (ancillas, statements, moves): ([Ancilla], [Statement], [Statement]) = ([], [], [])
        for (place, new) in changes {
            let kind = place.isWholeArray ? place.variable.kind : .scalar
            let next = declare(kind, "next")
            let axes: [Axis] =
                switch kind {
                case .vector: [.count]
                case .matrix: [.rows, .columns]
                default: []
                }
            let sizes = axes.map { Node(.size(place.variable, $0), .integer) }
            ancillas.append(Ancilla(variable: next, sizes: sizes))
            statements.append(.update(.add, Place(next), new))
            moves.append(Statement(.swap(Swap(place, Place(next)))))
            moves.append(pushing(next, sizes))
        }
        let block = Block(
            ancillas: ancillas,
            statements: (statements + moves).map { Statement($0.kind, at: statement.location) })
        return [Statement(.block(block), at: statement.location)]
    }

    /// All numbers of a variable go onto the record.
    private mutating func pushing(_ variable: Variable, _ sizes: [Node]) -> Statement {
        let indices = sizes.map { _ in declare(.index, "i") }
        let place = Place(variable, indices.map { Place($0).read })
        var result = Statement(.move(StackMove(place, record, pushes: true)))
        for (index, size) in zip(indices, sizes).reversed() {
            result = Statement(
                .forLoop(
                    ForLoop(
                        index: index, start: .integer(0), end: size, step: .integer(1), closed: false,
                        parallel: false, body: Block(statements: [result]))))
        }
        return result
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

    private func refuseLoop(_ statement: Statement) throws(ReversibilityError) {
        guard let loop else { return }
        let text = Printer(names: names, functionName: definition.name).headline(statement)
        throw ReversibilityError(
            .invalidStatement,
            "`undoing: .recorded` cannot keep what `\(text)` changes: iterations of a `ParallelFor` share no record. "
                + "Use `For`, or keep the numbers in an array with an element for every iteration",
            function: definition.name, location: statement.location ?? loop.location)
    }

    // MARK: Calls

    private mutating func recording(
        _ call: Call, _ statement: Statement
    ) throws(ReversibilityError) -> Statement {
        var made = call
        if !isOn { noteUnrecorded(call) { _ in true } }
        switch call.callee {
        case .itself where parameters != nil:
            guard call.inverted == inverted, isOn == everywhere else { throw refused(statement) }
            made.callee = .itself(Call.Owner(definition.owner))
            made.inverted = false
        case .function(let callee) where callee.isDerived:
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
                read: positions.filter { reads.contains(call.arguments[$0].variable) })
            let recorded = try callee.recorded(inverted: call.inverted, everywhere: isOn, called: called)
            // What the callee does not restore from its record, as in a loop that is undone, is not restored here.
            noteUnrecorded(call) { recorded?.restored.contains(callee.parameters[$0].variable) != true }
            guard let recorded else { return statement }
            isNeeded = true
            made.callee = .function(recorded)
            made.inverted = false
        case .unavailable: return statement
        }
        try refuseLoop(statement)
        isRecording = true
        made.arguments.append(Place(record))
        return Statement(.call(made), at: statement.location)
    }

    /// Takes note of what a call changes without a record, of the arguments at some positions.
    private mutating func noteUnrecorded(_ call: Call, where isUnrecorded: (Int) -> Bool) {
        let modes = call.modes(ownModes: definition.parameterModes)
        for (position, (place, mode)) in zip(call.arguments, modes).enumerated()
        where !mode.isDisjoint(with: [.write, .accumulate]) && isUnrecorded(position) {
            unrecorded.insert(place.variable)
        }
    }
}

extension Definition {
    /// The function, or its inverse, with a record of what its adjoint reads; nil if there is nothing to record.
    func recorded(
        inverted: Bool, everywhere: Bool, called parameters: Recording.Parameters?
    ) throws(ReversibilityError) -> Definition? {
        if !everywhere, !calls.hasOwnUndoing { return nil }
        let made = try derived(
            .recorded(
                inverted: inverted, everywhere: everywhere, inexact: parameters?.inexact,
                read: parameters?.read ?? [])
        ) { () throws(ReversibilityError) in
            try Recording.program(of: self, inverted: inverted, everywhere: everywhere, called: parameters)
                ?? self
        }
        return made === self ? nil : made
    }
}

extension ElementaryFunction {
    /// What an update of real numbers computes.
    fileprivate init(_ operation: Update.Operation) {
        switch operation {
        case .add, .xor: self = .add
        case .subtract: self = .subtract
        case .multiply: self = .multiply
        case .divide: self = .divide
        }
    }
}

extension ReversibleFunction {
    /// The same function, whose derivatives get old values back in this way.
    public func undoing(_ way: Undoing) -> ReversibleFunction<repeat each A> {
        do {
            guard
                let made = try callee.definition.recorded(
                    inverted: isInverted, everywhere: way == .recorded, called: nil)
            else { return self }
            return ReversibleFunction(callee: .function(made), options: options)
        } catch {
            return ReversibleFunction(callee: .unavailable(error), options: options)
        }
    }
}
