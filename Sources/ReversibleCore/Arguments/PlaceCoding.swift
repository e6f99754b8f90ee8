/// Decodes a struct of places by declaring a place for every field.
struct PlaceDecoder: Decoder {
    let box: Box<PlaceSource>
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(PlaceFields<Key>(box: box))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw onlyFields }
    func singleValueContainer() throws -> any SingleValueDecodingContainer { throw onlyFields }
}

private let onlyFields = ArgumentError(
    "a struct of places may have fields that are Scalar, Integer, Vector, IntegerVector, Matrix or again such "
        + "structs; arrays, enums, optionals and host numbers are not places")

private struct PlaceFields<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let box: Box<PlaceSource>
    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { [] }

    func contains(_ key: Key) -> Bool { true }
    func decodeNil(forKey key: Key) throws -> Bool { throw onlyFields }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        guard let argument = type as? any Argument.Type else { throw onlyFields }
        let made = try box.content.field(key.stringValue) { try argument.makePlaces(from: &$0) }
        guard let place = made as? T else { throw onlyFields }
        return place
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> { throw onlyFields }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { throw onlyFields }
    func superDecoder() throws -> any Decoder { throw onlyFields }
    func superDecoder(forKey key: Key) throws -> any Decoder { throw onlyFields }
}

/// Encodes a struct of places by listing them.
struct PlaceEncoder: Encoder {
    let box: Box<PlaceList>
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(PlaceFieldList<Key>(box: box))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer { UnsupportedContainer(error: onlyFields) }
    func singleValueContainer() -> any SingleValueEncodingContainer {
        UnsupportedContainer(error: onlyFields)
    }
}

private struct PlaceFieldList<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let box: Box<PlaceList>
    var codingPath: [any CodingKey] { [] }

    func encodeNil(forKey key: Key) throws { throw onlyFields }

    func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
        guard let argument = value as? any Argument else { throw onlyFields }
        try argument.listPlaces(in: &box.content)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        KeyedEncodingContainer(PlaceFieldList<Nested>(box: box))
    }
    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        UnsupportedContainer(error: onlyFields)
    }
    func superEncoder() -> any Encoder { PlaceEncoder(box: box) }
    func superEncoder(forKey key: Key) -> any Encoder { PlaceEncoder(box: box) }
}

/// A container for shapes that an argument cannot have; whatever is put in, it throws.
struct UnsupportedContainer: UnkeyedEncodingContainer, SingleValueEncodingContainer {
    let error: ArgumentError
    var codingPath: [any CodingKey] { [] }
    var count: Int { 0 }

    func encodeNil() throws { throw error }
    func encode<T: Encodable>(_ value: T) throws { throw error }
    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        KeyedEncodingContainer(UnsupportedFields<Nested>(error: error))
    }
    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { self }
    func superEncoder() -> any Encoder { PlaceEncoder(box: Box(PlaceList())) }
}

private struct UnsupportedFields<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let error: ArgumentError
    var codingPath: [any CodingKey] { [] }

    func encodeNil(forKey key: Key) throws { throw error }
    func encode<T: Encodable>(_ value: T, forKey key: Key) throws { throw error }
    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        KeyedEncodingContainer(UnsupportedFields<Nested>(error: error))
    }
    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        UnsupportedContainer(error: error)
    }
    func superEncoder() -> any Encoder { PlaceEncoder(box: Box(PlaceList())) }
    func superEncoder(forKey key: Key) -> any Encoder { superEncoder() }
}
