// The elementary functions as they are written in programs. Values, derivatives and corner cases stand with
// the rules in Functions/.
//
// They take places and expressions, never a Swift number alone: overloads of `sqrt` and `exp` that also took a
// `Double` made Swift's type checker weigh them, beside operators that take one, in every line of ordinary code of
// a file that imports this module, and give up. What two operands make takes a Swift number as one of them.

/// The absolute value; its derivative at 0 is 0.
@_disfavoredOverload
public func abs(_ x: some SymbolicOperand) -> Expr { Expr(.unary(.abs, x.node)) }

/// -1, 0 or 1, by the sign of `x`; its derivative is 0.
@_disfavoredOverload
public func sign(_ x: some SymbolicOperand) -> Expr { Expr(.unary(.sign, x.node)) }

/// The largest integer not above `x`; its derivative is 0.
@_disfavoredOverload
public func floor(_ x: some SymbolicOperand) -> Expr { Expr(.unary(.floor, x.node)) }

/// The smallest integer not below `x`; its derivative is 0.
@_disfavoredOverload
public func ceil(_ x: some SymbolicOperand) -> Expr { Expr(.unary(.ceil, x.node)) }

/// The nearest integer, halves away from zero, as Swift's `rounded()`; its derivative is 0.
@_disfavoredOverload
public func round(_ x: some SymbolicOperand) -> Expr { Expr(.unary(.round, x.node)) }

/// `x` itself, which derivatives of all orders take for a constant.
public func stopGradient(_ x: some SymbolicOperand) -> Expr { Expr(.unary(.stopGradient, x.node)) }

/// The square root; its derivative at 0 is taken as 0.
@_disfavoredOverload
public func sqrt(_ x: some SymbolicOperand) -> Expr { Expr(.unary(.sqrt, x.node)) }

/// The cube root; its derivative at 0 is taken as 0.
@_disfavoredOverload
public func cbrt(_ x: some SymbolicOperand) -> Expr { Expr(.unary(.cbrt, x.node)) }

/// e to the power `x`.
@_disfavoredOverload
public func exp(_ x: some SymbolicOperand) -> Expr { Expr(.unary(.exp, x.node)) }

/// 2 to the power `x`.
@_disfavoredOverload
public func exp2(_ x: some SymbolicOperand) -> Expr { Expr(.unary(.exp2, x.node)) }

/// exp(x) - 1, accurate near 0.
@_disfavoredOverload
public func expm1(_ x: some SymbolicOperand) -> Expr { Expr(.unary(.expm1, x.node)) }

/// The natural logarithm.
@_disfavoredOverload
public func log(_ x: some SymbolicOperand) -> Expr { Expr(.unary(.log, x.node)) }

/// The logarithm to base 2.
@_disfavoredOverload
public func log2(_ x: some SymbolicOperand) -> Expr { Expr(.unary(.log2, x.node)) }

/// The logarithm to base 10.
@_disfavoredOverload
public func log10(_ x: some SymbolicOperand) -> Expr { Expr(.unary(.log10, x.node)) }

/// log(1 + x), accurate near 0.
@_disfavoredOverload
public func log1p(_ x: some SymbolicOperand) -> Expr { Expr(.unary(.log1p, x.node)) }

/// log(1 + exp(x)), without overflow; its derivative is the logistic function.
public func softplus(_ x: some SymbolicOperand) -> Expr { Expr(.unary(.softplus, x.node)) }

/// The sine of `x` radians.
@_disfavoredOverload
public func sin(_ x: some SymbolicOperand) -> Expr { Expr(.unary(.sin, x.node)) }

/// The cosine of `x` radians.
@_disfavoredOverload
public func cos(_ x: some SymbolicOperand) -> Expr { Expr(.unary(.cos, x.node)) }

/// The tangent of `x` radians.
@_disfavoredOverload
public func tan(_ x: some SymbolicOperand) -> Expr { Expr(.unary(.tan, x.node)) }

/// The arcsine, in radians.
@_disfavoredOverload
public func asin(_ x: some SymbolicOperand) -> Expr { Expr(.unary(.asin, x.node)) }

/// The arccosine, in radians.
@_disfavoredOverload
public func acos(_ x: some SymbolicOperand) -> Expr { Expr(.unary(.acos, x.node)) }

/// The arctangent, in radians.
@_disfavoredOverload
public func atan(_ x: some SymbolicOperand) -> Expr { Expr(.unary(.atan, x.node)) }

/// The hyperbolic sine.
@_disfavoredOverload
public func sinh(_ x: some SymbolicOperand) -> Expr { Expr(.unary(.sinh, x.node)) }

/// The hyperbolic cosine.
@_disfavoredOverload
public func cosh(_ x: some SymbolicOperand) -> Expr { Expr(.unary(.cosh, x.node)) }

/// The hyperbolic tangent.
@_disfavoredOverload
public func tanh(_ x: some SymbolicOperand) -> Expr { Expr(.unary(.tanh, x.node)) }

/// The inverse hyperbolic sine.
@_disfavoredOverload
public func asinh(_ x: some SymbolicOperand) -> Expr { Expr(.unary(.asinh, x.node)) }

/// The inverse hyperbolic cosine.
@_disfavoredOverload
public func acosh(_ x: some SymbolicOperand) -> Expr { Expr(.unary(.acosh, x.node)) }

/// The inverse hyperbolic tangent.
@_disfavoredOverload
public func atanh(_ x: some SymbolicOperand) -> Expr { Expr(.unary(.atanh, x.node)) }

