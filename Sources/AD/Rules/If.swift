import ReversibleCore

extension Branch {
    /// The branch that was taken, told by the postcondition, is undone.
    func adjoint(_ map: DerivativeMap) throws(ReversibilityError) -> [Statement.Kind] {
        [
            .branch(
                Branch(
                    pre: map.value(post), post: map.value(pre), then: try then.adjoint(map),
                    otherwise: try otherwise.adjoint(map)))
        ]
    }

    /// The conditions ask for values; each branch moves its tangents.
    func tangent(_ map: DerivativeMap) throws(ReversibilityError) -> [Statement.Kind] {
        [
            .branch(
                Branch(
                    pre: map.value(pre), post: map.value(post), then: try then.tangent(map),
                    otherwise: try otherwise.tangent(map)))
        ]
    }
}
