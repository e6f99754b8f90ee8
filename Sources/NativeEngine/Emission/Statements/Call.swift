import ReversibleCore

extension Call {
    func emit(to emitter: FunctionEmitter) {
        let modes = modes(ownModes: emitter.definition.parameterModes)
        emitter.share(arguments.flatMap(\.indices))
        if emitter.isChecked {
            for (place, other) in pairsToTellApart(modes) { emitter.guardDistinct(place, other) }
        }
        let signature = emitter.unit.signature(
            of: SourceUnit.Variant(
                form: emitter.unit.lowering.form(of: self, from: emitter.definition, wanted: wanted),
                isAliased: emitter.variant.isAliased || sharesWrittenArrays(modes)))
        emitter.out.open("")
        emitter.names.enter()
        var list = signature.needsRun ? ["run"] : []
        var addresses: [Int: Address] = [:]
        for (position, place) in arguments.enumerated() where signature.parameters[position].isPassed {
            let s = emitter.store(of: place.variable)
            switch signature.parameters[position].kind {
            case .vector, .integerVector: list += [s.name, s.count]
            case .matrix: list += [s.name, s.rows, s.columns]
            case .stack: list.append(s.name)
            case .scalar, .integer, .index:
                let address = emitter.address(place)
                addresses[position] = address
                // Sums are collected apart and added, so that one place may stand for two parameters.
                list.append(modes[position] == .accumulate ? "0" : emitter.load(address).text)
            }
        }
        let text = "\(signature.name)(\(list.joined(separator: ", ")))"
        func finish(_ position: Int, _ result: String) {
            guard let address = addresses[position] else { return }
            if modes[position] == .accumulate, arguments[position].type.element == .integer, emitter.isChecked
            {
                emitter.modify(address) { emitter.integerFunction(.add, [$0, CValue(result)]) }
            } else if modes[position] == .accumulate {
                emitter.add(CValue(result), to: address, negative: false)
            } else {
                emitter.store(CValue(result), in: address)
            }
        }
        switch signature.results.count {
        case 0: emitter.out.line("\(text);")
        case 1: finish(signature.results[0], text)
        default:
            let result = emitter.names.declare("back")
            emitter.out.line("const \(signature.resultType) \(result) = \(text);")
            for position in signature.results {
                finish(position, "\(result).\(signature.parameters[position].name)")
            }
        }
        emitter.names.leave()
        emitter.out.close()
    }

    /// Whether one array stands for two parameters that are both added to.
    private func sharesWrittenArrays(_ modes: [AccessMode]) -> Bool {
        var seen: Set<Variable> = []
        for (place, mode) in zip(arguments, modes)
        where place.isWholeArray && mode.changes {
            if !seen.insert(place.variable).inserted { return true }
        }
        return false
    }
}
