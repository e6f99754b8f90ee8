import ReversibleCore

// Loops that are undone from copies of their state.
//
// The loop becomes a function that calls itself, of n turns from a state that it is given, with c copies:
//
//     run(state, n, c) = one turn with a record, if n is 1; otherwise, with m = split(n, copies: c),
//                        copy(state); m turns without a record; run(state, n − m, c − 1)
//
// Undone, the copy is put back in place of the m turns, and run(state, m, c) runs and is undone in its turn. So no step of
// the schedule is kept anywhere: it is the order in which calls are undone. The state is what the turns change, but for
// sums that nobody reads: they are added to once, when a turn runs for the first time.

/// The parts of a loop that is run again.
private struct Turns {
    let statement: Statement
    let body: Block
    /// Nil for a `While`.
    let counted: ForLoop?

    /// A loop over some turns: of a counted loop from index `start`.
    func loop(
        from start: Node, count: Node, by step: Node, _ supply: VariableSupply, _ body: Block
    ) -> Block {
        if body.isEmpty { return Block() }
        let end = Node.integerBinary(.add, start, Node.integerBinary(.multiply, count, step))
        let loop =
            counted.map { original in
                ForLoop(
                    index: original.index, start: start, end: end, step: step, closed: false, parallel: false,
                    body: body)
            }
            ?? ForLoop(counting: supply.declare(.index, "turn"), to: count, body: body)
        return Block(statements: [Statement(.forLoop(loop), at: statement.location)])
    }
}

extension Recording {
    /// The loop as one that is run again from copies; nil if it is none, or if its turns need no record.
    mutating func runningAgain(_ statement: Statement) throws(ReversibilityError) -> [Statement]? {
        let turns: Turns
        let own: Undoing?
        switch statement.kind {
        case .forLoop(let loop):
            (turns, own) = (Turns(statement: statement, body: loop.body, counted: loop), loop.undoing)
        case .whileLoop(let loop):
            (turns, own) = (Turns(statement: statement, body: loop.body, counted: nil), loop.undoing)
        default: return nil
        }
        let copies: Int?
        switch way(of: own, turns.body) {
        case .checkpoints(let number): copies = number
        case .logarithmic: copies = nil
        case .inverse, .recorded, .bennett: return nil
        }
        if let copies, copies < 1 { throw Undoing.tooFew(copies, in: definition, at: statement.location) }
        let outer = (way, loops, isNeeded)
        (way, loops) = (.recorded, .recorded)
        var recorded = Block()
        let inner = try keeping { (recording) throws(ReversibilityError) in
            recorded = try recording.recording(turns.body)
        }
        (way, loops, isNeeded) = outer
        guard let inner else { return nil }
        return try runningAgain(turns, recorded, on: inner, copies)
    }

    private mutating func runningAgain(
        _ turns: Turns, _ recorded: Block, on inner: Variable, _ copies: Int?
    ) throws(ReversibilityError) -> [Statement] {
        (isRecording, isNeeded) = (true, true)
        runsAgain += 1
        let (named, sums, changed) = uses(of: turns.statement, turns.body, recorded)
        let state = named.filter { changed.contains($0) && !sums.contains($0) }
        for stack in named where stack.kind == .stack {
            if changed.contains(stack) || later.contains(stack) {
                throw refusedStack(stack, turns.statement, changes: changed.contains(stack))
            }
        }
        let run = try Run(self, turns, recorded, on: inner, named: named, state: state, sums: sums)
        var result: [Statement] = []

        // How many turns, from which index, by which step.
        let (count, first) = (supply.declare(.integer, "turns"), supply.declare(.integer, "first"))
        let (slots, isFirst) = (supply.declare(.integer, "copies"), supply.declare(.integer, "isFirst"))
        let stride = supply.declare(.integer, "by")
        var computation: [Statement] = []
        if let loop = turns.counted {
            computation.append(.update(.add, Place(count), loop.count))
            let start =
                loop.backward
                ? Node.integerBinary(
                    .add, loop.start,
                    .integerBinary(
                        .multiply, .integerBinary(.subtract, Place(count).read, .integer(1)), loop.step))
                : loop.start
            computation.append(.update(.add, Place(first), start))
            computation.append(.update(loop.backward ? .subtract : .add, Place(stride), loop.step))
        } else {
            result.append(try counting(turns, state, sums, into: count))
        }
        computation.append(
            .update(.add, Place(slots), copies.map { .integer($0) } ?? Place(count).read.logarithmicCopies))
        computation.append(.update(.add, Place(isFirst), .integer(1)))
        let call = run.call(turns: count, from: first, by: stride, slots, isFirst, record)
        let some = Node.compare(.greater, Place(count).read, .integer(0))
        let apply = Block(statements: [
            Statement(
                .branch(Branch(pre: some, post: some, then: Block(statements: [call]), otherwise: Block())))
        ])
        let own = [first, slots, isFirst, stride] + (turns.counted == nil ? [] : [count])
        let compute = ComputeApply(
            compute: Block(
                ancillas: own.map { Ancilla(variable: $0, sizes: []) }, statements: computation),
            apply: apply)
        result.append(Statement(.compute(compute), at: turns.statement.location))
        if turns.counted == nil {
            // The number of turns is kept until the loop is undone.
            result.append(keeping([count]))
        }
        result += keepingLater(named)
        let ancillas = turns.counted == nil ? [Ancilla(variable: count, sizes: [], rule: .cotangent)] : []
        let block = Block(
            ancillas: ancillas,
            statements: result.map { Statement($0.kind, at: turns.statement.location) })
        return [Statement(.block(block), at: turns.statement.location)]
    }

