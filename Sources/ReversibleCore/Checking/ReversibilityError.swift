/// What was wrong with a program or one of its runs, where, and with which values.
///
/// ```
/// App/main.swift:14:9: in `norm`, `sum += v[i] * v[i]`: index 3 is outside `v`, which has 3 elements
///   (i = 3)
/// ```
///
/// After an error the arguments of the call are as they were: runs work on copies.
public struct ReversibilityError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kinds of failure.
    public enum Kind: String, Sendable, CaseIterable {
        // Found when the function is made.

        /// A statement that makes no sense, or mixes types that do not go together.
        case invalidStatement
        /// A place that this block or function does not own.
        case outOfScope
        /// A write to a place that may only be read.
        case readOnly

        // Found when the function is made, or when it runs.

        /// One statement changes a place that it also uses under another name.
        case aliasing
        /// The bounds of a loop or the size of an ancilla change while they are in use.
        case loopBoundsChanged
        /// The step of a loop is 0.
        case zeroStep
        /// A factor is 0, infinite or not a number, or what it scales would not come back.
        case zeroFactor
        /// Iterations of a `ParallelFor` depend on each other.
        case parallelConflict

        // Found when it runs.

        /// `Assert`: the condition does not hold.
        case assertion
        /// `If`: the postcondition differs from the precondition.
        case postcondition
        /// `While`: the postcondition holds on entry, or fails after a turn.
        case loopCondition
        /// `While` went past its limit.
        case turnLimit
        /// An ancilla is not 0 at the end of its block.
        case ancillaNotRestored
        /// An index is outside its array.
        case indexOutOfRange
        /// Two arrays that go together differ in size.
        case lengthMismatch
        /// A size is negative, or memory for it cannot be had.
        case invalidSize
        /// Integer arithmetic left the range of `Int`, or a number that of its type.
        case integerOverflow
        /// An integer was divided by 0.
        case divisionByZero
        /// A stack has nothing to pop, or no top to read.
        case emptyStack
        /// `POP` into a place that does not hold 0, or of a number that is not an integer.
        case popMismatch
        /// A comparison met a NaN.
        case nanInCondition
        /// Calls are nested too deep.
        case callDepth
        /// The rest of a program of callbacks was run more than once.
        case continuationReused
        /// An argument, or a request about arguments, that does not fit the function.
        case invalidArgument

        /// A number that a gradient reads after undoing, or a decision that it takes, is not what it was when the
        /// program ran. The gradient would be wrong.
        case drift

        /// A program that is to be transposed is not linear in the places named.
        case notLinear

        // Found by the test helpers.

        /// A gradient differs from an independent computation.
        case gradientMismatch
        /// The inverse did not restore the arguments.
        case inverseMismatch
    }

    /// A place's content when the error was found.
    public struct NamedValue: Hashable, Sendable, CustomStringConvertible {
        /// The place, as the program prints it.
        public let name: String
        /// What it held.
        public let value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }

        /// `name = value`.
        public var description: String { "\(name) = \(value)" }
    }

    /// A call on the way to the statement that failed.
    public struct Caller: Hashable, Sendable, CustomStringConvertible {
        /// The function that calls.
        public let function: String
        /// The call's source, as the program prints it.
        public let statement: String
        /// Where the call was written.
        public let location: SourceLocation?
        /// How many times it was made in a row, each within the one before; more than 1 in a recursion.
        public internal(set) var count = 1

        /// The call, its function and its place.
        public var description: String {
            "called by `\(function)`, `\(statement)`" + (location.map { ", at \($0)" } ?? "")
                + (count > 1 ? ", \(count) times" : "")
        }
    }

    /// What kind of failure this is.
    public let kind: Kind
    /// What was wrong, and what to do.
    public let message: String
    /// The function in which it was found.
    public let function: String
    /// The statement's source, as the program prints it.
    public let statement: String?
    /// Where the statement was written.
    public let location: SourceLocation?
    /// What the statement's places held.
    public let values: [NamedValue]
    /// The calls that led to the statement, the innermost first; of a long chain the first four and the last.
    public let callers: [Caller]
    /// How many calls are left out before the last of ``callers``.
    public let omittedCallers: Int

    package init(
        _ kind: Kind, _ message: String, function: String, statement: String? = nil,
        location: SourceLocation? = nil, values: [NamedValue] = [], callers: [Caller] = [],
        omittedCallers: Int = 0
    ) {
        self.kind = kind
        self.message = message
        self.function = function
        self.statement = statement
        self.location = location
        self.values = values
        self.callers = callers
        self.omittedCallers = omittedCallers
    }

    /// The whole message: place, function, statement, what was wrong, the values, and the calls that led there.
    public var description: String {
        let place = location.map { "\($0): " } ?? ""
        let subject = statement.map { ", `\($0)`" } ?? ""
        let list = values.isEmpty ? "" : "\n  (" + values.map(\.description).joined(separator: ", ") + ")"
        var calls = callers.map { "\n  \($0)" }
        if omittedCallers > 0 {
            let plural = omittedCallers == 1 ? "" : "s"
            calls.insert("\n  … \(omittedCallers) call\(plural) between …", at: calls.count - 1)
        }
        return "\(place)in `\(function)`\(subject): \(message)\(list)\(calls.joined())"
    }
}
