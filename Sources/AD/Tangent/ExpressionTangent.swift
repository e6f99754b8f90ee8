import ReversibleCore

/// Forward-mode differentiation inside one expression.
///
/// Every node of the expression's graph gets one node for its tangent, made of the tangents of its operands and
/// the partial derivatives that the function's own rule writes; so what is shared in the expression is shared
/// in its tangent.
struct ExpressionTangent {
    private let map: DerivativeMap
    /// Nodes that were met, and their tangents, if they have one.
    private var known: [Node: Node?] = [:]
    private var slopes: Slopes

    init(_ map: DerivativeMap) {
        self.map = map
        slopes = map.slopes
    }

    /// The tangent of a statement's expression as amounts that add up to it: one, or none where it is 0.
    ///
    /// A tangent nests up to twice as deep as its expression. Where that is too deep there is one amount for every
    /// place that the expression reads, the derivative in it times its tangent.
    mutating func amounts(_ node: Node) -> [Node] {
        guard let tangent = self(node) else { return [] }
        let value = map.value(node)
        if tangent.problem == nil || value.problem != nil || !node.type.isSingle { return [tangent] }
        return ExpressionAdjoint.contributions(to: value, seed: .real(1), slopes).compactMap { part in
            guard let moving = map.derivative(ofValue: part.place) else { return nil }
            let amount = part.guards.choosing(slopes.product(part.amount, moving.read))
            return amount.type.isSingle ? amount : .sum(amount)
        }
    }

    /// The tangent of an expression of the function, over the values and tangents of the derived function; nil
    /// where it is 0 whatever moves.
    private mutating func callAsFunction(_ node: Node) -> Node? {
        guard node.type.element == .real else { return nil }
        if let answer = known[node] { return answer }
        let answer = make(node)
        known[node] = .some(answer)
        return answer
    }

    private mutating func make(_ node: Node) -> Node? {
        switch node.kind {
        case .read(let place): return map.derivative(place)?.read
        case .unary(let function, let a):
            guard let x = self(a) else { return nil }
            let partial = function.derivative(at: Expr(map.value(a)), value: Expr(map.value(node)))
            return product(partial.node, x, function)
        case .binary(let function, let a, let b): return make(function, a, b, node)
        case .select(let condition, let a, let b):
            let (x, y) = (self(a), self(b))
            return x == nil && y == nil
                ? nil : .select(map.value(condition), x ?? .real(0), y ?? .real(0))
        case .applied(let a): return make(a, node)
        case .sum(let terms): return self(terms)?.summed(over: map.value(terms))
        case .real, .integer, .boolean, .size, .integerUnary, .integerBinary, .compare, .holds, .not,
            .and, .or, .extremum:
            return nil
        }
    }

    private mutating func make(_ application: UserApplication, _ node: Node) -> Node? {
        guard case .applied(let moved) = map.value(node).kind else { return nil }
        return application.operands.enumerated().reduce(nil) { total, operand in
            let partial = moved.partial(operand.offset)
            guard let x = self(operand.element), !partial.isZero else { return total }
            return sum(total, slopes.product(partial, x))
        }
    }

    private mutating func make(
        _ function: ElementaryFunction, _ a: Node, _ b: Node, _ node: Node
    ) -> Node? {
        let (x, y) = (self(a), self(b))
        if x == nil && y == nil { return nil }
        let (u, v, value) = (map.value(a), map.value(b), map.value(node))
        if function == .divide {
            // One division, of what the numerator would be, instead of two.
            let change = sum(x, y.map { Node.unary(.negate, slopes.product(value, $0)) })
            return change.map { quotient($0, v) }
        }
        let first = x.flatMap {
            product(function.partialX(at: Expr(u), Expr(v), value: Expr(value)).node, $0, function)
        }
        let second = y.flatMap {
            product(function.partialY(at: Expr(u), Expr(v), value: Expr(value)).node, $0, function)
        }
        return sum(first, second)
    }

    /// The quotient, 0 where the numerator is 0 whatever the divisor is.
    ///
    /// A product: differentiated again it has its slope in the numerator there too, which no choice of another divisor
    /// would have.
    private mutating func quotient(_ change: Node, _ divisor: Node) -> Node {
        if divisor.constant != nil { return .binary(.divide, change, divisor) }
        return slopes.product(.binary(.divide, .real(1), divisor), change)
    }

    private func sum(_ a: Node?, _ b: Node?) -> Node? {
        guard let a, let b else { return a ?? b }
        return joined(a, b)
    }

    /// The sum; of two choices by one condition, as the parts of `min` and `max` are, a choice.
    private func joined(_ a: Node, _ b: Node) -> Node {
        if case .select(let condition, let x, let y) = a.kind,
            case .select(condition, let other, let another) = b.kind
        {
            return .select(condition, joined(x, other), joined(y, another))
        }
        return .binary(.add, a, b)
    }

    /// A partial derivative times a tangent; nil if the partial derivative is the constant 0.
    private mutating func product(_ partial: Node, _ tangent: Node, _ function: ElementaryFunction) -> Node? {
        partial.isZero ? nil : slopes.product(partial, tangent, of: function)
    }
}
