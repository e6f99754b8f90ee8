import ReversibleCore

/// What a function of arrays takes and yields when it is run: a number, or an array of such.
public indirect enum ArrayValue: Hashable, Sendable {
    /// A number.
    case number(Double)
    /// A row of equals.
    case array([ArrayValue])

    /// The number, if it is one.
    public var number: Double? { if case .number(let value) = self { value } else { nil } }

    /// The numbers, if it is a row of them.
    public var vector: [Double]? {
        guard case .array(let elements) = self else { return nil }
        let numbers = elements.compactMap(\.number)
        return numbers.count == elements.count ? numbers : nil
    }

    /// The table, if it is a row of rows of one length.
    public var matrix: DenseMatrix? {
        guard case .array(let elements) = self else { return nil }
        let rows = elements.compactMap(\.vector)
        let columns = rows.first?.count ?? 0
        guard rows.count == elements.count, rows.allSatisfy({ $0.count == columns }) else { return nil }
        return DenseMatrix(rows: rows.count, columns: columns, elements: rows.flatMap { $0 })
    }

    /// All numbers, in the order of their indices.
    public var numbers: [Double] {
        switch self {
        case .number(let value): [value]
        case .array(let elements): elements.flatMap(\.numbers)
        }
    }
}

extension ArrayValue: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
    /// A number.
    public init(floatLiteral value: Double) { self = .number(value) }
    /// A number.
    public init(integerLiteral value: Int) { self = .number(Double(value)) }
    /// A row of values.
    public init(arrayLiteral elements: ArrayValue...) { self = .array(elements) }
}

extension ArrayValue: CustomStringConvertible {
    /// The numbers as Swift literals.
    public var description: String {
        switch self {
        case .number(let value): "\(value)"
        case .array(let elements): "[" + elements.map(\.description).joined(separator: ", ") + "]"
        }
    }
}

/// A Swift value that a function of arrays takes: a number, a row of numbers, a matrix.
public protocol ArrayValueConvertible: Sendable {
    /// The value as functions of arrays take it.
    var arrayValue: ArrayValue { get }
}

extension ArrayValue: ArrayValueConvertible {
    /// The value itself.
    public var arrayValue: ArrayValue { self }
}
extension Double: ArrayValueConvertible {
    /// The number.
    public var arrayValue: ArrayValue { .number(self) }
}
extension Int: ArrayValueConvertible {
    /// The number.
    public var arrayValue: ArrayValue { .number(Double(self)) }
}
extension Array: ArrayValueConvertible where Element: ArrayValueConvertible {
    /// The row of the elements' values.
    public var arrayValue: ArrayValue { .array(map(\.arrayValue)) }
}
extension DenseMatrix: ArrayValueConvertible {
    /// The row of the matrix's rows.
    public var arrayValue: ArrayValue {
        .array((0..<rows).map { row in .array((0..<columns).map { .number(self[row, $0]) }) })
    }
}
