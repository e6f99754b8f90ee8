// How the places of the language are made, listed, and exchanged with host values.

/// A place is no data: it has meaning only while its function is traced.
private func refuseCoding(_ path: [any CodingKey]) -> any Error {
    DecodingError.dataCorrupted(
        .init(
            codingPath: path,
            debugDescription: "places are made by ReversibleFunction; they cannot be decoded or encoded"))
}

extension Scalar {
    /// Declares one Scalar.
    public static func makePlaces(from source: inout PlaceSource) throws -> Scalar {
        Scalar(Place(try source.make(.scalar)))
    }

    /// Lists this place.
    public func listPlaces(in list: inout PlaceList) { list.append(place) }

    /// Packs one value.
    public static func pack(_ value: Value, into writer: inout ValueWriter) {
        writer.append(value)
    }

    /// Unpacks one value.
    public static func unpack(from reader: inout ValueReader) throws -> Value {
        guard case .real(let value) = try reader.next() else {
            throw ArgumentError("a field that is a Scalar needs the host type Double")
        }
        return value
    }

    /// Packs one gradient.
    public static func packGradient(_ gradient: Value, into writer: inout ValueWriter) {
        pack(gradient, into: &writer)
    }

    /// Unpacks one gradient.
    public static func unpackGradient(from reader: inout ValueReader) throws -> Value {
        try unpack(from: &reader)
    }

    /// Always throws: places are no data.
    public init(from decoder: any Decoder) throws { throw refuseCoding(decoder.codingPath) }

    /// Always throws: places are no data.
    public func encode(to encoder: any Encoder) throws { throw refuseCoding(encoder.codingPath) }
}

extension Integer {
    /// Declares one Integer.
    public static func makePlaces(from source: inout PlaceSource) throws -> Integer {
        Integer(Place(try source.make(.integer)))
    }

    /// Lists this place.
    public func listPlaces(in list: inout PlaceList) { list.append(place) }

    /// Packs one value.
    public static func pack(_ value: Value, into writer: inout ValueWriter) {
        writer.append(value)
    }

    /// Unpacks one value.
    public static func unpack(from reader: inout ValueReader) throws -> Value {
        guard case .integer(let value) = try reader.next(.integer) else {
            throw ArgumentError("a field that is an Integer needs the host type Int")
        }
        return value
    }

    /// Integers have no gradient.
    public static func packGradient(_ gradient: Void, into writer: inout ValueWriter) {}

    /// Integers have no gradient.
    public static func unpackGradient(from reader: inout ValueReader) {}

    /// Always throws: places are no data.
    public init(from decoder: any Decoder) throws { throw refuseCoding(decoder.codingPath) }

    /// Always throws: places are no data.
    public func encode(to encoder: any Encoder) throws { throw refuseCoding(encoder.codingPath) }
}

extension Vector {
    /// Declares one Vector.
    public static func makePlaces(from source: inout PlaceSource) throws -> Vector {
        Vector(try source.make(.vector))
    }

    /// Lists this place.
    public func listPlaces(in list: inout PlaceList) { list.append(place) }

    /// Packs one value.
    public static func pack(_ value: Value, into writer: inout ValueWriter) {
        writer.append(.reals(value))
    }

    /// Unpacks one value.
    public static func unpack(from reader: inout ValueReader) throws -> Value {
        guard case .reals(let value) = try reader.next() else {
            throw ArgumentError("a field that is a Vector needs the host type [Double]")
        }
        return value
    }

    /// Packs one gradient.
    public static func packGradient(_ gradient: Value, into writer: inout ValueWriter) {
        pack(gradient, into: &writer)
    }

    /// Unpacks one gradient.
    public static func unpackGradient(from reader: inout ValueReader) throws -> Value {
        try unpack(from: &reader)
    }

    /// Always throws: places are no data.
    public init(from decoder: any Decoder) throws { throw refuseCoding(decoder.codingPath) }

