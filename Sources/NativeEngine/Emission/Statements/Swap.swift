import ReversibleCore

extension Swap {
    func emit(to emitter: FunctionEmitter) {
        emitter.share(a.indices + b.indices)
        emitter.guardAliases(writes: [a, b], reads: [])
        let element = a.type.element
        emitter.forEachElement(of: [a, b], reading: []) {
            let (first, second) = (emitter.address(a), emitter.address(b))
            let x = emitter.load(first)
            let held = CValue(emitter.held("held", x, element), isVarying: x.isVarying)
            let y = emitter.load(second)
            let other = CValue(emitter.held("other", y, element), isVarying: y.isVarying)
            emitter.store(other, in: first)
            emitter.store(held, in: second)
        }
    }
}
