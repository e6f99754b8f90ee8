/// What was wrong with a sparse matrix or a Matrix Market file, where, and what to do.
public struct SparseMatrixError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kinds of failure.
    public enum Kind: String, Sendable, CaseIterable {
        /// A number of rows or columns that is negative or too large.
        case invalidSize
        /// Column pointers that do not begin at 0, decrease, or do not end at the number of values.
        case invalidColumnPointers
        /// Row indices of a column that are not strictly increasing.
        case unsortedRowIndices
        /// An index outside the matrix.
        case indexOutOfRange
        /// Arrays or matrices that go together and differ in size.
        case lengthMismatch
        /// An infinity or a NaN where only finite numbers are allowed.
        case notFinite
        /// A matrix that has not the symmetry that was asked for, or an entry that such a file must not have.
        case symmetry
        /// A value that the file's number type cannot hold.
        case unrepresentable

        // Found in Matrix Market files.

        /// A first line that is not a Matrix Market header, or a size line that is none.
        case invalidHeader
        /// A kind of matrix that this reader does not read.
        case unsupported
        /// A line that is not an entry.
        case invalidEntry
        /// More or fewer entries than the size line says.
        case wrongEntryCount
        /// An entry that is listed twice.
        case duplicateEntry
        /// A compressed file that cannot be unpacked.
        case compressed
        /// A file that cannot be opened, read or written.
        case fileAccess
    }

    /// What kind of failure this is.
    public let kind: Kind
    /// What was wrong, with which values, and what to do.
    public let message: String
    /// The file, if there is one.
    public internal(set) var file: String?
    /// The line of the file, counted from 1, if there is one.
    public let line: Int?

    init(_ kind: Kind, _ message: String, line: Int? = nil) {
        self.kind = kind
        self.message = message
        self.line = line
    }

    /// The file, the line and the message.
    public var description: String {
        switch (file, line) {
        case (let file?, let line?): "\(file):\(line): \(message)"
        case (let file?, nil): "\(file): \(message)"
        case (nil, let line?): "line \(line): \(message)"
        case (nil, nil): message
        }
    }
}
