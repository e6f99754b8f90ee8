import ReversibleCore

/// Reverse-mode differentiation inside one expression.
///
/// The expression's graph is walked from its root to its reads; every node hands what it receives on to its
/// operands, times the partial derivative, which the function's own rule writes as an expression. The result
/// is one expression for each place read.
///
/// What a node receives comes with the conditions under which it may be evaluated: those under which the
/// expression evaluates the node itself.
struct ExpressionAdjoint {
    /// What one place contributes to: the derivative in it, where the expression reads it.
    struct Contribution {
        let place: Place
        /// The seed times the derivative, to be evaluated under `guards` only; elsewhere it is 0.
        let amount: Node
        let guards: Guards
        /// The conditions under which the expression reads the place: elsewhere there may be no such element.
        let reading: Guards
    }

    fileprivate struct Received {
        var amount: Node
        var guards: Guards
    }

    private var received: [Node: [Received]] = [:]
    private var active: [Node: Bool] = [:]
    private var order: [Node] = []
    private var visited: Set<Node> = []
    private var slopes: Slopes

    private init(slopes: Slopes) { self.slopes = slopes }

    /// For each real place that `root` reads: the place, and `seed` times the derivative in it.
    static func contributions(to root: Node, seed: Node, _ slopes: Slopes) -> [Contribution] {
        var walk = ExpressionAdjoint(slopes: slopes)
        guard walk.isActive(root) else { return [] }
        walk.visit(root)
        walk.received[root] = [Received(amount: seed, guards: .always)]
        var reading: [Place: Guards] = [:]
        if root.hasGuards { for (place, guards) in root.guardedReads { reading[place] = guards } }
        var result: [Contribution] = []
        // Operands stand before the nodes that use them; so backward, every node has all its contributions.
        for node in walk.order.reversed() {
            guard let own = walk.received[node]?.sum else { continue }
            if case .read(let place) = node.kind {
                result.append(
                    Contribution(
                        place: place, amount: own.amount, guards: own.guards,
                        reading: place.indices.isEmpty ? .always : reading[place] ?? .always))
            }
            walk.propagate(own, through: node)
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
        case .applied(let a): a.operands.forEach { visit($0) }
        default: node.kind.operands.forEach { visit($0) }
        }
        order.append(node)
    }

    /// Whether the value depends on a real place that may change.
    private mutating func isActive(_ node: Node) -> Bool {
        guard node.type.element == .real else { return false }
        if let known = active[node] { return known }
        let result: Bool
        switch node.kind {
        case .read(let place): result = place.variable.constant == nil
        case .select(_, let a, let b): result = isActive(a) || isActive(b)
        default: result = node.kind.operands.contains { isActive($0) }
        }
        active[node] = result
        return result
    }

    private mutating func propagate(_ own: Received, through node: Node) {
        func partial(_ expression: Expr, _ function: ElementaryFunction) -> Received {
            Received(
                amount: slopes.product(own.amount, expression.node, of: function), guards: own.guards)
        }
        switch node.kind {
        case .unary(let function, let a):
            add(partial(function.derivative(at: Expr(a), value: Expr(node)), function), from: node, to: a)
        case .binary(let function, let a, let b):
            let (x, y, value) = (Expr(a), Expr(b), Expr(node))
            if isActive(a) {
                add(partial(function.partialX(at: x, y, value: value), function), from: node, to: a)
            }
            if isActive(b) {
                add(partial(function.partialY(at: x, y, value: value), function), from: node, to: b)
            }
        case .select(let condition, let a, let b) where condition.type.isSingle:
            for (operand, holds) in [(a, true), (b, false)] {
                let inside = own.guards.and(condition, holds: holds)
                add(Received(amount: own.amount, guards: inside), from: node, to: operand)
            }
        case .select(let condition, let a, let b):
            let (x, y) = (
                Node.select(condition, own.amount, .real(0)), Node.select(condition, .real(0), own.amount)
            )
            add(Received(amount: x, guards: own.guards), from: node, to: a)
            add(Received(amount: y, guards: own.guards), from: node, to: b)
        case .applied(let a):
            for (position, operand) in a.operands.enumerated() where isActive(operand) {
                let amount = slopes.product(own.amount, a.partial(position))
                add(Received(amount: amount, guards: own.guards), from: node, to: operand)
            }
        case .sum(let terms): add(own, from: node, to: terms)
        default: break
        }
    }

    private mutating func add(_ amount: Received, from node: Node, to operand: Node) {
        guard isActive(operand), !amount.amount.isZero else { return }
        var new = amount
        // A single value used for every element receives from every element.
        if operand.type.isSingle, !node.type.isSingle { new.amount = new.amount.summed(over: node) }
        received[operand, default: []].append(new)
    }
}

extension [ExpressionAdjoint.Received] {
    /// What a node receives in all. Of many amounts halves are added, so that the sum is not as deep as it is long.
    fileprivate var sum: Element? {
        guard count > 16 else { return dropFirst().reduce(first) { $0?.adding($1) } }
        let half = count / 2
        guard let a = Array(self[..<half]).sum, let b = Array(self[half...]).sum else { return nil }
        return a.adding(b)
    }
}

extension ExpressionAdjoint.Received {
    /// Both amounts, where either may be evaluated.
    fileprivate func adding(_ other: Self) -> Self {
        let (outer, own, others) = guards.either(other.guards)
        // Amounts of the two branches of one choice are a choice.
        if let a = own.condition, let b = others.condition, a == Guards.always.and(b, holds: false).condition
        {
            if case .not(let opposite) = a.kind {
                return Self(amount: .select(opposite, other.amount, amount), guards: outer)
            }
            return Self(amount: .select(a, amount, other.amount), guards: outer)
        }
        return Self(
            amount: .choosingSum(own.choosing(amount), others.choosing(other.amount)), guards: outer)
    }
}

extension Node {
    /// a + b; of two choices by one condition, a choice between sums.
    ///
    /// What is evaluated in a branch is not at hand after it. Two choices side by side, each made of what the level
    /// above them has received, would evaluate that twice, and at every level above again.
    fileprivate static func choosingSum(_ a: Node, _ b: Node) -> Node {
        if a.isZero { return b }
        if b.isZero { return a }
        guard case .select(let condition, let x, let y) = a.kind, a.type.isSingle, b.type.isSingle,
            case .select(let other, let u, let v) = b.kind, condition == other
        else { return .binary(.add, a, b) }
        return .select(condition, choosingSum(x, u), choosingSum(y, v))
    }
}

extension Node {
    /// The sum over the elements of `array` of an amount that may be the same for all of them.
    func summed(over array: Node) -> Node {
        if !type.isSingle { return .sum(self) }
        guard let variable = array.firstArray else { return self }
        return .binary(.multiply, self, variable.size(.count))
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
