import NativeEngine

extension MatrixMarket {
    /// Writes a file; what ``text(of:symmetry:field:comment:)`` describes.
    ///
    /// The file appears when it is complete.
    ///
    /// - Throws: What `text` throws, and a `fileAccess` if the file cannot be written.
    public static func write(
        _ matrix: SparseMatrixCSC, to path: String, symmetry: Symmetry = .general, field: Field = .real,
        comment: String = ""
    ) throws(SparseMatrixError) {
        try naming(path) { () throws(SparseMatrixError) in
            let entries = try WrittenEntries(matrix, imaginary: nil, symmetry, field)
            try save(entries.bytes(comment: comment), path)
        }
    }

    /// Writes a file of complex entries.
    public static func write(
        _ matrix: ComplexSparseMatrixCSC, to path: String, symmetry: Symmetry = .general, comment: String = ""
    ) throws(SparseMatrixError) {
        try naming(path) { () throws(SparseMatrixError) in
            let entries = try WrittenEntries(matrix.real, imaginary: matrix.imaginary, symmetry, .complex)
            try save(entries.bytes(comment: comment), path)
        }
    }

    /// A matrix as a `coordinate` file.
    ///
    /// Numbers have the fewest digits that are read back as the same number. Stored zeros are written.
    ///
    /// - Parameters:
    ///   - matrix: The matrix.
    ///   - symmetry: With another than `general` the matrix must have it, exactly, and the lower triangle is written.
    ///   - field: With `integer` all values must be integers; with `pattern` the values are left out.
    ///   - comment: Lines of text to stand below the header.
    /// - Throws: A `symmetry`, `unrepresentable` or `unsupported` error that names the entry.
    public static func text(
        of matrix: SparseMatrixCSC, symmetry: Symmetry = .general, field: Field = .real, comment: String = ""
    ) throws(SparseMatrixError) -> String {
        let entries = try WrittenEntries(matrix, imaginary: nil, symmetry, field)
        return String(decoding: entries.bytes(comment: comment), as: UTF8.self)
    }

    /// A complex matrix as a `coordinate` file.
    public static func text(
        of matrix: ComplexSparseMatrixCSC, symmetry: Symmetry = .general, comment: String = ""
    ) throws(SparseMatrixError) -> String {
        let entries = try WrittenEntries(matrix.real, imaginary: matrix.imaginary, symmetry, .complex)
        return String(decoding: entries.bytes(comment: comment), as: UTF8.self)
    }

    private static func save(_ bytes: [UInt8], _ path: String) throws(SparseMatrixError) {
        do {
            try Files.replace(path, with: bytes)
        } catch {
            throw SparseMatrixError(.fileAccess, "cannot be written: \(error.reason)")
        }
    }
}

/// The entries of a file to write, checked.
private struct WrittenEntries {
    let real: SparseMatrixCSC
    let imaginary: [Double]?
    let symmetry: MatrixMarket.Symmetry
    let field: MatrixMarket.Field

    init(
        _ real: SparseMatrixCSC, imaginary: SparseMatrixCSC?, _ symmetry: MatrixMarket.Symmetry,
        _ field: MatrixMarket.Field
    ) throws(SparseMatrixError) {
        self.real = real
        self.imaginary = imaginary?.values
        self.symmetry = symmetry
        self.field = field
        try checkField()
        if symmetry != .general {
            // The sign of the mirrored real and imaginary parts.
            try checkMirrored(real, symmetry == .skewSymmetric ? -1 : 1, "")
            if let imaginary {
                try checkMirrored(imaginary, symmetry == .symmetric ? 1 : -1, "the imaginary part of ")
            }
        }
    }

    private func checkField() throws(SparseMatrixError) {
        if imaginary == nil, field == .complex || symmetry == .hermitian {
            throw SparseMatrixError(
                .unsupported,
                "a real matrix is not written as \(field == .complex ? "complex" : "hermitian"); make a "
                    + "ComplexSparseMatrixCSC of it")
        }
        if field == .pattern, symmetry == .skewSymmetric {
            throw SparseMatrixError(.unsupported, "a pattern has no signs, so it cannot be skew-symmetric")
        }
        guard field == .integer else { return }
        for column in 0..<real.columns {
            for entry in real.entries(ofColumn: column)
            where real.values[entry].rounded() != real.values[entry]
                || !real.values[entry].isFinite
            {
                throw SparseMatrixError(
                    .unrepresentable,
                    "entry (\(real.rowIndices[entry]), \(column)), counted from 0, is \(real.values[entry]) and no "
                        + "integer; write it as `.real`")
            }
        }
    }

    private func checkMirrored(
        _ part: SparseMatrixCSC, _ sign: Double, _ name: String
    ) throws(SparseMatrixError) {
        guard part.rows == part.columns else {
            throw SparseMatrixError(
                .symmetry,
                "a \(symmetry.rawValue) matrix is square, and this one is \(part.rows)×\(part.columns)")
        }
        let mirrored = part.transposed
        for column in 0..<part.columns {
            let range = part.entries(ofColumn: column)
            guard range == mirrored.entries(ofColumn: column),
                part.rowIndices[range] == mirrored.rowIndices[range]
            else {
                throw SparseMatrixError(
                    .symmetry,
                    "column and row \(column), counted from 0, have entries in different places; write the matrix as "
                        + "`.general`")
            }
            for entry in range {
                let (value, other) = (part.values[entry], sign * mirrored.values[entry])
                // A diagonal entry is its own mirror image: a NaN there is not minus itself.
                let isDiagonal = part.rowIndices[entry] == column
                if value == other || (value.isNaN && other.isNaN && !(isDiagonal && sign < 0)) { continue }
                throw SparseMatrixError(
                    .symmetry,
                    "\(name)entry (\(part.rowIndices[entry]), \(column)), counted from 0, is \(value), and in a "
                        + "\(symmetry.rawValue) matrix would be \(other) as its mirror image says; write the matrix as "
                        + "`.general`")
            }
        }
    }

    func bytes(comment: String) -> [UInt8] {
        var body: [UInt8] = []
        body.reserveCapacity(32 * real.nonzeroCount)
        var count = 0
        for column in 0..<real.columns {
            for entry in real.entries(ofColumn: column) where isListed(real.rowIndices[entry], column) {
                count += 1
                body.append(contentsOf: "\(real.rowIndices[entry] + 1) \(column + 1)".utf8)
                if field != .pattern { append(real.values[entry], to: &body) }
                if let imaginary { append(imaginary[entry], to: &body) }
                body.append(UInt8(ascii: "\n"))
            }
        }
        var header = "%%MatrixMarket matrix coordinate \(field.rawValue) \(symmetry.rawValue)\n"
        for line in comment.split(whereSeparator: \.isNewline) { header += "% \(line)\n" }
        header += "\(real.rows) \(real.columns) \(count)\n"
        return Array(header.utf8) + body
    }

    private func isListed(_ row: Int, _ column: Int) -> Bool {
        switch symmetry {
        case .general: true
        case .symmetric, .hermitian: row >= column
        case .skewSymmetric: row > column
        }
    }

    private func append(_ value: Double, to body: inout [UInt8]) {
        body.append(UInt8(ascii: " "))
        if let integer = Int64(exactly: value), abs(value) < 1e15, value != 0 || value.sign == .plus {
            body.append(contentsOf: "\(integer)".utf8)
        } else if field == .integer {
            body.append(contentsOf: formatted("%.0f", value).utf8)
        } else {
            body.append(contentsOf: value.description.utf8)
        }
    }
}
