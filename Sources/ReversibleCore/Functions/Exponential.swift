#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// eˣ; 0 with derivative 0 at −∞.
package enum Exp: UnaryRule {
    package static var name: String { "exp" }
    package static func value(_ x: Double) -> Double { exp(x) }
    package static func derivative<T: RealAlgebra>(at x: T, value: T) -> T { value }
}

/// 2ˣ.
package enum Exp2: UnaryRule {
    package static var name: String { "exp2" }
    package static func value(_ x: Double) -> Double { exp2(x) }
    package static func derivative<T: RealAlgebra>(at x: T, value: T) -> T {
        T(constant: 0.69314718055994530942) * value
    }
}

/// eˣ − 1, accurate near zero.
package enum Expm1: UnaryRule {
    package static var name: String { "expm1" }
    package static func value(_ x: Double) -> Double { expm1(x) }
    // value + 1 would lose every digit of eˣ at large negative x.
    package static func derivative<T: RealAlgebra>(at x: T, value: T) -> T { .exp(x) }
}

/// log(1 + eˣ), without overflow; the derivative is the logistic function, 0 at −∞ and 1 at ∞.
package enum Softplus: UnaryRule {
    package static var name: String { "softplus" }
    package static func value(_ x: Double) -> Double { (x > 0 ? x : 0) + log1p(exp(-x.magnitude)) }
    package static func derivative<T: RealAlgebra>(at x: T, value: T) -> T {
        // Each form keeps all digits on its side, and none of its exponentials grows there.
        let (zero, one) = (T(constant: 0), T(constant: 1))
        let decay = T.exp(T.twoForms(x, upTo: zero, x, beyond: -x))
        return T.twoForms(x, upTo: zero, decay / (one + decay), beyond: one / (one + decay))
    }
}