/// The error function.
@_disfavoredOverload
public func erf(_ x: some SymbolicOperand) -> Expr { Expr(.unary(.erf, x.node)) }

/// The complementary error function, 1 - erf(x).
@_disfavoredOverload
public func erfc(_ x: some SymbolicOperand) -> Expr { Expr(.unary(.erfc, x.node)) }

/// The logarithm of the absolute value of the gamma function.
@_disfavoredOverload
public func lgamma(_ x: some SymbolicOperand) -> Expr { Expr(.unary(.lgamma, x.node)) }

/// The digamma function, the derivative of `lgamma`.
@_disfavoredOverload
public func digamma(_ x: some SymbolicOperand) -> Expr { Expr(.binary(.polygamma, .real(0), x.node)) }

/// The smaller of two operands; at a tie the first has the whole derivative.
@_disfavoredOverload
public func min(_ x: some SymbolicOperand, _ y: some Operand) -> Expr {
    Expr(.binary(.min, x.node, y.node))
}

/// The smaller of two operands; at a tie the first has the whole derivative.
@_disfavoredOverload
public func min(_ x: some ConstantOperand, _ y: some SymbolicOperand) -> Expr {
    Expr(.binary(.min, x.node, y.node))
}

/// The larger of two operands; at a tie the first has the whole derivative.
@_disfavoredOverload
public func max(_ x: some SymbolicOperand, _ y: some Operand) -> Expr {
    Expr(.binary(.max, x.node, y.node))
}

/// The larger of two operands; at a tie the first has the whole derivative.
@_disfavoredOverload
public func max(_ x: some ConstantOperand, _ y: some SymbolicOperand) -> Expr {
    Expr(.binary(.max, x.node, y.node))
}

/// `x`, or the bound that it is beyond, `high` if the bounds are the wrong way round; at a bound `x` has the whole derivative.
@_disfavoredOverload
public func clamp(_ x: some SymbolicOperand, _ low: some Operand, _ high: some Operand) -> Expr {
    Expr(clamped(x.node, low.node, high.node))
}

/// The larger of a number and a bound, but no more than the other.
@_disfavoredOverload
public func clamp(_ x: some ConstantOperand, _ low: some SymbolicOperand, _ high: some Operand) -> Expr {
    Expr(clamped(x.node, low.node, high.node))
}

/// The absolute value of a number with the sign of `y`, of which zeros are positive; no derivative in `y`.
@_disfavoredOverload
public func copysign(_ x: some ConstantOperand, _ y: some SymbolicOperand) -> Expr {
    Expr(signed(x.node, y.node))
}

/// The absolute value of `x` with the sign of `y`, of which zeros are positive; no derivative in `y`.
@_disfavoredOverload
public func copysign(_ x: some SymbolicOperand, _ y: some Operand) -> Expr {
    Expr(signed(x.node, y.node))
}

private func clamped(_ x: Node, _ low: Node, _ high: Node) -> Node {
    .binary(.min, .binary(.max, x, low), high)
}

private func signed(_ x: Node, _ y: Node) -> Node {
    let size = Node.unary(.abs, x)
    return .select(.holds(.less, y, .integer(0)), .unary(.negate, size), size)
}

/// `x` to the power `y`; where the derivative does not exist at 0 it is taken as 0.
@_disfavoredOverload
public func pow(_ x: some SymbolicOperand, _ y: some Operand) -> Expr {
    Expr(.binary(.pow, x.node, y.node))
}

/// `x` to the power `y`; where the derivative does not exist at 0 it is taken as 0.
@_disfavoredOverload
public func pow(_ x: some ConstantOperand, _ y: some SymbolicOperand) -> Expr {
    Expr(.binary(.pow, x.node, y.node))
}

/// The angle of the point (`x`, `y`), in radians; its derivatives at the origin are taken as 0.
@_disfavoredOverload
public func atan2(_ y: some SymbolicOperand, _ x: some Operand) -> Expr {
    Expr(.binary(.atan2, y.node, x.node))
}

/// The angle of the point (`x`, `y`), in radians; its derivatives at the origin are taken as 0.
@_disfavoredOverload
public func atan2(_ y: some ConstantOperand, _ x: some SymbolicOperand) -> Expr {
    Expr(.binary(.atan2, y.node, x.node))
}

/// The length of (`x`, `y`); its derivatives at the origin are taken as 0.
@_disfavoredOverload
public func hypot(_ x: some SymbolicOperand, _ y: some Operand) -> Expr {
    Expr(.binary(.hypot, x.node, y.node))
}

/// The length of (`x`, `y`); its derivatives at the origin are taken as 0.
@_disfavoredOverload
public func hypot(_ x: some ConstantOperand, _ y: some SymbolicOperand) -> Expr {
    Expr(.binary(.hypot, x.node, y.node))
}

/// The remainder of `x` / `y` with the sign of `x`, as C has it; its derivative in `y` is minus the whole quotient.
@_disfavoredOverload
public func fmod(_ x: some SymbolicOperand, _ y: some Operand) -> Expr {
    Expr(.binary(.fmod, x.node, y.node))
}

/// The remainder of `x` / `y` with the sign of `x`, as C has it; its derivative in `y` is minus the whole quotient.
@_disfavoredOverload
public func fmod(_ x: some ConstantOperand, _ y: some SymbolicOperand) -> Expr {
    Expr(.binary(.fmod, x.node, y.node))
}
