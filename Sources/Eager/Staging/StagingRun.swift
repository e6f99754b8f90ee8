import ReversibleCore
import Synchronization

/// What one staged closure does, operation by operation, until it is written as a program.
final class StagingRun: Sendable {
    enum Operation: Sendable {
        case parameter(Int)
        case unary(ElementaryFunction, Staged.Content)
        case binary(ElementaryFunction, Staged.Content, Staged.Content)
        case select(Staged.Content, Relation, Staged.Content, Staged.Content, Staged.Content)

        var operands: [Staged.Content] {
            switch self {
            case .parameter: []
            case .unary(_, let x): [x]
            case .binary(_, let x, let y): [x, y]
            case .select(let a, _, let b, let c, let d): [a, b, c, d]
            }
        }
    }

    private struct Notes {
        var operations: [Operation] = []
        var comparisons = 0
        var problem: ReversibilityError?
    }
    private let notes = Mutex(Notes())
    let name: String
    let location: SourceLocation

    init(_ name: String, at location: SourceLocation) { (self.name, self.location) = (name, location) }

    var operations: [Operation] { notes.withLock { $0.operations } }
    /// Why there is no program; nil if nothing is known.
    var problem: ReversibilityError? { notes.withLock { $0.problem } }

    /// Notes an operation, and gives its number.
    func note(_ operation: Operation) -> Int {
        notes.withLock { state in
            state.operations.append(operation)
            return state.operations.count - 1
        }
    }

    /// Keeps that a staged number was compared.
    ///
    /// - Returns: Answers that differ from time to time, so that loops which ask end.
    func refuseComparison(_ relation: Relation) -> Bool {
        keep(
            .invalidStatement,
            "a staged number is compared (`\(relation.symbol)`), and has no value before the program runs; choose by "
                + "`R.select(a, .less, b, then: c, else: d)`, or decide by numbers that are no parameters")
        return notes.withLock { state in
            state.comparisons += 1
            return (state.comparisons &* 0x9E37_79B9) & 0x8000 != 0
        }
    }

    /// Keeps that a number of another program was used.
    func refuseStranger(_ other: StagingRun) {
        keep(
            .outOfScope,
            "a number of the program `\(other.name)`, staged at \(other.location), is used here; it means nothing outside of "
                + "its own closure")
    }

    private func keep(_ kind: ReversibilityError.Kind, _ message: String) {
        notes.withLock { state in
            guard state.problem == nil else { return }
            state.problem = ReversibilityError(kind, message, function: name, location: location)
        }
    }
}
