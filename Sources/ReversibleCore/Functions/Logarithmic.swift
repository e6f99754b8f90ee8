#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The natural logarithm; −∞ with derivative ±∞ at ±0, NaN below zero.
package enum Log: UnaryRule {
    package static var name: String { "log" }
    package static func value(_ x: Double) -> Double { log(x) }
    package static func derivative<T: RealAlgebra>(at x: T, value: T) -> T { T(constant: 1) / x }
}

/// The logarithm to base 2; corners as ``Log``.
package enum Log2: UnaryRule {
    package static var name: String { "log2" }
    package static func value(_ x: Double) -> Double { log2(x) }
    package static func derivative<T: RealAlgebra>(at x: T, value: T) -> T {
        T(constant: 1.4426950408889634074) / x
    }
}

/// The logarithm to base 10; corners as ``Log``.
package enum Log10: UnaryRule {
    package static var name: String { "log10" }
    package static func value(_ x: Double) -> Double { log10(x) }
    package static func derivative<T: RealAlgebra>(at x: T, value: T) -> T {
        T(constant: 0.43429448190325182765) / x
    }
}

/// log(1 + x), accurate near zero; −∞ with derivative ∞ at −1.
package enum Log1p: UnaryRule {
    package static var name: String { "log1p" }
    package static func value(_ x: Double) -> Double { log1p(x) }
    package static func derivative<T: RealAlgebra>(at x: T, value: T) -> T {
        T(constant: 1) / (T(constant: 1) + x)
    }
}
