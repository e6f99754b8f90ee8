// One overload per operator, over any two operands, returning one concrete type: this is what keeps a long
// closure quick to type-check. They are disfavoured so that arithmetic between Swift numbers stays Swift's.

/// The sum of two operands; of integers, an integer that must not overflow.
@_disfavoredOverload
public func + (a: some Operand, b: some Operand) -> Expr { Expr(.binary(.add, a.node, b.node)) }

/// The difference of two operands.
@_disfavoredOverload
public func - (a: some Operand, b: some Operand) -> Expr { Expr(.binary(.subtract, a.node, b.node)) }

/// The product of two operands.
@_disfavoredOverload
public func * (a: some Operand, b: some Operand) -> Expr { Expr(.binary(.multiply, a.node, b.node)) }

/// The quotient of two operands; of two integers, truncated as Swift's `/` does.
@_disfavoredOverload
public func / (a: some Operand, b: some Operand) -> Expr { Expr(.binary(.divide, a.node, b.node)) }

/// The remainder of an integer division, with the sign of `a`.
@_disfavoredOverload
public func % (a: some Operand, b: some Operand) -> Expr {
    Expr(.integerBinary(.remainder, a.node, b.node))
}

/// The negative of an operand.
@_disfavoredOverload
public prefix func - (a: some Operand) -> Expr { Expr(.unary(.negate, a.node)) }

/// Whether `a` is less than `b`.
@_disfavoredOverload
public func < (a: some Operand, b: some Operand) -> Condition { Condition(.compare(.less, a.node, b.node)) }

/// Whether `a` is less than or equal to `b`.
@_disfavoredOverload
public func <= (a: some Operand, b: some Operand) -> Condition {
    Condition(.compare(.lessOrEqual, a.node, b.node))
}

/// Whether `a` is greater than `b`.
@_disfavoredOverload
public func > (a: some Operand, b: some Operand) -> Condition {
    Condition(.compare(.greater, a.node, b.node))
}

/// Whether `a` is greater than or equal to `b`.
@_disfavoredOverload
public func >= (a: some Operand, b: some Operand) -> Condition {
    Condition(.compare(.greaterOrEqual, a.node, b.node))
}

/// Whether `a` equals `b`.
@_disfavoredOverload
public func == (a: some Operand, b: some Operand) -> Condition {
    Condition(.compare(.equal, a.node, b.node))
}

/// Whether `a` differs from `b`.
@_disfavoredOverload
public func != (a: some Operand, b: some Operand) -> Condition {
    Condition(.compare(.notEqual, a.node, b.node))
}

extension Condition {
    /// Whether both hold; `b` is evaluated only if `a` holds.
    public static func && (a: Condition, b: Condition) -> Condition {
        Condition(Node(.and(a.node, b.node), .boolean))
    }

    /// Whether one of them holds; `b` is evaluated only if `a` does not hold.
    public static func || (a: Condition, b: Condition) -> Condition {
        Condition(Node(.or(a.node, b.node), .boolean))
    }

    /// Whether `a` does not hold.
    public static prefix func ! (a: Condition) -> Condition { Condition(Node(.not(a.node), .boolean)) }
}

/// `a` where the condition holds, otherwise `b`; only the chosen one is evaluated.
public func select(_ condition: Condition, _ a: some Operand, _ b: some Operand) -> Expr {
    Expr(.select(condition.node, a.node, b.node))
}

/// The sum of all elements of a vector, a matrix or an elementwise expression of them.
public func sum(_ elements: some SymbolicOperand) -> Expr { Expr(.sum(elements.node)) }

/// The index of the largest element of a vector or an elementwise expression, the first of equal ones.
///
/// An integer: its derivative is none. `v[argmax(v)]` is the maximum, with the derivative of the element found.
/// In a matrix elements count row after row. An empty array and a NaN are errors.
public func argmax(_ elements: some SymbolicOperand) -> Expr { Expr(.extremum(.largest, elements.node)) }

/// The index of the smallest element of a vector or an elementwise expression, the first of equal ones.
///
/// As ``argmax(_:)`` otherwise.
public func argmin(_ elements: some SymbolicOperand) -> Expr { Expr(.extremum(.smallest, elements.node)) }
