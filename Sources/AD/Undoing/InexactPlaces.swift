import ReversibleCore

// Which places an adjoint restores inexactly. The walk goes backward through a program, as its adjoint does.

/// The variables that may hold something else, at a point of an adjoint, than they held there in the primal.
struct InexactPlaces {
    private(set) var variables: Set<Variable> = []
    /// Arrays of which the loops around read no element that has been undone yet.
    var histories: Set<Variable> = []
    let ownModes: [AccessMode]
    /// What callees do nothing to but to add to it.
    private var sums = UnreadSums()
    /// What comes back from a record.
    private let restored: Set<Variable>

    init(of definition: Definition) {
        ownModes = definition.parameterModes
        restored = definition.restored
    }

    func contains(_ variable: Variable) -> Bool {
        variables.contains(variable) && !histories.contains(variable)
    }

    mutating func insert(_ variable: Variable) {
        guard !restored.contains(variable) else { return }
        if variable.kind.isReal || variable.kind == .stack { variables.insert(variable) }
    }

    mutating func remove(_ variable: Variable) { variables.remove(variable) }
    mutating func formUnion(_ other: InexactPlaces) { variables.formUnion(other.variables) }
    mutating func remove(_ ancillas: [Ancilla]) {
        for ancilla in ancillas { variables.remove(ancilla.variable) }
    }

    /// What a loop's body leaves inexact for the turns that are undone after it.
    ///
    /// Not all that it changes: what a turn pushes comes back with what is undone of it, so that the turn before finds it
    /// exact. Which places remain is found by undoing the body from what is inexact at its end, until nothing is added.
    ///
    /// - Parameter index: The loop's index, if it has one: arrays of which no turn uses what another does stay as they
    ///   were for every turn.
    mutating func enterLoop(_ body: Block, index: Variable?) {
        var accesses = Accesses(ownModes: ownModes)
        body.visit(&accesses)
        let apart = index.map { accesses.usedApart(by: $0) } ?? []
        let changed = accesses.written.subtracting(accesses.declared).subtracting(apart)
        // Without moves and swaps nothing comes back.
        guard body.containsStatement(where: \.bringsBack) else {
            changed.forEach { insert($0) }
            return
        }
        var count = -1
        while variables.count > count {
            count = variables.count
            var undone = self
            undone.undo(body)
            variables.formUnion(undone.variables.intersection(changed))
        }
    }

    /// The places after the adjoint of a block, or some more.
    private mutating func undo(_ block: Block) {
        for statement in block.statements.reversed() {
            switch statement.kind {
            case .branch(let s):
                var other = self
                undo(s.then)
                other.undo(s.otherwise)
                formUnion(other)
            case .block(let s): undo(s)
            case .compute(let s):
                rerun(s.compute)
                undo(s.apply)
                insertChanged(by: Block(statements: s.compute.statements))
                remove(s.compute.ancillas)
            case .forLoop, .whileLoop, .call: insertChanged(by: Block(statements: [statement]))
            default: undo(statement)
            }
        }
        remove(block.ancillas)
    }

    private mutating func insertChanged(by block: Block) {
        var accesses = Accesses(ownModes: ownModes)
        block.visit(&accesses)
        accesses.written.forEach { insert($0) }
    }

