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