    /// What a loop and its recorded body use from outside, the sums among it that nobody reads, and what the body changes.
    mutating func uses(
        of loop: Statement, _ body: Block, _ recorded: Block
    ) -> (named: [Variable], sums: Set<Variable>, changed: Set<Variable>) {
        let whole = Block(statements: [loop])
        var uses = accesses(whole)
        recorded.visit(&uses)
        let named = whole.namedVariables.union(recorded.namedVariables)
            .subtracting(uses.declared).subtracting(records).sorted { $0.id < $1.id }
        let sums = unreadSums.variables(of: whole, in: definition).subtracting(reads)
        return (named, sums, accesses(body).written)
    }

    /// What leaves some variables out of a program that runs to get ahead, or once more.
    func advancing(dropping dropped: Set<Variable>, records: Bool) -> Advancing {
        let supply = supply
        return Advancing(
            dropped: dropped, records: records, definition: definition,
            declare: { supply.declare($0, $1) })
    }

    /// Runs a `While` to the end, to count its turns, and goes back to its start.
    private func counting(
        _ turns: Turns, _ state: [Variable], _ sums: Set<Variable>, into count: Variable
    ) throws(ReversibilityError) -> Statement {
        guard case .whileLoop(var loop) = turns.statement.kind else { return .empty }
        let plain = try advancing(dropping: sums, records: false)
            .advanced(turns.body.callingItself(.function(definition)))
        loop.body = plain
        loop.body.statements.append(.update(.add, Place(count), .integer(1)))
        if loop.turns != .asserted { loop.post = Node.compare(.greater, Place(count).read, .integer(0)) }
        (loop.turns, loop.undoing) = (.asserted, nil)
        let there = Block(
            statements: (supply.copying(state, on: record).statements + [
                Statement(.whileLoop(loop), at: turns.statement.location)
            ] + supply.restoring(state, from: record).statements))
        return Statement(
            .rerun(
                Rerun(
                    keeping: supply.copying([count], on: record), plain: there,
                    restoring: supply.restoring([count], from: record), again: Block(), undone: Block())))
    }

    /// A copy, after a loop or a computation, of what it uses and what changes after it: turns that are run again must find
    /// it as it was to the last bit.
    mutating func keepingLater(_ named: [Variable]) -> [Statement] {
        let kept = Set(named).filter { $0.kind.isReal && later.contains($0) }.sorted { $0.id < $1.id }
        if kept.isEmpty { return [] }
        (isRecording, isNeeded) = (true, true)
        return [keeping(kept)]
    }

    /// A copy, which is put back when this is undone.
    func keeping(_ variables: [Variable]) -> Statement {
        Statement(
            .rerun(
                Rerun(
                    keeping: supply.copying(variables, on: record), plain: Block(),
                    restoring: supply.restoring(variables, from: record), again: Block(), undone: Block())))
    }

