import ReversibleCore

// The elementary functions of the language, of formulas for numbers. `map` applies one to every element of an array:
// `v.map { exp($0) }`.

/// The absolute value.
@_disfavoredOverload public func abs(_ x: ScalarTerm) -> ScalarTerm { ScalarTerm(.unary(.abs, x.term)) }
/// The square root.
@_disfavoredOverload public func sqrt(_ x: ScalarTerm) -> ScalarTerm { ScalarTerm(.unary(.sqrt, x.term)) }
/// The cube root.
@_disfavoredOverload public func cbrt(_ x: ScalarTerm) -> ScalarTerm { ScalarTerm(.unary(.cbrt, x.term)) }
/// e to the power `x`.
@_disfavoredOverload public func exp(_ x: ScalarTerm) -> ScalarTerm { ScalarTerm(.unary(.exp, x.term)) }
/// exp(x) - 1, accurate near 0.
@_disfavoredOverload public func expm1(_ x: ScalarTerm) -> ScalarTerm { ScalarTerm(.unary(.expm1, x.term)) }
/// The natural logarithm.
@_disfavoredOverload public func log(_ x: ScalarTerm) -> ScalarTerm { ScalarTerm(.unary(.log, x.term)) }
/// log(1 + x), accurate near 0.
@_disfavoredOverload public func log1p(_ x: ScalarTerm) -> ScalarTerm { ScalarTerm(.unary(.log1p, x.term)) }
/// log(1 + exp(x)), without overflow.
@_disfavoredOverload public func softplus(_ x: ScalarTerm) -> ScalarTerm {
    ScalarTerm(.unary(.softplus, x.term))
}
/// The sine.
@_disfavoredOverload public func sin(_ x: ScalarTerm) -> ScalarTerm { ScalarTerm(.unary(.sin, x.term)) }
/// The cosine.
@_disfavoredOverload public func cos(_ x: ScalarTerm) -> ScalarTerm { ScalarTerm(.unary(.cos, x.term)) }
/// The tangent.
@_disfavoredOverload public func tan(_ x: ScalarTerm) -> ScalarTerm { ScalarTerm(.unary(.tan, x.term)) }
/// The arcsine.
@_disfavoredOverload public func asin(_ x: ScalarTerm) -> ScalarTerm { ScalarTerm(.unary(.asin, x.term)) }
/// The arccosine.
@_disfavoredOverload public func acos(_ x: ScalarTerm) -> ScalarTerm { ScalarTerm(.unary(.acos, x.term)) }
/// The arctangent.
@_disfavoredOverload public func atan(_ x: ScalarTerm) -> ScalarTerm { ScalarTerm(.unary(.atan, x.term)) }
/// The hyperbolic sine.
@_disfavoredOverload public func sinh(_ x: ScalarTerm) -> ScalarTerm { ScalarTerm(.unary(.sinh, x.term)) }
/// The hyperbolic cosine.
@_disfavoredOverload public func cosh(_ x: ScalarTerm) -> ScalarTerm { ScalarTerm(.unary(.cosh, x.term)) }
/// The hyperbolic tangent.
@_disfavoredOverload public func tanh(_ x: ScalarTerm) -> ScalarTerm { ScalarTerm(.unary(.tanh, x.term)) }
/// The error function.
@_disfavoredOverload public func erf(_ x: ScalarTerm) -> ScalarTerm { ScalarTerm(.unary(.erf, x.term)) }
/// The logarithm of the absolute value of the gamma function.
@_disfavoredOverload public func lgamma(_ x: ScalarTerm) -> ScalarTerm { ScalarTerm(.unary(.lgamma, x.term)) }
/// `x` itself, which derivatives take for a constant.
@_disfavoredOverload public func stopGradient(_ x: ScalarTerm) -> ScalarTerm {
    ScalarTerm(.unary(.stopGradient, x.term))
}
/// The smaller of two numbers.
@_disfavoredOverload public func min(_ x: ScalarTerm, _ y: ScalarTerm) -> ScalarTerm {
    ScalarTerm(.binary(.min, x.term, y.term))
}
/// The larger of two numbers.
@_disfavoredOverload public func max(_ x: ScalarTerm, _ y: ScalarTerm) -> ScalarTerm {
    ScalarTerm(.binary(.max, x.term, y.term))
}
/// `x` to the power `y`.
@_disfavoredOverload public func pow(_ x: ScalarTerm, _ y: ScalarTerm) -> ScalarTerm {
    ScalarTerm(.binary(.pow, x.term, y.term))
}
/// The angle of the point (`y`, `x`).
@_disfavoredOverload public func atan2(_ x: ScalarTerm, _ y: ScalarTerm) -> ScalarTerm {
    ScalarTerm(.binary(.atan2, x.term, y.term))
}
/// The length of (`x`, `y`).
@_disfavoredOverload public func hypot(_ x: ScalarTerm, _ y: ScalarTerm) -> ScalarTerm {
    ScalarTerm(.binary(.hypot, x.term, y.term))
}
