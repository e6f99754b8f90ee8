import ReversibleCore

extension StackMove {
    func emit(to emitter: FunctionEmitter) {
        emitter.share(place.indices)
        emitter.guardAliases(writes: [place], reads: [])
        let stack = emitter.name(self.stack)
        let address = emitter.address(place)
        let isInteger = place.type.element == .integer
        let suffix =
            isInteger ? "_integer" : isSpare ? "_spare" : companion != nil ? "_beside" : ""
        if let (derivatives, values) = stacks(besides: emitter.program.parameters) {
            emitter.unit.note(derivatives, of: values)
        }
        let beside = companion.map { ", \(emitter.name($0))" } ?? (isSpare ? ", 0" : "")
        if pushes {
            let value = emitter.held("held", emitter.load(address), place.type.element)
            emitter.out.line("push\(suffix)(run, \(stack), \(value)\(isInteger ? "" : beside));")
            emitter.store(CValue("0"), in: address)
        } else {
            if emitter.isChecked, companion == nil, !isSpare {
                let value = emitter.held("held", emitter.load(address), place.type.element)
                emitter.require(
                    isInteger ? "\(value) == 0" : "fabs((double)\(value)) <= run->options->tolerance",
                    "POP needs a place that holds 0")
            }
            let type = emitter.type(place.type.element, isVarying: false)
            let call = "pop\(suffix)(run, \(stack)\(isInteger ? "" : beside))"
            emitter.store(CValue(type == "float" ? "(float)\(call)" : call), in: address)
        }
    }
}
