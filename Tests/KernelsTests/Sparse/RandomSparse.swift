import ReversiblePrograms

/// A small generator with a fixed sequence, so that a failure can be repeated (Knuth's MMIX constants).
struct SparseGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 2_862_933_555_777_941_757 &+ 3_037_000_493 }

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        // The low bits of such a sequence are regular; mix the high ones in.
        return (state ^ (state >> 33)) &* 0xFF51_AFD7_ED55_8CCD
    }

    mutating func number() -> Double { Double.random(in: -1...1, using: &self) }

    mutating func numbers(_ count: Int) -> [Double] { (0..<count).map { _ in number() } }

    mutating func dense(_ rows: Int, _ columns: Int) -> DenseMatrix {
        var result = DenseMatrix(rows: rows, columns: columns)
        for row in 0..<rows {
            for column in 0..<columns { result[row, column] = number() }
        }
        return result
    }

    /// Random entries; each column is left empty with probability `empty`.
    mutating func sparse(
        _ rows: Int, _ columns: Int, density: Double, empty: Double = 0
    ) throws -> SparseMatrixCSC {
        var triplets: [(row: Int, column: Int, value: Double)] = []
        for column in 0..<columns where Double.random(in: 0..<1, using: &self) >= empty {
            for row in 0..<rows where Double.random(in: 0..<1, using: &self) < density {
                triplets.append((row, column, number()))
            }
        }
        return try SparseMatrixCSC(rows: rows, columns: columns, triplets: triplets.shuffled(using: &self))
    }
}

/// α A B by three loops; `largest` bounds the sum of the magnitudes of any element's terms.
func denseProduct(_ alpha: Double, _ a: DenseMatrix, _ b: DenseMatrix) -> (
    product: DenseMatrix, largest: Double
) {
    var (product, largest) = (DenseMatrix(rows: a.rows, columns: b.columns), 1.0)
    for row in 0..<a.rows {
        for column in 0..<b.columns {
            var size = 0.0
            for inner in 0..<a.columns {
                product[row, column] += alpha * a[row, inner] * b[inner, column]
                size += Swift.abs(alpha * a[row, inner] * b[inner, column])
            }
            largest = Swift.max(largest, size)
        }
    }
    return (product, largest)
}

/// A matrix of one column.
func column(_ x: [Double]) -> DenseMatrix {
    DenseMatrix(rows: x.count, columns: 1, elements: x) ?? DenseMatrix(rows: 0, columns: 1)
}

/// The largest difference between two lists of numbers; infinite if they differ in length.
func distance(_ a: [Double], _ b: [Double]) -> Double {
    guard a.count == b.count else { return .infinity }
    return zip(a, b).reduce(0) { worst, pair in
        // Written so that a NaN is not lost.
        Swift.abs(pair.0 - pair.1) <= worst ? worst : Swift.abs(pair.0 - pair.1)
    }
}
