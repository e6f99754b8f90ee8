import ReversibleCore

extension Rotate {
    func emit(to emitter: FunctionEmitter) {
        emitter.share([angle] + a.indices + b.indices)
        emitter.guardAliases(writes: [a, b], reads: [angle])
        emitter.forEachElement(of: [a, b], reading: [angle]) {
            func keep(_ name: String, _ value: CValue) -> CValue {
                CValue(emitter.held(name, value, .real), isVarying: value.isVarying)
            }
            let turn = keep("angle", emitter.real(angle))
            let cosine = keep("cosine", emitter.apply(.cos, [turn]))
            let sine = keep("sine", emitter.apply(.sin, [turn]))
            let (first, second) = (emitter.address(a), emitter.address(b))
            let x = keep("x", emitter.load(first))
            let y = keep("y", emitter.load(second))
            func product(_ p: CValue, _ q: CValue) -> CValue { emitter.apply(.multiply, [p, q]) }
            emitter.store(
                emitter.apply(backward ? .add : .subtract, [product(x, cosine), product(y, sine)]), in: first)
            emitter.store(
                emitter.apply(backward ? .subtract : .add, [product(y, cosine), product(x, sine)]), in: second
            )
        }
    }
}
