import Foundation
import ReversiblePrograms
import Testing

/// Matrix Market files that are well formed.
@Suite struct MatrixMarketReadTests {
    private static let symmetric: DenseMatrix = [[2, 0, -1.5], [0, 0, 3], [-1.5, 3, 1e-20]]
    private static let skew: DenseMatrix = [[0, 1.5, 0], [-1.5, 0, 2], [0, -2, 0]]

    /// As `scipy.io.mmwrite` (SciPy 1.17.1) writes these matrices.
    private static let fromSciPy: [(String, DenseMatrix)] = [
        (
            "%%MatrixMarket matrix coordinate real symmetric\n%\n3 3 4\n1 1 2\n3 1 -1.5\n3 2 3\n3 3 1E-20\n",
            symmetric
        ),
        ("%%MatrixMarket matrix array real symmetric\n%\n3 3\n2\n0\n-1.5\n0\n3\n1E-20\n", symmetric),
        ("%%MatrixMarket matrix coordinate real skew-symmetric\n%\n3 3 2\n2 1 -1.5\n3 2 -2\n", skew),
        ("%%MatrixMarket matrix array real skew-symmetric\n%\n3 3\n-1.5\n0\n-2\n", skew),
        (
            "%%MatrixMarket matrix coordinate pattern general\n%\n3 2 4\n1 1\n2 1\n2 2\n3 2\n",
            [[1, 0], [1, 1], [0, 1]]
        ),
        (
            "%%MatrixMarket matrix coordinate integer general\n%\n3 2 4\n1 1 1\n2 1 -7\n2 2 2\n3 2 12\n",
            [[1, 0], [-7, 2], [0, 12]]
        ),
        (
            "%%MatrixMarket matrix coordinate unsigned-integer general\n%\n2 2 3\n1 1 1\n2 1 7\n2 2 2\n",
            [[1, 0], [7, 2]]
        ),
        (
            "%%MatrixMarket matrix array real general\n%\n2 3\n1.5\n0\n0\n-3\n2\n4\n",
            [[1.5, 0, 2], [0, -3, 4]]
        ),
    ]

    @Test(arguments: fromSciPy)
    func filesOfSciPy(text: String, expected: DenseMatrix) throws {
        let a = try MatrixMarket.parse(text)
        #expect(try a == SparseMatrixCSC(expected))
        let c = try MatrixMarket.parseComplex(text)
        #expect(c.real == a && c.imaginary.values.allSatisfy { $0 == 0 })
    }

    @Test func hermitianFileOfSciPy() throws {
        let c = try MatrixMarket.parseComplex(
            "%%MatrixMarket matrix coordinate complex hermitian\n%\n3 3 4\n1 1 1 0\n2 1 2 1\n3 2 -0 -5E-1\n3 3 3 0\n"
        )
        #expect(try c.real.dense() == [[1, 2, 0], [2, 0, 0], [0, 0, 3]])
        #expect(try c.imaginary.dense() == [[0, -1, 0], [1, 0, 0.5], [0, -0.5, 0]])
    }

    @Test(arguments: [
        ("general", [[0.0, 0], [5, 0]]), ("symmetric", [[0, 5], [5, 0]]),
        ("skew-symmetric", [[0, -5], [5, 0]]),
        ("hermitian", [[0, -5], [5, 0]]),
    ])
    func imaginaryPartsOfEverySymmetry(symmetry: String, expected: [[Double]]) throws {
        let c = try MatrixMarket.parseComplex(
            "%%MatrixMarket matrix coordinate complex \(symmetry)\n2 2 1\n2 1 3 5\n")
        #expect(try c.imaginary.dense() == DenseMatrix(expected))
        #expect(c.real[1, 0] == 3)
        #expect(c.real[0, 1] == (symmetry == "general" ? 0 : symmetry == "skew-symmetric" ? -3 : 3))
    }

    /// Case, comments, blank lines, tabs, line ends, a byte order mark, no newline at the end.
    @Test(arguments: [
        "%%matrixmarket MATRIX Coordinate REAL General\n2 2 2\n1 1 5\n2 1 6\n",
        "%%MatrixMarket matrix coordinate real general\r\n% a comment\r\n2 2 2\r\n1 1 5\r\n2 1 6\r\n",
        "%%MatrixMarket matrix coordinate real general\r2 2 2\r1 1 5\r2 1 6\r",
        "%%MatrixMarket \t matrix  coordinate real\tgeneral  \n\n%\n  \t\n 2\t2 2  \n\n%x\n\t1 1\t5 \n   2 1 6\n\n \n%end",
        "\u{FEFF}%%MatrixMarket matrix coordinate real general\n2 2 2\n2 1 6\n1 1 5",
        "%%MatrixMarket matrix coordinate real general\n+2 2 002\n01 +1 +5\n2 1 6.\n",
        "%%MatrixMarket matrix coordinate integer general\n2 2 2\n1 1 5\n2 1 +6\n",
    ])
    func looseForms(text: String) throws {
        #expect(try MatrixMarket.parse(text).dense() == [[5, 0], [6, 0]])
    }

