import ReversiblePrograms
import Testing

/// Matrix Market files that are not well formed: what is said, and about which line.
@Suite struct MatrixMarketErrorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let text: String
        let kind: SparseMatrixError.Kind
        let line: Int?
        let part: String

        init(_ text: String, _ kind: SparseMatrixError.Kind, _ line: Int?, _ part: String) {
            (self.text, self.kind, self.line, self.part) = (text, kind, line, part)
        }

        var testDescription: String { "\(kind) in line \(line ?? 0): \(part)" }
    }

    private static func real(_ body: String, _ symmetry: String = "general") -> String {
        "%%MatrixMarket matrix coordinate real \(symmetry)\n\(body)"
    }

    private static let headers: [Case] = [
        Case("", .invalidHeader, 1, "begins with a line such as"),
        Case("\n", .invalidHeader, 1, "begins with"),
        Case("2 2 1\n1 1 5\n", .invalidHeader, 1, "begins with"),
        Case("%MatrixMarket matrix coordinate real general\n1 1 0\n", .invalidHeader, 1, "begins with"),
        Case("\n%%MatrixMarket matrix coordinate real general\n1 1 0\n", .invalidHeader, 1, "begins with"),
        Case("%%MatrixMarket matrix coordinate real\n1 1 0\n", .invalidHeader, 1, "has 4 words"),
        Case("%%MatrixMarket matrix coordinate real general x\n1 1 0\n", .invalidHeader, 1, "has 6 words"),
        Case("%%MatrixMarket vector coordinate real general\n1 1 0\n", .unsupported, 1, "`vector`"),
        Case("%%MatrixMarket matrix list real general\n1 1 0\n", .invalidHeader, 1, "`list`"),
        Case("%%MatrixMarket matrix coordinate float general\n1 1 0\n", .invalidHeader, 1, "`float`"),
        Case("%%MatrixMarket matrix coordinate real triangular\n1 1 0\n", .invalidHeader, 1, "`triangular`"),
        Case("%%MatrixMarket matrix coordinate complex general\n1 1 0\n", .unsupported, 1, "readComplex"),
        Case("%%MatrixMarket matrix coordinate complex hermitian\n1 1 0\n", .unsupported, 1, "readComplex"),
        Case(
            "%%MatrixMarket matrix coordinate real hermitian\n1 1 0\n", .invalidHeader, 1,
            "`hermitian` is for"),
        Case("%%MatrixMarket matrix array pattern general\n1 1\n", .invalidHeader, 1, "not with `array`"),
        Case(
            "%%MatrixMarket matrix coordinate pattern skew-symmetric\n1 1 0\n", .invalidHeader, 1,
            "not with `skew-symmetric`"),
        Case("\u{1F}\u{8B}", .invalidHeader, 1, "begins with"),
    ]

    private static let sizes: [Case] = [
        Case(real(""), .invalidHeader, 2, "ends before the size line"),
        Case(real("% only\n\n% comments\n"), .invalidHeader, 5, "ends before the size line"),
        Case(real("2 2\n1 1 5\n"), .invalidHeader, 2, "the size line has 2 numbers"),
        Case(real("2 2 1 1\n1 1 5\n"), .invalidHeader, 2, "`1` is too much"),
        Case(real("\n% x\n2 x 1\n1 1 5\n"), .invalidHeader, 4, "the number of columns is `x`"),
        Case(real("2 2 1.0\n1 1 5\n"), .invalidHeader, 2, "the number of entries is `1.0`"),
        Case(real("-2 2 1\n1 1 5\n"), .invalidSize, 2, "the number of rows is -2"),
        Case(real("2 2 -1\n1 1 5\n"), .invalidSize, 2, "the number of entries is -1"),
        Case(
            real("\(SparseMatrixCSC.largestSize + 1) 1 1\n1 1 5\n"), .invalidSize, 2,
            "\(SparseMatrixCSC.largestSize + 1); it must be between 0 and \(SparseMatrixCSC.largestSize)"),
        Case(real("99999999999999999999999999 1 1\n"), .invalidSize, 2, "is 99999999999999999999999999;"),
        Case(
            real("1 -99999999999999999999999999 1\n"), .invalidSize, 2,
            "columns is -99999999999999999999999999;"),
        Case(
            real("1 \(1 << 49) 1\n1 1 1\n"), .invalidSize, 2,
            "columns is 562949953421312; it must be between 0 and \(SparseMatrixCSC.largestSize)"),
        Case(real("2 3 1\n1 1 5\n", "symmetric"), .symmetry, 2, "2 rows and 3 columns"),
        Case("%%MatrixMarket matrix array real skew-symmetric\n2 3\n", .symmetry, 2, "is square"),
        Case("%%MatrixMarket matrix array real general\n2 2 4\n1\n", .invalidHeader, 2, "`4` is too much"),
    ]

    private static let entries: [Case] = [
        Case(real("2 2 2\n1 1 5\n"), .wrongEntryCount, 4, "ends after 1 of 2 entries"),
        Case(real("2 2 2147483647\n1 1 5"), .wrongEntryCount, 3, "ends after 1 of 2147483647 entries"),
        Case(real("2 2 1\n1 1 5\n\n%\n2 2 6\n"), .wrongEntryCount, 6, "more entries than the 1"),
        Case(real("2 2 0\n1 1 5\n"), .wrongEntryCount, 3, "more entries than the 0"),
        Case(
            real("2 2 1\n3 1 5\n"), .indexOutOfRange, 3, "the row is 3; the matrix has 2 rows, counted from 1"
        ),
        Case(real("2 2 1\n1 3 5\n"), .indexOutOfRange, 3, "the column is 3; the matrix has 2 columns"),
        Case(real("2 2 1\n0 1 5\n"), .indexOutOfRange, 3, "the row is 0"),
        Case(real("2 2 1\n1 -1 5\n"), .indexOutOfRange, 3, "the column is -1"),
        Case(real("2 2 1\n1 99999999999999999999 5\n"), .indexOutOfRange, 3, "is 99999999999999999999"),
        Case(real("0 2 1\n1 1 5\n"), .indexOutOfRange, 3, "has 0 rows"),
        Case(real("2 2 1\n\n% c\n1.5 1 5\n"), .invalidEntry, 5, "the row is `1.5`; it must be an integer"),
        Case(real("2 2 1\n1 x 5\n"), .invalidEntry, 3, "the column is `x`"),
        Case(real("2 2 1\n1,1,5\n"), .invalidEntry, 3, "`1,1,5`"),
        Case(real("2 2 1\n1\n"), .invalidEntry, 3, "the column is the end of the line"),
        Case(real("2 2 1\n1 1\n"), .invalidEntry, 3, "the value is the end of the line"),
        Case(real("2 2 1\n1 1"), .invalidEntry, 3, "the value is the end of the file"),
        Case(
            real("2 2 1\n1 1 5 6\n"), .invalidEntry, 3,
            "`6` is too much: an entry is a row, a column and a value"),
        Case(real("2 2 1\n1 1 five\n"), .invalidEntry, 3, "the value is `five`; it must be a number"),
        Case(real("2 2 1\n1 1 5x\n"), .invalidEntry, 3, "`5x`"),
        Case(real("2 2 1\n1 1 0x10\n"), .invalidEntry, 3, "`0x10`"),
        Case(real("2 2 1\n1 1 1e\n"), .invalidEntry, 3, "`1e`"),
        Case(real("2 2 1\n1 1 1e+\n"), .invalidEntry, 3, "`1e+`"),
        Case(real("2 2 1\n1 1 1.2.3\n"), .invalidEntry, 3, "`1.2.3`"),
        Case(real("2 2 1\n1 1 --1\n"), .invalidEntry, 3, "`--1`"),
        Case(real("2 2 1\n1 1 .\n"), .invalidEntry, 3, "`.`"),
        Case(real("2 2 1\n1 1 -\n"), .invalidEntry, 3, "`-`"),
        Case(real("2 2 1\n1 1 .inf\n"), .invalidEntry, 3, "`.inf`"),
        Case(real("2 2 1\n1 1 infinit\n"), .invalidEntry, 3, "`infinit`"),
        Case(real("2 2 1\n1 1 1e999\n"), .unrepresentable, 3, "`1e999`, beyond the largest number"),
        Case(real("2 2 1\n1 1 -1e309\n"), .unrepresentable, 3, "`-1e309`"),
        Case(real("2 2 1\r\n1 1 y\r\n"), .invalidEntry, 3, "`y`"),
        Case(real("2 2 1\n1 1 " + String(repeating: "z", count: 1000)), .invalidEntry, 3, "zz…`"),
        Case(
            "%%MatrixMarket matrix coordinate integer general\n1 1 1\n1 1 1.5\n", .invalidEntry, 3,
            "the value is `1.5`; it must be an integer"),
        Case("%%MatrixMarket matrix coordinate integer general\n1 1 1\n1 1 1e3\n", .invalidEntry, 3, "`1e3`"),
        Case(
            "%%MatrixMarket matrix coordinate pattern general\n1 1 1\n1 1 5\n", .invalidEntry, 3,
            "`pattern` file"),
        Case("%%MatrixMarket matrix array real general\n2 1\n1\n2 3\n", .invalidEntry, 4, "`3` is too much"),
        Case("%%MatrixMarket matrix array real general\n2 1\n1\n", .wrongEntryCount, 4, "ends after 1 of 2"),
        Case(
            "%%MatrixMarket matrix array real general\n2 1\n1\n2\n3\n", .wrongEntryCount, 5,
            "the sizes ask for"),
        Case(
            "%%MatrixMarket matrix array real general\n268435456 268435456\n1\n", .wrongEntryCount, 4,
            "ends after 1 of 72057594037927936"),
    ]

    private static let relations: [Case] = [
        Case(
            real("2 2 2\n1 1 5\n1 1 5\n"), .duplicateEntry, 4,
            "entry (1, 1) is listed a second time, after line 3"),
        Case(real("3 3 3\n3 2 5\n\n1 1 1\n% c\n3 2 6\n"), .duplicateEntry, 7, "entry (3, 2)"),
        Case(real("3 3 3\n3 2 5\n1 1 1\n3 2 6\n", "symmetric"), .duplicateEntry, 5, "after line 3"),
        Case(
            real("3 3 2\n3 1 5\n1 3 5\n", "symmetric"), .duplicateEntry, 4,
            "entry (3, 1) or its mirror image is listed a second time, after line 3"),
    ]

    @Test(arguments: headers + sizes + entries + relations)
    func malformedFiles(example: Case) {
        let error = #expect(throws: SparseMatrixError.self) { try MatrixMarket.parse(example.text) }
        #expect(error?.kind == example.kind)
        #expect(error?.line == example.line, "\(String(describing: error))")
        #expect(error?.description.contains(example.part) == true, "\(String(describing: error))")
    }

    @Test(arguments: [
        Case(
            "%%MatrixMarket matrix coordinate complex hermitian\n2 2 1\n1 1 5 1\n", .symmetry, 3,
            "a real diagonal"),
        Case(
            "%%MatrixMarket matrix coordinate complex general\n2 2 1\n1 1 5\n", .invalidEntry, 3,
            "the imaginary part is the end of the line"),
        Case(
            "%%MatrixMarket matrix coordinate complex general\n2 2 1\n1 1 i 5\n", .invalidEntry, 3,
            "the real part is `i`"),
    ])
    func malformedComplexFiles(example: Case) {
        let error = #expect(throws: SparseMatrixError.self) { try MatrixMarket.parseComplex(example.text) }
        #expect(error?.kind == example.kind && error?.line == example.line)
        #expect(error?.description.contains(example.part) == true, "\(String(describing: error))")
    }

    @Test(arguments: [
        ([0x1F, 0x8B, 8, 0], "gunzip --test"), (Array("BZh91AY".utf8), "bunzip2 --test"),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], "unxz"),
        ([0x50, 0x4B, 3, 4, 0], "unzip"), ([0x28, 0xB5, 0x2F, 0xFD], "unzstd"),
    ])
    func compressedFiles(bytes: [UInt8], command: String) {
        let error = #expect(throws: SparseMatrixError.self) { try MatrixMarket.parse(bytes) }
        #expect(error?.kind == .compressed && error?.message.contains("`\(command)`") == true)
    }

    @Test(arguments: ["inf", "nan", "-inf"])
    func finiteIfAskedFor(number: String) throws {
        let text = Self.real("2 2 2\n1 1 1\n2 1 \(number)\n")
        #expect(try MatrixMarket.parse(text).nonzeroCount == 2)
        let error = #expect(throws: SparseMatrixError.self) {
            try MatrixMarket.parse(text, requireFinite: true)
        }
        #expect(error?.kind == .notFinite && error?.line == 4)
    }

    /// Cutting a file anywhere, or exchanging a byte, gives a matrix or an error, and never a crash.
    @Test func damagedFiles() throws {
        let whole = Array(
            "%%MatrixMarket matrix coordinate real symmetric\n% c\n3 3 4\n1 1 2\n3 1 -1.5\n3 2 3\n3 3 1E-20\n"
                .utf8)
        let expected = try MatrixMarket.parse(whole)
        var (read, refused) = (0, 0)
        func attempt(_ bytes: [UInt8]) {
            do {
                let matrix = try MatrixMarket.parse(bytes)
                #expect(matrix.columnPointers.count == matrix.columns + 1)
                read += 1
            } catch {
                #expect(!error.message.isEmpty)
                refused += 1
            }
        }
        for count in whole.indices { attempt(Array(whole[..<count])) }
        // The last number may lose its line end, a digit (1E-2) or its exponent (1) and still be one.
        #expect(read == 3 && refused == whole.count - 3)
        for position in whole.indices {
            for byte: UInt8 in [0, 0x0A, 0x20, 0x2D, 0x2E, 0x30, 0x39, 0x65, 0xFF] {
                var damaged = whole
                damaged[position] = byte
                attempt(damaged)
            }
        }
        #expect(refused > whole.count)
        #expect(try MatrixMarket.parse(whole) == expected)
    }
}
