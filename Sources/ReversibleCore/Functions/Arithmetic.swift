/// −x.
package enum Negation: UnaryRule {
    package static var name: String { "negate" }
    package static func value(_ x: Double) -> Double { -x }
    package static func value(_ x: Float) -> Float { -x }
    package static func derivative<T: RealAlgebra>(at x: T, value: T) -> T { T(constant: -1) }
}

/// x + y.
package enum Add: BinaryRule {
    package static var name: String { "+" }
    package static func value(_ x: Double, _ y: Double) -> Double { x + y }
    package static func value(_ x: Float, _ y: Float) -> Float { x + y }
    package static func partialX<T: RealAlgebra>(at x: T, _ y: T, value: T) -> T { T(constant: 1) }
    package static func partialY<T: RealAlgebra>(at x: T, _ y: T, value: T) -> T { T(constant: 1) }
}

/// x − y.
package enum Subtract: BinaryRule {
    package static var name: String { "-" }
    package static func value(_ x: Double, _ y: Double) -> Double { x - y }
    package static func value(_ x: Float, _ y: Float) -> Float { x - y }
    package static func partialX<T: RealAlgebra>(at x: T, _ y: T, value: T) -> T { T(constant: 1) }
    package static func partialY<T: RealAlgebra>(at x: T, _ y: T, value: T) -> T { T(constant: -1) }
}

/// x · y.
package enum Multiply: BinaryRule {
    package static var name: String { "*" }
    package static func value(_ x: Double, _ y: Double) -> Double { x * y }
    package static func value(_ x: Float, _ y: Float) -> Float { x * y }
    package static func partialX<T: RealAlgebra>(at x: T, _ y: T, value: T) -> T { y }
    package static func partialY<T: RealAlgebra>(at x: T, _ y: T, value: T) -> T { x }
}

/// x / y.
///
/// Division by zero has no subgradient; values and derivatives there follow IEEE 754.
package enum Divide: BinaryRule {
    package static var name: String { "/" }
    package static func value(_ x: Double, _ y: Double) -> Double { x / y }
    package static func value(_ x: Float, _ y: Float) -> Float { x / y }
    package static func partialX<T: RealAlgebra>(at x: T, _ y: T, value: T) -> T { T(constant: 1) / y }
    package static func partialY<T: RealAlgebra>(at x: T, _ y: T, value: T) -> T { -value / y }
}

/// x · y where neither is 0, and 0 where either is, also beside an infinity or a NaN.
///
/// Derivatives are sums over paths of products of slopes. A path on which one slope, cotangent or tangent is 0
/// contributes 0, however steep the rest of it is; IEEE's 0 · ∞ would spoil the paths beside it. Differentiated
/// again it is a sum of such products.
package enum Chain: BinaryRule {
    package static var name: String { "chain" }
    package static func value(_ x: Double, _ y: Double) -> Double { x == 0 || y == 0 ? 0 : x * y }
    package static func value(_ x: Float, _ y: Float) -> Float { x == 0 || y == 0 ? 0 : x * y }
    package static func partialX<T: RealAlgebra>(at x: T, _ y: T, value: T) -> T { y }
    package static func partialY<T: RealAlgebra>(at x: T, _ y: T, value: T) -> T { x }
}
