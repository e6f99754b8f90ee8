/// How operators and functions become nodes: types are found, constants folded, misuse noted.
///
/// Folding keeps derivative expressions readable. It never changes a result: `0 * x` is not folded, since x
/// may be infinite; the products of derivatives, in which a zero wins, are made by `Slopes`.
extension Node {
    package static func real(_ value: Double) -> Node { Node(.real(value), .real) }
    package static func integer(_ value: Int) -> Node { Node(.integer(value), .integer) }

    /// The constant's value, for a real or integer constant.
    package var constant: Double? {
        if problem != nil { return nil }
        return switch kind {
        case .real(let value): value
        case .integer(let value): Double(value)
        default: nil
        }
    }

    package static func unary(_ function: ElementaryFunction, _ a: Node) -> Node {
        if a.problem != nil { return Node(.unary(function, a), a.type) }
        if a.type.element == .boolean {
            return misuse("`\(function.name)` needs a number, not a condition", .unary(function, a))
        }
        if a.type.element == .integer {
            switch function {
            case .negate:
                if case .integer(let value) = a.kind, value != .min { return .integer(-value) }
                return Node(.integerUnary(.negate, a), a.type)
            case .abs:
                if case .integer(let value) = a.kind, value != .min { return .integer(Swift.abs(value)) }
                return Node(.integerUnary(.abs, a), a.type)
            case .floor, .ceil, .round, .stopGradient: return a
            default: break
            }
        }
        if function == .negate {
            if case .real(let value) = a.kind { return .real(-value) }
            if case .unary(.negate, let inner) = a.kind { return inner }
        }
        return Node(.unary(function, a), ValueType(.real, a.type.shape))
    }

    package static func binary(_ function: ElementaryFunction, _ a: Node, _ b: Node) -> Node {
        guard a.type.element != .boolean, b.type.element != .boolean else {
            return misuse("`\(function.name)` needs numbers, not conditions", .binary(function, a, b))
        }
        if a.problem != nil || b.problem != nil { return Node(.binary(function, a, b), .real) }
        guard let shape = commonShape([a, b]) else {
            return shapeMisuse(function.name, a, b, .binary(function, a, b))
        }
        if a.type.element == .integer, b.type.element == .integer, let integer = function.onIntegers {
            return integerBinary(integer, a, b)
        }
        return folded(function, a, b) ?? Node(.binary(function, a, b), ValueType(.real, shape))
    }

    package static func integerBinary(
        _ function: IntegerFunction, _ a: Node, _ b: Node
    ) -> Node {
        guard a.type.element == .integer, b.type.element == .integer else {
            return misuse("`\(function.name)` needs two integers", .integerBinary(function, a, b))
        }
        if case .integer(let x) = a.kind, case .integer(let y) = b.kind, function.isFolded,
            let value = function.value(x, y)
        {
            return .integer(value)
        }
        guard let shape = commonShape([a, b]) else {
            return shapeMisuse(function.name, a, b, .integerBinary(function, a, b))
        }
        return Node(.integerBinary(function, a, b), ValueType(.integer, shape))
    }

    /// The number of bits that are 1.
    package static func popcount(_ a: Node) -> Node {
        guard a.type.element == .integer else {
            return misuse("`popcount` needs an integer", .integerUnary(.popcount, a))
        }
        if case .integer(let value) = a.kind { return .integer(value.nonzeroBitCount) }
        return Node(.integerUnary(.popcount, a), a.type)
    }

    package static func compare(_ relation: Relation, _ a: Node, _ b: Node) -> Node {
        guard a.type.element != .boolean, b.type.element != .boolean else {
            return misuse("`\(relation.symbol)` compares numbers, not conditions", .compare(relation, a, b))
        }
        guard a.type.isSingle, b.type.isSingle else {
            return misuse(
                "`\(relation.symbol)` compares single numbers; compare arrays element by element",
                .compare(relation, a, b))
        }
        return Node(.compare(relation, a, b), .boolean)
    }

    package static func select(_ condition: Node, _ a: Node, _ b: Node) -> Node {
        if case .boolean(let value) = condition.kind { return value ? a : b }
        guard let shape = commonShape([condition, a, b]) else {
            return shapeMisuse("select", a, b, .select(condition, a, b))
        }
        if a == b { return a }
        let both = a.type.element == .integer && b.type.element == .integer
        return Node(.select(condition, a, b), ValueType(both ? .integer : .real, shape))
    }

    /// A comparison that does not hold for a NaN, of arrays element by element; only derivative rules make it.
    package static func holds(_ relation: Relation, _ a: Node, _ b: Node) -> Node {
        guard a.problem == nil, b.problem == nil, let shape = commonShape([a, b]) else {
            return compare(relation, a, b)
        }
        if let x = a.constant, let y = b.constant {
            return Node(.boolean(relation.holdsBetweenNumbers(x, y)), .boolean)
        }
        if relation == .notEqual {
            // Of a NaN, C's and PTX's `!=` holds.
            return Node(.or(holds(.less, a, b), holds(.greater, a, b)), ValueType(.boolean, shape))
        }
        return Node(.holds(relation, a, b), ValueType(.boolean, shape))
    }

    package static func sum(_ a: Node) -> Node {
        guard !a.type.isSingle else {
            return misuse(
                "`sum` adds up a whole vector or matrix, and ", .sum(a), quoting: a,
                " is \(a.type.description)")
        }
        return a.spreadingChoices {
            Node(.sum($0), ValueType($0.type.element))
        } constant: { amount, array in
            amount.constant == 0 ? amount : .binary(.multiply, amount, array.size(.count))
        }
    }

