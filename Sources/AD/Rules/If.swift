import ReversibleCore

extension Branch {
    /// The branch that was taken, told by the postcondition, is undone.
    func adjoint(_ map: AdjointMap) throws(ReversibilityError) -> [Statement.Kind] {
        [
            .branch(
                Branch(
                    pre: map.value(post), post: map.value(pre), then: try then.adjoint(map),
                    otherwise: try otherwise.adjoint(map)))
        ]
    }
}
