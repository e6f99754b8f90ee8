import ReversibleCore

extension Statement {
    /// Whether a `ParallelFor`, or a statement on whole arrays, stands in this.
    var asksForThreads: Bool {
        hasParallelWork { $0.parallel || $0.body.statements.contains(where: \.asksForThreads) }
    }

    /// Whether many threads can share out something in this.
    var hasParallelWork: Bool {
        hasParallelWork { s in
            // A loop on the host pays for a launch in every turn: a few pay off, and many if threads are asked for.
            s.parallel || (!s.isShort && s.sharedOut != nil)
                || s.body.statements.contains { $0.hasParallelWork && (s.isShort || !$0.isSharedOut) }
        }
    }

    private func hasParallelWork(_ inLoop: (ForLoop) -> Bool) -> Bool {
        if case .forLoop(let s) = kind { return inLoop(s) }
        if isElementary { return wholeArray != nil || evaluated.contains(where: \.hasSum) }
        return ownBlocks.contains { $0.statements.contains { $0.hasParallelWork(inLoop) } }
    }

    /// Whether this is an ordinary `For` whose turns could as well be taken side by side.
    private var isSharedOut: Bool {
        if case .forLoop(let s) = kind { !s.parallel && s.sharedOut != nil } else { false }
    }

    /// Whether a `ParallelFor` stands in this.
    var hasParallelLoop: Bool {
        Block(statements: [self]).containsStatement {
            if case .forLoop(let s) = $0.kind { s.parallel } else { false }
        }
    }

    /// The array all of whose elements the statement changes.
    var wholeArray: Variable? {
        guard isElementary, let place = ownPlaces.first, place.isWholeArray else { return nil }
        return place.variable
    }
}

extension Node {
    /// Whether elements of an array are added up in this.
    fileprivate var hasSum: Bool {
        if case .sum = kind { return true }
        if size > 10_000 { return false }
        return kind.operands.contains(where: \.hasSum)
    }
}

extension ForLoop {
    /// The loop as threads can share it out; nil if the order of its turns matters, or the host cannot count them.
    ///
    /// In an ordinary `For` no turn may use what another changes, except for places that all turns only add to: these
    /// additions are marked as such, and no bit but the last ones of sums depends on their order.
    var sharedOut: ForLoop? {
        if parallel { return self }
        guard body.keepsNoRecord,
            ![start, end, step].flatMap(\.reads).contains(where: \.variable.kind.isArray)
        else { return nil }
        let accesses = Accesses(of: body)
        let changed = accesses.written.subtracting(accesses.declared)
        let shared = changed.subtracting(accesses.usedApart(by: index))
        if shared.isEmpty { return self }
        var (sums, others) = (
            Set<Variable>(), Set(accesses.all.lazy.filter { $0.mode == .read }.map(\.place.variable))
        )
        body.collectSums(&sums, &others)
        // Whoever asks for threads inside gets them there.
        guard shared.isSubset(of: sums.subtracting(others)),
            !body.statements.contains(where: \.asksForThreads)
        else { return nil }
        var loop = self
        loop.body = body.markingSums(shared)
        return loop
    }

    /// Whether the loop has so few turns that threads are better used inside it, or not at all.
    var isShort: Bool {
        guard
            case (.integer(let start), .integer(let end), .integer(let step)) = (
                start.kind, end.kind, step.kind
            )
        else { return false }
        let turns = HostInteger.turns(
            start: .constant(start), end: .constant(end), step: .constant(step), closed: closed)
        let none = HostInteger.Values { _ in
            0
        } size: { _, _ in
            0
        }
        return turns.value(none).map { $0 < 32 } ?? false
    }
}

extension Block {
    /// Finds what is added to, element by element, and what changes in any other way.
    fileprivate func collectSums(_ sums: inout Set<Variable>, _ others: inout Set<Variable>) {
        forEachStatement { statement in
            if case .update(let s) = statement.kind, s.operation == .add || s.operation == .subtract,
                !s.place.isWholeArray
            {
                sums.insert(s.place.variable)
            } else if statement.ownBlocks.isEmpty {
                others.formUnion(Accesses(of: statement).written)
            }
        }
    }
}
