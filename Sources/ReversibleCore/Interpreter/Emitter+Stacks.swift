extension Emitter {
    // MARK: Moves

    mutating func moveReal(_ value: Register, _ move: StackMove) {
        let stackRegister = register(move.stack)
        let companionRegister = move.companion.map { register($0) }
        if let (derivatives, values) = move.stacks(besides: variant.definition.parameters) {
            unit.note(derivatives, of: values)
        }
        append(
            move.pushes ? .push : .pop, function: (move.companion == nil ? 0 : 1) + (move.isSpare ? 2 : 0),
            stackRegister, value, companionRegister ?? 0)
        forget([move.stack])
    }

    mutating func moveInteger(_ value: Register, _ stack: Variable, pushes: Bool) {
        append(pushes ? .pushInteger : .popInteger, register(stack), value)
        forget([stack])
    }

    // MARK: What is on them

    /// How many numbers are on a stack, or one of them.
    mutating func loadFromStack(_ place: Place) -> Register {
        let stack = register(place.variable)
        guard let index = indexRegisters(place).first else {
            let count = freshInteger()
            append(.stackCount, count, stack)
            return count
        }
        let number = freshReal()
        noteName(of: place, in: stack)
        append(.stackLoad, number, stack, index)
        return number
    }

    /// Keeps the name of the stack whose top a place is, for an error.
    mutating func noteName(of place: Place, in register: Register) {
        guard statementIndex >= 0, let stack = place.indices.first?.reads.first?.variable else { return }
        unit.statements[Int(statementIndex)].stackNames[register] = variant.definition.names[stack.id]
    }
}
