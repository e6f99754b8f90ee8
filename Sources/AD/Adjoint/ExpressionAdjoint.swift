import ReversibleCore

/// Reverse-mode differentiation inside one expression.
///
/// The expression's graph is walked from its root to its reads; every node hands what it receives on to its
/// operands, times the partial derivative, which the function's own rule writes as an expression. The result
/// is one expression for each place read.
struct ExpressionAdjoint {
    private var received: [Node: Node] = [:]
    private var active: [Node: Bool] = [:]
    private var order: [Node] = []
    private var visited: Set<Node> = []

    /// For each real place that `root` reads: the place, and `seed` times the derivative in it.
    static func contributions(to root: Node, seed: Node) -> [(place: Place, amount: Node)] {
        var walk = ExpressionAdjoint()
        guard walk.isActive(root) else { return [] }
        walk.visit(root)
        walk.received[root] = seed
        var result: [(Place, Node)] = []
        // Operands stand before the nodes that use them; so backward, every node has all its contributions.
        for node in walk.order.reversed() {
            guard let amount = walk.received[node] else { continue }
            if case .read(let place) = node.kind { result.append((place, amount)) }
            walk.propagate(amount, through: node)
        }
        return result.reversed()
    }

    private mutating func visit(_ node: Node) {
        guard isActive(node), visited.insert(node).inserted else { return }
        // The condition of a select and the indices of a place have no derivative.
        switch node.kind {
        case .read: break
        case .select(_, let a, let b):
            visit(a)
            visit(b)
        default: node.kind.operands.forEach { visit($0) }
        }
        order.append(node)
    }

    /// Whether the value depends on a real place.
    private mutating func isActive(_ node: Node) -> Bool {
        guard node.type.element == .real else { return false }
        if let known = active[node] { return known }
        let result: Bool
        switch node.kind {
        case .read: result = true
        case .select(_, let a, let b): result = isActive(a) || isActive(b)
        default: result = node.kind.operands.contains { isActive($0) }
        }
        active[node] = result
        return result
    }

    private mutating func propagate(_ amount: Node, through node: Node) {
        switch node.kind {
        case .unary(let function, let a):
            hand(amount, function.derivative(at: Expr(a), value: Expr(node)).node, from: node, to: a)
        case .binary(let function, let a, let b):
            let (x, y, value) = (Expr(a), Expr(b), Expr(node))
            if isActive(a) { hand(amount, function.partialX(at: x, y, value: value).node, from: node, to: a) }
            if isActive(b) { hand(amount, function.partialY(at: x, y, value: value).node, from: node, to: b) }
        case .select(let condition, let a, let b):
            add(.select(condition, amount, .real(0)), from: node, to: a)
            add(.select(condition, .real(0), amount), from: node, to: b)
        case .sum(let terms): add(amount, from: node, to: terms)
        default: break
        }
    }

    private mutating func hand(_ amount: Node, _ partial: Node, from node: Node, to operand: Node) {
        if case .real(0) = partial.kind { return }
        add(amount.scaled(by: partial), from: node, to: operand)
    }

    private mutating func add(_ amount: Node, from node: Node, to operand: Node) {
        guard isActive(operand) else { return }
        // A single value used for every element receives from every element.
        let reduced = operand.type.isSingle && !node.type.isSingle ? amount.summed(over: node) : amount
        received[operand] = received[operand].map { .binary(.add, $0, reduced) } ?? reduced
    }
}

extension Node {
    /// The product with a partial derivative.
    ///
    /// Inside a `select` the product is formed in the chosen branch only: a derivative that is infinite where
    /// the branch is not taken must not meet the zero that comes from there.
    func scaled(by partial: Node) -> Node {
        if case .select(let condition, let a, let b) = kind {
            if case .real(0) = b.kind { return .select(condition, a.scaled(by: partial), b) }
            if case .real(0) = a.kind { return .select(condition, a, b.scaled(by: partial)) }
        }
        return .binary(.multiply, self, partial)
    }

    /// The sum over the elements of `array` of an amount that may be the same for all of them.
    func summed(over array: Node) -> Node {
        if !type.isSingle { return .sum(self) }
        guard let variable = array.firstArray else { return self }
        return .binary(.multiply, self, Node(.size(variable, .count), .integer))
    }

    private var firstArray: Variable? {
        var result: Variable?
        walk { node in
            guard result == nil else { return false }
            if case .read(let place) = node.kind, place.isWholeArray { result = place.variable }
            return result == nil
        }
        return result
    }
}
