import ReversibleCore

/// New variables for a function's program.
final class VariableSupply {
    private(set) var names: [Int: String]
    private var nextID: Int
    private let owner: TraceToken

    init(of definition: Definition) {
        names = definition.names
        nextID = (names.keys.max() ?? 0) + 1
        owner = definition.owner
    }

    func declare(_ kind: Variable.Kind, _ name: String, storage: TraceToken? = nil) -> Variable {
        defer { nextID += 1 }
        names[nextID] = name
        return Variable(id: nextID, kind: kind, owner: owner, storage: storage)
    }

    /// A statement for every number of a variable, in loops if it is an array.
    ///
    /// - Parameter other: A variable of the same size.
    func overElements(
        of variable: Variable, sized other: Variable? = nil, _ statement: (Place) -> Statement
    ) -> Statement {
        let axes = variable.kind.axes
        let indices = axes.map { _ in declare(.index, "i") }
        var result = statement(Place(variable, indices.map { Place($0).read }))
        for (index, axis) in zip(indices, axes).reversed() {
            let end = Node(.size(other ?? variable, axis), .integer)
            result = Statement(
                .forLoop(
                    ForLoop(
                        index: index, start: .integer(0), end: end, step: .integer(1), closed: false,
                        parallel: false, body: result.asBlock)))
        }
        return result
    }
}

extension Statement {
    /// A block with this in it, or the block that this is.
    var asBlock: Block {
        if case .block(let block) = kind { block } else { Block(statements: [self]) }
    }
}

extension Variable.Kind {
    /// What an array's size consists of.
    var axes: [Axis] {
        switch self {
        case .vector, .integerVector: [.count]
        case .matrix: [.rows, .columns]
        case .scalar, .integer, .index, .stack: []
        }
    }
}

// Copies of what a piece of program changes, on the record.

extension VariableSupply {
    /// Puts copies of all numbers of some variables on a stack.
    func copying(_ variables: [Variable], on stack: Variable) -> Block {
        Block(
            statements: variables.map { variable in
                overElements(of: variable) { place in
                    let copy = declare(place.type.element == .integer ? .integer : .scalar, "copy")
                    return Statement(
                        .block(
                            Block(
                                ancillas: [Ancilla(variable: copy, sizes: [])],
                                statements: [
                                    .update(.add, Place(copy), place.read),
                                    Statement(.move(StackMove(Place(copy), stack, pushes: true))),
                                ])))
                }
            })
    }

    /// Puts the copies back, and drops what is there instead.
    func restoring(_ variables: [Variable], from stack: Variable) -> Block {
        Block(
            statements: variables.reversed().map { variable in
                var result = overElements(of: variable) { place in
                    let old = declare(place.type.element == .integer ? .integer : .scalar, "copy")
                    return Statement(
                        .block(
                            Block(
                                ancillas: [Ancilla(variable: old, sizes: [], rule: .cotangent)],
                                statements: [
                                    Statement(.move(StackMove(Place(old), stack, pushes: false))),
                                    Statement(.swap(Swap(place, Place(old)))),
                                ])))
                }
                // The last copy is the first to come back.
                result = result.backward
                return result
            })
    }
}

extension Statement {
    /// Nested loops, each from its last turn to its first.
    fileprivate var backward: Statement {
        guard case .forLoop(var loop) = kind else { return self }
        loop.backward = true
        loop.body.statements = loop.body.statements.map(\.backward)
        return Statement(.forLoop(loop), at: location)
    }
}
