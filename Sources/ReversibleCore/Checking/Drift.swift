/// What is said of undoing that lost digits.
package enum Drift {
    /// What differs.
    package enum Subject: Sendable { case value, tangent, decision }

    /// A number, or a decision, that is not what it was.
    static func explanation(reading place: String, before: Double, now: Double, _ subject: Subject) -> String
    {
        switch subject {
        case .decision:
            "after undoing, the gradient decides `\(place)` otherwise than the program did: a number came back with "
                + "other last digits, and lies on the other side of a threshold. \(advice)"
        case .value, .tangent:
            "undoing lost digits: the gradient reads \(subject == .tangent ? "the tangent of " : "")`\(place)` as "
                + "\(now), and it was \(before) when the program ran. \(advice)"
        }
    }

    /// Sums that differ, where no single read was compared: with the first statement that the sum is of.
    package static func explanation(_ first: UndoingAccount.Read?, decision: Bool) -> String {
        guard let first else {
            return "after undoing, the gradient takes another way than the program did. \(advice)"
        }
        let place = first.location.map { "\($0): " } ?? ""
        let subject = "\(place)in `\(first.function)`, `\(first.statement)`: "
        return decision
            ? subject
                + "after undoing, the gradient decides otherwise than the program did, here or later. \(advice)"
            : subject
                + "undoing lost digits: what the gradient reads from `\(first.place)`, here or later, is not what "
                + "it was when the program ran. \(advice)"
    }

    package static let advice =
        "Undoing a step that shrinks a number multiplies its rounding error; take the derivative with "
        + "`undoing: .recorded`, or keep the numbers in an array with a row for every step"
}
