/// Why a scene of cameras and points could not be made, read, evaluated or adjusted.
public struct BundleAdjustmentError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What sort of error it is.
    public enum Kind: Hashable, Sendable {
        /// A file that cannot be read or written.
        case unreadableFile
        /// A compressed file that cannot be unpacked.
        case compressedFile
        /// A file with something else than the format says; the line is counted from 1.
        case malformedFile(line: Int)
        /// Sizes or indices of a scene that do not fit together.
        case invalidProblem
        /// A number that is infinite or no number.
        case notFinite
        /// An option outside its range.
        case invalidOption
        /// A program that could not be compiled or run.
        case engine
    }

    /// What sort of error it is.
    public let kind: Kind
    /// What was wrong, where, and what to do.
    public let description: String

    init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
