import Strategies

/// An order in which families of rules are applied to a function, made of strategies that end.
///
/// ```swift
/// let fast = forwardGradient(f, with: 0).optimized(by: .arrays)
/// ```
public struct ArraySchedule: Sendable, CustomStringConvertible {
    let phases: [Strategy<Term>]

    /// The standard schedule: first everything that makes terms smaller, until nothing applies any more, then what does not
    /// change in loops before them, then the first again.
    ///
    /// The order matters. Before sums are split, what could be moved out of a loop stands in one term with what changes there:
    /// hoisting first finds nothing.
    public static let arrays = ArraySchedule(phases: [simplification, hoisting, simplification])

    /// Everything but hoisting.
    public static let simplified = ArraySchedule(phases: [simplification])

    /// Arrays that are made and read again are not made: fusion and projections alone.
    public static let fused = ArraySchedule(phases: [
        .innermost(.fusion.or(.projections)).named("fusion, projections")
    ])

    private static let simplification = Strategy<Term>.innermost(
        .first(
            of: [.fusion, .projections, .lets, .ring, .conditions, .oneHot, .fission, .peeling],
            named: "simplification")
    ).named("simplification")

    private static let hoisting = Strategy<Term>.innermost(.hoist.or(.lets)).named("hoisting")

    /// The phases in their order.
    public var description: String { phases.map(\.name).joined(separator: "; ") }
}

extension ArrayFunction {
    /// The function rewritten by a schedule of this package.
    ///
    /// A phase that does not end within a hundred thousand rewrites is left out; the function means the same.
    public func optimized(by schedule: ArraySchedule) -> ArrayFunction {
        guard body.problem == nil else { return self }
        var result = body
        for phase in schedule.phases {
            if let next = try? phase(result) { result = next }
        }
        return with(result)
    }

    /// The function rewritten by a strategy of your own; the same function if the strategy fails.
    ///
    /// - Throws: `RewriteError`, if the strategy does not end, or a rule makes a term that does not fit.
    public func optimized(by strategy: Strategy<Term>) throws(RewriteError) -> ArrayFunction {
        guard body.problem == nil else { return self }
        return try strategy(body).map { with($0) } ?? self
    }
}
