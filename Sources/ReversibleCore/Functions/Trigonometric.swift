#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The sine of x in radians.
package enum Sin: UnaryRule {
    package static var name: String { "sin" }
    package static func value(_ x: Double) -> Double { sin(x) }
    package static func derivative<T: RealAlgebra>(at x: T, value: T) -> T { .cos(x) }
}

/// The cosine of x in radians.
package enum Cos: UnaryRule {
    package static var name: String { "cos" }
    package static func value(_ x: Double) -> Double { cos(x) }
    package static func derivative<T: RealAlgebra>(at x: T, value: T) -> T { -.sin(x) }
}

/// The tangent of x in radians.
package enum Tan: UnaryRule {
    package static var name: String { "tan" }
    package static func value(_ x: Double) -> Double { tan(x) }
    package static func derivative<T: RealAlgebra>(at x: T, value: T) -> T { T(constant: 1) + value * value }
}

/// The inverse sine; NaN beyond ±1. The derivatives at ±1 are infinite: the slope has no bound there, so there is
/// no subgradient to choose.
package enum Asin: UnaryRule {
    package static var name: String { "asin" }
    package static func value(_ x: Double) -> Double { asin(x) }
    package static func derivative<T: RealAlgebra>(at x: T, value: T) -> T {
        // (1 − x)(1 + x) rather than 1 − x², which cancels near ±1.
        T(constant: 1) / .steepRoot((T(constant: 1) - x) * (T(constant: 1) + x))
    }
}

/// The inverse cosine; NaN beyond ±1. The derivatives at ±1 are infinite, as for ``Asin``.
package enum Acos: UnaryRule {
    package static var name: String { "acos" }
    package static func value(_ x: Double) -> Double { acos(x) }
    package static func derivative<T: RealAlgebra>(at x: T, value: T) -> T {
        T(constant: -1) / .steepRoot((T(constant: 1) - x) * (T(constant: 1) + x))
    }
}

/// The inverse tangent; derivatives of all orders are 0 at ±∞.
package enum Atan: UnaryRule {
    package static var name: String { "atan" }
    package static func value(_ x: Double) -> Double { atan(x) }
    package static func derivative<T: RealAlgebra>(at x: T, value: T) -> T {
        let one = T(constant: 1)
        let near = ReciprocalArgument(x)
        let quotient = one / (one + near.square)
        return near.choose(inner: quotient, outer: near.square * quotient)
    }
}

/// The angle of the point (x: second argument, y: first argument), in (−π, π].
///
/// The gradient at the origin is zero. The partial derivatives are x / h² and −y / h² with h = hypot(x, y),
/// divided by h twice because h² leaves the range of the numbers long before h does. An infinite numerator
/// gives NaN.
package enum Atan2: BinaryRule {
    package static var name: String { "atan2" }
    package static func value(_ y: Double, _ x: Double) -> Double { atan2(y, x) }
    package static func partialX<T: RealAlgebra>(at y: T, _ x: T, value: T) -> T {
        T.zeroAtZero(.evaluate(.hypot, x, y)) { x / $0 / $0 }
    }
    package static func partialY<T: RealAlgebra>(at y: T, _ x: T, value: T) -> T {
        T.zeroAtZero(.evaluate(.hypot, x, y)) { -(y / $0 / $0) }
    }
}

/// x for |x| ≤ 1 and 1/x beyond, for derivatives in 1 + x² whose direct form gives ∞/∞ at infinity.
struct ReciprocalArgument<T: RealAlgebra> {
    private let magnitude: T
    let argument: T

    init(_ x: T) {
        let one = T(constant: 1)
        let magnitude = T.abs(x)
        let guarded = T.twoForms(magnitude, upTo: one, one, beyond: x)
        self.magnitude = magnitude
        argument = T.twoForms(magnitude, upTo: one, x, beyond: one / guarded)
    }

    var square: T { argument * argument }

    /// `inner` for |x| ≤ 1, `outer` beyond.
    func choose(inner: T, outer: T) -> T {
        T.twoForms(magnitude, upTo: T(constant: 1), inner, beyond: outer)
    }
}
