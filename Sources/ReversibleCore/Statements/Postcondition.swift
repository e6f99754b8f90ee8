/// How the inverse of a decision knows which way it went.
package enum Postcondition: Sendable {
    /// A condition tells it afterwards.
    case asserted
    /// It is kept on a stack of the run.
    case recorded
    /// What was recorded is undone.
    case replayed

    package var inverse: Postcondition {
        switch self {
        case .asserted: .asserted
        case .recorded: .replayed
        case .replayed: .recorded
        }
    }
}

/// Which stack of a run decisions are kept on; a statement, its inverse and its derivatives share it.
///
/// It does not take part in comparisons.
package struct RunRecord: Hashable, Sendable {
    package let token = TraceToken()
    package static func == (a: RunRecord, b: RunRecord) -> Bool { true }
    package func hash(into hasher: inout Hasher) {}
}

/// What stands in the place of a postcondition that nobody can write down: `post: .recorded`.
///
/// The run remembers the way that was taken, and its inverse, within the same run, goes back by that: a `Compute`, or a
/// gradient.
public struct RecordedPostcondition: Sendable {
    /// The decision is kept on a stack of the run: one bit for an `If`, the number of turns for a `While`.
    public static let recorded = RecordedPostcondition()
}
