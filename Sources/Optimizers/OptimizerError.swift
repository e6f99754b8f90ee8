/// Why a search could not begin, or could not go on.
public struct OptimizerError: Error, Sendable, CustomStringConvertible {
    /// The kinds of failure.
    public enum Kind: String, Sendable, CaseIterable {
        /// An option outside its range.
        case invalidOption
        /// A start that holds something that is no finite number.
        case invalidStart
        /// Bounds that cross, are NaN, or are not as many as the variables.
        case invalidBounds
        /// Arguments of a program that cannot be searched, or numbers that do not fit them.
        case invalidArgument
        /// A gradient, a product or a Jacobian of a size that does not fit.
        case wrongSize
        /// The function threw an error, which is the ``OptimizerError/cause``.
        case functionFailed
    }

    /// What kind of failure this is.
    public let kind: Kind
    /// What was wrong, with the values, and what to do.
    public let message: String
    /// What the function threw, of its own type.
    public let cause: (any Error)?

    init(_ kind: Kind, _ message: String, cause: (any Error)? = nil) {
        self.kind = kind
        self.message = message
        self.cause = cause
    }

    /// The message.
    public var description: String { message }
}

/// Calls what the user gave; what it throws becomes the cause of an error.
func callingFunction<Result>(_ body: () throws -> Result) throws(OptimizerError) -> Result {
    do {
        return try body()
    } catch let error as OptimizerError {
        throw error
    } catch {
        throw OptimizerError(.functionFailed, "the function failed: \(error)", cause: error)
    }
}
