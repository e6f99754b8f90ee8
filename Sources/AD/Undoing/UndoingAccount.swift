import ReversibleCore

// The sums by which undoing is verified, and what they are made of.
//
// Every number that an adjoint reads after it has been undone is added to a sum in the primal, and taken from it in
// the adjoint. Weights differ from read to read, so that errors which cancel in a plain sum (what a conserving step
// moves from one cell to the next) show in this one. They are made from loop indices, since they must be the same in
// both directions and in any order of iterations: w = s + frac(Σ αₖ iₖ), with an s of the read's own between 1 and 2.

extension UndoingAccount {
    /// The sums of a function that verifies: one pair for each variable that is read, up to a number that registers
    /// bear.
    static func variables(
        of definition: Definition, sums count: Int, isRoot: Bool
    ) -> (account: UndoingAccount, names: [Int: String], nextID: Int) {
        var names = definition.names
        var next = (names.keys.max() ?? 0) + 1
        func declare(_ name: String) -> Variable {
            defer { next += 1 }
            names[next] = name
            return Variable(id: next, kind: .scalar, owner: definition.owner)
        }
        let sums = (0..<count).map { _ in Sum(value: declare("undoing"), magnitude: declare("magnitude")) }
        let (held, decisions) = (declare("held"), declare("decisions"))
        let phase = isRoot ? nil : declare("phase")
        return (UndoingAccount(sums: sums, held: held, decisions: decisions, phase: phase), names, next)
    }
}

/// Where a statement stands: what tells its executions apart.
struct ExecutionContext {
    /// Integers that differ from execution to execution: indices of the loops around, numbers of turns or counters of `While`s.
    var counters: [Node] = []
    /// What the iterations of a `ParallelFor` around change, or the use of a computation around: each may look at its own
    /// elements only.
    var changing: Set<Variable> = []
    /// Whether it is in a computation, whose places are 0 again in the end.
    var isComputation = false
    /// Added to the weights' phase: in a function that is called, the caller's.
    var phase: Node?

    func inside(_ counters: [Node]) -> ExecutionContext {
        var inner = self
        // More than a few add nothing.
        inner.counters = Array((self.counters + counters).suffix(4))
        return inner
    }

    /// In a computation, which the adjoint runs again while its `apply` has not been undone: without what that changes.
    func computing(for apply: Block, ownModes: [AccessMode]) -> ExecutionContext {
        var accesses = Accesses(ownModes: ownModes)
        apply.visit(&accesses)
        let changed = accesses.written
        var inner = self
        inner.isComputation = true
        // The computation reads other elements, or it would be taken as the statements that it stands for.
        inner.changing.formUnion(changed)
        inner.counters.removeAll { $0.reads.contains { changed.contains($0.variable) } }
        return inner
    }

    /// A number in [0, 1) that differs from execution to execution, or nil if there is only one.
    var fraction: Node? {
        guard let sum = sum else { return nil }
        return .binary(.subtract, sum, .unary(.floor, sum))
    }

    private var sum: Node? {
        var terms = zip(counters, ExecutionContext.steps).map { Node.binary(.multiply, .real($1), $0) }
        if let phase { terms.append(phase) }
        guard let first = terms.first else { return nil }
        return terms.dropFirst().reduce(first) { .binary(.add, $0, $1) }
    }

    /// Fractional parts of 𝜑, √2, √3, √5: steps whose multiples fill the unit interval evenly.
    private static let steps = [
        0.618_033_988_749_894_9, 0.414_213_562_373_095_1, 0.732_050_807_568_877_2, 0.236_067_977_499_789_8,
    ]
}