    @Test(arguments: [
        ("1", 1.0), ("-1.5e3", -1500), ("+.5", 0.5), ("5.", 5), ("1d-3", 1e-3), ("1.25D+02", 125),
        ("1E+2", 100),
        ("-0", -0.0), ("0.1", 0.1), ("123456789012345678901234567890", 1.2345678901234568e29),
        ("2.2250738585072014e-308", .leastNormalMagnitude),
        ("4.9406564584124654e-324", .leastNonzeroMagnitude),
        ("1e-400", 0), ("1.7976931348623157e308", 1.7976931348623157e308), ("inf", .infinity),
        ("-Infinity", -.infinity), ("0.00000000000000000000000000000000000000000001e44", 1),
        ("9007199254740993", 9007199254740992),
        ("9007199254740993.00001", 9007199254740994),
        ("0.000000000000000000000125e21", 0.125), ("00000000000000000000000000012", 12),
        ("0e999999999999", 0),
    ])
    func numbers(text: String, expected: Double) throws {
        let a = try MatrixMarket.parse("%%MatrixMarket matrix coordinate real general\n1 1 1\n1 1 \(text)\n")
        #expect(a.values[0].bitPattern == expected.bitPattern)
    }

    /// Random spellings agree with Swift's own conversion to the bit.
    @Test func numbersAsSwiftReadsThem() throws {
        var generator = SparseGenerator(seed: 9)
        for _ in 0..<2000 {
            let digits = (0..<Int.random(in: 1...22, using: &generator)).map { _ in
                "\(Int.random(in: 0...9, using: &generator))"
            }.joined()
            let point = Int.random(in: 0...digits.count, using: &generator)
            let exponent = Int.random(in: -25...25, using: &generator)
            let text = "\(digits.prefix(point)).\(digits.dropFirst(point))e\(exponent)"
            let a = try MatrixMarket.parse(
                "%%MatrixMarket matrix coordinate real general\n1 1 1\n1 1 \(text)")
            // Swift wants a digit on both sides of the point.
            #expect(
                a.values[0] == Double("0\(digits.prefix(point)).\(digits.dropFirst(point))0e\(exponent)"),
                "\(text)")
        }
    }

    @Test(arguments: [(0, 0), (3, 0), (0, 3), (2, 2)])
    func emptyMatrices(rows: Int, columns: Int) throws {
        let a = try MatrixMarket.parse(
            "%%MatrixMarket matrix coordinate real general\n\(rows) \(columns) 0\n")
        #expect(try a == SparseMatrixCSC(rows: rows, columns: columns))
        if rows * columns == 0 {
            let b = try MatrixMarket.parse("%%MatrixMarket matrix array real general\n\(rows) \(columns)\n")
            #expect(a == b)
        }
        let s = try MatrixMarket.parse(
            "%%MatrixMarket matrix array real skew-symmetric\n\(rows) \(rows)\n\(rows == 3 ? "0\n0\n0" : rows == 2 ? "0" : "")"
        )
        #expect(s.nonzeroCount == 0 && s.columns == rows)
    }

    @Test func duplicatesSummedIfAskedFor() throws {
        let text = "%%MatrixMarket matrix coordinate real symmetric\n2 2 3\n2 1 1\n1 1 7\n2 1 0.5\n"
        let a = try MatrixMarket.parse(text, duplicates: .summed)
        #expect(try a.dense() == [[7, 1.5], [1.5, 0]])
    }

    @Test func files() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "matrix-\(UUID()).mtx").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        var generator = SparseGenerator(seed: 4)
        let a = try generator.sparse(20, 30, density: 0.2, empty: 0.3)
        try MatrixMarket.write(a, to: path, comment: "twenty rows")
        #expect(try MatrixMarket.read(path) == a)
        #expect(try MatrixMarket.readComplex(path).real == a)
        try Data("%%MatrixMarket matrix coordinate real general\n2 2 1\n3 1 5\n".utf8).write(
            to: URL(fileURLWithPath: path))
        let error = #expect(throws: SparseMatrixError.self) { try MatrixMarket.read(path) }
        #expect(error?.description.hasPrefix("\(path):3: the row is 3; the matrix has 2 rows") == true)
        #expect(error?.file == path && error?.line == 3)
    }

    @Test func filesThatCannotBeOpened() {
        let path = FileManager.default.temporaryDirectory.appending(path: "none-\(UUID())/matrix.mtx").path
        var error = #expect(throws: SparseMatrixError.self) { try MatrixMarket.read(path) }
        #expect(error?.kind == .fileAccess && error?.file == path)
        let folder = FileManager.default.temporaryDirectory.path
        error = #expect(throws: SparseMatrixError.self) { try MatrixMarket.read(folder) }
        #expect(error?.description == "\(folder): cannot be read: it is a folder")
        error = #expect(throws: SparseMatrixError.self) {
            try MatrixMarket.write(SparseMatrixCSC(rows: 1, columns: 1), to: path)
        }
        #expect(
            error?.kind == .fileAccess && error?.description.hasPrefix("\(path): cannot be written") == true)
    }
}
