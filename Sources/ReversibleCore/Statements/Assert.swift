/// `Assert(condition, "what must hold")`: fails where the condition does not hold; its own inverse.
package struct Assertion: Hashable, Sendable {
    package var condition: Node
    /// Why the condition must hold, or what does, in the user's words; may be empty.
    package var message: String
    /// What it is about: what a program says itself, or what must hold for its views.
    var subject = Subject.program

    /// Whether this must hold for memory to be safe: code that verifies undoing asks it too, as it compares the sizes of
    /// arrays.
    package var isOfViews: Bool { subject != .program }

    enum Subject: Sendable {
        case program
        /// Views and arrays that go together are of one size.
        case size
        /// A view is a part of its array.
        case bounds
        /// Views of one array share no elements.
        case overlap
    }

    /// The same in another program.
    package func on(_ condition: Node) -> Assertion {
        var result = self
        result.condition = condition
        return result
    }
}

/// Fails if a condition does not hold, whichever way the program runs; its own inverse.
///
/// The error is of kind ``ReversibilityError/Kind/assertion``, with the message, the place and the values. It is a check like
/// others: derivatives are those of a program that runs, in which it holds, and code that is compiled without checks leaves
/// it out.
///
/// ```swift
/// Assert(mass > 0, "masses are positive")
/// ```
public func Assert(_ condition: Condition, _ message: String = "") -> Statement {
    Statement(.assertion(Assertion(condition: condition.node, message: message)))
}

extension Assertion: StatementRule {
    package func visit(_ accesses: inout Accesses) { accesses.read(condition) }

    package func check(_ checker: inout Checker) throws(ReversibilityError) { try checker.check(condition) }

    package func print(to printer: inout Printer) {
        let words = message.isEmpty ? "" : ", \(message.debugDescription)"
        printer.line("Assert(\(printer.text(condition))\(words))")
    }

    package func renamed(by renaming: Renaming) -> Statement.Kind {
        .assertion(on(renaming(condition)))
    }
}
