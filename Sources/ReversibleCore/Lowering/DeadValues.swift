// Values that nobody reads any more are not computed. The walk goes from the end of a program to its start and
// knows, at every statement, which variables' contents will still be looked at.

extension Block {
    /// The block without statements whose effects nobody sees; `live` goes from after the block to before it.
    func withoutDeadValues(live: inout Set<Variable>, calls: CallLiveness) -> Block {
        let own = Set(ancillas.map(\.variable))
        // What an ancilla holds at its end concerns nobody.
        live.subtract(own)
        var kept: [Statement] = []
        for statement in statements.reversed() {
            if let statement = statement.withoutDeadValues(live: &live, calls: calls) {
                kept.append(statement)
            }
        }
        // A recursion may ask for a number that it does nothing with but hand it on.
        let askedFor = own.intersection(live)
        live.subtract(own)
        var result = Block(ancillas: [], statements: kept.reversed())
        if ancillas.isEmpty { return result }
        let used = result.usedVariables.union(askedFor)
        result.ancillas = ancillas.filter { used.contains($0.variable) }
        for ancilla in result.ancillas { live.formUnion(ancilla.sizes.flatMap(\.reads).map(\.variable)) }
        return result
    }
}

extension Statement {
    fileprivate func withoutDeadValues(live: inout Set<Variable>, calls: CallLiveness) -> Statement? {
        func read(_ nodes: [Node], _ places: [Place] = []) {
            live.formUnion((nodes + places.flatMap(\.indices)).flatMap(\.reads).map(\.variable))
        }
        switch kind {
        case .update, .negate, .rotate, .hadamard:
            let places = ownPlaces.map(\.variable)
            guard places.contains(where: { live.contains($0) }) else { return nil }
            live.formUnion(places)
            read(evaluated)
        case .swap(let s):
            let (a, b) = (live.contains(s.a.variable), live.contains(s.b.variable))
            guard a || b else { return nil }
            if s.a.indices.isEmpty, s.b.indices.isEmpty {
                if !b { live.remove(s.a.variable) }
                if !a { live.remove(s.b.variable) }
            }
            if b || !s.a.indices.isEmpty || !s.b.indices.isEmpty { live.insert(s.a.variable) }
            if a || !s.a.indices.isEmpty || !s.b.indices.isEmpty { live.insert(s.b.variable) }
            read([], [s.a, s.b])
        case .branch(var s):
            var other = live
            s.then = s.then.withoutDeadValues(live: &live, calls: calls)
            s.otherwise = s.otherwise.withoutDeadValues(live: &other, calls: calls)
            if s.then.isEmpty, s.otherwise.isEmpty, s.decision == .asserted { return nil }
            live.formUnion(other)
            if s.decision != .replayed { read([s.pre]) }
            return Statement(.branch(s), at: location)
        case .forLoop(var s):
            if s.parallel {
                // No iteration reads what another writes.
                var before = live
                s.body = s.body.withoutDeadValues(live: &before, calls: calls)
                live.formUnion(before)
            } else {
                s.body = s.body.repeatedWithoutDeadValues(
                    live: &live, apart: Accesses(of: s.body).usedApart(by: s.index), calls: calls)
            }
            if s.body.isEmpty { return nil }
            read([s.start, s.end, s.step])
            return Statement(.forLoop(s), at: location)
        case .whileLoop(var s):
            let written = Accesses(of: s.body).written
            if s.turns == .asserted, written.isDisjoint(with: live), s.body.keepsNoRecord {
                calls.loops.skip(self)
                return nil
            }
            read([s.pre])
            s.body = s.body.repeatedWithoutDeadValues(live: &live, apart: [], calls: calls)
            return Statement(.whileLoop(s), at: location)
        case .call(let call):
            let modes = call.modes(ownModes: calls.ownModes)
            let wanted = zip(call.arguments, modes).map { place, mode in
                mode.changes && live.contains(place.variable)
            }
            if !wanted.contains(true), Block(statements: [self]).leavesNoRecord { return nil }
            let needed = calls.needed(call, wanted)
            for (place, isNeeded) in zip(call.arguments, needed) where isNeeded {
                live.insert(place.variable)
            }
            read([], call.arguments)
            return Statement(.call(call.wanting(wanted)), at: location)
        case .move(let s):
            live.formUnion([s.place.variable, s.stack])
            if let companion = s.companion { live.insert(companion) }
            read([], [s.place])
        case .block(let block):
            let inner = block.withoutDeadValues(live: &live, calls: calls)
            return inner.isEmpty ? nil : Statement(.block(inner), at: location)
        default:
            // What only checks is of no consequence in code without checks; sizes and bounds of views have been taken out
            // before where nobody asks for them.
            if changesNothing, !checksViews { return nil }
            live.formUnion(Accesses(of: self).all.map(\.place.variable))
        }
        return self
    }
}

extension Block {
    /// The body of a loop: what its next turn reads is live when a turn ends.
    ///
    /// - Parameter apart: Arrays of which no turn touches what another does; the next turn reads them elsewhere.
    fileprivate func repeatedWithoutDeadValues(
        live: inout Set<Variable>, apart: Set<Variable>, calls: CallLiveness
    ) -> Block {
        let after = live
        let own = calls.loops.next
        var atEnd = live.union(calls.loops.atEnd[own] ?? [])
        while true {
            calls.loops.next = own + 1
            var before = atEnd
            let body = withoutDeadValues(live: &before, calls: calls)
            let next = before.filter { !apart.contains($0) || after.contains($0) }
            if next.isSubset(of: atEnd) {
                calls.loops.atEnd[own] = atEnd
                live.formUnion(before)
                live.formUnion(atEnd)
                return body
            }
            atEnd.formUnion(next)
        }
    }
}

/// What is live at the ends of loops, as far as a walk has found out.
///
/// A loop in a loop is looked at again with every attempt at the outer one, each with more live variables than
/// the one before. Its search goes on where the last one ended; begun anew it would take 2ᵈ attempts at the
/// innermost of d loops.
final class LoopLiveness {
    /// By the loop's number.
    fileprivate var atEnd: [Int: Set<Variable>] = [:]
    /// The number of the loop that the walk meets next.
    fileprivate var next = 0

    /// Passes over a statement that is not walked, so that the loops beyond it keep their numbers.
    fileprivate func skip(_ statement: Statement) {
        switch statement.kind {
        case .whileLoop: next += 1
        case .forLoop(let loop): next += loop.parallel ? 0 : 1
        case .compute: return
        default: break
        }
        for block in statement.ownBlocks { block.statements.forEach(skip) }
    }
}

/// What is known of calls: which of their arguments' initial values they need.
struct CallLiveness {
    let ownModes: [AccessMode]
    let loops = LoopLiveness()
    let needed: (Call, _ wanted: [Bool]) -> [Bool]

    init(ownModes: [AccessMode], needed: @escaping (Call, _ wanted: [Bool]) -> [Bool]) {
        self.ownModes = ownModes
        self.needed = needed
    }
}
