/// What is wrong with a mixture's numbers, with a file of them, or with a fit.
public struct MixtureError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kinds of failure.
    public enum Kind: String, Sendable, CaseIterable {
        /// Parameters whose shapes do not go together, or that are not finite.
        case invalidParameters
        /// Points of another dimension than the parameters', or that are not finite.
        case invalidPoints
        /// A prior that is no probability density.
        case invalidPrior
        /// An option or a count that makes no sense.
        case invalidOption
        /// A file that cannot be read or written.
        case unusableFile
        /// A text that is not of ADBench's format.
        case malformedText
        /// A component of a fit shrank to a width of nothing.
        case collapsed
        /// The program could not be compiled or run.
        case runFailed
    }

    /// What kind of failure this is.
    public let kind: Kind
    /// The number of the line, from 1, for malformed text.
    public let line: Int?
    /// What was wrong, and what to do.
    public let message: String

    init(_ kind: Kind, line: Int? = nil, _ message: String) {
        self.kind = kind
        self.line = line
        self.message = message
    }

    /// The line, if any, and the message.
    public var description: String { line.map { "line \($0): \(message)" } ?? message }
}
