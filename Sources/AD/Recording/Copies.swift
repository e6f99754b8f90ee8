import ReversibleCore

// Copies of what a piece of program changes, on a record.
//
// Stacks hold real numbers. An integer of 64 bits is copied in three parts, which single precision holds too.

extension VariableSupply {
    /// Puts copies of all numbers of some variables on a stack.
    func copying(_ variables: [Variable], on stack: Variable) -> Block {
        copying(variables.map { ChangedElements(variable: $0) }, on: stack)
    }

    /// Puts the copies back, and drops what is there instead.
    func restoring(_ variables: [Variable], from stack: Variable) -> Block {
        restoring(variables.map { ChangedElements(variable: $0) }, from: stack)
    }

    /// The same of some elements.
    func copying(_ elements: [ChangedElements], on stack: Variable) -> Block {
        Block(
            statements: elements.map { element in
                overElements(of: element) { place in
                    var result = Block()
                    for part in Part.all(of: place) {
                        let copy = declare(part.kind, "copy")
                        result.ancillas.append(Ancilla(variable: copy, sizes: []))
                        if part.kind.isReal {
                            // −0 + x is x, also where x is −0.
                            result.statements.append(Statement(.negate(SignChange(Place(copy)))))
                        }
                        result.statements.append(.update(.add, Place(copy), part.value))
                        result.statements.append(
                            Statement(.move(StackMove(Place(copy), stack, pushes: true))))
                    }
                    return Statement(.block(result))
                }
            })
    }

    /// The same of some elements.
    func restoring(_ elements: [ChangedElements], from stack: Variable) -> Block {
        Block(
            statements: elements.reversed().map { element in
                let result = overElements(of: element) { place in
                    let parts = Part.all(of: place)
                    let old = declare(parts[0].kind, "old")
                    var result = Block(ancillas: [Ancilla(variable: old, sizes: [], rule: .cotangent)])
                    for part in parts.reversed() {
                        guard let factor = part.factor else {
                            result.statements.append(
                                Statement(.move(StackMove(Place(old), stack, pushes: false))))
                            continue
                        }
                        let copy = declare(part.kind, "copy")
                        result.ancillas.append(Ancilla(variable: copy, sizes: [], rule: .cotangent))
                        result.statements.append(
                            Statement(.move(StackMove(Place(copy), stack, pushes: false))))
                        result.statements.append(
                            .update(
                                .add, Place(old),
                                .integerBinary(.multiply, Place(copy).read, .integer(factor))))
                    }
                    result.statements.append(Statement(.swap(Swap(place, Place(old)))))
                    return Statement(.block(result))
                }
                // The last copy is the first to come back.
                return result.backward
            })
    }
}

/// What is kept of a number: all of a real one, a third of an integer's digits.
private struct Part {
    let kind: Variable.Kind
    let value: Node
    /// What the part is to be multiplied by; nil for a whole number.
    var factor: Int?

    static func all(of place: Place) -> [Part] {
        guard place.type.element == .integer else { return [Part(kind: .scalar, value: place.read)] }
        let base = 1 << 22
        func divided(_ node: Node, by divisor: Int) -> Node {
            divisor == 1 ? node : .integerBinary(.divide, node, .integer(divisor))
        }
        return [1, base, base * base].map { factor in
            // The last part is all that is left.
            let rest = divided(place.read, by: factor)
            let value =
                factor == base * base
                ? rest : Node(.integerBinary(.remainder, rest, .integer(base)), .integer)
            return Part(kind: .integer, value: value, factor: factor)
        }
    }
}

extension Statement {
    /// Nested loops, each from its last turn to its first.
    fileprivate var backward: Statement {
        guard case .forLoop(var loop) = kind else { return self }
        loop.backward.toggle()
        loop.body.statements = loop.body.statements.map(\.backward)
        return Statement(.forLoop(loop), at: location)
    }
}
