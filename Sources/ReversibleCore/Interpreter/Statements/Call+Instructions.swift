extension Call {
    func emit(to emitter: inout Emitter) {
        let modes = modes(ownModes: emitter.ownModes)
        for (place, other) in pairsToTellApart(modes) { emitter.guardDistinct(place, other) }
        emitter.call(self, modes: modes)
    }
}
