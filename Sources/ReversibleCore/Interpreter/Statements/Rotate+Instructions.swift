extension Rotate {
    func emit(to emitter: inout Emitter) {
        emitter.guardAliases(writes: [a, b], reads: [angle])
        emitter.forEachElement(of: [a, b], reading: [angle]) { emitter in
            let turn = emitter.real(angle)
            let cosine = emitter.function(.cos, turn)
            let sine = emitter.function(.sin, turn)
            let (x, y) = (emitter.copyReal(a), emitter.copyReal(b))
            emitter.append(.rotate, function: backward ? 1 : 0, x, y, cosine, sine)
            emitter.storeReal(x, in: a)
            emitter.storeReal(y, in: b)
        }
    }
}
