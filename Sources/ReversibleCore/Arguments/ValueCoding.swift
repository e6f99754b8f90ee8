/// Encodes a host struct into leaves, by field path.
struct ValueEncoder: Encoder {
    let box: Box<[String: Leaf<Double>]>
    let path: [String]
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(ValueFields<Key>(box: box, path: path))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer { UnsupportedContainer(error: onlyHostFields) }
    func singleValueContainer() -> any SingleValueEncodingContainer {
        UnsupportedContainer(error: onlyHostFields)
    }
}

private let onlyHostFields = ArgumentError(
    "the host value of a struct of places may have fields that are Double, Int, [Double], [Int], DenseMatrix "
        + "or again such structs")

private struct ValueFields<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let box: Box<[String: Leaf<Double>]>
    let path: [String]
    var codingPath: [any CodingKey] { [] }

    private func put(_ leaf: Leaf<Double>, _ key: Key) {
        box.content[(path + [key.stringValue]).joined(separator: ".")] = leaf
    }

    func encodeNil(forKey key: Key) throws { throw onlyHostFields }
    func encode(_ value: Double, forKey key: Key) { put(.real(value), key) }
    func encode(_ value: Int, forKey key: Key) { put(.integer(value), key) }

    func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
        switch value {
        case let value as Double: put(.real(value), key)
        case let value as Int: put(.integer(value), key)
        // An empty array converts to any array type, so the static type decides.
        case let value as [Double] where T.self == [Double].self: put(.reals(value), key)
        case let value as [Int] where T.self == [Int].self: put(.integers(value), key)
        case let value as DenseMatrix:
            put(.matrix(rows: value.rows, columns: value.columns, value.elements), key)
        default: try value.encode(to: ValueEncoder(box: box, path: path + [key.stringValue]))
        }
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        KeyedEncodingContainer(ValueFields<Nested>(box: box, path: path + [key.stringValue]))
    }
    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        UnsupportedContainer(error: onlyHostFields)
    }
    func superEncoder() -> any Encoder { ValueEncoder(box: box, path: path) }
    func superEncoder(forKey key: Key) -> any Encoder { superEncoder() }
}

/// Decodes a host struct from leaves, by field path.
struct ValueDecoder: Decoder {
    let contents: [String: Leaf<Double>]
    let path: [String]
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(ValueFieldReader<Key>(contents: contents, path: path))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw onlyHostFields }
    func singleValueContainer() throws -> any SingleValueDecodingContainer { throw onlyHostFields }
}

private struct ValueFieldReader<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let contents: [String: Leaf<Double>]
    let path: [String]
    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { [] }

    func contains(_ key: Key) -> Bool { true }
    func decodeNil(forKey key: Key) throws -> Bool { throw onlyHostFields }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        let leaf = contents[(path + [key.stringValue]).joined(separator: ".")]
        let value: Any? =
            switch leaf {
            case .real(let x): x
            case .integer(let k): k
            case .reals(let v): v
            case .integers(let v): v
            case .matrix(let rows, let columns, let v): DenseMatrix(unchecked: rows, columns, v)
            case nil: nil
            }
        if let value = value as? T { return value }
        guard leaf == nil else {
            throw ArgumentError(
                "the field `\(key.stringValue)` has the host type \(type), which its place has not")
        }
        return try T(from: ValueDecoder(contents: contents, path: path + [key.stringValue]))
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedDecodingContainer<Nested> {
        KeyedDecodingContainer(
            ValueFieldReader<Nested>(contents: contents, path: path + [key.stringValue]))
    }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        throw onlyHostFields
    }
    func superDecoder() throws -> any Decoder { ValueDecoder(contents: contents, path: path) }
    func superDecoder(forKey key: Key) throws -> any Decoder { ValueDecoder(contents: contents, path: path) }
}

/// The fields of host structs as leaves, for who has only the host's type.
package enum HostFields {
    /// The fields' contents by their paths, `camera.focal`.
    package static func leaves(of value: some Encodable) throws -> [String: Leaf<Double>] {
        let box = Box([String: Leaf<Double>]())
        try value.encode(to: ValueEncoder(box: box, path: []))
        return box.content
    }

    /// The struct with these contents.
    package static func value<Value: Decodable>(
        _ type: Value.Type, from leaves: [String: Leaf<Double>]
    ) throws -> Value {
        try Value(from: ValueDecoder(contents: leaves, path: []))
    }
}
