import ReversibleCore

// The elementary functions as ordinary code writes them. Values, derivatives and corners are those of the language's
// rules. Disfavoured, so that a function of a `Double` stays the C library's.

/// The square root; its derivative at 0 is taken as 0.
@_disfavoredOverload
public func sqrt<R: EagerReal>(_ x: R) -> R { R.evaluate(.sqrt, x) }

/// The cube root; its derivative at 0 is taken as 0.
@_disfavoredOverload
public func cbrt<R: EagerReal>(_ x: R) -> R { R.evaluate(.cbrt, x) }

/// e to the power `x`.
@_disfavoredOverload
public func exp<R: EagerReal>(_ x: R) -> R { R.evaluate(.exp, x) }

/// 2 to the power `x`.
@_disfavoredOverload
public func exp2<R: EagerReal>(_ x: R) -> R { R.evaluate(.exp2, x) }

/// exp(x) - 1, accurate near 0.
@_disfavoredOverload
public func expm1<R: EagerReal>(_ x: R) -> R { R.evaluate(.expm1, x) }

/// The natural logarithm.
@_disfavoredOverload
public func log<R: EagerReal>(_ x: R) -> R { R.evaluate(.log, x) }

/// The logarithm to base 2.
@_disfavoredOverload
public func log2<R: EagerReal>(_ x: R) -> R { R.evaluate(.log2, x) }

/// The logarithm to base 10.
@_disfavoredOverload
public func log10<R: EagerReal>(_ x: R) -> R { R.evaluate(.log10, x) }

/// log(1 + x), accurate near 0.
@_disfavoredOverload
public func log1p<R: EagerReal>(_ x: R) -> R { R.evaluate(.log1p, x) }

/// log(1 + exp(x)), without overflow.
@_disfavoredOverload
public func softplus<R: EagerReal>(_ x: R) -> R { R.evaluate(.softplus, x) }

/// The sine of `x` radians.
@_disfavoredOverload
public func sin<R: EagerReal>(_ x: R) -> R { R.evaluate(.sin, x) }

/// The cosine of `x` radians.
@_disfavoredOverload
public func cos<R: EagerReal>(_ x: R) -> R { R.evaluate(.cos, x) }

/// The tangent of `x` radians.
@_disfavoredOverload
public func tan<R: EagerReal>(_ x: R) -> R { R.evaluate(.tan, x) }

/// The arcsine, in radians.
@_disfavoredOverload
public func asin<R: EagerReal>(_ x: R) -> R { R.evaluate(.asin, x) }

/// The arccosine, in radians.
@_disfavoredOverload
public func acos<R: EagerReal>(_ x: R) -> R { R.evaluate(.acos, x) }

/// The arctangent, in radians.
@_disfavoredOverload
public func atan<R: EagerReal>(_ x: R) -> R { R.evaluate(.atan, x) }

/// The hyperbolic sine.
@_disfavoredOverload
public func sinh<R: EagerReal>(_ x: R) -> R { R.evaluate(.sinh, x) }

/// The hyperbolic cosine.
@_disfavoredOverload
public func cosh<R: EagerReal>(_ x: R) -> R { R.evaluate(.cosh, x) }

/// The hyperbolic tangent.
@_disfavoredOverload
public func tanh<R: EagerReal>(_ x: R) -> R { R.evaluate(.tanh, x) }

/// The inverse hyperbolic sine.
@_disfavoredOverload
public func asinh<R: EagerReal>(_ x: R) -> R { R.evaluate(.asinh, x) }

/// The inverse hyperbolic cosine.
@_disfavoredOverload
public func acosh<R: EagerReal>(_ x: R) -> R { R.evaluate(.acosh, x) }

/// The inverse hyperbolic tangent.
@_disfavoredOverload
public func atanh<R: EagerReal>(_ x: R) -> R { R.evaluate(.atanh, x) }

/// The error function.
@_disfavoredOverload
public func erf<R: EagerReal>(_ x: R) -> R { R.evaluate(.erf, x) }

/// The complementary error function, 1 - erf(x).
@_disfavoredOverload
public func erfc<R: EagerReal>(_ x: R) -> R { R.evaluate(.erfc, x) }

/// The logarithm of the absolute value of the gamma function.
@_disfavoredOverload
public func lgamma<R: EagerReal>(_ x: R) -> R { R.evaluate(.lgamma, x) }

/// `x` to the power `y`; where the derivative does not exist at 0 it is taken as 0.
@_disfavoredOverload
public func pow<R: EagerReal>(_ x: R, _ y: R) -> R { R.evaluate(.pow, x, y) }

/// The angle of the point (`x`, `y`), in radians; its derivatives at the origin are taken as 0.
@_disfavoredOverload
public func atan2<R: EagerReal>(_ y: R, _ x: R) -> R { R.evaluate(.atan2, y, x) }

/// The length of (`x`, `y`); its derivatives at the origin are taken as 0.
@_disfavoredOverload
public func hypot<R: EagerReal>(_ x: R, _ y: R) -> R { R.evaluate(.hypot, x, y) }
