extension Update {
    func emit(to emitter: inout Emitter) {
        if let witness { return emitter.keepAccount(self, witness) }
        emitter.guardAliases(writes: [place], reads: [change])
        emitter.forEachElement(of: [place], reading: [change]) { emitter in
            if place.type.element == .integer {
                let amount = emitter.integer(change)
                emitter.changeInteger(place, operation, amount)
            } else {
                emitter.changeReal(place, operation, change, accumulates: accumulates, mayVanish: mayVanish)
            }
        }
    }
}
