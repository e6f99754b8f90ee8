extension Emitter {
    /// Emits an update of an account.
    mutating func keepAccount(_ update: Update, _ witness: Update.Witness) {
        var amount = update.change
        let sum = register(update.place.variable)
        switch witness.kind {
        case .magnitude:
            if case .unary(.abs, let value) = amount.kind { amount = value }
            let magnitudes = freshReal()
            append(.magnitudes, magnitudes, real(amount))
            append(update.operation == .subtract ? .subtract : .add, sum, sum, magnitudes)
        case .value, .decision:
            if unit.notesReads {
                let comparing: UInt8 = update.operation == .subtract ? 1 : 0
                let noted = amount.noted
                let peak = noted.reads.first.flatMap { peaks[$0.variable.id] } ?? -1
                append(
                    .note, function: comparing | (witness.kind == .decision ? 2 : 0), real(noted),
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
