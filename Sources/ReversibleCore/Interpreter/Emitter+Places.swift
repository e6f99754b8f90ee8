extension Emitter {
    // MARK: Reading

    /// The element's value in a register; variables are their own registers.
    mutating func load(_ place: Place) -> Register {
        let isReal = place.type.element == .real
        if place.variable.kind == .stack { return loadFromStack(place) }
        guard place.variable.kind.isArray else { return register(place.variable) }
        let array = register(place.variable)
        let indices = indexRegisters(place)
        watch(.watchRead, array, place, indices)
        let result = isReal ? freshReal() : freshInteger()
        switch (indices.count, isReal) {
        case (0, true): append(.loadFlat, result, array, elementIndex ?? 0)
        case (0, false): append(.integerLoadFlat, result, array, elementIndex ?? 0)
        case (1, true): append(.load, result, array, indices[0])
        case (1, false): append(.integerLoad, result, array, indices[0])
        default: append(.load2, result, array, indices[0], indices[1])
        }
        return result
    }

    /// The place's value in a register of its own.
    mutating func copyReal(_ place: Place) -> Register {
        let value = load(place)
        if place.isInMemory { return value }
        let copy = freshReal()
        append(.move, copy, value)
        return copy
    }

    mutating func copyInteger(_ place: Place) -> Register { keep(load(place)) }

    /// A copy of an integer register that later statements cannot change.
    mutating func keep(_ value: Register) -> Register {
        let copy = freshInteger()
        append(.integerMove, copy, value)
        return copy
    }

    mutating func indexRegisters(_ place: Place) -> [Register] { place.indices.map { integer($0) } }

    private mutating func watch(_ opcode: Opcode, _ array: Register, _ place: Place, _ indices: [Register]) {
        guard watched.contains(array) else { return }
        append(
            opcode, function: UInt8(indices.count), array, indices.first ?? elementIndex ?? 0,
            indices.count == 2 ? indices[1] : 0)
    }

    // MARK: Writing

    mutating func storeReal(_ value: Register, in place: Place) {
        let target = register(place.variable)
        if place.variable.kind == .stack, let index = indexRegisters(place).first {
            noteName(of: place, in: target)
            append(.stackStore, target, index, value)
        } else if place.variable.kind.isArray {
            let indices = indexRegisters(place)
            watch(.watchWrite, target, place, indices)
            switch indices.count {
            case 0: append(.storeFlat, target, elementIndex ?? 0, value)
            case 1: append(.store, target, indices[0], value)
            default: append(.store2, target, indices[0], indices[1], value)
            }
        } else {
            append(.move, target, value)
        }
        notePeak(of: place.variable, value)
        forget([place.variable])
    }

    mutating func storeInteger(_ value: Register, in place: Place) {
        let target = register(place.variable)
        if place.variable.kind.isArray {
            let indices = indexRegisters(place)
            watch(.watchWrite, target, place, indices)
            if let index = indices.first {
                append(.integerStore, target, index, value)
            } else {
                append(.integerStoreFlat, target, elementIndex ?? 0, value)
            }
        } else {
            append(.integerMove, target, value)
        }
        forget([place.variable])
    }

    mutating func negatedInteger(_ value: Register) -> Register {
        let result = freshInteger()
        append(.integerNegate, result, value)
        return result
    }

    mutating func changeInteger(_ place: Place, _ operation: Update.Operation, _ amount: Register) {
        let function = operation.onIntegers
        if place.variable.kind.isArray {
            let value = load(place)
            append(function.opcode, function: function.rawValue, value, value, amount)
            storeInteger(value, in: place)
        } else {
            let target = register(place.variable)
            append(function.opcode, function: function.rawValue, target, target, amount)
            forget([place.variable])
        }
    }

    mutating func changeReal(
        _ place: Place, _ operation: Update.Operation, _ change: Node, accumulates: Bool, mayVanish: Bool
    ) {
        switch operation {
        case .add: addReal(place, change, negative: false, accumulates: accumulates)
        case .subtract: addReal(place, change, negative: true, accumulates: accumulates)
        case .multiply, .divide:
            let factor = real(change)
            let opcode: Opcode = operation == .multiply ? .scale : .unscale
            if place.isInMemory {
                let value = load(place)
                append(opcode, function: mayVanish ? 1 : 0, value, value, factor)
                storeReal(value, in: place)
            } else {
                let target = register(place.variable)
                append(opcode, function: mayVanish ? 1 : 0, target, target, factor)
                notePeak(of: place.variable, target)
                forget([place.variable])
            }
        case .bits: break  // unavailable on reals
        }
    }

    private mutating func addReal(_ place: Place, _ change: Node, negative: Bool, accumulates: Bool) {
        if let (sum, register) = runningSum, sum == place {
            if !addElementProduct(register, change, negative: negative) {
                append(negative ? .subtract : .add, register, register, real(change))
            }
            return
        }
        if place.variable.kind == .stack {
            let amount = real(change)
            let value = load(place)
            append(negative ? .subtract : .add, value, value, amount)
            return storeReal(value, in: place)
        }
        let target = register(place.variable)
        if !place.variable.kind.isArray, addElementProduct(target, change, negative: negative) {
            notePeak(of: place.variable, target)
            forget([place.variable])
            return
        }
        // A product that is not at hand is fused with the addition: one instruction less, the same rounding.
        var factors: (Register, Register)?
        if case .binary(.multiply, let a, let b) = change.kind, known[change] == nil,
            change.type.element == .real
        {
            factors = (real(a), real(b))
        }
        guard place.variable.kind.isArray else {
            if let (x, y) = factors {
                append(negative ? .subtractProduct : .addProduct, target, x, y)
            } else {
                append(negative ? .subtract : .add, target, target, real(change))
            }
            notePeak(of: place.variable, target)
            forget([place.variable])
            return
        }
        if peaks[place.variable.id] != nil {
            let amount = real(change)
            let value = copyReal(place)
            append(negative ? .subtract : .add, value, value, amount)
            storeReal(value, in: place)
            return
        }
        let indices = indexRegisters(place)
        if !accumulates { watch(.watchWrite, target, place, indices) }
        if indices.count == 1, let (x, y) = factors {
            append(negative ? .subtractProductFromElement : .addProductToElement, target, indices[0], x, y)
        } else if indices.count == 2, let (x, y) = factors {
            append(
                negative ? .subtractProductFromElement2 : .addProductToElement2, target, indices[0],
                indices[1],
                x, y)
        } else {
            let amount = factors.map { arithmetic(.multiply, $0, $1) } ?? real(change)
            switch indices.count {
            case 0: append(negative ? .subtractFromFlat : .addToFlat, target, elementIndex ?? 0, amount)
            case 1: append(negative ? .subtractFromElement : .addToElement, target, indices[0], amount)
            default:
                append(
                    negative ? .subtractFromElement2 : .addToElement2, target, indices[0], indices[1], amount)
            }
        }
        forget([place.variable])
    }

    /// Fuses the commonest inner loops, sums of products of elements; false if this is not one.
    private mutating func addElementProduct(_ target: Register, _ change: Node, negative: Bool) -> Bool {
        guard case .binary(.multiply, let a, let b) = change.kind, known[change] == nil,
            let x = plainElement(a), let y = plainElement(b), x.indices.count == y.indices.count
        else { return false }
        let (v, w) = (register(x.variable), register(y.variable))
        let (i, j) = (x.indices.map { integer($0) }, y.indices.map { integer($0) })
        if i.count == 1 {
            append(negative ? .subtractElementProduct : .addElementProduct, target, v, i[0], w, j[0])
        } else {
            append(negative ? .subtractElementProduct2 : .addElementProduct2, target, v, i[0], i[1])
            append(.operands, 0, w, j[0], j[1])
        }
        return true
    }

    /// A real array's element that is not at hand and not watched.
    private func plainElement(_ node: Node) -> Place? {
        guard case .read(let place) = node.kind, place.variable.kind.isReal, !place.indices.isEmpty,
            known[node] == nil
        else { return nil }
        if let array = registers[place.variable.id], watched.contains(array) { return nil }
        return place
    }

    mutating func notePeak(of variable: Variable, _ value: Register) {
        if let peak = peaks[variable.id] { append(.peak, peak, value) }
    }

    // MARK: Whole arrays

    /// Runs `body` once, or once for every element if the places are whole arrays.
    mutating func forEachElement(
        of places: [Place], reading nodes: [Node], _ body: (inout Emitter) -> Void
    ) {
        guard let first = places.first, first.isWholeArray else { return body(&self) }
        let others =
            places.dropFirst().map { ($0.variable, Guards.always) } + nodes.flatMap(\.guardedArrays)
        elementwise(first.variable, others, hoisting: nodes, body)
        forget(Set(places.map(\.variable)))
    }

    /// Runs `body` for every element of the arrays in an expression.
    mutating func overElements(of node: Node, _ body: (inout Emitter) -> Void) {
        guard let (first, others) = node.elementArrays else { return }
        elementwise(first, others, hoisting: [node], body)
    }

    private mutating func elementwise(
        _ first: Variable, _ others: [(array: Variable, guards: Guards)], hoisting nodes: [Node],
        _ body: (inout Emitter) -> Void
    ) {
        let array = register(first)
        for (guards, arrays) in others.sizeChecks(besides: first) {
            func require(_ emitter: inout Emitter) {
                for other in arrays { emitter.append(.requireSameShape, array, emitter.register(other)) }
            }
            guard let condition = guards.condition else {
                require(&self)
                continue
            }
            let toNext = jumpUnless(condition)
            branch { require(&$0) }
            land(toNext)
        }
        // What is the same for every element is evaluated once, before the loop.
        for single in nodes.flatMap(\.singleOperands) {
            if single.type.element == .real { _ = real(single) } else { _ = integer(single) }
        }
        let outer = elementIndex
        let code = here
        let count = freshInteger()
        append(.size, function: Axis.count.rawValue, count, array)
        let loop = openLoop(
            freshLoop(), start: constantInteger(0), end: count, step: constantInteger(1), closed: false,
            backward: false)
        branch { emitter in
            emitter.elementIndex = loop.registers
            // What is known of elements is known of those that a loop around this one is at.
            emitter.forgetElements()
            let running = emitter.enterIteration(loop, tracked: nil)
            body(&emitter)
            emitter.nextTurn(running)
            emitter.land(running.exit)
        }
        elementIndex = outer
        unit.elementLoops.append(
            CodeUnit.ElementLoop(
                code: code..<here, index: loop.registers,
                arrays: Set(([first] + others.map(\.array)).map { register($0) })
            ))
    }
}
