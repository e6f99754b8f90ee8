import ReversibleCore

extension SignChange {
    /// The cotangent changes its sign too.
    func adjoint(_ map: DerivativeMap) -> [Statement.Kind] {
        let value = Statement.Kind.negate(SignChange(map.value(place)))
        return [value] + (map.derivative(place).map { [.negate(SignChange($0))] } ?? [])
    }

    /// The tangent changes its sign too.
    func tangent(_ map: DerivativeMap) -> [Statement.Kind] {
        let value = Statement.Kind.negate(SignChange(map.value(place)))
        return [value] + (map.derivative(place).map { [.negate(SignChange($0))] } ?? [])
    }
}
