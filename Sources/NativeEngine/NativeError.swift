import ReversibleCore

/// Why a program could not be turned into native code.
///
/// Running compiled code throws `ReversibilityError`, as running a function does; this error comes from
/// making it. The interpreter needs no compiler: whatever failed here, the function itself can still be called.
public struct NativeError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kinds of failure.
    public enum Kind: String, Sendable, CaseIterable {
        /// There is no C compiler on this machine.
        case compilerNotFound
        /// The compiler refused the emitted source, or could not be run.
        case compilationFailed
        /// The compiled library could not be opened.
        case loadFailed
        /// The cache folder cannot be made, written or trusted.
        case cacheUnusable
        /// The program itself is wrong: what making or differentiating it reported.
        case invalidProgram
        /// An option that makes no sense.
        case invalidOption
        /// A file could not be written.
        case exportFailed
    }

    /// What kind of failure this is.
    public let kind: Kind
    /// What was wrong, and what to do.
    public let message: String

    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
