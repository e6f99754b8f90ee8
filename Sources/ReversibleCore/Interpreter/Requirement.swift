/// What a condition instruction insists on.
enum Requirement: UInt8 {
    case postcondition, entry, turn, replay, loopBounds, assertion, viewSize, viewBounds, viewOverlap
}

extension Requirement {
    /// The kind of the error if it is not met, and its sentence.
    func explanation(expected: Bool) -> (ReversibilityError.Kind, String) {
        switch self {
        case .postcondition:
            (
                .postcondition,
                "the precondition was \(expected) and the postcondition is \(!expected) afterwards; they must agree, "
                    + "so that the inverse knows which branch to undo. Give a `post:` that tells"
            )
        case .entry:
            (
                .loopCondition,
                "`post` holds before the first turn; it must be false on entry, so that the inverse knows where the "
                    + "loop began"
            )
        case .turn:
            (.loopCondition, "`post` is false after a turn; it must be true after every turn")
        case .replay:
            (.loopCondition, "the loop is not where it ended, so its recorded turns cannot be undone")
        case .loopBounds:
            (
                .loopBoundsChanged,
                "the bounds of the loop changed while it ran; the inverse would visit other indices"
            )
        case .assertion: (.assertion, "the condition does not hold")
        case .viewSize:
            (
                .lengthMismatch,
                "arrays and views that a statement takes element by element differ in size; give them one size"
            )
        case .viewBounds: (.indexOutOfRange, "a part of a vector reaches beyond it, or ends before it begins")
        case .viewOverlap:
            (
                .aliasing,
                "two views of one array share elements, and one of them changes; it could not be undone. Use views that "
                    + "are apart, or copy one of them into an ancilla first"
            )
        }
    }
}
