import ReversibleCore

/// A number whose elementary functions are the fragments that kernels consist of: on it, the interpreter computes the
/// bits of kernels, without a compiler.
struct FragmentNumber<Base: BinaryFloatingPoint & BitwiseCopyable & Sendable>: ReversibleNumber {
    let base: Base

    init(_ base: Base) { self.base = base }

    /// A constant that the type cannot hold becomes its largest number: an infinity could not be taken off again, which the
    /// interpreter would object to.
    init(constant value: Double) {
        let number = Base(value)
        base =
            value.isFinite && !number.isFinite ? (value < 0 ? -1 : 1) * Base.greatestFiniteMagnitude : number
    }

    var primal: Double { Double(base) }

    static func sum(_ a: Self, _ b: Self) -> Self { Self(a.base + b.base) }
    static func difference(_ a: Self, _ b: Self) -> Self { Self(a.base - b.base) }
    static func product(_ a: Self, _ b: Self) -> Self { Self(a.base * b.base) }
    static func quotient(_ a: Self, _ b: Self) -> Self { Self(a.base / b.base) }
    static func negative(_ a: Self) -> Self { Self(-a.base) }

    // In single precision kernels compute functions in double precision and round once.
    static func evaluate(_ function: ElementaryFunction, _ x: Self) -> Self {
        guard let fragment = function.fragment else { return Self(Base(function.value(x.primal))) }
        return Self(Base(fragment.evaluate(x.primal)))
    }

    static func evaluate(_ function: ElementaryFunction, _ x: Self, _ y: Self) -> Self {
        if function == .polygamma, x.primal == 0 {
            return Self(Base(MathFragment.digamma.evaluate(y.primal)))
        }
        guard let fragment = function.fragment else { return Self(Base(function.value(x.primal, y.primal))) }
        return Self(Base(fragment.evaluate(x.primal, y.primal)))
    }

    static func select(
        _ a: Self, _ relation: Relation, _ b: Self, then chosen: Self, else other: Self
    ) -> Self {
        relation.holdsBetweenNumbers(a.base, b.base) ? chosen : other
    }
}
