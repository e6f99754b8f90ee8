/// What the first line and the size line of a Matrix Market file say.
struct MatrixMarketHeader {
    var isArray = false
    var field = MatrixMarket.Field.real
    var symmetry = MatrixMarket.Symmetry.general
    var rows = 0
    var columns = 0
    /// The number of lines with entries.
    var entryCount = 0

    /// Reads the lines up to the size line.
    static func read(_ scanner: inout MatrixMarketScanner) throws(SparseMatrixError) -> MatrixMarketHeader {
        var header = MatrixMarketHeader()
        try header.readBanner(&scanner)
        try header.checkCombination()
        try header.readSizes(&scanner)
        return header
    }

    private static let form = "`%%MatrixMarket matrix coordinate real general`"

    private mutating func readBanner(_ scanner: inout MatrixMarketScanner) throws(SparseMatrixError) {
        let words = scanner.restOfLine().split(separator: " ").map { $0.lowercased() }
        guard words.first == "%%matrixmarket" else {
            throw SparseMatrixError(
                .invalidHeader,
                "a Matrix Market file begins with a line such as \(Self.form); this one does not",
                line: 1)
        }
        let comment = words.firstIndex { $0.hasPrefix("%") && $0 != words[0] } ?? words.count
        guard comment == 5 else {
            throw SparseMatrixError(
                .invalidHeader, "the header has \(comment) words; it must have 5, as in \(Self.form)",
                line: 1)
        }
        guard words[1] == "matrix" else {
            throw SparseMatrixError(
                .unsupported, "the file holds a `\(words[1])`; only `matrix` is read", line: 1)
        }
        guard words[2] == "coordinate" || words[2] == "array" else {
            throw SparseMatrixError(
                .invalidHeader, "the format is `\(words[2])`; it must be `coordinate` or `array`", line: 1)
        }
        isArray = words[2] == "array"
        // SciPy writes unsigned integers under a name of their own, and reads `double` as a name of real numbers.
        let otherNames = ["unsigned-integer": MatrixMarket.Field.integer, "double": .real]
        guard let field = MatrixMarket.Field(rawValue: words[3]) ?? otherNames[words[3]] else {
            throw SparseMatrixError(
                .invalidHeader,
                "the entries are `\(words[3])`; they must be `real`, `integer`, `pattern` or `complex`",
                line: 1)
        }
        guard let symmetry = MatrixMarket.Symmetry(rawValue: words[4]) else {
            throw SparseMatrixError(
                .invalidHeader,
                "the symmetry is `\(words[4])`; it must be `general`, `symmetric`, `skew-symmetric` or `hermitian`",
                line: 1)
        }
        (self.field, self.symmetry) = (field, symmetry)
        scanner.nextLine()
    }

    private func checkCombination() throws(SparseMatrixError) {
        if symmetry == .hermitian, field != .complex {
            throw SparseMatrixError(
                .invalidHeader, "`hermitian` is for `complex` entries, and these are `\(field.rawValue)`",
                line: 1)
        }
        if field == .pattern, isArray || symmetry == .skewSymmetric {
            throw SparseMatrixError(
                .invalidHeader,
                "`pattern` entries go with `coordinate` and `general` or `symmetric`, not with "
                    + "`\(isArray ? "array" : symmetry.rawValue)`", line: 1)
        }
    }

    private mutating func readSizes(_ scanner: inout MatrixMarketScanner) throws(SparseMatrixError) {
        scanner.skipIgnorableLines()
        let line = scanner.line
        let names = ["rows", "columns"] + (isArray ? [] : ["entries"])
        var sizes: [Int] = []
        for name in names {
            guard !scanner.isAtLineEnd else {
                throw SparseMatrixError(
                    .invalidHeader,
                    scanner.isAtEnd
                        ? "the file ends before the size line, which gives the numbers of \(list(names))"
                        : "the size line has \(sizes.count) numbers; it must give the numbers of \(list(names))",
                    line: line)
            }
            // Entries take memory only when they are read, so that their number needs no limit of its own.
            sizes.append(
                try scanner.size(of: name, limit: name == "entries" ? 1 << 50 : SparseMatrixCSC.largestSize))
        }
        try scanner.requireLineEnd(
            expected: "the size line gives the numbers of \(list(names))", .invalidHeader)
        (rows, columns) = (sizes[0], sizes[1])
        if symmetry != .general, rows != columns {
            throw SparseMatrixError(
                .symmetry,
                "a \(symmetry.rawValue) matrix is square, and this one has \(rows) rows and \(columns) columns",
                line: line)
        }
        entryCount = isArray ? try arrayEntryCount(line) : sizes[2]
    }

    private func arrayEntryCount(_ line: Int) throws(SparseMatrixError) -> Int {
        let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
        guard !overflow else {
            throw SparseMatrixError(
                .invalidSize, "an array of \(rows)×\(columns) numbers is more than there can be", line: line)
        }
        return switch symmetry {
        case .general: count
        case .symmetric, .hermitian: (count + rows) / 2
        case .skewSymmetric: (count - rows) / 2
        }
    }

    private func list(_ names: [String]) -> String {
        names.dropLast().joined(separator: ", ") + " and " + (names.last ?? "")
    }
}
