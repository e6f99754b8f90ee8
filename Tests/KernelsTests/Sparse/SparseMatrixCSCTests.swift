import ReversiblePrograms
import Testing

@Suite struct SparseMatrixCSCTests {
    private static let dense: DenseMatrix = [[1, 0, 2], [0, 0, -3], [4, 0, 5]]

    @Test func fromAndToDense() throws {
        let a = try SparseMatrixCSC(Self.dense)
        #expect(a.columnPointers == [0, 2, 2, 5])
        #expect(a.rowIndices == [0, 2, 0, 1, 2])
        #expect(a.values == [1, 4, 2, -3, 5])
        #expect(a.nonzeroCount == 5 && a.rows == 3 && a.columns == 3)
        #expect(try a.dense() == Self.dense)
        for row in 0..<3 {
            for column in 0..<3 { #expect(a[row, column] == Self.dense[row, column]) }
        }
        #expect(
            a.description
                == "3×3 matrix with 5 entries: [0, 0] = 1.0, [2, 0] = 4.0, [0, 2] = 2.0, [1, 2] = -3.0, [2, 2] = 5.0"
        )
    }

    @Test func transposedAsSciPyDoes() throws {
        let a = try SciPyValues.a()
        let t = a.transposed
        #expect(t.rows == 4 && t.columns == 5)
        #expect(t.columnPointers == SciPyValues.transposed.pointers)
        #expect(t.rowIndices == SciPyValues.transposed.indices)
        #expect(t.values == SciPyValues.transposed.values)
        #expect(t.transposed == a)
    }

    @Test func tripletsInAnyOrder() throws {
        let a = try SparseMatrixCSC(
            rows: 3, columns: 3,
            triplets: [(2, 2, 5), (0, 0, 0.5), (1, 2, -3), (0, 2, 2), (2, 0, 4), (0, 0, 0.25), (0, 0, 0.25)])
        #expect(try a == SparseMatrixCSC(Self.dense))
        #expect(try SparseMatrixCSC(rows: 3, columns: 3, triplets: a.triplets) == a)
    }

    /// Sums that cancel, and zeros, stay entries: the pattern does not depend on the values.
    @Test func zerosAreKept() throws {
        let a = try SparseMatrixCSC(rows: 2, columns: 1, triplets: [(1, 0, 1), (1, 0, -1), (0, 0, 0)])
        #expect(a.rowIndices == [0, 1] && a.values == [0, 0])
    }

    /// (10¹⁶ + 1) + 1 and 10¹⁶ + (1 + 1) round differently, so the order shows.
    @Test func duplicatesAreSummedInTheOrderGiven() throws {
        let large = 1e16
        let a = try SparseMatrixCSC(
            rows: 2, columns: 1, triplets: [(1, 0, 1), (0, 0, large), (0, 0, 1), (0, 0, 1)])
        #expect(a[0, 0] == large + 1 + 1)
        let b = try SparseMatrixCSC(
            rows: 2, columns: 1, triplets: [(1, 0, 1), (0, 0, 1), (0, 0, 1), (0, 0, large)])
        #expect(b[0, 0] == 2 + large)
        #expect(a[0, 0] != b[0, 0])
    }

