import ReversibleCore

extension Hadamard {
    func emit(to emitter: FunctionEmitter) {
        emitter.share(a.indices + b.indices)
        emitter.guardAliases(writes: [a, b], reads: [])
        emitter.forEachElement(of: [a, b], reading: []) {
            let (first, second) = (emitter.address(a), emitter.address(b))
            let (x, y) = (emitter.load(first), emitter.load(second))
            let held = CValue(emitter.held("x", x, .real), isVarying: x.isVarying)
            let other = CValue(emitter.held("y", y, .real), isVarying: y.isVarying)
            let root = emitter.literal(0.5.squareRoot())
            emitter.store(
                emitter.apply(.multiply, [emitter.apply(.add, [held, other]), root]), in: first)
            emitter.store(
                emitter.apply(.multiply, [emitter.apply(.subtract, [held, other]), root]), in: second)
        }
    }
}
