/// The functions by name, so that a rule reads like its formula.
extension RealAlgebra {
    package static func abs(_ x: Self) -> Self { evaluate(.abs, x) }
    package static func sign(_ x: Self) -> Self { evaluate(.sign, x) }
    package static func round(_ x: Self) -> Self { evaluate(.round, x) }
    package static func sqrt(_ x: Self) -> Self { evaluate(.sqrt, x) }
    package static func exp(_ x: Self) -> Self { evaluate(.exp, x) }
    package static func log(_ x: Self) -> Self { evaluate(.log, x) }
    package static func sin(_ x: Self) -> Self { evaluate(.sin, x) }
    package static func cos(_ x: Self) -> Self { evaluate(.cos, x) }
    package static func sinh(_ x: Self) -> Self { evaluate(.sinh, x) }
    package static func cosh(_ x: Self) -> Self { evaluate(.cosh, x) }
    package static func pow(_ x: Self, _ y: Self) -> Self { evaluate(.pow, x, y) }
    package static func chain(_ x: Self, _ y: Self) -> Self { evaluate(.chain, x, y) }
    package static func polygamma(_ n: Self, _ x: Self) -> Self { evaluate(.polygamma, n, x) }

    /// √x in a denominator: at 0 it is x itself, which has the same value and, below a fraction's line, derivatives
    /// that are infinite, where the conventional slope 0 of a root would make them 0.
    package static func steepRoot(_ x: Self) -> Self {
        select(x, .equal, Self(constant: 0), then: x, else: .sqrt(x))
    }

    /// One smooth function in two forms, which agree to all orders where they meet: it makes no difference which of them
    /// is taken at the threshold.
    package static func twoForms(
        _ x: Self, upTo threshold: Self, _ below: Self, beyond above: Self
    ) -> Self {
        select(x, .betweenForms, threshold, then: below, else: above)
    }

    /// `quotient(divisor)` where `divisor` is not zero, and zero where it is.
    ///
    /// The division itself sees 1 in place of a zero divisor. Selecting on the result alone would leave the
    /// infinite quotient inside the expression, and differentiating it again would produce 0 · ∞.
    package static func zeroAtZero(_ divisor: Self, _ quotient: (Self) -> Self) -> Self {
        let zero = Self(constant: 0)
        let guarded = select(divisor, .equal, zero, then: Self(constant: 1), else: divisor)
        return select(divisor, .equal, zero, then: zero, else: quotient(guarded))
    }
}
