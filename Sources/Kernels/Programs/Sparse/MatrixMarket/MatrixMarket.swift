import NativeEngine

/// Sparse matrices in the Matrix Market exchange format, `.mtx` files.
///
/// Read are `coordinate` and `array` files, `general`, `symmetric`, `skew-symmetric` and `hermitian`, of `real`,
/// `integer` and `pattern` entries (each a 1), and by ``readComplex(_:duplicates:requireFinite:)`` also `complex` ones.
/// What symmetry leaves out of the file is filled in. Files that gzip or bzip2 has packed are unpacked by the system's libz or
/// libbz2, if it is there. Errors tell the line.
///
/// Files that depart from the format are read where SciPy reads them too:
/// - The entries of a `symmetric`, `skew-symmetric` or `hermitian` file may stand in either triangle, and a `skew-symmetric`
///   one may have a diagonal, which is kept. A place and its mirror image count as one place that is listed twice.
/// - Numbers may be called `double` or `unsigned-integer`, and an exponent may be written `1d-3`.
/// - Comments may stand anywhere after the first line, and at the ends of lines; blank lines too.
/// - Lines end as on Unix, Windows or old Macs. A byte order mark is skipped. Integers above 2⁵³ are rounded.
///
/// SciPy takes more, which here is an error: values behind the last one of a line, `hermitian` with a complex diagonal or with
/// real entries, signs of a `pattern`, and places that are listed twice, unless `duplicates` says what to do.
///
/// ```swift
/// let a = try MatrixMarket.read("bcsstk01.mtx")
/// try MatrixMarket.write(a, to: "copy.mtx", symmetry: .symmetric)
/// ```
///
/// The format: Boisvert, Pozo, Remington, "The Matrix Market Exchange Formats: Initial Design", NISTIR 5935 (1996).
public enum MatrixMarket {
    /// Which entries of a file stand for others.
    public enum Symmetry: String, Sendable, CaseIterable {
        /// None: all entries are listed.
        case general
        /// A = Aᵀ; the lower triangle is listed.
        case symmetric
        /// A = −Aᵀ; the lower triangle without the diagonal is listed.
        case skewSymmetric = "skew-symmetric"
        /// A = Aᴴ, complex; the lower triangle is listed.
        case hermitian
    }

    /// The type of a file's numbers.
    public enum Field: String, Sendable, CaseIterable {
        /// Decimal numbers.
        case real
        /// Integers.
        case integer
        /// No numbers, only places.
        case pattern
        /// Pairs of decimal numbers, the real part first.
        case complex
    }

    /// What to do when a file lists a place twice.
    public enum Duplicates: Sendable {
        /// Throw an error that names both lines.
        case refused
        /// Add the values up, as sums of finite elements do.
        case summed
    }

    /// Reads a file; with `requireFinite`, `inf` and `nan` are refused.
    ///
    /// - Throws: A ``SparseMatrixError`` that names the file and the line.
    public static func read(
        _ path: String, duplicates: Duplicates = .refused, requireFinite: Bool = false
    ) throws(SparseMatrixError) -> SparseMatrixCSC {
        try naming(path) { () throws(SparseMatrixError) in
            try parse(contents(of: path), duplicates: duplicates, requireFinite: requireFinite)
        }
    }

    /// Reads a matrix from the bytes of a file.
    ///
    /// - Throws: A ``SparseMatrixError`` that names the line.
    public static func parse(
        _ bytes: [UInt8], duplicates: Duplicates = .refused, requireFinite: Bool = false
    ) throws(SparseMatrixError) -> SparseMatrixCSC {
        let (entries, header) = try MatrixMarketReader.read(
            bytes, complex: false, duplicates: duplicates, requireFinite: requireFinite)
        return entries.real(header.rows, header.columns)
    }

    /// Reads a matrix from the text of a file.
    public static func parse(
        _ text: String, duplicates: Duplicates = .refused, requireFinite: Bool = false
    ) throws(SparseMatrixError) -> SparseMatrixCSC {
        try parse(Array(text.utf8), duplicates: duplicates, requireFinite: requireFinite)
    }

    /// Reads a file of complex or other numbers as a complex matrix.
    ///
    /// - Throws: A ``SparseMatrixError`` that names the file and the line.
    public static func readComplex(
        _ path: String, duplicates: Duplicates = .refused, requireFinite: Bool = false
    ) throws(SparseMatrixError) -> ComplexSparseMatrixCSC {
        try naming(path) { () throws(SparseMatrixError) in
            try parseComplex(contents(of: path), duplicates: duplicates, requireFinite: requireFinite)
        }
    }

    /// Reads a complex matrix from the bytes of a file.
    public static func parseComplex(
        _ bytes: [UInt8], duplicates: Duplicates = .refused, requireFinite: Bool = false
    ) throws(SparseMatrixError) -> ComplexSparseMatrixCSC {
        let (entries, header) = try MatrixMarketReader.read(
            bytes, complex: true, duplicates: duplicates, requireFinite: requireFinite)
        return ComplexSparseMatrixCSC(entries, header.rows, header.columns)
    }

    /// Reads a complex matrix from the text of a file.
    public static func parseComplex(
        _ text: String, duplicates: Duplicates = .refused, requireFinite: Bool = false
    ) throws(SparseMatrixError) -> ComplexSparseMatrixCSC {
        try parseComplex(Array(text.utf8), duplicates: duplicates, requireFinite: requireFinite)
    }

    private static func contents(of path: String) throws(SparseMatrixError) -> [UInt8] {
        do {
            return try Files.contents(of: path)
        } catch {
            throw SparseMatrixError(.fileAccess, "cannot be read: \(error.reason)")
        }
    }

    /// Adds the file's name to errors.
    static func naming<Result>(
        _ path: String, _ body: () throws(SparseMatrixError) -> Result
    ) throws(SparseMatrixError) -> Result {
        do {
            return try body()
        } catch {
            var named = error
            named.file = path
            throw named
        }
    }
}
