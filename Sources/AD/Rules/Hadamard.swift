import ReversibleCore

extension Hadamard {
    /// The matrix is its own inverse and its own transpose.
    func adjoint(_ map: AdjointMap) -> [Statement.Kind] {
        let values = Statement.Kind.hadamard(Hadamard(map.value(a), map.value(b)))
        guard let x = map.cotangent(a), let y = map.cotangent(b) else { return [values] }
        return [values, .hadamard(Hadamard(x, y))]
    }
}
