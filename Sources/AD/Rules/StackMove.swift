import ReversibleCore

extension StackMove {
    /// Cotangents move between the place and a stack of cotangents, in step with the values.
    ///
    /// They move while the values' stack is without the entry, here and in the inverse of this.
    func adjoint(_ map: AdjointMap) -> [Statement.Kind] {
        let valueStack = map.renaming(stack)
        let values = Statement.Kind.move(
            StackMove(
                map.value(place), valueStack, pushes: !pushes, companion: companion.map { map.renaming($0) }))
        guard let place = map.cotangent(place), let stack = map.cotangent(stack) else { return [values] }
        let cotangents = Statement.Kind.move(
            StackMove(place, stack, pushes: !pushes, companion: valueStack))
        return pushes ? [values, cotangents] : [cotangents, values]
    }
}
