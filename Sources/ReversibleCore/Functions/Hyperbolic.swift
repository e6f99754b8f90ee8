#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The hyperbolic sine.
package enum Sinh: UnaryRule {
    package static var name: String { "sinh" }
    package static func value(_ x: Double) -> Double { sinh(x) }
    package static func derivative<T: RealAlgebra>(at x: T, value: T) -> T { .cosh(x) }
}

/// The hyperbolic cosine.
package enum Cosh: UnaryRule {
    package static var name: String { "cosh" }
    package static func value(_ x: Double) -> Double { cosh(x) }
    package static func derivative<T: RealAlgebra>(at x: T, value: T) -> T { .sinh(x) }
}

/// The hyperbolic tangent; derivatives of all orders are 0 at ±∞.
package enum Tanh: UnaryRule {
    package static var name: String { "tanh" }
    package static func value(_ x: Double) -> Double { tanh(x) }
    package static func derivative<T: RealAlgebra>(at x: T, value: T) -> T {
        // 1 − value² has no correct digit once value rounds to ±1, and 1/cosh² is ∞/∞ when differentiated at
        // large x. With e = exp(−2|x|) it is 4e / (1 + e)². The sign is removed by a choice, not `abs`: either
        // form is right to all orders at x = 0, where abs would contribute sign(0) = 0.
        let one = T(constant: 1)
        let negative = T.twoForms(x, upTo: T(constant: 0), x, beyond: -x)
        let decay = T.exp(negative + negative)
        return T(constant: 4) * decay / ((one + decay) * (one + decay))
    }
}

/// The inverse hyperbolic sine.
package enum Asinh: UnaryRule {
    package static var name: String { "asinh" }
    package static func value(_ x: Double) -> Double { asinh(x) }
    package static func derivative<T: RealAlgebra>(at x: T, value: T) -> T {
        let near = ReciprocalArgument(x)
        let quotient = T(constant: 1) / .sqrt(T(constant: 1) + near.square)
        return near.choose(inner: quotient, outer: .abs(near.argument) * quotient)
    }
}

/// The inverse hyperbolic cosine; NaN below 1. The derivatives at 1 are infinite.
package enum Acosh: UnaryRule {
    package static var name: String { "acosh" }
    package static func value(_ x: Double) -> Double { acosh(x) }
    package static func derivative<T: RealAlgebra>(at x: T, value: T) -> T {
        // 1 / √(x² − 1) in two factors: x² overflows, and x² − 1 cancels near 1.
        let one = T(constant: 1)
        return one / .steepRoot(x - one) * (one / .sqrt(x + one))
    }
}

/// The inverse hyperbolic tangent; ±∞ with derivative ∞ at ±1, NaN beyond.
package enum Atanh: UnaryRule {
    package static var name: String { "atanh" }
    package static func value(_ x: Double) -> Double { atanh(x) }
    package static func derivative<T: RealAlgebra>(at x: T, value: T) -> T {
        T(constant: 1) / ((T(constant: 1) - x) * (T(constant: 1) + x))
    }
}
