import ReversibleCore
import Strategies

/// A rewriting of terms with a name and a statement of when it holds.
///
/// ```swift
/// let double = Rule("x + x → 2x", when: "always") { term in
///     guard case .binary(.add, let a, let b) = term.kind, a == b else { return nil }
///     return .binary(.multiply, .real(2), a)
/// }
/// try checkRule(double, on: samples)
/// let faster = try slow.optimized(by: double.strategy.innermost)
/// ```
///
/// What a rule makes must have the type of what it is applied to, and no variables but those: another is an error at once.
/// Whether it means the same is the rule's own affair; ``checkRule(_:on:seed:)`` tries.
public struct Rule: Sendable, CustomStringConvertible {
    /// What the rule does, in short.
    public let name: String
    /// When what it makes means the same as what was there.
    public let condition: String
    let rewrite: @Sendable (Term) -> Term?

    /// A rule: nil where it does not apply.
    public init(
        _ name: String, when condition: String = "always", _ rewrite: @escaping @Sendable (Term) -> Term?
    ) {
        self.name = name
        self.condition = condition
        self.rewrite = rewrite
    }

    /// What the rule makes of a term; nil where it does not apply.
    public func callAsFunction(_ term: Term) -> Term? { rewrite(term) }

    /// The rule as a strategy.
    public var strategy: Strategy<Term> { Strategy(name, rewrite) }

    /// The name and the condition.
    public var description: String { condition == "always" ? name : "\(name), when \(condition)" }
}

extension Strategy where Term == Arrays.Term {
    /// The first of these rules that applies.
    public static func rules(_ rules: [Rule], named name: String) -> Strategy {
        .first(of: rules.map(\.strategy), named: name)
    }

    /// Elements of arrays that are made element by element become what they are made of.
    public static var fusion: Strategy { rules(Rule.fusion, named: "fusion") }
    /// Parts of pairs, and of what is chosen or bound, are taken where they are made.
    public static var projections: Strategy { rules(Rule.projections, named: "projections") }
    /// Names that are not used, or name nothing worth it, go; values that have a name are called by it.
    public static var lets: Strategy { rules(Rule.lets, named: "lets") }
    /// Zeros and ones, constants, signs.
    public static var ring: Strategy { rules(Rule.ring, named: "ring") }
    /// Choices whose condition is known or the same, and those of zeros, which move out of products and sums.
    public static var conditions: Strategy { rules(Rule.conditions, named: "conditions") }
    /// A sum in which one element alone is not zero becomes that element.
    public static var oneHot: Strategy { rules(Rule.oneHot, named: "oneHot") }
    /// Loops are split where a part of them can go.
    public static var fission: Strategy { rules(Rule.fission, named: "fission") }
    /// What does not change in a loop is computed before it; what an inner loop alone changes, as an array.
    public static var hoist: Strategy { rules(Rule.hoisting, named: "hoist") }
    /// Sums over few indices are written out.
    public static var peeling: Strategy { rules(Rule.peeling, named: "peeling") }
    /// An array that is made of all elements of another in order is that array.
    public static var eta: Strategy { rules(Rule.eta, named: "eta") }
    /// 0 · x is 0: holds where x is neither infinite nor a NaN, and is no part of any schedule.
    public static var assumingFinite: Strategy { rules(Rule.finite, named: "assumingFinite") }
}
