/// A type whose values have a gradient type: host numbers and arrays, places, and structs of either.
public protocol Primal: Sendable {
    /// What a gradient with respect to this is; `Void` where there is none.
    associatedtype Gradient: Sendable = Self
}

/// The parameter type of a reversible function: a place, or a struct of places.
///
/// A struct of places conforms by naming its host value, a struct with the same field names. Nothing else
/// is needed; the fields are found through the conformance to `Codable` that the compiler writes.
///
/// ```swift
/// struct Complex: Argument {
///     var re: Scalar
///     var im: Scalar
///     struct Value: ArgumentValue { var re: Double, im: Double }
/// }
/// let squareNorm = ReversibleFunction { (out: Scalar, z: Complex) in out += z.re * z.re + z.im * z.im }
/// let (_, dz) = try grad(squareNorm, 0.0, Complex.Value(re: 3, im: 4))   // dz.re == 6, dz.im == 8
/// ```
///
/// The gradient of a struct is again its value type; its integer fields are 0 there.
public protocol Argument: Primal, Codable where Gradient: Argument {
    /// The host value that goes in and comes out when the function is called from Swift.
    associatedtype Value: Primal

    /// Makes the places of one parameter. Structs of places have this already.
    static func makePlaces(from source: inout PlaceSource) throws -> Self
    /// Lists the places in declaration order. Structs of places have this already.
    func listPlaces(in list: inout PlaceList) throws
    /// Takes a host value apart. Structs of places have this already.
    static func pack(_ value: Value, into writer: inout ValueWriter) throws
    /// Puts a host value together. Structs of places have this already.
    static func unpack(from reader: inout ValueReader) throws -> Value
    /// Takes a host gradient apart. Structs of places have this already.
    static func packGradient(_ gradient: Value.Gradient, into writer: inout ValueWriter) throws
    /// Puts a host gradient together. Structs of places have this already.
    static func unpackGradient(from reader: inout ValueReader) throws -> Value.Gradient
}

/// The host value of a struct of places.
public typealias ArgumentValue = Primal & Codable

extension Double: Primal {}
extension Float: Primal {}
extension DenseMatrix: Primal {}
extension Int: Primal {
    /// Integers have no gradient.
    public typealias Gradient = Void
}
extension Array: Primal where Element: ArrayElement {
    /// An array of real numbers has one; an array of integers has none.
    public typealias Gradient = Element.ArrayGradient
}

/// A number that host arrays hold.
public protocol ArrayElement: Sendable {
    /// The gradient type of an array of these.
    associatedtype ArrayGradient: Sendable
}
extension Double: ArrayElement {
    /// The gradient of an array is an array of the same length.
    public typealias ArrayGradient = [Double]
}
extension Int: ArrayElement {
    /// Integers have no gradient.
    public typealias ArrayGradient = Void
}

/// The gradient place of an integer: nothing.
public struct NoGradient: Argument {
    /// Nothing.
    public struct Value: ArgumentValue {
        /// The only value.
        public init() {}
    }

    /// The only one.
    public init() {}

    /// Makes nothing.
    public static func makePlaces(from source: inout PlaceSource) -> NoGradient { NoGradient() }
    /// Lists nothing.
    public func listPlaces(in list: inout PlaceList) {}
    /// Packs nothing.
    public static func pack(_ value: Value, into writer: inout ValueWriter) {}
    /// Unpacks nothing.
    public static func unpack(from reader: inout ValueReader) -> Value { Value() }
    /// Packs nothing.
    public static func packGradient(_ gradient: Value, into writer: inout ValueWriter) {}
    /// Unpacks nothing.
    public static func unpackGradient(from reader: inout ValueReader) -> Value { Value() }
}
