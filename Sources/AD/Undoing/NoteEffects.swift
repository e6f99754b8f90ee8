import ReversibleCore

/// Which notes still stand behind a piece of program.
struct NoteEffects {
    enum Effect {
        /// It stands, whatever stood before.
        case made
        /// It stands if it stood before, although something that it depends on is changed on the way.
        case kept
    }

    /// What is changed: notes that depend on it do not stand, unless `effects` says so.
    private(set) var changed: Set<Variable> = []
    private(set) var effects: [NoteSubject: Effect] = [:]
    private var dependents: [Variable: Set<NoteSubject>] = [:]

    init() {}

    init(_ block: Block, _ scope: NoteScope) {
        change(block.ancillas.map(\.variable))
        var position = 0
        while position < block.statements.count {
            if let note = Note(block.statements, at: position, scope.subjects) {
                make(note)
                position += note.length
            } else {
                then(NoteEffects(block.statements[position], scope))
                position += 1
            }
        }
        change(block.ancillas.map(\.variable))
    }

    init(_ statement: Statement, _ scope: NoteScope) {
        self.init()
        switch statement.kind {
        case .branch(let s):
            self = NoteEffects(s.then, scope).met(with: NoteEffects(s.otherwise, scope))
        case .forLoop(let s):
            self = NoteEffects(s.body, scope)
            change([s.index])
            mayNotRun()
        case .whileLoop(let s):
            self = NoteEffects(s.body, scope)
            change([s.turn].compactMap { $0 })
            mayNotRun()
        case .compute(let s):
            let computed = NoteEffects(s.compute, scope).changed
            change(computed)
            then(NoteEffects(s.apply, scope))
            change(computed)
        case .block(let block): self = NoteEffects(block, scope)
        default:
            var accesses = Accesses(ownModes: scope.modes)
            Block(statements: [statement]).visit(&accesses)
            change(accesses.written)
        }
    }

    private mutating func change(_ variables: some Sequence<Variable>) {
        for variable in variables {
            changed.insert(variable)
            for subject in dependents[variable] ?? [] { remove(subject) }
        }
    }

    private mutating func make(_ note: Note) {
        change(note.sums)
        for subject in note.made { set(subject, .made) }
    }

    private mutating func set(_ subject: NoteSubject, _ effect: Effect) {
        if effects.updateValue(effect, forKey: subject) != nil { return }
        for variable in subject.variables { dependents[variable, default: []].insert(subject) }
    }

    private mutating func remove(_ subject: NoteSubject) {
        effects[subject] = nil
        for variable in subject.variables { dependents[variable]?.remove(subject) }
    }

    /// Whether a note that stood before stands behind this.
    func keeps(_ subject: NoteSubject) -> Bool {
        effects[subject] != nil || subject.variables.allSatisfy { !changed.contains($0) }
    }

    private mutating func then(_ next: NoteEffects) {
        for variable in next.changed {
            for subject in dependents[variable] ?? [] where next.effects[subject] == nil { remove(subject) }
        }
        for (subject, effect) in next.effects {
            switch effect {
            case .made: set(subject, .made)
            case .kept: if effects[subject] == nil, keeps(subject) { set(subject, .kept) }
            }
        }
        changed.formUnion(next.changed)
    }

    /// Of two ways, either.
    private func met(with other: NoteEffects) -> NoteEffects {
        var result = NoteEffects()
        result.changed = changed.union(other.changed)
        for subject in Set(effects.keys).union(other.effects.keys)
        where keeps(subject) && other.keeps(subject) {
            result.set(subject, effects[subject] == .made && other.effects[subject] == .made ? .made : .kept)
        }
        return result
    }

    private mutating func mayNotRun() { effects = effects.mapValues { _ in .kept } }
}
