import ReversibleCore

extension Swap {
    /// Values and cotangents are exchanged alike.
    func adjoint(_ map: DerivativeMap) -> [Statement.Kind] {
        let values = Statement.Kind.swap(Swap(map.value(a), map.value(b)))
        guard let x = map.derivative(a), let y = map.derivative(b) else { return [values] }
        return [values, .swap(Swap(x, y))]
    }

    /// Values and tangents are exchanged alike.
    func tangent(_ map: DerivativeMap) -> [Statement.Kind] {
        let values = Statement.Kind.swap(Swap(map.value(a), map.value(b)))
        guard let x = map.derivative(a), let y = map.derivative(b) else { return [values] }
        return [values, .swap(Swap(x, y))]
    }
}
