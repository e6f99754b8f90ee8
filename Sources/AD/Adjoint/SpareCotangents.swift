import ReversibleCore

/// Keeps the cotangents that an adjoint has no use for, on stacks of the run, so that the adjoint can be undone.
///
/// A place that begins as the constant 0 has a cotangent, which concerns no input and is dropped: that of an ancilla at
/// the end of the adjoint's block, and that of a place which a number is pushed from or popped into. If all inputs of a
/// function lead to outputs and all outputs back to inputs, undoing its adjoint with 0 in place of what was dropped gives
/// the same gradients: the ancilla comes back to 0 whatever the inputs are, so that its cotangent is multiplied by
/// derivatives that are 0. Not so with stacks: of what can lie on them a function leaves few combinations, and its
/// cotangents are determined only up to what is perpendicular to these. There the inverse of an adjoint, and so the
/// adjoint of an adjoint, needs what was dropped.
struct SpareCotangents {
    let tracer: Tracer
    /// A stack that calls which are not undone in reverse order do not share: an argument of the adjoint.
    var owner: Variable?

    /// Moves the cotangent in a number's place to a stack of its own; the inverse finds 0 if nothing was kept there.
    func move(of place: Place) -> StackMove {
        let stack = tracer.declare(.stack, name: "spare", storage: TraceToken())
        var move = StackMove(place, stack, pushes: true)
        move.isSpare = true
        move.companion = owner
        return move
    }

    /// The same, of all numbers of a variable.
    func statement(of variable: Variable) -> Statement {
        let axes: [Axis] =
            switch variable.kind {
            case .matrix: [.rows, .columns]
            case .vector: [.count]
            case .scalar, .integer, .integerVector, .index, .stack: []
            }
        let indices = axes.map { _ in tracer.declare(.index) }
        var result = Statement(.move(move(of: Place(variable, indices.map { Place($0).read }))))
        for (index, axis) in zip(indices, axes).reversed() {
            result = Statement(
                .forLoop(
                    ForLoop(
                        counting: index, to: Node(.size(variable, axis), .integer),
                        body: Block(statements: [result]))))
        }
        return result
    }
}

extension DerivativeMap {
    /// Keeps the cotangents of a block's ancillas; nothing if the adjoint need not be undone.
    func spareCotangents(of ancillas: [Ancilla]) -> [Statement] {
        guard let spare else { return [] }
        return ancillas.compactMap { ancilla in
            guard ancilla.variable.kind.isReal, let cotangent = derivative(ancilla.variable) else {
                return nil
            }
            return spare.statement(of: cotangent)
        }
    }
}
