import ReversibleCore

/// A number of a program that is being made: code that computes with it becomes statements.
///
/// ``staged(_:of:fileID:line:column:_:)`` gives them to a closure, which may call any code that is generic over
/// ``EagerReal``. Swift's loops and recursion run while the program is made, and write out what they do. A Swift `if`
/// cannot look at a staged number, which has no value yet: comparing one is an error, and
/// `R.select(a, .less, b, then: c, else: d)` the way to choose.
public struct Staged: EagerReal {
    enum Content: Sendable {
        case constant(Double)
        case node(Int, StagingRun)
    }
    let content: Content

    /// The constant `value`.
    public init(_ value: Double) { content = .constant(value) }

    init(_ content: Content) { self.content = content }

    /// The value of a constant.
    fileprivate var constant: Double? {
        if case .constant(let value) = content { value } else { nil }
    }

    /// `function(x)`, noted.
    public static func evaluate(_ function: ElementaryFunction, _ x: Staged) -> Staged {
        if let value = x.constant { return Staged(Double.evaluate(function, value)) }
        return noting(.unary(function, x.content), x)
    }

    /// `function(x, y)`, noted.
    public static func evaluate(_ function: ElementaryFunction, _ x: Staged, _ y: Staged) -> Staged {
        if let a = x.constant, let b = y.constant { return Staged(Double.evaluate(function, a, b)) }
        return noting(.binary(function, x.content, y.content), x, y)
    }

    /// `chosen` where `a relation b` holds when the program runs, otherwise `other`; a NaN chooses `other`.
    public static func select(
        _ a: Staged, _ relation: Relation, _ b: Staged, then chosen: Staged, else other: Staged
    ) -> Staged {
        if let x = a.constant, let y = b.constant {
            return relation.holdsBetweenNumbers(x, y) ? chosen : other
        }
        return noting(
            .select(a.content, relation, b.content, chosen.content, other.content), a, b, chosen, other)
    }

    /// Compares constants; of other numbers there is no answer yet, and the program is not made.
    public static func decide(_ a: Staged, _ relation: Relation, _ b: Staged) -> Bool {
        if let x = a.constant, let y = b.constant { return relation.holds(x, y) }
        for case .node(_, let run) in [a.content, b.content] { return run.refuseComparison(relation) }
        return false
    }

    private static func noting(_ operation: StagingRun.Operation, _ operands: Staged...) -> Staged {
        var owner: StagingRun?
        for case .node(_, let run) in operands.map(\.content) {
            if let owner, run !== owner { owner.refuseStranger(run) } else { owner = run }
        }
        guard let owner else { return Staged(.nan) }
        return Staged(.node(owner.note(operation), owner))
    }
}
