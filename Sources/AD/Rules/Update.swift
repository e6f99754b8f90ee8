import ReversibleCore

extension Update {
    /// `y += e`: undone by `y -= e`, and every place x in e gains ȳ ∂e/∂x.
    ///
    /// `y *= e`: undone by `y /= e`; x gains ȳ y ∂e/∂x with the restored y, then ȳ is multiplied by e.
    func adjoint(_ map: DerivativeMap) -> [Statement.Kind] {
        // An account that was settled before is not opened again.
        if witness != nil, !map.account.contains(place.variable) { return [] }
        // Magnitudes are added up once, in the program, and where it runs again.
        if let witness, witness.isOfMagnitudes, !witness.undoes { return [] }
        let inverse = inverse
        let undo = on(map.value(place), inverse.operation, map.value(inverse.change))
        guard let cotangent = map.derivative(place) else { return [.update(undo)] }
        let (value, factor, received) = (map.value(place).read, map.value(change), cotangent.read)
        switch operation {
        case .add, .subtract:
            return [.update(undo)] + map.contributions(to: factor, from: received, operation)
        case .multiply:
            var slopes = map.slopes
            let seed = slopes.product(received, value)
            return [.update(undo)] + map.contributions(to: factor, from: seed, .add)
                + [.update(Update(.multiply, cotangent, factor, mayVanish: true))]
        case .divide:
            // The restored y is e times the quotient, so the derivative −y/e² is −(y/e)/e.
            var slopes = map.slopes
            let quotient = Node.binary(.divide, value, factor)
            let product =
                slopes.isSteep(in: map.value(place))
                ? slopes.chain(received, quotient) : .binary(.multiply, received, quotient)
            let seed = Node.binary(.divide, product, factor)
            return [.update(undo)] + map.contributions(to: factor, from: seed, .subtract)
                + [.update(Update(.divide, cotangent, factor, mayVanish: true))]
        case .bits: return [.update(undo)]
        }
    }

    /// `y += e`: ẏ gains ė.
    ///
    /// `y *= e`: ẏ is multiplied by e and gains y ė with the old y. `y /= e` undoes this step by step.
    func tangent(_ map: DerivativeMap) -> [Statement.Kind] {
        let (value, factor) = (map.value(place), map.value(change))
        var moved = on(map.value(place), operation, factor)
        moved.witness?.derivative *= 2
        let own = Statement.Kind.update(moved)
        guard let tangent = map.derivative(place) else { return [own] }
        var expressions = ExpressionTangent(map)
        func gain(_ operation: Operation, _ amount: Node) -> Statement.Kind {
            var gain = on(tangent, operation, amount)
            if let witness { gain.witness?.derivative = 2 * witness.derivative + 1 }
            return .update(gain)
        }
        // The magnitudes of tangents, and not the tangent of magnitudes.
        if let witness, witness.isOfMagnitudes {
            return expressions.amounts(witness.operand(of: change)).map {
                gain(operation, witness.bounded(.unary(.abs, $0)))
            } + [own]
        }
        let speeds = expressions.amounts(change)
        switch operation {
        case .add, .subtract:
            // Before the value changes: what the expression computes is then at hand for the value.
            return speeds.map { gain(operation, $0) } + [own]
        case .multiply, .divide:
            var slopes = map.slopes
            let products = speeds.map { slopes.product(value.read, $0) }
            var scaling = on(tangent, operation, factor)
            scaling.mayVanish = true
            let scaled = Statement.Kind.update(scaling)
            return operation == .multiply
                ? [scaled] + products.map { gain(.add, $0) } + [own]
                : [own] + products.reversed().map { gain(.subtract, $0) } + [scaled]
        case .bits: return [own]
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
        var slopes = slopes
        var updates: [(guards: Guards, update: Statement)] = []
        for part in ExpressionAdjoint.contributions(to: expression, seed: seed, slopes) {
            guard let cotangent = derivative(ofValue: part.place) else { continue }
            let amount = isPlain ? slopes.scaled(part.amount, by: reduced) : part.amount
            let change = (part.guards.beyond(part.reading) ?? part.guards).choosing(amount)
            let update = Update(operation, cotangent, change, accumulates: true, isForCotangent: true)
            updates.append((part.reading, Statement(.update(update))))
        }
        return updates.guarded
    }
}

extension [(guards: Guards, update: Statement)] {
    /// The statements, each under its condition: what the expression did not read has no cotangent either, and there
    /// may be no such element.
    fileprivate var guarded: [Statement.Kind] {
        var result: [Statement.Kind] = []
        var position = 0
        while position < count {
            let guards = self[position].guards
            let group = self[position...].prefix { $0.guards == guards }.map(\.update)
            position += group.count
            if let condition = guards.condition {
                let body = Block(statements: group)
                // The condition reads values, and only cotangents change.
                result.append(
                    .branch(Branch(pre: condition, post: condition, then: body, otherwise: Block())))
            } else {
                result += group.map(\.kind)
            }
        }
        return result
    }
}

extension Slopes {
    /// A cotangent times a derivative, formed inside the branches of a select.
    fileprivate mutating func scaled(_ derivative: Node, by cotangent: Node) -> Node {
        if case .select(let condition, let a, let b) = derivative.kind {
            return .select(condition, scaled(a, by: cotangent), scaled(b, by: cotangent))
        }
        return product(cotangent, derivative)
    }
}
