extension StackMove {
    func emit(to emitter: inout Emitter) {
        emitter.guardAliases(writes: [place], reads: [])
        if place.type.element == .integer {
            let value = emitter.copyInteger(place)
            emitter.moveInteger(value, stack, pushes: pushes)
            emitter.storeInteger(value, in: place)
        } else {
            let value = emitter.copyReal(place)
            emitter.moveReal(value, self)
            emitter.storeReal(value, in: place)
        }
    }
}
