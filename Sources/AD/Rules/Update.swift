import ReversibleCore

extension Update {
    /// `y += e`: undone by `y -= e`, and every place x in e gains ȳ ∂e/∂x.
    ///
    /// `y *= e`: undone by `y /= e`; x gains ȳ y ∂e/∂x with the restored y, then ȳ is multiplied by e.
    func adjoint(_ map: DerivativeMap) -> [Statement.Kind] {
        let undo = on(map.value(place), operation.inverse, map.value(change))
        guard let cotangent = map.derivative(place) else { return [.update(undo)] }
        let (value, factor, received) = (map.value(place).read, map.value(change), cotangent.read)
        switch operation {
        case .add, .subtract:
            return [.update(undo)] + map.contributions(to: factor, from: received, operation)
        case .multiply:
            let seed = Node.binary(.multiply, received, value)
            return [.update(undo)] + map.contributions(to: factor, from: seed, .add)
                + [.update(Update(.multiply, cotangent, factor))]
        case .divide:
            // The restored y is e times the quotient, so the derivative −y/e² is −(y/e)/e.
            let seed = Node.binary(
                .divide, .binary(.multiply, received, .binary(.divide, value, factor)), factor)
            return [.update(undo)] + map.contributions(to: factor, from: seed, .subtract)
                + [.update(Update(.divide, cotangent, factor))]
        case .xor: return [.update(undo)]
        }
    }

    /// `y += e`: ẏ gains ė.
    ///
    /// `y *= e`: ẏ is multiplied by e and gains y ė with the old y. `y /= e` undoes this step by step.
    func tangent(_ map: DerivativeMap) -> [Statement.Kind] {
        let (value, factor) = (map.value(place), map.value(change))
        let own = Statement.Kind.update(on(value, operation, factor))
        guard let tangent = map.derivative(place) else { return [own] }
        var expressions = ExpressionTangent(map)
        let speeds = expressions.amounts(change)
        func gain(_ operation: Operation, _ amount: Node) -> Statement.Kind {
            .update(on(tangent, operation, amount))
        }
        switch operation {
        case .add, .subtract:
            // Before the value changes: what the expression computes is then at hand for the value.
            return speeds.map { gain(operation, $0) } + [own]
        case .multiply, .divide:
            let products = speeds.map { Node.binary(.multiply, value.read, $0) }
            let scaled = gain(operation, factor)
            return operation == .multiply
                ? [scaled] + products.map { gain(.add, $0) } + [own]
                : [own] + products.reversed().map { gain(.subtract, $0) } + [scaled]
        case .xor: return [own]
        }
    }
}

extension DerivativeMap {
    /// Adds to, or subtracts from, the cotangents of what an expression reads. `amount` is the cotangent of
    /// the expression, or one for each element of an array that changes by the same expression.
    func contributions(
        to expression: Node, from amount: Node, _ operation: Update.Operation
    ) -> [Statement.Kind] {
        let reduced = expression.type.isSingle && !amount.type.isSingle ? Node.sum(amount) : amount
        // Without arrays the cotangent is multiplied in last, which reads better.
        let isPlain = reduced.type.isSingle && expression.reads.allSatisfy { !$0.isWholeArray }
        let seed = isPlain ? Node.real(1) : reduced
        return ExpressionAdjoint.contributions(to: expression, seed: seed).compactMap { place, partial in
            guard let cotangent = derivative(ofValue: place) else { return nil }
            let amount = isPlain ? partial.scaling(reduced) : partial
            return .update(
                Update(operation, cotangent, amount, accumulates: true, isForCotangent: true))
        }
    }
}

extension Node {
    /// A cotangent times this partial derivative, formed inside the branches of a select.
    fileprivate func scaling(_ cotangent: Node) -> Node {
        if case .select(let condition, let a, let b) = kind {
            return .select(condition, a.scaling(cotangent), b.scaling(cotangent))
        }
        if case .real(0) = kind { return self }
        return .binary(.multiply, cotangent, self)
    }
}
