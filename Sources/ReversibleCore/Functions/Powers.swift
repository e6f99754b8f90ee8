#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// x to the power y, as IEEE 754 `pow`: 0⁰ = 1; a negative x is defined for integer y only.
///
/// - ∂x at x = 0 is 0 for y < 1, where the slope is infinite or the power constant (0⁰ included); it is 1 for
///   y = 1. A negative x with integer y has the polynomial's slope.
/// - ∂y at x = 0 is 0; for negative x it is NaN, since the power is defined at isolated y only.
package enum Pow: BinaryRule {
    package static var name: String { "pow" }
    package static func value(_ x: Double, _ y: Double) -> Double { pow(x, y) }
    package static func partialX<T: RealAlgebra>(at x: T, _ y: T, value: T) -> T {
        let zero = T(constant: 0)
        let one = T(constant: 1)
        // Every choice by a constant exponent is made when an expression is built: x² has the slope 2 · x.
        func atZero(_ exception: T, _ regular: T) -> T {
            T.select(
                x, .equal, zero, then: T.select(y, .less, one, then: exception, else: regular), else: regular)
        }
        let regular = y * .pow(atZero(one, x), y - one)
        // At x = 0 the slope in x jumps where y = 1; there it is constant in y, as ∂y is in x.
        return atZero(
            zero,
            T.select(x, .equal, zero, then: T.select(y, .equal, one, then: one, else: regular), else: regular)
        )
    }
    package static func partialY<T: RealAlgebra>(at x: T, _ y: T, value: T) -> T {
        // At x = 0, 1 · log 1: both factors are guarded, since value is infinite there for y < 0.
        let zero = T(constant: 0)
        let one = T(constant: 1)
        return T.select(x, .equal, zero, then: one, else: value)
            * .log(T.select(x, .equal, zero, then: one, else: x))
    }
}

/// √(x² + y²), without intermediate overflow or underflow.
///
/// The gradient at the origin is zero. The derivative is x / h, a ratio of lengths, so it is accurate at every
/// scale; it is IEEE's NaN for an infinite x, and 0 where h itself overflows.
package enum Hypot: BinaryRule {
    package static var name: String { "hypot" }
    package static func value(_ x: Double, _ y: Double) -> Double { hypot(x, y) }
    package static func partialX<T: RealAlgebra>(at x: T, _ y: T, value: T) -> T {
        T.zeroAtZero(value) { x / $0 }
    }
    package static func partialY<T: RealAlgebra>(at x: T, _ y: T, value: T) -> T {
        T.zeroAtZero(value) { y / $0 }
    }
}
