import ReversibleCore

// Values that nobody reads any more are not computed. The walk goes from the end of a program to its start and
// knows, at every statement, which variables' contents will still be looked at.

extension Block {
    /// The block without statements whose effects nobody sees; `live` goes from after the block to before it.
    func withoutDeadValues(live: inout Set<Variable>, ownModes: [AccessMode]) -> Block {
        let own = Set(ancillas.map(\.variable))
        // What an ancilla holds at its end concerns nobody.
        live.subtract(own)
        var kept: [Statement] = []
        for statement in statements.reversed() {
            if let statement = statement.withoutDeadValues(live: &live, ownModes: ownModes) {
                kept.append(statement)
            }
        }
        live.subtract(own)
        var result = Block(ancillas: [], statements: kept.reversed())
        let used = result.allVariables
        result.ancillas = ancillas.filter { used.contains($0.variable) }
        for ancilla in result.ancillas { live.formUnion(ancilla.sizes.flatMap(\.reads).map(\.variable)) }
        return result
    }
}

extension Statement {
    fileprivate func withoutDeadValues(live: inout Set<Variable>, ownModes: [AccessMode]) -> Statement? {
        func read(_ nodes: [Node], _ places: [Place] = []) {
            live.formUnion((nodes + places.flatMap(\.indices)).flatMap(\.reads).map(\.variable))
        }
        switch kind {
        case .update(let s):
            guard live.contains(s.place.variable) else { return nil }
            read([s.change], [s.place])
        case .negate(let s):
            guard live.contains(s.place.variable) else { return nil }
            read([], [s.place])
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
        case .hadamard(let s):
            guard live.contains(s.a.variable) || live.contains(s.b.variable) else { return nil }
            live.formUnion([s.a.variable, s.b.variable])
            read([], [s.a, s.b])
        case .rotate(let s):
            guard live.contains(s.a.variable) || live.contains(s.b.variable) else { return nil }
            live.formUnion([s.a.variable, s.b.variable])
            read([s.angle], [s.a, s.b])
        case .branch(var s):
            var other = live
            s.then = s.then.withoutDeadValues(live: &live, ownModes: ownModes)
            s.otherwise = s.otherwise.withoutDeadValues(live: &other, ownModes: ownModes)
            if s.then.isEmpty, s.otherwise.isEmpty { return nil }
            live.formUnion(other)
            read([s.pre])
            return Statement(.branch(s), at: location)
        case .forLoop(var s):
            s.body = s.body.repeatedWithoutDeadValues(live: &live, ownModes: ownModes)
            if s.body.isEmpty { return nil }
            read([s.start, s.end, s.step])
            return Statement(.forLoop(s), at: location)
        case .whileLoop(var s):
            let written = Accesses(of: s.body).written
            if s.turns == .asserted, written.isDisjoint(with: live), s.body.keepsNoRecord { return nil }
            read([s.pre])
            s.body = s.body.repeatedWithoutDeadValues(live: &live, ownModes: ownModes)
            return Statement(.whileLoop(s), at: location)
        case .call(let call):
            let modes = call.modes(ownModes: ownModes)
            let written = zip(call.arguments, modes).filter { !$1.isDisjoint(with: [.write, .accumulate]) }
            if keepsNoRecord, written.allSatisfy({ !live.contains($0.0.variable) }) { return nil }
            live.formUnion(call.arguments.map(\.variable))
            read([], call.arguments)
        case .move(let s):
            live.formUnion([s.place.variable, s.stack])
            if let companion = s.companion { live.insert(companion) }
            read([], [s.place])
        case .block(let block):
            let inner = block.withoutDeadValues(live: &live, ownModes: ownModes)
            return inner.isEmpty ? nil : Statement(.block(inner), at: location)
        case .compute, .misuse: live.formUnion(Accesses(of: self).all.map(\.place.variable))
        }
        return self
    }

    private var keepsNoRecord: Bool { Block(statements: [self]).keepsNoRecord }
}

extension Block {
    /// The body of a loop: what its next turn reads is live when a turn ends.
    fileprivate func repeatedWithoutDeadValues(
        live: inout Set<Variable>, ownModes: [AccessMode]
    ) -> Block {
        var atEnd = live
        while true {
            var before = atEnd
            let body = withoutDeadValues(live: &before, ownModes: ownModes)
            if before.isSubset(of: atEnd) {
                live.formUnion(atEnd)
                return body
            }
            atEnd.formUnion(before)
        }
    }
}