    @Test func randomTripletsAgreeWithDenseSums() throws {
        var generator = SparseGenerator(seed: 1)
        for _ in 0..<50 {
            let (rows, columns) = (
                Int.random(in: 1...9, using: &generator), Int.random(in: 1...9, using: &generator)
            )
            var dense = DenseMatrix(rows: rows, columns: columns)
            let triplets = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
                (
                    row: Int.random(in: 0..<rows, using: &generator),
                    column: Int.random(in: 0..<columns, using: &generator), value: generator.number()
                )
            }
            for entry in triplets { dense[entry.row, entry.column] += entry.value }
            let a = try SparseMatrixCSC(rows: rows, columns: columns, triplets: triplets)
            #expect(try a.dense() == dense)
            #expect(try a.transposed.dense() == dense.transposed)
            // The rules of the type hold: its own checks accept the arrays.
            #expect(
                try SparseMatrixCSC(
                    rows: rows, columns: columns, columnPointers: a.columnPointers, rowIndices: a.rowIndices,
                    values: a.values) == a)
        }
    }

    @Test(arguments: [(0, 0), (4, 0), (0, 4), (3, 2)])
    func emptyMatrices(rows: Int, columns: Int) throws {
        let a = try SparseMatrixCSC(rows: rows, columns: columns)
        #expect(a.nonzeroCount == 0 && a.columnPointers.count == columns + 1)
        #expect(a.transposed.rows == columns && a.transposed.columns == rows)
        #expect(a.transposed.transposed == a)
        #expect(try a.dense() == DenseMatrix(rows: rows, columns: columns))
        #expect(try SparseMatrixCSC(DenseMatrix(rows: rows, columns: columns)) == a)
        #expect(try SparseMatrixCSC(rows: rows, columns: columns, triplets: []) == a)
        #expect(try a.withValues([]) == a)
    }

    @Test func withValues() throws {
        let a = try SciPyValues.a()
        let doubled = try a.withValues(a.values.map { 2 * $0 })
        #expect(doubled.hasSamePattern(as: a) && doubled[2, 1] == 2.68)
        #expect(try !doubled.hasSamePattern(as: SciPyValues.b()))
        let error = #expect(throws: SparseMatrixError.self) { try a.withValues([1, 2]) }
        #expect(error?.kind == .lengthMismatch)
        #expect(
            error?.description
                == "2 values are given for a matrix of 8 entries; give one for each, in their order")
    }

    @Test(arguments: [
        (-1, 2, [0, 0, 0], [Int](), 0, SparseMatrixError.Kind.invalidSize, "-1 rows"),
        (2, -1, [], [], 0, .invalidSize, "-1 columns"),
        (Int.max, 0, [0], [], 0, .invalidSize, "\(SparseMatrixCSC.largestSize)"),
        (2, 2, [0, 1], [0], 1, .invalidColumnPointers, "3 column pointers"),
        (2, 2, [1, 1, 1], [0], 1, .invalidColumnPointers, "columnPointers[0] is 1"),
        (2, 2, [0, 2, 1], [0], 1, .invalidColumnPointers, "columnPointers[2] is 1, less than the 2"),
        (2, 2, [0, -1, 1], [0], 1, .invalidColumnPointers, "columnPointers[1] is -1"),
        (
            2, 2, [0, 1, 3], [0, 1], 2, .invalidColumnPointers,
            "columnPointers[2] is 3 and must be the number of values, 2"
        ),
        (2, 2, [0, 1, Int.max], [0, 1], 2, .invalidColumnPointers, "must be the number of values"),
        (2, 2, [0, 1, 2], [0], 2, .lengthMismatch, "1 row indices and 2 values"),
        (
            2, 2, [0, 1, 2], [0, 2], 2, .indexOutOfRange,
            "rowIndices[1] in column 1 is 2; the matrix has 2 rows"
        ),
        (2, 2, [0, 1, 2], [-1, 0], 2, .indexOutOfRange, "rowIndices[0] in column 0 is -1"),
        (3, 2, [0, 2, 2], [1, 1], 2, .unsortedRowIndices, "rowIndices[1] in column 0 is 1, after 1"),
        (3, 2, [0, 2, 2], [2, 0], 2, .unsortedRowIndices, "is 0, after 2"),
        (0, 1, [0, 1], [0], 1, .indexOutOfRange, "has 0 rows"),
    ])
    func refusesBrokenArrays(
        rows: Int, columns: Int, pointers: [Int], indices: [Int], values: Int, kind: SparseMatrixError.Kind,
        part: String
    ) {
        let error = #expect(throws: SparseMatrixError.self) {
            try SparseMatrixCSC(
                rows: rows, columns: columns, columnPointers: pointers, rowIndices: indices,
                values: Array(repeating: 1, count: values))
        }
        #expect(error?.kind == kind)
        #expect(error?.description.contains(part) == true, "\(String(describing: error))")
    }

    @Test func refusesTripletsOutside() {
        for (row, column) in [(2, 0), (0, 3), (-1, 0), (0, -1), (Int.max, 0), (0, Int.min)] {
            let error = #expect(throws: SparseMatrixError.self) {
                try SparseMatrixCSC(rows: 2, columns: 3, triplets: [(1, 1, 1), (row, column, 1)])
            }
            #expect(error?.kind == .indexOutOfRange)
            #expect(error?.message.hasPrefix("triplets[1] is in row \(row) and column \(column)") == true)
        }
        #expect(throws: SparseMatrixError.self) { try SparseMatrixCSC(rows: -2, columns: 3, triplets: []) }
    }

    @Test(arguments: [Double.infinity, -.infinity, .nan])
    func finiteIfAskedFor(value: Double) throws {
        let triplets = [(row: 0, column: 0, value: 1.0), (row: 1, column: 1, value: value)]
        let a = try SparseMatrixCSC(rows: 2, columns: 2, triplets: triplets)
        #expect(a[1, 1] == value || value.isNaN)
        var error = #expect(throws: SparseMatrixError.self) {
            try SparseMatrixCSC(rows: 2, columns: 2, triplets: triplets, requireFinite: true)
        }
        #expect(
            error?.kind == .notFinite && error?.message.contains("values[1] in row 1 is \(value)") == true)
        error = #expect(throws: SparseMatrixError.self) {
            try SparseMatrixCSC(
                rows: 2, columns: 2, columnPointers: a.columnPointers, rowIndices: a.rowIndices,
                values: a.values,
                requireFinite: true)
        }
        #expect(error?.kind == .notFinite)
    }

    /// A dense matrix that would not fit is an error and not a crash.
    @Test func tooLargeToBeDense() throws {
        let a = try SparseMatrixCSC(rows: 1 << 28, columns: 3)
        let error = #expect(throws: SparseMatrixError.self) { try a.dense() }
        #expect(error?.kind == .invalidSize && error?.message.contains("268435456×3") == true)
    }

    @Test func complexParts() throws {
        let real = try SparseMatrixCSC([[1, 0], [0, 2]])
        let imaginary = try SparseMatrixCSC([[0, 3], [0, 4]])
        let c = try ComplexSparseMatrixCSC(real: real, imaginary: imaginary)
        #expect(
            c.real.hasSamePattern(as: c.imaginary) && c.nonzeroCount == 3 && c.rows == 2 && c.columns == 2)
        #expect(try c.real.dense() == real.dense() && c.imaginary.dense() == imaginary.dense())
        #expect(
            c.description
                == "2×2 matrix with 3 entries: [0, 0] = 1.0 + 0.0i, [0, 1] = 0.0 + 3.0i, [1, 1] = 2.0 + 4.0i")
        let error = #expect(throws: SparseMatrixError.self) {
            try ComplexSparseMatrixCSC(real: real, imaginary: SparseMatrixCSC(rows: 2, columns: 3))
        }
        #expect(error?.kind == .lengthMismatch && error?.message.contains("2×2") == true)
    }
}
