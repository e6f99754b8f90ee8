import ReversibleCore

extension Branch {
    /// The branch that was taken, told by the postcondition or the record, is undone.
    func adjoint(_ map: DerivativeMap) throws(ReversibilityError) -> [Statement.Kind] {
        var result = inverse(then: try then.adjoint(map), otherwise: try otherwise.adjoint(map))
        (result.pre, result.post) = (map.value(result.pre), map.value(result.post))
        return [.branch(result)]
    }

    /// The conditions ask for values; each branch moves its tangents.
    func tangent(_ map: DerivativeMap) throws(ReversibilityError) -> [Statement.Kind] {
        var result = self
        (result.pre, result.post) = (map.value(pre), map.value(post))
        (result.then, result.otherwise) = (try then.tangent(map), try otherwise.tangent(map))
        return [.branch(result)]
    }
}
