/// An elementary function of one or two real arguments.
///
/// Everything known of a function stands in its rule (`Sin`, `Pow`, …, in the files beside this one): the
/// name, the value, the derivative written in ``RealAlgebra``, and its behaviour at corners.
public enum ElementaryFunction: UInt8, CaseIterable, Sendable {
    // One argument.
    case negate, abs, sign, floor, ceil, round
    /// `stopGradient(x)`: x, with derivatives 0.
    case stopGradient
    case sqrt, cbrt, exp, exp2, expm1, log, log2, log10, log1p, softplus
    case sin, cos, tan, asin, acos, atan
    case sinh, cosh, tanh, asinh, acosh, atanh
    case erf, erfc, lgamma
    // Two arguments.
    case add, subtract, multiply, divide
    case min, max, pow, atan2, hypot, fmod
    /// `polygamma(n, x)`, the derivative of order n + 1 of lgamma; n = 0 is digamma. n is a constant.
    case polygamma
    /// `chain(x, y)`: x · y, but 0 where x or y is 0, whatever the other is. The product of derivative programs.
    case chain
}

/// What is known of a function of one argument.
package protocol UnaryRule {
    /// The spelling in programs and messages.
    static var name: String { get }
    static func value(_ x: Double) -> Double
    static func value(_ x: Float) -> Float
    /// The derivative at `x`, where the function's value is `value`.
    static func derivative<T: RealAlgebra>(at x: T, value: T) -> T
}

/// What is known of a function of two arguments.
package protocol BinaryRule {
    /// The spelling in programs and messages; arithmetic has its operator here.
    static var name: String { get }
    static func value(_ x: Double, _ y: Double) -> Double
    static func value(_ x: Float, _ y: Float) -> Float
    /// The partial derivative in the first argument at (`x`, `y`), where the function's value is `value`.
    static func partialX<T: RealAlgebra>(at x: T, _ y: T, value: T) -> T
    /// The partial derivative in the second argument.
    static func partialY<T: RealAlgebra>(at x: T, _ y: T, value: T) -> T
}

// A Double computation rounded to Float is at least as accurate as the Float functions of the C libraries, and
// the same on every platform to within the last bit of a Double. Rules whose Float form is an instruction or two
// replace this.
extension UnaryRule {
    package static func value(_ x: Float) -> Float { Float(value(Double(x))) }
}

extension BinaryRule {
    package static func value(_ x: Float, _ y: Float) -> Float { Float(value(Double(x), Double(y))) }
}
