import ReversibleCore

extension Update {
    func emit(to emitter: FunctionEmitter) {
        emitter.share([change] + place.indices)
        emitter.guardAliases(writes: [place], reads: [change])
        emitter.forEachElement(of: [place], reading: [change]) {
            if place.type.element == .integer { changeInteger(emitter) } else { changeReal(emitter) }
        }
    }

    private func changeInteger(_ emitter: FunctionEmitter) {
        let amount = emitter.integer(change)
        if accumulates, emitter.addToSums(amount, place, negative: operation == .subtract) { return }
        let address = emitter.address(place)
        switch operation {
        case .add where !emitter.isChecked: emitter.add(amount, to: address, negative: false)
        case .subtract where !emitter.isChecked: emitter.add(amount, to: address, negative: true)
        default:
            emitter.modify(address) { emitter.integerFunction(operation.onIntegers, [$0, amount]) }
        }
    }

    private func changeReal(_ emitter: FunctionEmitter) {
        switch operation {
        case .add, .subtract:
            let amount = emitter.real(change)
            if accumulates, emitter.addToSums(amount, place, negative: operation == .subtract) { return }
            emitter.add(amount, to: emitter.address(place), negative: operation == .subtract)
        case .multiply, .divide:
            let factor = emitter.real(change)
            let address = emitter.address(place)
            guard emitter.isChecked else {
                let symbol: ElementaryFunction = operation == .multiply ? .multiply : .divide
                return emitter.modify(address) { emitter.apply(symbol, [$0, factor]) }
            }
            let f = emitter.named("factor", factor, .real)
            emitter.require(
                "isfinite(\(f)) && \(f) != 0", "a place is multiplied or divided by 0 or by no finite number")
            let before = emitter.named("before", emitter.load(address), .real)
            let after = emitter.named(
                "after", CValue("\(before) \(operation == .multiply ? "*" : "/") \(f)", .product), .real)
            if mayVanish { return emitter.store(CValue(after), in: address) }
            emitter.require(
                "(\(before) == 0) == (\(after) == 0) && (!isfinite(\(before)) || isfinite(\(after)))",
                "a number is scaled beyond what the number type can hold")
            emitter.store(CValue(after), in: address)
        case .bits: break  // unavailable on reals
        }
    }
}