    private func refusedStack(
        _ stack: Variable, _ statement: Statement, changes: Bool
    ) -> ReversibilityError {
        let name = supply.names[stack.id] ?? "stack"
        let problem =
            changes
            ? "the stack `\(name)` would be pushed on every time. Use `undoing: .recorded` for the loop, or a stack made in its "
                + "body"
            : "the stack `\(name)`, which they read, changes after the loop. Use `undoing: .recorded` for the loop, or read the "
                + "stack before it, into an ancilla"
        return ReversibilityError(
            .invalidStatement,
            "a loop with `undoing: .checkpoints` runs its turns more than once, and \(problem)",
            function: definition.name, location: statement.location)
    }
}

/// The functions that a loop becomes.
private struct Run {
    let named: [Variable]
    let function: Definition

    init(
        _ recording: Recording, _ turns: Turns, _ recorded: Block, on inner: Variable, named: [Variable],
        state: [Variable], sums: Set<Variable>
    ) throws(ReversibilityError) {
        self.named = named
        let (definition, supply) = (recording.definition, recording.supply)
        // What is an index outside is an integer here.
        var integers: [Variable: Variable] = [:]
        for index in named where index.kind == .index {
            integers[index] = supply.declare(.integer, supply.names[index.id] ?? "i")
        }
        let renaming = Renaming(integers)
        let own = named.map { renaming($0) }
        let (count, first) = (supply.declare(.integer, "turns"), supply.declare(.integer, "first"))
        let (slots, isFirst) = (supply.declare(.integer, "copies"), supply.declare(.integer, "isFirst"))
        let by = supply.declare(.integer, "by")
        let (split, rest) = (supply.declare(.integer, "split"), supply.declare(.integer, "rest"))
        let (next, fewer) = (supply.declare(.integer, "next"), supply.declare(.integer, "fewer"))
        func read(_ variable: Variable) -> Node { Place(variable).read }
        let step =
            turns.counted?.step.knownInteger.map {
                Node.integer(turns.counted?.backward == true ? -$0 : $0)
            } ?? read(by)
        let loop = { (body: Block, number: Node) in
            turns.loop(from: read(first), count: number, by: step, supply, renaming(body))
        }
        let plain = turns.body.callingItself(.function(definition))
        let whole = try recording.advancing(dropping: [], records: false).advanced(plain)
        let sliced = try recording.advancing(dropping: sums, records: false).advanced(plain)
        let again = try recording.advancing(dropping: sums, records: true).advanced(recorded)

        let parameters = own + [count, first, by, slots, isFirst, inner]
        func call(_ callee: Call.Callee, _ count: Variable, _ first: Variable, _ slots: Variable) -> Statement
        {
            Statement(
                .call(
                    Call(
                        callee, inverted: false,
                        arguments: (own + [count, first, by, slots, isFirst, inner]).map { Place($0) })),
                at: turns.statement.location)
        }
        let itself = Call.Callee.itself(Call.Owner(definition.owner))
        // One turn with a record; or what is given for several, and the rest of them.
        func body(one: Block, _ several: [Statement]) -> Block {
            let isOne = Node.compare(.equal, read(count), .integer(1))
            let computation = Block(
                ancillas: [split, rest, next, fewer].map { Ancilla(variable: $0, sizes: []) },
                statements: [
                    .update(.add, Place(split), .integerBinary(.split, read(count), read(slots))),
                    .update(.add, Place(rest), .integerBinary(.subtract, read(count), read(split))),
                    .update(
                        .add, Place(next),
                        .integerBinary(.add, read(first), .integerBinary(.multiply, read(split), step))),
                    .update(.add, Place(fewer), .integerBinary(.subtract, read(slots), .integer(1))),
                ])
            let compute = ComputeApply(
                compute: computation,
                apply: Block(statements: several + [call(itself, rest, next, fewer)]))
            return Block(statements: [
                Statement(
                    .branch(
                        Branch(
                            pre: isOne, post: isOne, then: loop(one, .integer(1)),
                            otherwise: Block(statements: [Statement(.compute(compute))]))),
                    at: turns.statement.location)
            ])
        }
        func made(_ body: Block) throws(ReversibilityError) -> Definition {
            try Definition(
                name: definition.name,
                arguments: parameters.map {
                    [Parameter(variable: $0, name: supply.names[$0.id] ?? "t")]
                }, argumentTypes: parameters.map(\.kind.typeName), body: body, names: supply.names,
                owner: definition.owner, isCareful: definition.isCareful, restored: Set(parameters))
        }
        let state = state.map { renaming($0) }
        let copying = supply.copying(state, on: inner)
        let rerun = try made(body(one: again, (copying.statements + loop(sliced, read(split)).statements)))
        let firstTime = Node.compare(.equal, read(isFirst), .integer(1))
        let advance = Block(statements: [
            Statement(
                .branch(
                    Branch(
                        pre: firstTime, post: firstTime, then: loop(whole, read(split)),
                        otherwise: loop(sliced, read(split)))))
        ])
        function = try made(
            body(
                one: recorded,
                [
                    Statement(
                        .rerun(
                            Rerun(
                                keeping: copying,
                                plain: whole == sliced ? loop(whole, read(split)) : advance,
                                restoring: supply.restoring(state, from: inner),
                                again: Block(statements: [call(.function(rerun), split, first, slots)]),
                                undone: Block(statements: [call(itself, split, first, slots)]))),
                        at: turns.statement.location)
                ]))
    }

