import ReversibleCore

/// A table of numbers of any kind, stored row after row: what a `DenseMatrix` becomes in a closure.
public struct EagerMatrix<Number: EagerReal>: Sendable {
    /// The number of rows.
    public let rows: Int
    /// The number of columns.
    public let columns: Int
    /// The elements, row after row.
    public private(set) var elements: [Number]

    /// A matrix from its elements, row after row; nil if their number is not `rows * columns`.
    public init?(rows: Int, columns: Int, elements: [Number]) {
        let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
        guard rows >= 0, columns >= 0, !overflow, elements.count == count else { return nil }
        self.init(unchecked: rows, columns, elements)
    }

    init(unchecked rows: Int, _ columns: Int, _ elements: [Number]) {
        (self.rows, self.columns, self.elements) = (rows, columns, elements)
    }

    /// The element in row `row` and column `column`.
    public subscript(row: Int, column: Int) -> Number {
        get { elements[index(row, column)] }
        set { elements[index(row, column)] = newValue }
    }

    /// A row.
    public subscript(row row: Int) -> [Number] { (0..<columns).map { self[row, $0] } }

    /// A column.
    public subscript(column column: Int) -> [Number] { (0..<rows).map { self[$0, column] } }

    private func index(_ row: Int, _ column: Int) -> Int {
        precondition(
            row >= 0 && row < rows && column >= 0 && column < columns,
            "[\(row), \(column)] is outside a \(rows)×\(columns) matrix")
        return row * columns + column
    }
}
