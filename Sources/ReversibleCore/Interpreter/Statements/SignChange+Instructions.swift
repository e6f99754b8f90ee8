extension SignChange {
    func emit(to emitter: inout Emitter) {
        emitter.guardAliases(writes: [place], reads: [])
        emitter.forEachElement(of: [place], reading: []) { emitter in
            if place.type.element == .integer {
                emitter.storeInteger(emitter.negatedInteger(emitter.load(place)), in: place)
            } else {
                emitter.storeReal(emitter.function(.negate, emitter.load(place)), in: place)
            }
        }
    }
}