    /// A call of the function for a number of turns.
    func call(
        turns: Variable, from first: Variable, by: Variable, _ slots: Variable, _ isFirst: Variable,
        _ record: Variable
    ) -> Statement {
        Statement(
            .call(
                Call(
                    .function(function), inverted: false,
                    arguments: (named + [turns, first, by, slots, isFirst, record]).map { Place($0) })))
    }
}

extension ForLoop {
    /// How many turns there are.
    fileprivate var count: Node {
        func turns(_ from: Node, _ to: Node, _ step: Node) -> Node {
            let distance = Node.integerBinary(.subtract, to, from)
            let length = closed ? distance : Node.integerBinary(.subtract, distance, .integer(1))
            let turns = Node.integerBinary(.add, .integerBinary(.divide, length, step), .integer(1))
            return .select(
                .compare(closed ? .greaterOrEqual : .greater, distance, .integer(0)), turns, .integer(0))
        }
        if let step = step.knownInteger {
            return step > 0 ? turns(start, end, .integer(step)) : turns(end, start, .integer(-step))
        }
        let size = Node.integerBinary(.max, Node(.integerUnary(.abs, step), .integer), .integer(1))
        let turns = Node.select(
            .compare(.greater, step, .integer(0)), turns(start, end, size), turns(end, start, size))
        // A step of 0 is refused by the loop that one turn is run in.
        return .select(.compare(.equal, step, .integer(0)), .integer(1), turns)
    }
}

extension Undoing {
    static func tooFew(
        _ copies: Int, in definition: Definition, at location: SourceLocation? = nil
    ) -> ReversibilityError {
        ReversibilityError(
            .invalidStatement,
            "`undoing: .checkpoints(\(copies))` keeps no copy; one, of the start, is the least",
            function: definition.name, location: location)
    }
}

extension Node {
    /// ⌈log₂ n⌉ + 1 of this number n: one more than there are powers of 2 below it.
    fileprivate var logarithmicCopies: Node {
        (0..<62).reduce(.integer(1)) { sum, power in
            .integerBinary(
                .add, sum,
                .select(.compare(.greater, self, .integer(1 << power)), .integer(1), .integer(0)))
        }
    }

    /// The value of a constant other than the least integer, which has no negative.
    fileprivate var knownInteger: Int? {
        if case .integer(let value) = kind, value != .min { value } else { nil }
    }
}

extension Block {
    /// Whether turns may be run again in this.
    var hasLoopsOrCalls: Bool {
        containsStatement { statement in
            switch statement.kind {
            case .forLoop, .whileLoop, .call: true
            default: false
            }
        }
    }

    /// For every statement that has a loop in it: what the statements after it change.
    func writtenAfterLoops(_ accesses: (Block) -> Accesses) -> [Int: Set<Variable>] {
        var (written, result): (Set<Variable>, [Int: Set<Variable>]) = ([], [:])
        for (position, statement) in statements.enumerated().reversed() {
            let block = Block(statements: [statement])
            if block.hasLoopsOrCalls { result[position] = written }
            written.formUnion(accesses(block).written)
        }
        return result
    }
}
