// Structs of places: their fields are visited by running the struct's own `Codable` conformance against a
// decoder that makes places, an encoder that lists them, and the same two for host values.

extension Argument {
    /// Makes the struct's places, field by field.
    public static func makePlaces(from source: inout PlaceSource) throws -> Self {
        let box = Box(source)
        defer { source = box.content }
        return try Self(from: PlaceDecoder(box: box))
    }

    /// Lists the struct's places, field by field.
    public func listPlaces(in list: inout PlaceList) throws {
        let box = Box(list)
        defer { list = box.content }
        try encode(to: PlaceEncoder(box: box))
    }

    /// Scratch places, all 0 at both ends of the enclosing block; the fields may be scalars and integers.
    ///
    /// A struct with other fields stops the process with a message: their sizes would not be known.
    public static func ancilla(
        _ name: String? = nil, fileID: StaticString = #fileID, line: UInt = #line
    ) -> Self {
        var source = PlaceSource(.ancilla, tracer: Tracer.current ?? Tracer(), name: name)
        do {
            return try makePlaces(from: &source)
        } catch {
            stop(error, fileID, line)
        }
    }

    /// The leaves' variables, in the order of the places.
    package static func leaves() throws -> [Variable] { try layout().map(\.variable) }

    /// For every leaf the fields that lead to it, `camera.focal`; nothing for a place that stands for itself.
    package static func fieldNames() throws -> [String] {
        let root = "_"
        var source = PlaceSource(.layout, tracer: Tracer(), name: root)
        _ = try makePlaces(from: &source)
        return source.leaves.map { String($0.name.dropFirst(root.count).drop { $0 == "." }) }
    }

    /// The names and kinds of the leaves, in the order of the places.
    static func layout() throws -> [Parameter] {
        var source = PlaceSource(.layout, tracer: Tracer(), name: nil)
        _ = try makePlaces(from: &source)
        return source.leaves
    }
}

extension Argument where Value: Codable, Value.Gradient == Value {
    /// Packs the host struct's fields in the order of the places, matched by name.
    public static func pack(_ value: Value, into writer: inout ValueWriter) throws {
        let box = Box([String: Leaf<Double>]())
        try value.encode(to: ValueEncoder(box: box, path: []))
        for leaf in try layout() {
            guard let content = box.content[leaf.name] else {
                throw ArgumentError(
                    "\(nestedName(Value.self)) has no field for the place `\(leaf.name)` of \(nestedName(Self.self))"
                )
            }
            guard content.typeName == leaf.variable.kind.typeName else {
                throw ArgumentError(
                    "the place `\(leaf.name)` of \(nestedName(Self.self)) is of type \(leaf.variable.kind.typeName); "
                        + "the field of \(nestedName(Value.self)) is the value of a place of type "
                        + "\(content.typeName)")
            }
            writer.append(content)
        }
    }

    /// Fills the host struct's fields, matched by name.
    public static func unpack(from reader: inout ValueReader) throws -> Value {
        var contents: [String: Leaf<Double>] = [:]
        for leaf in try layout() { contents[leaf.name] = try reader.next(leaf.variable.kind) }
        return try Value(from: ValueDecoder(contents: contents, path: []))
    }

    /// Packs the real fields of a gradient.
    public static func packGradient(_ gradient: Value, into writer: inout ValueWriter) throws {
        var all = ValueWriter()
        try pack(gradient, into: &all)
        for (leaf, content) in zip(try layout(), all.leaves) where leaf.variable.kind.isReal {
            writer.append(content)
        }
    }

    /// Fills the real fields of a gradient; integer fields are 0, integer arrays empty.
    public static func unpackGradient(from reader: inout ValueReader) throws -> Value {
        var contents: [String: Leaf<Double>] = [:]
        for leaf in try layout() {
            contents[leaf.name] =
                switch leaf.variable.kind {
                case .integer, .index: .integer(0)
                case .integerVector: .integers([])
                case .scalar, .vector, .matrix, .stack: try reader.next()
                }
        }
        return try Value(from: ValueDecoder(contents: contents, path: []))
    }
}

/// A type's name with the types around it, without its module: host values are all called `Value`.
private func nestedName(_ type: Any.Type) -> String {
    let name = String(reflecting: type)
    // The name of a generic type has dots inside as well.
    guard !name.contains("<") else { return "\(type)" }
    // Private types stand in a context without a name.
    let parts = name.split(separator: ".").dropFirst().filter { !$0.hasPrefix("(unknown context") }
    return parts.isEmpty ? name : parts.joined(separator: ".")
}

/// A mutable value shared by a decoder and its containers.
final class Box<Content> {
    var content: Content
    init(_ content: Content) { self.content = content }
}
