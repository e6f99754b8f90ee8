import ReversibleCore

extension StackMove {
    /// Cotangents move between the place and a stack of cotangents, in step with the values.
    ///
    /// They move while the values' stack is without the entry, here and in the inverse of this.
    func adjoint(_ map: DerivativeMap) -> [Statement.Kind] {
        let valueStack = map.renaming(stack)
        let values = Statement.Kind.move(
            StackMove(
                map.value(place), valueStack, pushes: !pushes, companion: companion.map { map.renaming($0) }))
        guard let place = map.derivative(place), let stack = map.derivative(stack) else { return [values] }
        let cotangents = Statement.Kind.move(
            StackMove(place, stack, pushes: !pushes, companion: depth(map)))
        return pushes ? [values, cotangents] : [cotangents, values]
    }

    /// Tangents move between the place and a stack of tangents, in step with the values.
    ///
    /// They move while the values' stack is without the entry, here and in the inverse of this.
    func tangent(_ map: DerivativeMap) -> [Statement.Kind] {
        let valueStack = map.renaming(stack)
        let values = Statement.Kind.move(
            StackMove(
                map.value(place), valueStack, pushes: pushes, companion: companion.map { map.renaming($0) }))
        guard let place = map.derivative(place), let stack = map.derivative(stack) else { return [values] }
        let tangents = Statement.Kind.move(
            StackMove(place, stack, pushes: pushes, companion: depth(map)))
        return pushes ? [tangents, values] : [values, tangents]
    }

    /// The stack whose depth says where derivatives belong: that of the program's own values, also for derivatives of
    /// derivatives. Those in between are filled up only as far as they have been used.
    private func depth(_ map: DerivativeMap) -> Variable { map.renaming(companion ?? stack) }
}
