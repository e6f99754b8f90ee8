import AD
import Kernels
import ReversibleCore

// Products with sparse matrices.
extension Catalogue {
    static var sparse: [Subject] {
        [
            Subject("transposedMatrixVector", .sparse, Sparse.transposedMatrixVector, sizes: 0...100_003) {
                n in
                let matrix = SparseData(rows: n + 3, columns: n)
                return [.reals(.zeros(n)), .real(0.7)] + matrix.places + [.reals(Numbers.uniform(n + 3))]
            },
            Subject("matrixVector", .sparse, Sparse.matrixVector, sizes: 0...1000) { n in
                let matrix = SparseData(rows: n + 3, columns: n)
                return [.reals(.zeros(n + 3)), .real(0.7)] + matrix.places + [.reals(Numbers.uniform(n))]
            },
            Subject("bilinearForm", .sparse, Sparse.bilinearForm, sizes: 0...1000) { n in
                let matrix = SparseData(rows: n + 3, columns: n)
                return [.real(0), .reals(Numbers.uniform(n + 3))] + matrix.places + [
                    .reals(Numbers.uniform(n))
                ]
            },
            Subject("transposedMatrixMatrix", .sparse, Sparse.transposedMatrixMatrix, sizes: 0...1000) { n in
                let matrix = SparseData(rows: n + 3, columns: n)
                return [.matrix(rows: n, columns: 4, .zeros(4 * n)), .real(0.7)] + matrix.places
                    + [.matrix(rows: n + 3, columns: 4, Numbers.uniform(4 * (n + 3)))]
            },
            Subject("matrixMatrix", .sparse, Sparse.matrixMatrix, sizes: 0...1000) { n in
                let matrix = SparseData(rows: n + 3, columns: n)
                return [.matrix(rows: n + 3, columns: 4, .zeros(4 * (n + 3))), .real(0.7)] + matrix.places
                    + [.matrix(rows: n, columns: 4, Numbers.uniform(4 * n))]
            },
            Subject("innerProduct", .sparse, Sparse.innerProduct, sizes: 0...1000) { n in
                let (a, b) = (
                    SparseData(rows: n + 3, columns: n), SparseData(rows: n + 3, columns: n, seed: 9)
                )
                return [.real(0)] + a.places + b.places
            },
            Subject(
                "complexTransposedMatrixVector", .sparse, Sparse.complexTransposedMatrixVector,
                sizes: 0...1000
            ) { n in
                let matrix = SparseData(rows: n + 3, columns: n)
                let x = Numbers.uniform(n + 3)
                return [.reals(.zeros(n)), .reals(.zeros(n)), .real(0.7), .real(-0.2)] + matrix.places
                    + [.reals(Numbers.uniform(matrix.count, seed: 12)), .reals(x), .reals(x.reversed())]
            },
        ]
    }
}

/// A sparse matrix by columns, with a few entries in each, in ascending rows.
package struct SparseData: Sendable {
    let rows: Int
    private var columnPointers = [0]
    private var rowIndices: [Int] = []
    private let values: [Double]

    /// - Parameter entries: How many entries a column has, at most; exactly so many if the rows allow it.
    package init(rows: Int, columns: Int, entries: Int = 5, seed: Int = 1) {
        self.rows = rows
        var numbers = Numbers(seed: seed)
        columnPointers.reserveCapacity(columns + 1)
        rowIndices.reserveCapacity(columns * entries)
        for _ in 0..<columns {
            // One entry in each of as many parts of the column.
            let parts = min(entries, rows)
            for part in 0..<parts {
                let (start, end) = (rows * part / parts, rows * (part + 1) / parts)
                rowIndices.append(start + numbers.below(end - start))
            }
            columnPointers.append(rowIndices.count)
        }
        values = Numbers.uniform(rowIndices.count, seed: seed + 1)
    }

    /// The number of stored entries.
    package var count: Int { rowIndices.count }

    /// The places of a `SparseMatrix`.
    package var places: [Leaf<Double>] {
        [.integer(rows), .integers(columnPointers), .integers(rowIndices), .reals(values)]
    }
}
