/// What a term is when it is evaluated.
indirect enum TermValue: Hashable, Sendable {
    case real(Double)
    /// The zero of a derivative where there is nothing, which is zero times anything.
    case nothing
    case integer(Int)
    case boolean(Bool)
    case array([TermValue])
    case pair(TermValue, TermValue)

    /// An argument as a parameter's type has it; nil if it is none.
    init?(_ value: ArrayValue, as type: TermType) {
        switch (value, type) {
        case (.number(let number), .real): self = .real(number)
        case (.number(let number), .integer):
            guard let whole = Int(exactly: number) else { return nil }
            self = .integer(whole)
        case (.array(let elements), .array(let element)):
            let values = elements.compactMap { TermValue($0, as: element) }
            guard values.count == elements.count else { return nil }
            if case .array = element {
                let first = values.first?.elements?.count
                guard values.allSatisfy({ $0.elements?.count == first }) else { return nil }
            }
            self = .array(values)
        default: return nil
        }
    }

    var number: Double {
        switch self {
        case .real(let value): value
        case .integer(let value): Double(value)
        case .nothing: 0
        default: .nan
        }
    }

    var elements: [TermValue]? { if case .array(let elements) = self { elements } else { nil } }

    var text: String { if case .integer(let value) = self { "\(value)" } else { "\(arrayValue)" } }

    /// As it is handed out.
    var arrayValue: ArrayValue {
        switch self {
        case .real, .integer, .nothing: .number(number)
        case .boolean(let value): .number(value ? 1 : 0)
        case .array(let elements): .array(elements.map(\.arrayValue))
        case .pair(let a, let b): .array([a.arrayValue, b.arrayValue])
        }
    }
}
