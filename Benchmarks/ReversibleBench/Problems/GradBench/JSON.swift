/// A JSON value, to write an eval's input with.
enum JSON: Encodable, Sendable {
    case integer(Int)
    case number(Double)
    case text(String)
    case flag(Bool)
    case integers([Int])
    case numbers([Double])
    /// Numbers in rows of some length.
    case rows([Double], of: Int)
    case list([JSON])
    case object([String: JSON])

    func encode(to encoder: any Encoder) throws {
        switch self {
        case .rows(let elements, let columns):
            var container = encoder.unkeyedContainer()
            for start in stride(from: 0, to: elements.count, by: max(columns, 1)) {
                try container.encode(Array(elements[start..<(start + columns)]))
            }
        case .list(let values):
            var container = encoder.unkeyedContainer()
            for value in values { try container.encode(value) }
        case .integer(let value): try encode(value, to: encoder)
        case .number(let value): try encode(value, to: encoder)
        case .text(let value): try encode(value, to: encoder)
        case .flag(let value): try encode(value, to: encoder)
        case .integers(let values): try encode(values, to: encoder)
        case .numbers(let values): try encode(values, to: encoder)
        case .object(let fields): try encode(fields, to: encoder)
        }
    }

    private func encode(_ value: some Encodable, to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }
}