    /// Always throws: places are no data.
    public func encode(to encoder: any Encoder) throws { throw refuseCoding(encoder.codingPath) }
}

extension IntegerVector {
    /// Declares one IntegerVector.
    public static func makePlaces(from source: inout PlaceSource) throws -> IntegerVector {
        IntegerVector(try source.make(.integerVector))
    }

    /// Lists this place.
    public func listPlaces(in list: inout PlaceList) { list.append(place) }

    /// Packs one value.
    public static func pack(_ value: Value, into writer: inout ValueWriter) {
        writer.append(.integers(value))
    }

    /// Unpacks one value.
    public static func unpack(from reader: inout ValueReader) throws -> Value {
        guard case .integers(let value) = try reader.next() else {
            throw ArgumentError("a field that is an IntegerVector needs the host type [Int]")
        }
        return value
    }

    /// Integers have no gradient.
    public static func packGradient(_ gradient: Void, into writer: inout ValueWriter) {}

    /// Integers have no gradient.
    public static func unpackGradient(from reader: inout ValueReader) {}

    /// Always throws: places are no data.
    public init(from decoder: any Decoder) throws { throw refuseCoding(decoder.codingPath) }

    /// Always throws: places are no data.
    public func encode(to encoder: any Encoder) throws { throw refuseCoding(encoder.codingPath) }
}

extension Matrix {
    /// Declares one Matrix.
    public static func makePlaces(from source: inout PlaceSource) throws -> Matrix {
        Matrix(try source.make(.matrix))
    }

    /// Lists this place.
    public func listPlaces(in list: inout PlaceList) { list.append(Place(variable)) }

    /// Packs one value.
    public static func pack(_ value: Value, into writer: inout ValueWriter) {
        writer.append(.matrix(rows: value.rows, columns: value.columns, value.elements))
    }

    /// Unpacks one value.
    public static func unpack(from reader: inout ValueReader) throws -> Value {
        guard case .matrix(let rows, let columns, let elements) = try reader.next() else {
            throw ArgumentError("a field that is a Matrix needs the host type DenseMatrix")
        }
        return DenseMatrix(unchecked: rows, columns, elements)
    }

    /// Packs one gradient.
    public static func packGradient(_ gradient: Value, into writer: inout ValueWriter) {
        pack(gradient, into: &writer)
    }

    /// Unpacks one gradient.
    public static func unpackGradient(from reader: inout ValueReader) throws -> Value {
        try unpack(from: &reader)
    }

    /// Always throws: places are no data.
    public init(from decoder: any Decoder) throws { throw refuseCoding(decoder.codingPath) }

    /// Always throws: places are no data.
    public func encode(to encoder: any Encoder) throws { throw refuseCoding(encoder.codingPath) }
}

extension Stack {
    /// Declares one Stack.
    public static func makePlaces(from source: inout PlaceSource) throws -> Stack {
        Stack(try source.make(.stack))
    }

    /// Lists this place.
    public func listPlaces(in list: inout PlaceList) { list.append(Place(variable)) }

    /// Packs one value.
    public static func pack(_ value: Value, into writer: inout ValueWriter) {
        writer.append(.reals(value))
    }

    /// Unpacks one value.
    public static func unpack(from reader: inout ValueReader) throws -> Value {
        guard case .reals(let value) = try reader.next() else {
            throw ArgumentError("a field that is a Stack needs the host type [Double]")
        }
        return value
    }

    /// Packs one gradient.
    public static func packGradient(_ gradient: Value, into writer: inout ValueWriter) {
        pack(gradient, into: &writer)
    }

    /// Unpacks one gradient.
    public static func unpackGradient(from reader: inout ValueReader) throws -> Value {
        try unpack(from: &reader)
    }

    /// Always throws: places are no data.
    public init(from decoder: any Decoder) throws { throw refuseCoding(decoder.codingPath) }

    /// Always throws: places are no data.
    public func encode(to encoder: any Encoder) throws { throw refuseCoding(encoder.codingPath) }
}
