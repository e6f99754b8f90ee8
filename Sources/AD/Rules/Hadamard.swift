import ReversibleCore

extension Hadamard {
    /// The matrix is its own inverse and its own transpose.
    func adjoint(_ map: DerivativeMap) -> [Statement.Kind] {
        let values = Statement.Kind.hadamard(Hadamard(map.value(a), map.value(b)))
        guard let x = map.derivative(a), let y = map.derivative(b) else { return [values] }
        return [values, .hadamard(Hadamard(x, y))]
    }

    /// A linear map: tangents go through it as values do.
    func tangent(_ map: DerivativeMap) -> [Statement.Kind] {
        let values = Statement.Kind.hadamard(Hadamard(map.value(a), map.value(b)))
        guard let x = map.derivative(a), let y = map.derivative(b) else { return [values] }
        return [values, .hadamard(Hadamard(x, y))]
    }
}
