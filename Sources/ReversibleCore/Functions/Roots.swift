#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// √x; NaN below zero. sqrt′(0) = 0 by convention, in place of the infinite one-sided slope.
package enum Sqrt: UnaryRule {
    package static var name: String { "sqrt" }
    package static func value(_ x: Double) -> Double { x.squareRoot() }
    package static func value(_ x: Float) -> Float { x.squareRoot() }
    package static func derivative<T: RealAlgebra>(at x: T, value: T) -> T {
        T.zeroAtZero(value) { T(constant: 0.5) / $0 }
    }
}

/// The real cube root. cbrt′(0) = 0 by convention, in place of the infinite slope.
package enum Cbrt: UnaryRule {
    package static var name: String { "cbrt" }
    package static func value(_ x: Double) -> Double { cbrt(x) }
    package static func derivative<T: RealAlgebra>(at x: T, value: T) -> T {
        T.zeroAtZero(value) {
            // The reciprocal first: at ±∞ its square differentiates to 0, where value² would give ∞ · 0.
            let reciprocal = T(constant: 1) / $0
            return reciprocal * reciprocal / T(constant: 3)
        }
    }
}
