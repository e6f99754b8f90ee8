import ReversibleCore

/// Products of slopes: partial derivatives with the cotangents and tangents that they meet.
///
/// A derivative is a sum over paths, and what a path contributes is a product. Where a cotangent or a tangent is 0, it
/// stays 0, although a slope may be infinite or NaN: that of a logarithm at 0, of a root that nobody asks for. Such
/// products are `chain(a, b)`, which is 0 where a or b is; where slopes cannot be anything but numbers, they are plain.
struct Slopes {
    private var isSteep: Steepness
    /// Whether tangents are looked at too, which may be infinite beside a slope of 0 (where `Dual` numbers have 0).
    private let areTangents: Bool

    /// - Parameter steep: The variables that may hold an infinity or a NaN.
    init(_ steep: Set<Variable>, areTangents: Bool) {
        isSteep = Steepness(steep)
        self.areTangents = areTangents
    }

    /// Takes integers to be at least 1 from here on.
    mutating func assume(positive nodes: [Node]) { isSteep.assume(positive: nodes) }

    /// Whether what stands in a place may be an infinity or a NaN.
    mutating func isSteep(in place: Place) -> Bool { isSteep(place.read) }

    /// The product of a cotangent and a slope, or of a slope and a tangent; formed inside the branches of a `select`, so that what was not chosen is not evaluated.
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
        if isFiniteConstant(a) || isFiniteConstant(b) || !(isSteep(b) || areTangents && isSteep(a)) {
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
    var isZero: Bool { constant == 0 }
}
