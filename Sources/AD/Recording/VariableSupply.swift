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
                    ForLoop(counting: index, to: end, body: result.asBlock)))
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
