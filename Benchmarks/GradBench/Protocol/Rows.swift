import BenchmarkSupport
import ReversibleCore

/// A matrix as JSON has it: a list of rows of one length.
struct Rows: Decodable {
    let matrix: DenseMatrix

    init(from decoder: any Decoder) throws {
        let rows = try [[Double]](from: decoder)
        let columns = rows.first?.count ?? 0
        if let odd = rows.firstIndex(where: { $0.count != columns }) {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "row \(odd) has \(rows[odd].count) numbers and row 0 has \(columns)"))
        }
        matrix = DenseMatrix(rows)
    }
}

extension DenseMatrix {
    /// The rows as lists.
    var lists: [[Double]] {
        (0..<rows).map { Array(elements[($0 * columns)..<(($0 + 1) * columns)]) }
    }

    /// Rows for columns.
    var transposed: DenseMatrix {
        var result = DenseMatrix(rows: columns, columns: rows)
        for row in 0..<rows {
            for column in 0..<columns { result[column, row] = self[row, column] }
        }
        return result
    }
}

extension Rows {
    /// The matrix, if it has these sizes. A matrix without columns may come as rows that are empty.
    func sized(_ rows: Int, _ columns: Int, _ name: String) throws -> DenseMatrix {
        guard matrix.rows == rows, matrix.columns == columns || rows == 0 else {
            throw RequestError(
                "\"\(name)\" has \(matrix.rows) rows of \(matrix.columns) numbers; it should have \(rows) of \(columns)"
            )
        }
        return rows == 0 ? DenseMatrix(rows: 0, columns: columns) : matrix
    }
}

extension Memory {
    /// The gradient in a matrix, row by row.
    func gradientRows(of position: Int) -> [[Double]] {
        guard case .matrix(let value) = content(of: position) else { return [] }
        return DenseMatrix(rows: value.rows, columns: value.columns, elements: gradients(of: [position]))?
            .lists
            ?? []
    }
}
