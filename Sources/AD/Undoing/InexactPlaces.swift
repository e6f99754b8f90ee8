import ReversibleCore

// Which places an adjoint restores inexactly. The walk goes backward through a program, as its adjoint does.

/// The variables that may hold something else, at a point of an adjoint, than they held there in the primal.
struct InexactPlaces {
    private(set) var variables: Set<Variable> = []
    let ownModes: [AccessMode]

    func contains(_ variable: Variable) -> Bool { variables.contains(variable) }

    mutating func insert(_ variable: Variable) {
        if variable.kind.isReal || variable.kind == .stack { variables.insert(variable) }
    }

    mutating func remove(_ variable: Variable) { variables.remove(variable) }
    mutating func formUnion(_ other: InexactPlaces) { variables.formUnion(other.variables) }
    mutating func remove(_ ancillas: [Ancilla]) {
        for ancilla in ancillas { variables.remove(ancilla.variable) }
    }

    /// What a loop's body leaves inexact for the turns that are undone after it.
    ///
    /// - Parameter index: The loop's index, if it has one: arrays of which no turn uses what another does stay as they
    ///   were for every turn.
    mutating func enterLoop(_ body: Block, index: Variable?) {
        var accesses = Accesses(ownModes: ownModes)
        body.visit(&accesses)
        let apart = index.map { accesses.usedApart(by: $0) } ?? []
        for variable in accesses.written.subtracting(accesses.declared).subtracting(apart) {
            insert(variable)
        }
    }

    /// The places after the adjoint of a statement that has no blocks and calls nothing.
    mutating func undo(_ statement: Statement) {
        switch statement.kind {
        case .update(let s): insert(s.place.variable)
        case .rotate(let s):
            insert(s.a.variable)
            insert(s.b.variable)
        case .hadamard(let s):
            insert(s.a.variable)
            insert(s.b.variable)
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
        case .negate, .branch, .whileLoop, .forLoop, .compute, .call, .block, .misuse: break
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
