#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The error function; derivatives of all orders are 0 at ±∞.
package enum Erf: UnaryRule {
    package static var name: String { "erf" }
    package static func value(_ x: Double) -> Double { erf(x) }
    package static func derivative<T: RealAlgebra>(at x: T, value: T) -> T { gaussian(x) }

    /// 2/√π · exp(−x²).
    static func gaussian<T: RealAlgebra>(_ x: T) -> T {
        // exp(−30²) is zero in every binary format up to Double. Without the bound, differentiating x² at ∞
        // would give 0 · ∞.
        let bound = T(constant: 30)
        let bounded = T.select(.abs(x), .greater, bound, then: bound, else: x)
        return T(constant: 1.1283791670955125739) * .exp(-(bounded * bounded))
    }
}

/// 1 − erf(x), accurate for large x; derivatives of all orders are 0 at ±∞.
package enum Erfc: UnaryRule {
    package static var name: String { "erfc" }
    package static func value(_ x: Double) -> Double { erfc(x) }
    package static func derivative<T: RealAlgebra>(at x: T, value: T) -> T { -Erf.gaussian(x) }
}

/// log |Γ(x)|; ∞ at the poles 0, −1, −2, …. The derivative is digamma, NaN at the poles.
package enum Lgamma: UnaryRule {
    package static var name: String { "lgamma" }
    package static func value(_ x: Double) -> Double {
        // lgamma would store the sign of Γ in the global signgam, a data race.
        var sign: Int32 = 0
        return lgamma_r(x, &sign)
    }
    package static func derivative<T: RealAlgebra>(at x: T, value: T) -> T { .polygamma(T(constant: 0), x) }
}

/// The derivative of order n + 1 of lgamma at x; the first argument is n, a constant.
///
/// Defined for integers 0 ≤ n ≤ 1000 and every real x but the poles 0, −1, −2, …; any other n gives NaN. At a
/// pole the value is ∞ for odd n, where both sides rise, and NaN for even n. ψ⁽ⁿ⁾(∞) is ∞ for n = 0 and 0 above.
/// The relative error is about 1e−15 · (n + 1) away from the function's zeros; near a zero the absolute
/// error stays of the size of the terms that cancel. ∂n is 0, as for any function of an integer.
package enum Polygamma: BinaryRule {
    package static var name: String { "polygamma" }
    package static func value(_ n: Double, _ x: Double) -> Double {
        guard n >= 0, n <= 1000, n == n.rounded() else { return .nan }
        return PolygammaSeries.polygamma(Int(n), x)
    }
    package static func partialX<T: RealAlgebra>(at n: T, _ x: T, value: T) -> T { T(constant: 0) }
    package static func partialY<T: RealAlgebra>(at n: T, _ x: T, value: T) -> T {
        .polygamma(n + T(constant: 1), x)
    }
}
