extension Swap {
    func emit(to emitter: inout Emitter) {
        emitter.guardAliases(writes: [a, b], reads: [])
        emitter.forEachElement(of: [a, b], reading: []) { emitter in
            if a.type.element == .integer {
                let (x, y) = (emitter.copyInteger(a), emitter.copyInteger(b))
                emitter.storeInteger(y, in: a)
                emitter.storeInteger(x, in: b)
            } else {
                let (x, y) = (emitter.copyReal(a), emitter.copyReal(b))
                emitter.storeReal(y, in: a)
                emitter.storeReal(x, in: b)
            }
        }
    }
}
