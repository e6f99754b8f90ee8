/// Reads the entries of a Matrix Market file.
struct MatrixMarketReader {
    private var scanner: MatrixMarketScanner
    private let header: MatrixMarketHeader
    private let requireFinite: Bool
    private var entries: EntryList

    static func read(
        _ bytes: [UInt8], complex: Bool, duplicates: MatrixMarket.Duplicates, requireFinite: Bool
    ) throws(SparseMatrixError) -> (CompressedEntries, MatrixMarketHeader) {
        try unpacked(bytes).withUnsafeBufferPointer { (bytes) throws(SparseMatrixError) in
            var scanner = MatrixMarketScanner(bytes)
            let header = try MatrixMarketHeader.read(&scanner)
            guard complex || header.field != .complex else {
                throw SparseMatrixError(
                    .unsupported,
                    "the entries are complex; read them with `MatrixMarket.readComplex` or `parseComplex`",
                    line: 1)
            }
            var reader = MatrixMarketReader(
                scanner: scanner, header: header, requireFinite: requireFinite,
                entries: EntryList(valuesPerEntry: complex ? 2 : 1))
            try header.isArray ? reader.readArray() : reader.readCoordinates()
            let compressed = reader.entries.summed(rows: header.rows, columns: header.columns)
            if duplicates == .refused, let place = compressed.firstDuplicate {
                throw reader.duplicateError(place.row, place.column, from: scanner)
            }
            return (compressed, header)
        }
    }

    /// The bytes without the compressions that are read.
    private static func unpacked(_ bytes: [UInt8]) throws(SparseMatrixError) -> [UInt8] {
        let others: [(start: [UInt8], name: String, command: String)] = [
            ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "xz", "unxz"), ([0x50, 0x4B, 3, 4], "zip", "unzip"),
            ([0x28, 0xB5, 0x2F, 0xFD], "zstd", "unzstd"),
        ]
        for format in others where bytes.starts(with: format.start) {
            throw SparseMatrixError(
                .compressed,
                "the file is compressed with \(format.name); unpack it first, with `\(format.command)`")
        }
        do {
            return try Compression.unpacked(bytes)
        } catch {
            throw SparseMatrixError(.compressed, error.reason)
        }
    }

    private mutating func readCoordinates() throws(SparseMatrixError) {
        // A line of an entry has four bytes at least; a wrong count must not claim memory.
        let remaining = (scanner.bytes.count - scanner.position) / 4 + 1
        entries.reserve(min(header.entryCount, remaining) * (header.symmetry == .general ? 1 : 2))
        let expected = "an entry is a row, a column\(valueDescription)"
        for number in 0..<header.entryCount {
            try requireEntry(number)
            let row = try scanner.index("row", limit: header.rows)
            let column = try scanner.index("column", limit: header.columns)
            try readValue(row, column, expected: expected)
        }
        try requireEnd()
    }

    /// Column after column; zeros make no entries.
    private mutating func readArray() throws(SparseMatrixError) {
        var number = 0
        for column in 0..<header.columns {
            let first =
                header.symmetry == .general ? 0 : header.symmetry == .skewSymmetric ? column + 1 : column
            for row in first..<max(first, header.rows) {
                try requireEntry(number)
                try readValue(row, column, expected: "each line of an array holds one entry")
                number += 1
            }
        }
        try requireEnd()
    }

    /// Goes to the next entry.
    private mutating func requireEntry(_ number: Int) throws(SparseMatrixError) {
        scanner.skipIgnorableLines()
        if scanner.isAtEnd {
            throw SparseMatrixError(
                .wrongEntryCount, "the file ends after \(number) of \(header.entryCount) entries",
                line: scanner.line)
        }
    }

    private mutating func requireEnd() throws(SparseMatrixError) {
        scanner.skipIgnorableLines()
        if !scanner.isAtEnd {
            throw SparseMatrixError(
                .wrongEntryCount,
                "there are more entries than the \(header.entryCount) that \(header.isArray ? "the sizes ask for" : "the size line announces")",
                line: scanner.line)
        }
    }

    private var valueDescription: String {
        switch header.field {
        case .real, .integer: " and a value"
        case .complex: ", a real and an imaginary part"
        case .pattern: " in a `pattern` file"
        }
    }

    private mutating func readValue(
        _ row: Int, _ column: Int, expected: String
    ) throws(SparseMatrixError) {
        let line = scanner.line
        var (real, imaginary) = (1.0, 0.0)
        switch header.field {
        case .pattern: break
        case .real, .integer:
            real = try scanner.number("value", integral: header.field == .integer)
        case .complex:
            real = try scanner.number("real part", integral: false)
            imaginary = try scanner.number("imaginary part", integral: false)
        }
        try scanner.requireLineEnd(expected: expected)
        if requireFinite, !real.isFinite || !imaginary.isFinite {
            throw SparseMatrixError(
                .notFinite, "the value of entry (\(row + 1), \(column + 1)) is not finite", line: line)
        }
        if header.symmetry == .hermitian, row == column, imaginary != 0 {
            throw SparseMatrixError(
                .symmetry,
                "the imaginary part of entry (\(row + 1), \(column + 1)) is \(imaginary); a hermitian matrix has a real "
                    + "diagonal", line: line)
        }
        if header.isArray, real == 0, imaginary == 0 { return }
        append(row, column, real, imaginary)
        guard row != column else { return }
        switch header.symmetry {
        case .general: break
        case .symmetric: append(column, row, real, imaginary)
        case .skewSymmetric: append(column, row, -real, -imaginary)
        case .hermitian: append(column, row, real, -imaginary)
        }
    }

    private mutating func append(_ row: Int, _ column: Int, _ real: Double, _ imaginary: Double) {
        if entries.valuesPerEntry == 2 {
            entries.append(row, column, real, imaginary)
        } else {
            entries.append(row, column, real)
        }
    }

    /// Looks for the lines that list a place.
    private func duplicateError(
        _ row: Int, _ column: Int, from start: MatrixMarketScanner
    ) -> SparseMatrixError {
        let places = header.symmetry == .general ? [(row, column)] : [(row, column), (column, row)]
        var (scanner, lines) = (start, [Int]())
        for _ in 0..<header.entryCount where lines.count < 2 {
            scanner.skipIgnorableLines()
            let line = scanner.line
            guard let thisRow = try? scanner.index("row", limit: header.rows),
                let thisColumn = try? scanner.index("column", limit: header.columns)
            else { break }
            if places.contains(where: { $0 == (thisRow, thisColumn) }) { lines.append(line) }
            scanner.nextLine()
        }
        return SparseMatrixError(
            .duplicateEntry,
            "entry (\(row + 1), \(column + 1))\(places.count == 2 ? " or its mirror image" : "") is listed a second time, after line \(lines.first ?? 0); read the file with "
                + "`duplicates: .summed` to add such values up", line: lines.last)
    }
}
