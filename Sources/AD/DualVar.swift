import ReversibleCore

/// A value with its tangent.
///
/// Of host values (`DualVar<Double>`) it is what goes into and comes out of a forward-mode program; of places
/// (`DualVar<Scalar>`) it is what the program's parameters are. An integer's tangent is nothing.
///
/// ```swift
/// let f = ReversibleFunction { (y: Scalar, x: Scalar) in y += x * x }
/// let forward = tangent(f)
/// let (y, x) = try forward(DualVar(0), DualVar(3, tangent: 1))
/// // y.primal == 9.0, y.tangent == 6.0
/// ```
///
/// ``GVar`` is its counterpart in reverse mode.
public struct DualVar<Content: Primal>: Sendable {
    /// The value.
    public var primal: Content
    /// The derivative of this value along the direction in which the inputs move.
    public var tangent: Content.Gradient

    /// A value with a tangent.
    public init(_ primal: Content, tangent: Content.Gradient) {
        self.primal = primal
        self.tangent = tangent
    }

    /// A value with a tangent.
    public init(_ primal: Content, _ tangent: Content.Gradient) {
        self.init(primal, tangent: tangent)
    }
}

extension DualVar where Content == Double {
    /// A number that does not move.
    public init(_ primal: Double) { self.init(primal, tangent: 0) }
}

extension DualVar where Content == [Double] {
    /// A vector that does not move.
    public init(_ primal: [Double]) {
        self.init(primal, tangent: Array(repeating: 0, count: primal.count))
    }
}

extension DualVar where Content == DenseMatrix {
    /// A matrix that does not move.
    public init(_ primal: DenseMatrix) {
        self.init(primal, tangent: DenseMatrix(rows: primal.rows, columns: primal.columns))
    }
}

extension DualVar where Content.Gradient == Void {
    /// An integer, or an array of them; there is no tangent.
    public init(_ primal: Content) { self.init(primal, tangent: ()) }
}

extension DualVar where Content.Gradient == NoGradient {
    /// An integer place, or an array of them; there is no place for a tangent.
    public init(_ primal: Content) { self.init(primal, tangent: NoGradient()) }
}

extension DualVar: Primal {
    /// The gradient of a pair is a pair of gradients.
    public typealias Gradient = DualVar<Content>
}

extension DualVar: Equatable where Content: Equatable, Content.Gradient: Equatable {}

extension DualVar: CustomStringConvertible {
    /// `value (tangent t)`.
    public var description: String { "\(primal) (tangent \(tangent))" }
}

extension DualVar: Codable where Content: Codable, Content.Gradient: Codable {}

// The leaves are those of a value with a gradient, in the same order, under other names.
extension DualVar: Argument where Content: Argument {
    /// The host values: a pair again.
    public typealias Value = DualVar<Content.Value>

    /// Declares the primal's places, then the tangent's.
    public static func makePlaces(from source: inout PlaceSource) throws -> DualVar<Content> {
        let primal = try source.field("primal") { try Content.makePlaces(from: &$0) }
        let outer = source.entersGradient()
        let tangent = try source.field("tangent") { try Content.Gradient.makePlaces(from: &$0) }
        source.leavesGradient(outer)
        return DualVar(primal, tangent: tangent)
    }

    /// Lists the primal's places, then the tangent's.
    public func listPlaces(in list: inout PlaceList) throws {
        try GVar(primal, gradient: tangent).listPlaces(in: &list)
    }

    /// Packs the primal, then the tangent.
    public static func pack(_ pair: DualVar<Content.Value>, into writer: inout ValueWriter) throws {
        try GVar<Content>.pack(GVar(pair.primal, gradient: pair.tangent), into: &writer)
    }

    /// Unpacks the primal, then the tangent.
    public static func unpack(from reader: inout ValueReader) throws -> DualVar<Content.Value> {
        let pair = try GVar<Content>.unpack(from: &reader)
        return DualVar<Content.Value>(pair.value, tangent: pair.gradient)
    }

    /// Packs a gradient of a pair: of its real parts.
    public static func packGradient(_ pair: DualVar<Content.Value>, into writer: inout ValueWriter) throws {
        try GVar<Content>.packGradient(GVar(pair.primal, gradient: pair.tangent), into: &writer)
    }

    /// Unpacks a gradient of a pair; its integers are 0.
    public static func unpackGradient(from reader: inout ValueReader) throws -> DualVar<Content.Value> {
        let pair = try GVar<Content>.unpackGradient(from: &reader)
        return DualVar<Content.Value>(pair.value, tangent: pair.gradient)
    }
}
