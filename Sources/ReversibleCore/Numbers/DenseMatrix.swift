/// A table of real numbers, stored row after row.
public struct DenseMatrix: Hashable, Sendable, Codable {
    /// The number of rows.
    public let rows: Int
    /// The number of columns.
    public let columns: Int
    /// The elements, row after row.
    public internal(set) var elements: [Double]

    private enum CodingKeys: CodingKey { case rows, columns, elements }

    /// Decodes a matrix; throws if the elements are not as many as rows times columns.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let rows = try container.decode(Int.self, forKey: .rows)
        let columns = try container.decode(Int.self, forKey: .columns)
        let elements = try container.decode([Double].self, forKey: .elements)
        let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
        guard rows >= 0, columns >= 0, !overflow, count == elements.count else {
            throw DecodingError.dataCorruptedError(
                forKey: .elements, in: container,
                debugDescription: "a matrix of \(rows)×\(columns) numbers has \(elements.count) elements")
        }
        (self.rows, self.columns, self.elements) = (rows, columns, elements)
    }

    /// A matrix of zeros.
    public init(rows: Int, columns: Int) {
        precondition(rows >= 0 && columns >= 0, "a matrix cannot have a negative size")
        self.rows = rows
        self.columns = columns
        elements = Array(repeating: 0, count: rows * columns)
    }

    /// A matrix from its elements, row after row; nil if their number is not `rows * columns`.
    public init?(rows: Int, columns: Int, elements: [Double]) {
        let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
        guard rows >= 0, columns >= 0, !overflow, elements.count == count else { return nil }
        self.init(unchecked: rows, columns, elements)
    }

    /// A matrix from its rows, which must all have the same length.
    public init(_ rowValues: [[Double]]) {
        let columns = rowValues.first?.count ?? 0
        precondition(rowValues.allSatisfy { $0.count == columns }, "the rows of a matrix differ in length")
        self.init(unchecked: rowValues.count, columns, rowValues.flatMap { $0 })
    }

    package init(unchecked rows: Int, _ columns: Int, _ elements: [Double]) {
        self.rows = rows
        self.columns = columns
        self.elements = elements
    }

    /// The element in row `row` and column `column`.
    public subscript(row: Int, column: Int) -> Double {
        get { elements[index(row, column)] }
        set { elements[index(row, column)] = newValue }
    }

    private func index(_ row: Int, _ column: Int) -> Int {
        precondition(
            row >= 0 && row < rows && column >= 0 && column < columns,
            "[\(row), \(column)] is outside a \(rows)×\(columns) matrix")
        return row * columns + column
    }

    /// The matrix with rows and columns exchanged.
    public var transposed: DenseMatrix {
        var result = DenseMatrix(rows: columns, columns: rows)
        for row in 0..<rows {
            for column in 0..<columns { result[column, row] = self[row, column] }
        }
        return result
    }
}

extension DenseMatrix: ExpressibleByArrayLiteral {
    /// A matrix from its rows: `[[1, 2], [3, 4]]`.
    public init(arrayLiteral rowValues: [Double]...) { self.init(rowValues) }
}

extension DenseMatrix: CustomStringConvertible {
    /// The rows as Swift array literals.
    public var description: String {
        let lines = (0..<rows).map { row in
            "[" + (0..<columns).map { "\(self[row, $0])" }.joined(separator: ", ") + "]"
        }
        return "[" + lines.joined(separator: ", ") + "]"
    }
}