    package static func extremum(_ which: Extremum, _ a: Node) -> Node {
        guard !a.type.isSingle else {
            return misuse(
                "`\(which.name)` searches a whole vector or matrix, and ", .extremum(which, a), quoting: a,
                " is \(a.type.description)")
        }
        return a.spreadingChoices {
            Node(.extremum(which, $0), .integer)
        } constant: { _, _ in
            .integer(0)
        }
    }

    /// An expression that cannot be used, with the reason the statement's check will give.
    private static func misuse(
        _ problem: String, _ kind: Kind, quoting operand: Node? = nil, _ end: String = ""
    ) -> Node {
        // An operand's problem came first, and may be what led to this one.
        Node(
            kind, .real,
            problem: kind.operands.lazy.compactMap(\.problem).first ?? Problem(problem, quoting: operand, end)
        )
    }

    private static func shapeMisuse(_ name: String, _ a: Node, _ b: Node, _ kind: Kind) -> Node {
        let advice =
            switch (name, a.type.shape, b.type.shape) {
            case ("*", .matrix, .vector):
                "; it works element by element. The product of a matrix and a vector is a statement of its own, for two "
                    + "places: `y += a * x`"
            case ("*", .vector, .matrix):
                "; it works element by element. For the product of a vector and a matrix say "
                    + "`y += transpose(a) * x`, for two places"
            default: ""
            }
        return misuse(
            "`\(name)` cannot combine \(a.type.description) with \(b.type.description)\(advice)", kind)
    }

    /// The shape of an elementwise result: single numbers go with every shape.
    private static func commonShape(_ operands: [Node]) -> ValueType.Shape? {
        let shapes = Set(operands.map(\.type.shape)).subtracting([.single])
        return shapes.count > 1 ? nil : shapes.first ?? .single
    }

    private static func folded(_ function: ElementaryFunction, _ a: Node, _ b: Node) -> Node? {
        let (x, y) = (a.constant, b.constant)
        switch function {
        case .add:
            if let x, let y { return .real(x + y) }
            if a.isFoldableZero, b.type.element == .real { return b }
            if b.isFoldableZero, a.type.element == .real { return a }
            if case .unary(.negate, let inner) = b.kind { return .binary(.subtract, a, inner) }
        case .subtract:
            if let x, let y { return .real(x - y) }
            if b.isFoldableZero, a.type.element == .real { return a }
            if a.isFoldableZero { return unary(.negate, b) }
            if case .unary(.negate, let inner) = b.kind { return .binary(.add, a, inner) }
        case .multiply:
            if let x, let y { return .real(x * y) }
            if x == 1, b.type.element == .real { return b }
            if y == 1, a.type.element == .real { return a }
            if x == -1 { return unary(.negate, b) }
            if y == -1 { return unary(.negate, a) }
            if case .unary(.negate, let p) = a.kind, case .unary(.negate, let q) = b.kind {
                return .binary(.multiply, p, q)
            }
            if case .unary(.negate, let inner) = a.kind {
                return unary(.negate, .binary(.multiply, inner, b))
            }
            if case .unary(.negate, let inner) = b.kind {
                return unary(.negate, .binary(.multiply, a, inner))
            }
        case .divide:
            if let x, let y, y != 0 { return .real(x / y) }
            if y == 1, a.type.element == .real { return a }
            if case .unary(.negate, let inner) = a.kind { return unary(.negate, .binary(.divide, inner, b)) }
        case .pow:
            if y == 1, a.type.element == .real { return a }
        default: break
        }
        return nil
    }

    /// A constant zero that a rule of calculus produced; adding it changes nothing but the sign of a zero.
    private var isFoldableZero: Bool {
        if problem == nil, case .real(let value) = kind { value == 0 } else { false }
    }
}

extension IntegerFunction {
    /// Whether constants are put together when an expression is built; others stay as they were written.
    fileprivate var isFolded: Bool {
        switch self {
        case .divide, .remainder, .min, .max, .split: false
        default: true
        }
    }
}

extension ElementaryFunction {
    /// The integer function used when both operands are integers.
    var onIntegers: IntegerFunction? {
        switch self {
        case .add: .add
        case .subtract: .subtract
        case .multiply: .multiply
        case .divide: .divide
        case .min: .min
        case .max: .max
        default: nil
        }
    }
}

// Derivative rules, written in RealAlgebra, build expressions.
extension Expr: RealAlgebra {
    /// The real constant `value`.
    public init(constant value: Double) { self.init(.real(value)) }

    /// `function(x)` as an expression.
    public static func evaluate(_ function: ElementaryFunction, _ x: Expr) -> Expr {
        Expr(.unary(function, x.node))
    }

    /// `function(x, y)` as an expression.
    public static func evaluate(_ function: ElementaryFunction, _ x: Expr, _ y: Expr) -> Expr {
        Expr(.binary(function, x.node, y.node))
    }

    /// `chosen` where `a relation b`, else `other`; of arrays, element by element.
    public static func select(
        _ a: Expr, _ relation: Relation, _ b: Expr, then chosen: Expr, else other: Expr
    ) -> Expr {
        Expr(.select(.holds(relation, a.node, b.node), chosen.node, other.node))
    }
}
