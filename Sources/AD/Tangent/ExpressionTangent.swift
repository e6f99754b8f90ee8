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

    init(_ map: DerivativeMap) { self.map = map }

    /// The tangent of a statement's expression as amounts that add up to it: one, or none where it is 0.
    ///
    /// A tangent nests up to twice as deep as its expression. Where that is too deep there is one amount for every
    /// place that the expression reads, the derivative in it times its tangent.
    mutating func amounts(_ node: Node) -> [Node] {
        guard let tangent = self(node) else { return [] }
        let value = map.value(node)
        if tangent.problem == nil || value.problem != nil || !node.type.isSingle { return [tangent] }
        return ExpressionAdjoint.contributions(to: value, seed: .real(1)).compactMap { place, partial in
            guard let moving = map.derivative(ofValue: place) else { return nil }
            let amount = Node.binary(.multiply, partial, moving.read)
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
            return product(partial.node, x)
        case .binary(let function, let a, let b): return make(function, a, b, node)
        case .select(let condition, let a, let b):
            let (x, y) = (self(a), self(b))
            return x == nil && y == nil
                ? nil : .select(map.value(condition), x ?? .real(0), y ?? .real(0))
        case .sum(let terms): return self(terms)?.summed(over: map.value(terms))
        case .real, .integer, .boolean, .size, .integerUnary, .integerBinary, .compare, .not, .and, .or,
            .extremum:
            return nil
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
            let change = sum(x, y.map { Node.unary(.negate, .binary(.multiply, value, $0)) })
            return change.map { Node.binary(.divide, $0, v) }
        }
        let first = x.flatMap {
            product(function.partialX(at: Expr(u), Expr(v), value: Expr(value)).node, $0)
        }
        var second = y.flatMap {
            product(function.partialY(at: Expr(u), Expr(v), value: Expr(value)).node, $0)
        }
        if function == .pow, let y, u.type.isSingle, v.type.isSingle {
            // A power of a negative number has a derivative in the base, for exponents that do not move, but none
            // in the exponent.
            let isConstant = Node(
                .and(.compare(.less, u, .real(0)), .compare(.equal, y, .real(0))), .boolean)
            second = second.map { .select(isConstant, .real(0), $0) }
        }
        return sum(first, second)
    }

    private func sum(_ a: Node?, _ b: Node?) -> Node? {
        guard let a, let b else { return a ?? b }
        return .binary(.add, a, b)
    }

    /// A partial derivative times a tangent; nil if the partial derivative is the constant 0.
    private func product(_ partial: Node, _ tangent: Node) -> Node? {
        if case .real(0) = partial.kind { return nil }
        // A tangent that is 0 where a `select` did not choose must not meet a derivative that is infinite there.
        if case .select = tangent.kind { return tangent.scaled(by: partial) }
        // Of the partial derivatives of `min` and `max`, 1 and 0, this makes a choice between tangents.
        return partial.scaled(by: tangent)
    }
}
