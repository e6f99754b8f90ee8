extension Emitter {
    /// Emits a call. Numbers go in and come back by value, arrays by reference.
    mutating func call(_ call: Call, modes: [AccessMode]) {
        let callee: Definition =
            switch call.callee {
            case .function(let definition): definition
            case .itself, .unavailable: variant.definition  // a check has refused the latter
            }
        // `itself` inverted, inside the inverse, is the function forward again: bodies are inverted, not callees.
        let index = unit.index(
            of: .init(definition: callee, inverted: call.inverted, tracked: !watched.isEmpty))
        let targets = callee.slots
        var moves: [Instruction] = []
        var returns: [(place: Place, register: Register, accumulates: Bool)] = []
        for (position, place) in call.arguments.enumerated() where position < targets.count {
            let mode = modes[position]
            let copiesBack: UInt8 = mode.changes ? 1 : 0
            switch targets[position] {
            case .array(let target, _):
                moves.append(Instruction(opcode: .argumentArray, a: register(place.variable), b: target))
            case .real(let target):
                var source = register(place.variable)
                if mode == .accumulate {
                    // Sums are collected apart and added, so that one place may stand for two parameters.
                    source = freshReal()
                    append(.zeroReal, source)
                    returns.append((place, source, true))
                } else if !place.indices.isEmpty {
                    source = load(place)
                    if copiesBack == 1 { returns.append((place, source, false)) }
                }
                moves.append(
                    Instruction(opcode: .argumentReal, function: copiesBack, a: source, b: target))
            case .integer(let target):
                var source = register(place.variable)
                // A stack goes in by its number.
                if mode == .accumulate, place.variable.kind != .stack {
                    source = counter()
                    returns.append((place, source, true))
                } else if !place.indices.isEmpty {
                    source = load(place)
                    if copiesBack == 1 { returns.append((place, source, false)) }
                }
                moves.append(
                    Instruction(opcode: .argumentInteger, function: copiesBack, a: source, b: target))
            }
        }
        append(.call, Int32(index), Int32(moves.count))
        for move in moves { append(move.opcode, function: move.function, move.a, move.b) }
        let written = zip(call.arguments, modes).filter { $1.changes }
        forget(Set(written.map(\.0.variable)))
        finish(returns)
        for (place, _) in written where place.indices.isEmpty && place.variable.kind == .scalar {
            notePeak(of: place.variable, register(place.variable))
        }
    }

    private mutating func finish(_ returns: [(place: Place, register: Register, accumulates: Bool)]) {
        for (place, register, accumulates) in returns {
            if accumulates, place.type.element == .integer {
                changeInteger(place, .add, register)
            } else if accumulates {
                let sum = copyReal(place)
                append(.add, sum, sum, register)
                storeReal(sum, in: place)
            } else if place.type.element == .real {
                storeReal(register, in: place)
            } else {
                storeInteger(register, in: place)
            }
        }
    }
}
