import AD
import BenchmarkSupport

/// A determinant by expansion along the first row, of minors of minors: O(n!) operations.
struct Det: Eval {
    static let module = "det"

    /// det A, summed over the ways down through the minors.
    static let determinant = ReversibleFunction("determinant", parameters: ["det", "a"]) {
        (det: Scalar, a: Matrix) in
        let columns = IntegerVector.ancilla(count: a.rows, "columns")
        let one = Scalar.ancilla("one")
        let top = Integer.ancilla("top")
        Compute {
            For(columns.indices) { j in columns[j] += j }
            one += 1
        } apply: {
            minor(det, one, a, columns, top)
        }
    }

    /// det += factor · (the minor of the rows from `row` on and of the columns that `columns` lists from there).
    ///
    /// The factor is the product of the entries above. Handing it down, and not the minors up, leaves nothing to
    /// be undone but one product a minor. A minor's columns keep their order but for the one that goes to the
    /// front, and a swap changes the sign.
    private static let minor: ReversibleFunction<Scalar, Scalar, Matrix, IntegerVector, Integer> =
        .recursive("minor", parameters: ["det", "factor", "a", "columns", "row"]) {
            (minor, det: Scalar, factor: Scalar, a: Matrix, columns: IntegerVector, row: Integer) in
            If(a.rows - row > smallest) {
                For(row..<columns.count) { j in
                    let product = Scalar.ancilla("product")
                    let below = Integer.ancilla("below")
                    Compute {
                        If(j > row) { SWAP(columns[row], columns[j]) }
                        product += select(j > row, -factor, factor) * a[row, columns[row]]
                        below += row + 1
                    } apply: {
                        minor(det, product, a, columns, below)
                    }
                }
            } else: {
                for rows in 1...smallest {
                    If(a.rows - row == rows) {
                        det +=
                            factor
                            * expansion(a, columns, row, rows: Array(0..<rows), columns: Array(0..<rows))
                    }
                }
            }
        }

    /// Minors of so many rows are written out.
    private static let smallest = 3

    private static func expansion(
        _ a: Matrix, _ order: IntegerVector, _ row: Integer, rows: [Int], columns: [Int]
    ) -> Expr {
        func entry(_ column: Int) -> Expr { a[row + rows[0], order[row + column]].expression }
        if columns.count == 1 { return entry(columns[0]) }
        return columns.indices.reduce(Expr(constant: 0)) { total, position in
            var others = columns
            let column = others.remove(at: position)
            let term =
                entry(column) * expansion(a, order, row, rows: Array(rows.dropFirst()), columns: others)
            return position % 2 == 0 ? total + term : total - term
        }
    }

    private let loss: Loss

    init(_ engine: Engine) throws {
        loss = try Loss(Det.determinant, in: [1], engine)
    }

    private struct Input: Decodable {
        let A: [Double]
        let ell: Int

        func arguments() throws -> [Memory.Content] {
            guard ell > 0, let matrix = DenseMatrix(rows: ell, columns: ell, elements: A) else {
                throw RequestError(
                    "\"A\" has \(A.count) numbers; a matrix of \"ell\" = \(ell) rows has \(ell)², and at least 1"
                )
            }
            // The expansion has ell! products; 20! and more would not be known exactly.
            try requireWork(("products", (1...min(ell, 20)).reduce(1, *)))
            return [.real(0), .matrix(matrix)]
        }
    }

    var functions: [String: @Sendable (Request) throws -> Answer] {
        [
            "primal": { request in
                let input = try request.input(Input.self)
                return try loss.value(try input.value.arguments(), input.repeats)
            },
            "gradient": { request in
                let input = try request.input(Input.self)
                return try loss.gradient(try input.value.arguments(), input.repeats)
            },
        ]
    }
}
