#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// |x|; abs′ = sign, so abs′(0) = 0.
package enum Abs: UnaryRule {
    package static var name: String { "abs" }
    package static func value(_ x: Double) -> Double { x.magnitude }
    package static func value(_ x: Float) -> Float { x.magnitude }
    package static func derivative<T: RealAlgebra>(at x: T, value: T) -> T { .sign(x) }
}

/// −1, 0 or 1 with the sign of x; sign(±0) = ±0, sign(NaN) = NaN, sign′ = 0 everywhere.
package enum Sign: UnaryRule {
    package static var name: String { "sign" }
    package static func value(_ x: Double) -> Double { x > 0 ? 1 : x < 0 ? -1 : x }
    package static func value(_ x: Float) -> Float { x > 0 ? 1 : x < 0 ? -1 : x }
    package static func derivative<T: RealAlgebra>(at x: T, value: T) -> T { T(constant: 0) }
}

/// The largest integer not above x; floor′ = 0 everywhere, also at the steps.
package enum Floor: UnaryRule {
    package static var name: String { "floor" }
    package static func value(_ x: Double) -> Double { floor(x) }
    package static func value(_ x: Float) -> Float { floor(x) }
    package static func derivative<T: RealAlgebra>(at x: T, value: T) -> T { T(constant: 0) }
}

/// The smallest integer not below x; ceil′ = 0 everywhere, also at the steps.
package enum Ceil: UnaryRule {
    package static var name: String { "ceil" }
    package static func value(_ x: Double) -> Double { ceil(x) }
    package static func value(_ x: Float) -> Float { ceil(x) }
    package static func derivative<T: RealAlgebra>(at x: T, value: T) -> T { T(constant: 0) }
}

/// The nearest integer, halves away from zero, as C's and Swift's `rounded()`; round′ = 0 everywhere, also at the steps.
package enum Round: UnaryRule {
    package static var name: String { "round" }
    package static func value(_ x: Double) -> Double { x.rounded() }
    package static func value(_ x: Float) -> Float { x.rounded() }
    package static func derivative<T: RealAlgebra>(at x: T, value: T) -> T { T(constant: 0) }
}

/// The remainder of x / y, truncated, with the sign of x, without a rounding: C's `fmod`.
///
/// It is x − q y for a whole number q, so that ∂x = 1 and ∂y = −q, at the steps of q too.
package enum Fmod: BinaryRule {
    package static var name: String { "fmod" }
    package static func value(_ x: Double, _ y: Double) -> Double { fmod(x, y) }
    package static func partialX<T: RealAlgebra>(at x: T, _ y: T, value: T) -> T { T(constant: 1) }
    // q is constant between its steps, and exact where a double holds it.
    package static func partialY<T: RealAlgebra>(at x: T, _ y: T, value: T) -> T { .round((value - x) / y) }
}

/// x, taken for a constant by every derivative.
package enum StopGradient: UnaryRule {
    package static var name: String { "stopGradient" }
    package static func value(_ x: Double) -> Double { x }
    package static func value(_ x: Float) -> Float { x }
    package static func derivative<T: RealAlgebra>(at x: T, value: T) -> T { T(constant: 0) }
}

/// The smaller argument. A NaN in either argument gives NaN; a tie gives the first argument. The argument that
/// is the value takes the whole gradient, a NaN too.
package enum Min: BinaryRule {
    package static var name: String { "min" }
    package static func value(_ x: Double, _ y: Double) -> Double { x <= y || x.isNaN ? x : y }
    package static func value(_ x: Float, _ y: Float) -> Float { x <= y || x.isNaN ? x : y }
    package static func partialX<T: RealAlgebra>(at x: T, _ y: T, value: T) -> T {
        let (zero, one) = (T(constant: 0), T(constant: 1))
        return T.select(x, .greater, y, then: zero, else: T.select(y, .equal, y, then: one, else: zero))
    }
    package static func partialY<T: RealAlgebra>(at x: T, _ y: T, value: T) -> T {
        let (zero, one) = (T(constant: 0), T(constant: 1))
        return T.select(x, .greater, y, then: one, else: T.select(y, .equal, y, then: zero, else: one))
    }
}

/// The larger argument. A NaN in either argument gives NaN; a tie gives the first argument. The argument that
/// is the value takes the whole gradient, a NaN too.
package enum Max: BinaryRule {
    package static var name: String { "max" }
    package static func value(_ x: Double, _ y: Double) -> Double { x >= y || x.isNaN ? x : y }
    package static func value(_ x: Float, _ y: Float) -> Float { x >= y || x.isNaN ? x : y }
    package static func partialX<T: RealAlgebra>(at x: T, _ y: T, value: T) -> T {
        let (zero, one) = (T(constant: 0), T(constant: 1))
        return T.select(x, .less, y, then: zero, else: T.select(y, .equal, y, then: one, else: zero))
    }
    package static func partialY<T: RealAlgebra>(at x: T, _ y: T, value: T) -> T {
        let (zero, one) = (T(constant: 0), T(constant: 1))
        return T.select(x, .less, y, then: one, else: T.select(y, .equal, y, then: zero, else: one))
    }
}