    /// Takes note of the arrays of a loop's body that are histories: what turn k adds to element k + c is made of elements
    /// before that one, and undoing goes from the last turn to the first. Elements that are changed otherwise are read when
    /// that is undone, as the adjoint of `h[t + 1] *= k` reads the element for the slope by k.
    mutating func enterHistories(of loop: ForLoop) {
        guard let step = loop.step.constant, abs(step) == 1 else { return }
        let ascends = (step > 0) != loop.backward
        var accesses = Accesses(ownModes: ownModes)
        loop.body.visit(&accesses)
        let readWhenUndone = self.readWhenUndone(in: loop.body)
        for (variable, uses) in Dictionary(grouping: accesses.all, by: \.place.variable)
        where variable.kind.isArray && variable.kind.isReal && !variables.contains(variable)
            && !accesses.declared.contains(variable) && !readWhenUndone.contains(variable)
        {
            let dimensions = uses.first?.place.indices.count ?? 0
            let isHistory = (0..<dimensions).contains { dimension in
                var (written, read): (Set<Int>, Set<Int>) = ([], [])
                for use in uses {
                    guard use.place.indices.count == dimensions,
                        let offset = use.place.indices[dimension].affine.distance(from: loop.index)
                    else { return false }
                    if use.mode == .read { read.insert(offset) } else { written.insert(offset) }
                }
                guard let own = written.first, written.count == 1 else { return false }
                return read.allSatisfy { ascends ? $0 < own : $0 > own }
            }
            if isHistory { histories.insert(variable) }
        }
    }

    /// What statements change otherwise than by adding to it.
    private mutating func readWhenUndone(in block: Block) -> Set<Variable> {
        var result: Set<Variable> = []
        block.forEachStatement { statement in
            var changed = statement.ownPlaces
            switch statement.kind {
            case .update(let s)
            where s.operation == .add || s.operation == .subtract || s.change.constant != nil:
                return
            case .negate: return
            case .call(let call):
                guard case .function(let callee) = call.callee else { break }
                // What is only read is no matter here.
                let onlyAdds = sums.parameters(of: callee)
                let modes = callee.parameterModes
                changed = changed.indices.filter { !onlyAdds[$0] && !modes[$0].isSubset(of: .read) }
                    .map { changed[$0] }
            default: break
            }
            result.formUnion(changed.map(\.variable))
        }
        return result
    }

    /// The places after the adjoint of a statement that has no blocks and calls nothing.
    mutating func undo(_ statement: Statement) {
        switch statement.kind {
        case .swap(let s):
            let (a, b) = (s.a.variable, s.b.variable)
            guard contains(a) != contains(b) else { break }
            if s.a.indices.isEmpty, s.b.indices.isEmpty {
                let moved = contains(a) ? (from: a, to: b) : (from: b, to: a)
                remove(moved.from)
                insert(moved.to)
            } else {
                insert(a)
                insert(b)
            }
        case .move(let s):
            if s.pushes {
                // What was pushed comes back bit for bit, unless a restored number was pushed in its place.
                if contains(s.stack) {
                    insert(s.place.variable)
                } else if s.place.indices.isEmpty {
                    remove(s.place.variable)
                }
            } else if contains(s.place.variable) {
                insert(s.stack)
            }
        case .negate: break
        case .rerun(let s):
            // What is put back is exact, and what is undone then may not be in the end.
            var (restored, undone) = (Accesses(ownModes: ownModes), Accesses(ownModes: ownModes))
            s.restoring.visit(&restored)
            s.undone.visit(&undone)
            for variable in restored.written.subtracting(restored.declared) { remove(variable) }
            for variable in undone.written.subtracting(undone.declared) { insert(variable) }
        default: for place in statement.ownPlaces { insert(place.variable) }
        }
    }

    /// The places after a computation has been run again, forward, from what the adjoint has.
    ///
    /// A computation over exact places gives bit for bit what it gave in the primal.
    mutating func rerun(_ computation: Block) {
        var accesses = Accesses(ownModes: ownModes)
        computation.visit(&accesses)
        let read = Set(accesses.all.lazy.map(\.place.variable)).subtracting(
            accesses.declared.subtracting(computation.ancillas.map(\.variable)))
        if read.contains(where: contains) { accesses.written.forEach { insert($0) } }
    }
}

extension Statement {
    /// Whether undoing this may leave something exact that was not.
    fileprivate var bringsBack: Bool {
        switch kind {
        case .move(let s): s.pushes
        case .swap: true
        default: false
        }
    }
}
