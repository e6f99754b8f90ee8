import ReversibleCore

extension Swap {
    /// Values and cotangents are exchanged alike.
    func adjoint(_ map: AdjointMap) -> [Statement.Kind] {
        let values = Statement.Kind.swap(Swap(map.value(a), map.value(b)))
        guard let x = map.cotangent(a), let y = map.cotangent(b) else { return [values] }
        return [values, .swap(Swap(x, y))]
    }
}
