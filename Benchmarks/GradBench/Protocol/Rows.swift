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
}
