import ReversibleCore

// Notes that say again what an earlier one says.
//
// A note compares what a place held in the primal with what it holds when the adjoint has undone everything after the
// note. As long as nothing changes the place, every later read of it in the primal is an earlier one in the adjoint of
// the same number: the first note stands for all of them. This is the analysis of available expressions (Cocke, 1970),
// with notes for expressions. What a statement does to notes is summed up once, from the inside out; loops need no
// repetition, since of a note they either leave or they do not.
//
// Notes inside a computation compare its second run with its undoing, both in the adjoint: they are forgotten behind it.

/// Leaves out notes while others stand for them.
private struct RepeatedNotes {
    let scope: NoteScope
    /// The notes that stand here, by what they depend on.
    private var standing: Set<NoteSubject> = []
    private var dependents: [Variable: Set<NoteSubject>] = [:]
    /// What was changed in `standing`, to go back at the end of a block: a copy for each would be quadratic.
    private var log: [(subject: NoteSubject, wasAdded: Bool)] = []
    /// Numbers that the loop around only multiplies: noted around it, and in its turns by their magnitudes.
    private var scaled: Set<Variable> = []

    init(_ scope: NoteScope) { self.scope = scope }

    mutating func reduced(_ block: Block) -> Block {
        change(block.ancillas.map(\.variable))
        var result = Block(ancillas: block.ancillas)
        var position = 0
        while position < block.statements.count {
            if let note = Note(block.statements, at: position, scope.subjects) {
                result.statements += kept(of: note, block.statements[position..<position + note.length])
                position += note.length
            } else {
                result.statements.append(reduced(block.statements[position]))
                position += 1
            }
        }
        change(block.ancillas.map(\.variable))
        return result
    }

    /// What is left of a note.
    private mutating func kept(of note: Note, _ statements: ArraySlice<Statement>) -> ArraySlice<Statement> {
        defer { change(note.sums) }
        if standing.contains(note.subject) || standing.contains(note.subject.unconditional) { return [] }
        if case .number(let place, let condition) = note.subject, place.indices.isEmpty,
            scaled.contains(place.variable)
        {
            if standing.contains(.magnitude(place)) { return [] }
            guard condition == nil else { return statements }
            add(.magnitude(place))
            return statements.dropFirst()
        }
        note.made.forEach { add($0) }
        return statements
    }

    private mutating func reduced(_ statement: Statement) -> Statement {
        var result = statement
        switch statement.kind {
        case .branch(var s):
            s.then = scoped(s.then)
            s.otherwise = scoped(s.otherwise)
            result.kind = .branch(s)
        case .forLoop(var s):
            s.body = turn(s.body, NoteEffects(statement, scope))
            result.kind = .forLoop(s)
        case .whileLoop(var s):
            s.body = turn(s.body, NoteEffects(statement, scope))
            result.kind = .whileLoop(s)
        case .compute(var s):
            let computed = NoteEffects(s.compute, scope).changed
            let applied = NoteEffects(s.apply, scope).changed
            // It runs again before `apply` is undone.
            s.compute = scoped(s.compute) { $0.change(applied) }
            // Decisions are noted there as well, and compared with those of the second run.
            s.unverified = s.unverified.map { unverified in scoped(unverified) { $0.change(applied) } }
            change(computed)
            s.apply = reduced(s.apply)
            change(computed)
            result.kind = .compute(s)
            return result
        case .block(let block):
            result.kind = .block(reduced(block))
            return result
        default: break
        }
        pass(NoteEffects(statement, scope))
        return result
    }

    /// The body of a loop, of which every turn begins with what no turn takes away.
    private mutating func turn(_ body: Block, _ loop: NoteEffects) -> Block {
        let outer = scaled
        defer { scaled = outer }
        // What another loop around multiplies may change in this one otherwise.
        scaled = scaled.subtracting(loop.changed).union(body.numbersOfMagnitudes(scope.subjects))
        return scoped(body) { $0.drop(by: loop) }
    }

    private mutating func scoped(
        _ block: Block, _ enter: (inout RepeatedNotes) -> Void = { _ in }
    ) -> Block {
        let mark = log.count
        enter(&self)
        let result = reduced(block)
        while log.count > mark, let (subject, wasAdded) = log.popLast() {
            if wasAdded { erase(subject) } else { insert(subject) }
        }
        return result
    }

    /// Goes behind a piece of program.
    private mutating func pass(_ effects: NoteEffects) {
        drop(by: effects)
        for (subject, effect) in effects.effects where effect == .made { add(subject) }
    }

    private mutating func drop(by effects: NoteEffects) {
        for variable in effects.changed {
            for subject in dependents[variable] ?? [] where !effects.keeps(subject) { remove(subject) }
        }
    }

    private mutating func change(_ variables: some Sequence<Variable>) {
        for variable in variables {
            for subject in dependents[variable] ?? [] { remove(subject) }
        }
    }

    private mutating func add(_ subject: NoteSubject) {
        guard !standing.contains(subject) else { return }
        insert(subject)
        log.append((subject, true))
    }

    private mutating func remove(_ subject: NoteSubject) {
        erase(subject)
        log.append((subject, false))
    }

    private mutating func insert(_ subject: NoteSubject) {
        standing.insert(subject)
        for variable in subject.variables { dependents[variable, default: []].insert(subject) }
    }

    private mutating func erase(_ subject: NoteSubject) {
        standing.remove(subject)
        for variable in subject.variables { dependents[variable]?.remove(subject) }
    }
}

extension Block {
    /// The block without notes that earlier ones stand for.
    ///
    /// - Parameters:
    ///   - modes: The modes of the parameters of the function that it is of.
    ///   - subjects: The function's notes.
    func withoutRepeatedNotes(modes: [AccessMode], _ subjects: NoteSubjects) -> Block {
        var notes = RepeatedNotes(NoteScope(modes: modes, subjects: subjects))
        return notes.reduced(self)
    }

    /// The numbers of which this notes magnitudes only, loops inside aside: those that the loop around has noted.
    fileprivate func numbersOfMagnitudes(_ subjects: NoteSubjects) -> Set<Variable> {
        var result: Set<Variable> = []
        var position = 0
        while position < statements.count {
            if let note = Note(statements, at: position, subjects) {
                if case .magnitude(let place) = note.subject { result.insert(place.variable) }
                position += note.length
                continue
            }
            switch statements[position].kind {
            case .forLoop, .whileLoop: break
            default:
                for block in statements[position].ownBlocks {
                    result.formUnion(block.numbersOfMagnitudes(subjects))
                }
            }
            position += 1
        }
        return result
    }
}
