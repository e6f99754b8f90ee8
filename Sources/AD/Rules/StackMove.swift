import ReversibleCore

extension StackMove {
    /// Cotangents move between the place and a stack of cotangents, in step with the values.
    ///
    /// They move while the values' stack is without the entry, here and in the inverse of this. What a cotangent was of
    /// a place that held 0 is spare.
    func adjoint(_ map: DerivativeMap) -> [Statement.Kind] {
        if map.isTransposing { return transposed(map) }
        let (values, cotangents) = inverse.moves(map)
        guard let cotangents else { return inverse.integerMoves(values, map) }
        let spare = map.spare.map { $0.move(of: cotangents.place) }
        guard pushes else {
            return [.move(cotangents)] + (spare.map { [.move($0.inverse)] } ?? []) + [.move(values)]
        }
        return [.move(values)] + (spare.map { [.move($0)] } ?? []) + [.move(cotangents)]
    }

    /// Linear numbers come back from a stack of their own, or go there. A place that a number was pushed from held 0
    /// afterwards: what it holds of a cotangent is dropped.
    private func transposed(_ map: DerivativeMap) -> [Statement.Kind] {
        let companion = companion.map { map.standIn(for: $0) }
        guard let place = map.derivative(place), let stack = map.derivative(stack) else {
            return [
                .move(inverse.moving(map.value(self.place), map.renaming(self.stack), companion: companion))
            ]
        }
        // A companion says by itself that what the place holds is dropped.
        guard companion == nil else { return [.move(inverse.moving(place, stack, companion: companion))] }
        let taken = map.tracer.declare(.scalar, name: "taken")
        let taking = Block(
            ancillas: [Ancilla(variable: taken, sizes: [], rule: .cotangent)],
            statements: [
                Statement(.move(StackMove(Place(taken), stack, pushes: false))),
                Statement(.swap(Swap(Place(taken), place))),
            ])
        // Going there is the same backward, so that what is dropped is dropped by inverses too.
        return [.block(pushes ? taking : taking.inverse)]
    }

    /// Tangents move between the place and a stack of tangents, in step with the values.
    ///
    /// They move while the values' stack is without the entry, here and in the inverse of this.
    func tangent(_ map: DerivativeMap) -> [Statement.Kind] {
        let (values, tangents) = moves(map)
        guard let tangents else { return integerMoves(values, map) }
        return pushes ? [.move(tangents), .move(values)] : [.move(values), .move(tangents)]
    }

    /// An integer has no derivative; but where a program reads the number on top of a stack, whatever it is, there may be
    /// one beside it. It comes and goes with the integer, and is dropped.
    private func integerMoves(_ values: StackMove, _ map: DerivativeMap) -> [Statement.Kind] {
        guard map.levels.readsNumbers, let stack = map.derivative(stack) else { return [.move(values)] }
        let dropped = map.tracer.declare(.scalar, name: "dropped")
        var taking = StackMove(Place(dropped), stack, pushes: false)
        taking.companion = depth(map)
        var spare: [Statement] = []
        if let kept = map.spare?.move(of: Place(dropped)) { spare = [Statement(.move(kept))] }
        let block = Block(
            ancillas: [Ancilla(variable: dropped, sizes: [], rule: .cotangent)],
            statements: [Statement(.move(taking))] + spare)
        return pushes ? [.block(block.inverse), .move(values)] : [.move(values), .block(block)]
    }

    /// The move of the value, and that of its derivative.
    private func moves(_ map: DerivativeMap) -> (value: StackMove, derivative: StackMove?) {
        let value = moving(
            map.value(place), map.renaming(stack), companion: companion.map { map.renaming($0) })
        guard let place = map.derivative(place), let stack = map.derivative(stack) else {
            return (value, nil)
        }
        var derivative = moving(place, stack, companion: depth(map))
        derivative.isSpare = false
        return (value, derivative)
    }

    /// The stack whose depth says where derivatives belong: that of the program's own values, also for derivatives of
    /// derivatives. Those in between are filled up only as far as they have been used.
    private func depth(_ map: DerivativeMap) -> Variable {
        map.renaming(isSpare ? stack : companion ?? stack)
    }
}
