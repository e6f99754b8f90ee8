extension Hadamard {
    func emit(to emitter: inout Emitter) {
        emitter.guardAliases(writes: [a, b], reads: [])
        emitter.forEachElement(of: [a, b], reading: []) { emitter in
            let (x, y) = (emitter.copyReal(a), emitter.copyReal(b))
            emitter.append(.hadamard, x, y)
            emitter.storeReal(x, in: a)
            emitter.storeReal(y, in: b)
        }
    }
}
