import ReversibleCore

// Turns that are run to get ahead, and turns that are run once more.
//
// A sum that nobody reads is no state: it is added to once, and what turns run later add to it is left out. Decisions
// that a `While` or an `If` records for its inverse are not kept where nothing is undone.

/// Leaves out of a program what adds to some variables.
struct Advancing {
    /// The variables that nothing is added to.
    let dropped: Set<Variable>
    /// Whether the program keeps a record, and is undone.
    let records: Bool
    let definition: Definition
    /// Gives a variable that is not used yet.
    let declare: (Variable.Kind, String) -> Variable
    /// What calls of the function itself leave out as well, and which way they run; nil if there is no such function.
    var itself: (dropped: [Int], inverted: Bool)?

    func advanced(_ block: Block) throws(ReversibilityError) -> Block {
        var result = Block(ancillas: block.ancillas)
        for statement in block.statements {
            if let kept = try advanced(statement) { result.statements.append(kept) }
        }
        return result
    }

    /// The statement; nil if nothing is left of it.
    private func advanced(_ statement: Statement) throws(ReversibilityError) -> Statement? {
        var result = statement
        switch statement.kind {
        case .update(let s): if dropped.contains(s.place.variable) { return nil }
        case .call(let s): return try advanced(s, statement)
        case .move(let s):
            if !records,
                s.stack.storage != nil || definition.parameters.contains(where: { $0.variable == s.stack })
            {
                throw refused("moves numbers to or from a stack of the run", statement)
            }
        case .compute(var s):
            // It is undone at once, and what it adds to is read.
            s.apply = try advanced(s.apply)
            if s.apply.statements.isEmpty { return nil }
            result.kind = .compute(s)
        case .forLoop(var s):
            s.body = try advanced(s.body)
            if s.body.isEmpty { return nil }
            result.kind = .forLoop(s)
        case .branch(var s):
            s.then = try advanced(s.then)
            s.otherwise = try advanced(s.otherwise)
            // A decision that is kept is asked for, also where nothing hangs on it here.
            if s.then.isEmpty, s.otherwise.isEmpty, !records || s.decision == .asserted { return nil }
            result.kind = .branch(s)
            guard !records, s.decision != .asserted else { break }
            if s.decision == .replayed { throw refused("undoes an `If` with `post: .recorded`", statement) }
            // Nobody asks which way it was.
            let taken = declare(.integer, "taken")
            let decision = Node.select(s.pre, .integer(1), .integer(0))
            s.decision = .asserted
            s.pre = .compare(.equal, Place(taken).read, .integer(1))
            s.post = s.pre
            result.kind = .block(
                Block(
                    ancillas: [Ancilla(variable: taken, sizes: [], rule: .cotangent)],
                    statements: [
                        .update(.add, Place(taken), decision),
                        Statement(.branch(s), at: statement.location),
                    ]))
        case .whileLoop(var s):
            s.body = try advanced(s.body)
            result.kind = .whileLoop(s)
            guard !records, s.turns != .asserted else { break }
            if s.turns == .replayed {
                throw refused("undoes the turns of a `While` without `post:`", statement)
            }
            // The turns are counted, so that an assertion can be made; nobody asks how many there were.
            let count = declare(.integer, "turns")
            (s.turns, s.post) = (.asserted, Node.compare(.greater, Place(count).read, .integer(0)))
            s.body.statements.append(.update(.add, Place(count), .integer(1)))
            let block = Block(
                ancillas: [Ancilla(variable: count, sizes: [], rule: .cotangent)],
                statements: [Statement(.whileLoop(s), at: statement.location)])
            result.kind = .block(block)
        case .block(let s): result.kind = .block(try advanced(s))
        case .rerun(var s):
            s.plain = try advanced(s.plain)
            result.kind = .rerun(s)
        default: break
        }
        return result
    }

    private func advanced(_ call: Call, _ statement: Statement) throws(ReversibilityError) -> Statement? {
        let positions = call.arguments.indices.filter { dropped.contains(call.arguments[$0].variable) }
        var made = call
        switch call.callee {
        case .function(let callee):
            made.callee = .function(
                try callee.advanced(inverted: call.inverted, dropping: positions, records: records))
            made.inverted = false
        case .itself:
            guard positions == itself?.dropped, call.inverted == itself?.inverted else {
                throw refused("calls the function itself in more than one way", statement)
            }
            made.inverted = false
        case .unavailable: break
        }
        return Statement(.call(made), at: statement.location)
    }

    private func refused(_ what: String, _ statement: Statement) -> ReversibilityError {
        definition.refused(statement, names: definition.names) { text in
            "a loop with `undoing: .checkpoints` runs its turns more than once; `\(text)` in it \(what), which can be done "
                + "once only. Use `undoing: .recorded` for the loop"
        }
    }
}

extension Definition {
    /// The function, or its inverse, as it runs to get ahead.
    ///
    /// - Parameters:
    ///   - positions: Of the parameters that nothing is added to.
    ///   - records: Whether the function keeps a record, and is undone.
    func advanced(
        inverted: Bool, dropping positions: [Int], records: Bool
    ) throws(ReversibilityError) -> Definition {
        try derived(.advanced(inverted: inverted, dropping: positions, records: records)) {
            () throws(ReversibilityError) in
            let supply = VariableSupply(of: self)
            let advancing = Advancing(
                dropped: Set(positions.map { parameters[$0].variable }), records: records, definition: self,
                declare: { supply.declare($0, $1) }, itself: (positions, inverted))
            let body = try advancing.advanced(inverted ? self.body.inverse : self.body)
            return try Definition(
                name: name, arguments: arguments, argumentTypes: argumentTypes, body: body,
                names: supply.names, owner: owner, isDerived: isDerived, isCareful: isCareful,
                restored: restored, requirements: requirements?.list ?? [])
        }
    }
}

extension Definition {
    /// An error about a statement that cannot be recorded, which shows it.
    func refused(
        _ statement: Statement, names: [Int: String], at outer: SourceLocation? = nil,
        _ message: (_ text: String) -> String
    ) -> ReversibilityError {
        let text = Printer(names: names, functionName: name).headline(statement)
        return ReversibilityError(
            .invalidStatement, message(text), function: name, location: statement.location ?? outer)
    }
}
