import ReversibleCore

/// Why a program cannot be turned into GPU kernels.
public struct PTXError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kinds of reasons.
    public enum Kind: String, Sendable, CaseIterable {
        /// Nothing in the program runs side by side: no `ParallelFor`, no array statement, no long `For` of
        /// independent turns at its top.
        case nothingParallel
        /// A statement that has no form on a GPU.
        case unsupportedStatement
        /// An expression that has no form on a GPU.
        case unsupportedExpression
        /// A bound or a size that must be known before a kernel is launched, and is not.
        case unknownBeforeLaunch
        /// An option that makes no sense, or that does not go with the program.
        case invalidOption
        /// The program itself is wrong: what making or differentiating it reported.
        case invalidProgram
    }

    /// What kind of reason this is.
    public let kind: Kind
    /// What was wrong, and what to do.
    public let message: String
    /// Where the statement was written, if it is one.
    public let location: SourceLocation?

    init(_ kind: Kind, _ message: String, at location: SourceLocation? = nil) {
        self.kind = kind
        self.message = message
        self.location = location
    }

    /// The place and the message.
    public var description: String {
        location.map { "\($0): \(message)" } ?? message
    }
}
