import ReversibleCore

// Which rule is whose: the rules of a word stand in the file of its name.

extension Statement {
    /// What undoes this statement over values with gradients.
    func adjoint(_ map: DerivativeMap) throws(ReversibilityError) -> [Kind] {
        switch kind {
        case .update(let s): s.adjoint(map)
        case .swap(let s): s.adjoint(map)
        case .negate(let s): s.adjoint(map)
        case .rotate(let s): s.adjoint(map)
        case .hadamard(let s): s.adjoint(map)
        case .branch(let s): try s.adjoint(map)
        case .whileLoop(let s): try s.adjoint(map)
        case .forLoop(let s): try s.adjoint(map)
        case .compute(let s): try s.adjoint(map)
        case .call(let s): try s.adjoint(map)
        case .move(let s): s.adjoint(map)
        case .rerun(let s): try s.adjoint(map)
        case .block(let block): [.block(try block.adjoint(map))]
        // What must hold for views must hold where an adjoint uses them, which may be all that is left of the statement.
        case .assertion(let s): s.isOfViews ? [.assertion(s.on(map.value(s.condition)))] : []
        case .misuse: []
        }
    }

    /// What this statement does to values with tangents.
    func tangent(_ map: DerivativeMap) throws(ReversibilityError) -> [Kind] {
        switch kind {
        case .update(let s): s.tangent(map)
        case .swap(let s): s.tangent(map)
        case .negate(let s): s.tangent(map)
        case .rotate(let s): s.tangent(map)
        case .hadamard(let s): s.tangent(map)
        case .branch(let s): try s.tangent(map)
        case .whileLoop(let s): try s.tangent(map)
        case .forLoop(let s): try s.tangent(map)
        case .compute(let s): try s.tangent(map)
        case .call(let s): try s.tangent(map)
        case .move(let s): s.tangent(map)
        case .rerun(let s): try s.tangent(map)
        case .block(let block): [.block(try block.tangent(map))]
        // Forward mode runs the program itself, with its checks.
        case .assertion(let s): [.assertion(s.on(map.value(s.condition)))]
        case .misuse: []
        }
    }
}
