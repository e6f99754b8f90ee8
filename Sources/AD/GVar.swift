@_exported import ReversibleCore

/// A value with its gradient.
///
/// Of host values (`GVar<Double>`) it is what goes into and comes out of an adjoint; of places
/// (`GVar<Scalar>`) it is what an adjoint's parameters are. An integer's gradient is nothing.
///
/// ```swift
/// let f = ReversibleFunction { (y: Scalar, x: Scalar) in y += x * x }
/// let (y, x) = try f(0.0, 3.0)
/// let backward = adjoint(f)
/// let (gy, gx) = try backward(GVar(y, gradient: 1), GVar(x))
/// // gy.value == 0.0, gx.value == 3.0, gx.gradient == 6.0
/// ```
public struct GVar<Content: Primal>: Sendable {
    /// The value, also called the primal.
    public var value: Content
    /// The gradient of some loss in this value, also called the cotangent.
    public var gradient: Content.Gradient

    /// A value with a gradient.
    public init(_ value: Content, gradient: Content.Gradient) {
        self.value = value
        self.gradient = gradient
    }

    /// A value with a gradient.
    public init(_ value: Content, _ gradient: Content.Gradient) {
        self.init(value, gradient: gradient)
    }
}

extension GVar where Content == Double {
    /// A number with gradient 0.
    public init(_ value: Double) { self.init(value, gradient: 0) }
}

extension GVar where Content == [Double] {
    /// A vector with gradient 0.
    public init(_ value: [Double]) {
        self.init(value, gradient: Array(repeating: 0, count: value.count))
    }
}

extension GVar where Content == DenseMatrix {
    /// A matrix with gradient 0.
    public init(_ value: DenseMatrix) {
        self.init(value, gradient: DenseMatrix(rows: value.rows, columns: value.columns))
    }
}

extension GVar where Content.Gradient == Void {
    /// An integer, or an array of them; there is no gradient.
    public init(_ value: Content) { self.init(value, gradient: ()) }
}

extension GVar where Content.Gradient == NoGradient {
    /// An integer place, or an array of them; there is no place for a gradient.
    public init(_ value: Content) { self.init(value, gradient: NoGradient()) }
}

extension GVar: Primal {
    /// The gradient of a pair is a pair of gradients.
    public typealias Gradient = GVar<Content>
}

extension GVar: Equatable where Content: Equatable, Content.Gradient: Equatable {}

extension GVar: CustomStringConvertible {
    /// `value (gradient g)`.
    public var description: String { "\(value) (gradient \(gradient))" }
}

extension GVar: Codable where Content: Codable, Content.Gradient: Codable {}

extension GVar: Argument where Content: Argument {
    /// The host values: a pair again.
    public typealias Value = GVar<Content.Value>

    /// Declares the value's places, then the gradient's.
    public static func makePlaces(from source: inout PlaceSource) throws -> GVar<Content> {
        let value = try source.field("value") { try Content.makePlaces(from: &$0) }
        let outer = source.entersGradient()
        let gradient = try source.field("gradient") { try Content.Gradient.makePlaces(from: &$0) }
        source.leavesGradient(outer)
        return GVar(value, gradient: gradient)
    }

    /// Lists the value's places, then the gradient's.
    public func listPlaces(in list: inout PlaceList) throws {
        try value.listPlaces(in: &list)
        let outer = list.entersGradient()
        try gradient.listPlaces(in: &list)
        list.leavesGradient(outer)
    }

    /// Packs the value, then the gradient.
    public static func pack(_ pair: GVar<Content.Value>, into writer: inout ValueWriter) throws {
        try Content.pack(pair.value, into: &writer)
        try Content.packGradient(pair.gradient, into: &writer)
    }

    /// Unpacks the value, then the gradient.
    public static func unpack(from reader: inout ValueReader) throws -> GVar<Content.Value> {
        let value = try Content.unpack(from: &reader)
        return GVar<Content.Value>(value, gradient: try Content.unpackGradient(from: &reader))
    }

    /// Packs a gradient of a pair: of its real parts.
    public static func packGradient(_ pair: GVar<Content.Value>, into writer: inout ValueWriter) throws {
        var whole = ValueWriter()
        try pack(pair, into: &whole)
        for (leaf, content) in zip(try leaves(), whole.leaves) where leaf.kind.isReal || leaf.kind == .stack {
            writer.append(content)
        }
    }

    /// Unpacks a gradient of a pair; its integers are 0.
    public static func unpackGradient(from reader: inout ValueReader) throws -> GVar<Content.Value> {
        var whole: [Leaf<Double>] = []
        for leaf in try leaves() {
            switch leaf.kind {
            case .integer, .index: whole.append(.integer(0))
            case .integerVector: whole.append(.integers([]))
            case .scalar, .vector, .matrix, .stack: whole.append(try reader.next())
            }
        }
        var inner = ValueReader(whole)
        return try unpack(from: &inner)
    }
}
