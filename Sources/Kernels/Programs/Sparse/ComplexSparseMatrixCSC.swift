import AD

/// A sparse matrix of complex numbers: real and imaginary parts with the same pattern.
///
/// The host value of the places ``ComplexSparseMatrix``.
public struct ComplexSparseMatrixCSC: Hashable, Sendable {
    /// The real parts.
    public let real: SparseMatrixCSC
    /// The imaginary parts, with entries in the same places.
    public let imaginary: SparseMatrixCSC

    /// A matrix from its real and imaginary parts; an entry that only one of them has is 0 in the other.
    ///
    /// - Throws: A `lengthMismatch` if the parts differ in size.
    public init(real: SparseMatrixCSC, imaginary: SparseMatrixCSC) throws(SparseMatrixError) {
        guard real.rows == imaginary.rows, real.columns == imaginary.columns else {
            throw SparseMatrixError(
                .lengthMismatch,
                "the real part is a \(real.rows)×\(real.columns) matrix and the imaginary part a "
                    + "\(imaginary.rows)×\(imaginary.columns) matrix; give both the same size")
        }
        if real.hasSamePattern(as: imaginary) {
            self.init(unchecked: real, imaginary)
            return
        }
        var list = EntryList(valuesPerEntry: 2)
        list.reserve(real.nonzeroCount + imaginary.nonzeroCount)
        for entry in real.triplets { list.append(entry.row, entry.column, entry.value, 0) }
        for entry in imaginary.triplets { list.append(entry.row, entry.column, 0, entry.value) }
        self.init(list.summed(rows: real.rows, columns: real.columns), real.rows, real.columns)
    }

    init(_ entries: CompressedEntries, _ rows: Int, _ columns: Int) {
        self.init(unchecked: entries.real(rows, columns), entries.imaginary(rows, columns))
    }

    private init(unchecked real: SparseMatrixCSC, _ imaginary: SparseMatrixCSC) {
        self.real = real
        self.imaginary = imaginary
    }

    /// The number of rows.
    public var rows: Int { real.rows }
    /// The number of columns.
    public var columns: Int { real.columns }
    /// The number of entries, stored zeros among them.
    public var nonzeroCount: Int { real.nonzeroCount }
}

extension ComplexSparseMatrixCSC: Primal {
    /// The derivatives of a real loss in the real and imaginary parts of the entries, in the entries' order.
    public typealias Gradient = ComplexVector.Value
}

extension ComplexSparseMatrixCSC: CustomStringConvertible {
    /// Size and entries, `3×2 matrix with 1 entry: [0, 0] = 1.0 + 2.0i`; of more than 20, the first.
    public var description: String {
        let title =
            "\(rows)×\(columns) matrix with \(nonzeroCount) \(nonzeroCount == 1 ? "entry" : "entries")"
        var listed = zip(real.triplets.prefix(20), imaginary.values).map { entry, imaginary in
            "[\(entry.row), \(entry.column)] = \(entry.value) + \(imaginary)i"
        }
        if nonzeroCount > listed.count { listed.append("…") }
        return listed.isEmpty ? title : "\(title): \(listed.joined(separator: ", "))"
    }
}
