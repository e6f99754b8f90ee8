import ReversibleCore

extension SignChange {
    /// The cotangent changes its sign too.
    func adjoint(_ map: AdjointMap) -> [Statement.Kind] {
        let value = Statement.Kind.negate(SignChange(map.value(place)))
        return [value] + (map.cotangent(place).map { [.negate(SignChange($0))] } ?? [])
    }
}
