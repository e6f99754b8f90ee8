import ReversiblePrograms
import Testing

/// Files that depart from the format, as SciPy 1.17.1 reads them (`scipy.io.mmread(…).toarray()`).
struct LenientFileTests {
    static let files: [(text: String, matrix: DenseMatrix)] = [
        (
            "%%MatrixMarket matrix coordinate real symmetric\n3 3 4\n1 1 1\n1 3 2\n2 2 5\n3 3 7\n",
            [[1, 0, 2], [0, 5, 0], [2, 0, 7]]
        ),
        ("%%MatrixMarket matrix coordinate real skew-symmetric\n2 2 2\n1 1 4\n2 1 3\n", [[4, -3], [3, 0]]),
        ("%%MatrixMarket matrix coordinate real skew-symmetric\n2 2 1\n1 2 3\n", [[0, 3], [-3, 0]]),
        ("%%MatrixMarket matrix coordinate double general\n2 2 1\n1 2 3.5\n", [[0, 3.5], [0, 0]]),
        ("%%MatrixMarket matrix coordinate real general\n2 2 1\n1 2 3.5 % the end\n", [[0, 3.5], [0, 0]]),
        ("%%MatrixMarket matrix coordinate real general\n2 2 1\n1 2 3.5\n% the end\n", [[0, 3.5], [0, 0]]),
        ("%%MatrixMarket matrix coordinate real general % by hand\n2 2 1\n2 1 4.5\n", [[0, 0], [4.5, 0]]),
        ("%%MatrixMarket matrix array real general\n2 1\n3 % first\n4\n", [[3], [4]]),
        // SciPy refuses a comment behind the sizes, which is as clear.
        ("%%MatrixMarket matrix coordinate real general\n2 2 1 % sizes\n2 1 4.5\n", [[0, 0], [4.5, 0]]),
    ]

    @Test(arguments: 0..<files.count) func departures(number: Int) throws {
        let (text, matrix) = Self.files[number]
        #expect(try MatrixMarket.parse(text).dense() == matrix)
    }

    /// Both triangles listed: SciPy adds the two up, and so does this reader if it is told to.
    @Test func bothTriangles() throws {
        let text = "%%MatrixMarket matrix coordinate real symmetric\n3 3 3\n1 1 1\n1 3 2\n3 1 2\n"
        #expect(throws: SparseMatrixError.self) { try MatrixMarket.parse(text) }
        #expect(
            try MatrixMarket.parse(text, duplicates: .summed).dense() == [[1, 0, 4], [0, 0, 0], [4, 0, 0]])
    }

    @Test func upperTriangleOfAHermitianFile() throws {
        let text = "%%MatrixMarket matrix coordinate complex hermitian\n2 2 2\n1 1 4 0\n1 2 3 1\n"
        let matrix = try MatrixMarket.parseComplex(text)
        #expect(try matrix.real.dense() == [[4, 3], [3, 0]])
        #expect(try matrix.imaginary.dense() == [[0, 1], [-1, 0]])
    }

    /// More than 2²⁸ rows and columns, where the machine has the memory for them, as most have.
    @Test func largeSizes() throws {
        let size = (1 << 28) + 1
        guard size <= SparseMatrixCSC.largestSize else { return }
        let rows = try MatrixMarket.parse(
            "%%MatrixMarket matrix coordinate real general\n\(size) 5 1\n\(size) 2 3.5\n")
        #expect(rows.rows == size && rows.rowIndices == [1 << 28] && rows[1 << 28, 1] == 3.5)
        #expect(rows.columnPointers == [0, 0, 1, 1, 1, 1])
    }
}
