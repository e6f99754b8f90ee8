extension Emitter {
    /// Emits an update of an account.
    mutating func keepAccount(_ update: Update, _ witness: Update.Witness) {
        let amount = update.change
        let sum = register(update.place.variable)
        switch witness.kind {
        case .magnitude, .held:
            let magnitudes = freshReal()
            append(
                .magnitudes, function: witness.kind == .held ? 1 : 0, magnitudes,
                real(witness.operand(of: amount)))
            append(update.operation == .subtract ? .subtract : .add, sum, sum, magnitudes)
        case .value, .decision:
            if unit.notesReads {
                let comparing: UInt8 = update.operation == .subtract ? 1 : 0
                let kind: UInt8 = witness.kind == .decision ? 2 : witness.derivative > 0 ? 4 : 0
                let noted = amount.noted
                let peak = noted.reads.first.flatMap { peaks[$0.variable.id] } ?? -1
                append(
                    .note, function: comparing | kind, real(noted),
                    unit.number(of: witness), peak, unit.number(of: openTurns))
            }
            append(update.operation == .subtract ? .subtract : .add, sum, sum, real(amount))
        }
        forget([update.place.variable])
    }
}

extension Node {
    /// What a weighted amount weighs: the last factor, in the branch that has one.
    fileprivate var noted: Node {
        switch kind {
        case .select(let condition, let amount, let none):
            Node(.select(condition, amount.noted, none), type)
        case .binary(.multiply, _, let factor): factor.noted
        default: self
        }
    }
}
