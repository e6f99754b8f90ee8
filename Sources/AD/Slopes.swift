import ReversibleCore

/// Products of slopes: partial derivatives with the cotangents and tangents that they meet.
///
/// A derivative is a sum over paths, and what a path contributes is a product. Where one factor is 0, the path
/// contributes 0, although another may be infinite or NaN: the slope of a logarithm at 0, of a root that nobody
/// asks for. Such products are `chain(a, b)`, which is 0 where a or b is; where no factor can be anything but a
/// number, they are plain.
struct Slopes {
    private var isSteep: Steepness

    /// - Parameter steep: The variables that may hold an infinity or a NaN.
    init(_ steep: Set<Variable>) { isSteep = Steepness(steep) }

    /// The product; formed inside the branches of a `select`, so that what was not chosen is not evaluated.
    mutating func product(_ a: Node, _ b: Node) -> Node {
        if a.isZero { return a }
        if b.isZero { return b }
        // A choice between slopes, as those of `max` are, first: then no product with 0 or 1 is left.
        if case .select(let condition, let x, let y) = b.kind {
            return .select(condition, product(a, x), product(a, y))
        }
        if case .select(let condition, let x, let y) = a.kind, x.isZero || y.isZero {
            return .select(condition, product(x, b), product(y, b))
        }
        if isFiniteConstant(a) || isFiniteConstant(b) || !(isSteep(a) || isSteep(b)) {
            return .binary(.multiply, a, b)
        }
        return chain(a, b)
    }

    /// The product in which a zero wins in any case.
    func chain(_ a: Node, _ b: Node) -> Node {
        if case .unary(.negate, let inner) = a.kind { return .unary(.negate, chain(inner, b)) }
        if case .unary(.negate, let inner) = b.kind { return .unary(.negate, chain(a, inner)) }
        return .binary(.chain, a, b)
    }

    /// The partial derivatives' products with `amount`, where the function itself is such a product or another.
    mutating func product(_ amount: Node, _ partial: Node, of function: ElementaryFunction) -> Node {
        function == .chain && !amount.isZero && !isFiniteConstant(amount)
            ? chain(amount, partial) : product(amount, partial)
    }

    private func isFiniteConstant(_ node: Node) -> Bool {
        node.constant.map { $0.isFinite && $0 != 0 } ?? false
    }
}

extension Node {
    /// Whether this is the constant 0, which calculus made.
    var isZero: Bool { if case .real(0) = kind { true } else { false } }
}
