import ReversibleCore

extension Statement {
    /// Whether many threads can share out something in this: a `ParallelFor`, or a statement on whole arrays.
    var hasParallelWork: Bool {
        switch kind {
        case .update(let s):
            s.place.isWholeArray || s.change.hasSum || s.place.indices.contains(where: \.hasSum)
        case .swap(let s): s.a.isWholeArray
        case .negate(let s): s.place.isWholeArray
        case .hadamard(let s): s.a.isWholeArray
        case .rotate(let s): s.a.isWholeArray || s.angle.hasSum
        case .forLoop(let s):
            // A loop on the host pays for a launch in every turn; turns that happen to be independent do not.
            s.parallel || s.hasIndependentTurns
                || s.body.statements.contains { $0.hasParallelWork && !$0.isIndependentLoop }
        case .branch(let s): (s.then.statements + s.otherwise.statements).contains(where: \.hasParallelWork)
        case .whileLoop(let s): s.body.statements.contains(where: \.hasParallelWork)
        case .block(let block): block.statements.contains(where: \.hasParallelWork)
        case .compute(let s):
            (s.compute.statements + s.apply.statements).contains(where: \.hasParallelWork)
        case .call, .move, .misuse: false
        }
    }

    /// Whether this is an ordinary `For` whose turns could as well be taken side by side.
    fileprivate var isIndependentLoop: Bool {
        if case .forLoop(let s) = kind { !s.parallel && s.hasIndependentTurns } else { false }
    }

    /// Whether a `ParallelFor` stands in this.
    var hasParallelLoop: Bool {
        if case .forLoop(let s) = kind, s.parallel { return true }
        var found = false
        _ = mappingOwnBlocks {
            found = found || $0.statements.contains(where: \.hasParallelLoop)
            return $0
        }
        return found
    }

    /// The array all of whose elements the statement changes.
    var wholeArray: Variable? {
        let place: Place? =
            switch kind {
            case .update(let s): s.place
            case .swap(let s): s.a
            case .negate(let s): s.place
            case .hadamard(let s): s.a
            case .rotate(let s): s.a
            default: nil
            }
        return place.flatMap { $0.isWholeArray ? $0.variable : nil }
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
    /// Whether no turn uses what another changes, so that the turns' order makes no difference to any bit.
    var hasIndependentTurns: Bool {
        let accesses = Accesses(of: body)
        let changed = accesses.written.subtracting(accesses.declared)
        return body.keepsNoRecord && changed.isSubset(of: accesses.usedApart(by: index))
    }
}
