import ReversibleCore

extension SignChange {
    func emit(to emitter: FunctionEmitter) {
        emitter.share(place.indices)
        emitter.guardAliases(writes: [place], reads: [])
        emitter.forEachElement(of: [place], reading: []) {
            emitter.modify(emitter.address(place)) { old in
                place.type.element == .integer
                    ? emitter.integerFunction(.negate, [old]) : emitter.apply(.negate, [old])
            }
        }
    }
}
