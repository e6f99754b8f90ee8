/// A dual number: a value with its derivative along one direction, for forward-mode differentiation.
///
/// Duals of duals carry higher derivatives: in `Dual<Dual<Double>>` with value (x, 1) and tangent (1, 0), the
/// tangent's tangent of f is f″(x).
///
/// A tangent that is exactly zero contributes a zero tangent, also where the derivative is infinite or NaN.
/// So a constant stays constant, and x² with a constant exponent is not spoilt by the derivative in the
/// exponent, which is NaN for negative x. A derivative that is exactly zero does the same for an infinite tangent.
public struct Dual<Base: ReversibleNumber>: ReversibleNumber {
    /// The value.
    public var value: Base

    /// The derivative of the value along the chosen direction.
    public var tangent: Base

    /// The dual number of `value` and `tangent`.
    @inlinable
    public init(_ value: Base, tangent: Base) {
        self.value = value
        self.tangent = tangent
    }

    /// The constant `value`, with tangent zero.
    @inlinable
    public init(constant value: Double) {
        self.init(Base(constant: value), tangent: Base(constant: 0))
    }

    /// The innermost value, without any tangent.
    @inlinable
    public var primal: Double { value.primal }

    /// Whether value and tangent are exactly zero.
    @inlinable
    public var isZero: Bool { value.isZero && tangent.isZero }

    /// The parts of the value, then those of the tangent.
    public var components: [Double] { value.components + tangent.components }

    /// The magnitudes of value and tangent, each at most `limit`.
    public static func componentMagnitudes(_ x: Dual, atMost limit: Double) -> Dual {
        Dual(
            Base.componentMagnitudes(x.value, atMost: limit),
            tangent: Base.componentMagnitudes(x.tangent, atMost: limit))
    }

    /// `derivative · tangent`, zero if one of them is.
    @inline(__always)
    static func chain(_ derivative: Base, _ tangent: Base) -> Base {
        tangent.isZero ? tangent : .chain(derivative, tangent)
    }
}

extension Dual {
    /// The sum.
    public static func + (a: Dual, b: Dual) -> Dual {
        Dual(a.value + b.value, tangent: a.tangent + b.tangent)
    }

    /// The difference.
    public static func - (a: Dual, b: Dual) -> Dual {
        Dual(a.value - b.value, tangent: a.tangent - b.tangent)
    }

    /// The product.
    public static func * (a: Dual, b: Dual) -> Dual {
        Dual(a.value * b.value, tangent: chain(b.value, a.tangent) + chain(a.value, b.tangent))
    }

    /// The quotient.
    public static func / (a: Dual, b: Dual) -> Dual {
        let quotient = a.value / b.value
        let change = a.tangent - chain(quotient, b.tangent)
        return Dual(quotient, tangent: change.isZero ? change : change / b.value)
    }

    /// The negative.
    public static prefix func - (a: Dual) -> Dual {
        Dual(-a.value, tangent: -a.tangent)
    }

    /// a + b.
    public static func sum(_ a: Dual, _ b: Dual) -> Dual { a + b }
    /// a − b.
    public static func difference(_ a: Dual, _ b: Dual) -> Dual { a - b }
    /// a · b.
    public static func product(_ a: Dual, _ b: Dual) -> Dual { a * b }
    /// a / b.
    public static func quotient(_ a: Dual, _ b: Dual) -> Dual { a / b }
    /// −a.
    public static func negative(_ a: Dual) -> Dual { -a }

    /// `function(x)`, with the tangent by the chain rule.
    public static func evaluate(_ function: ElementaryFunction, _ x: Dual) -> Dual {
        let value = Base.evaluate(function, x.value)
        if x.tangent.isZero { return Dual(value, tangent: x.tangent) }
        return Dual(value, tangent: chain(function.derivative(at: x.value, value: value), x.tangent))
    }

    /// `function(x, y)`, with the tangent by the chain rule.
    public static func evaluate(_ function: ElementaryFunction, _ x: Dual, _ y: Dual) -> Dual {
        switch function {
        case .add: return x + y
        case .subtract: return x - y
        case .multiply: return x * y
        case .divide: return x / y
        default: break
        }
        let value = Base.evaluate(function, x.value, y.value)
        var tangent = Base(constant: 0)
        if !x.tangent.isZero {
            tangent = chain(function.partialX(at: x.value, y.value, value: value), x.tangent)
        }
        if !y.tangent.isZero {
            tangent = tangent + chain(function.partialY(at: x.value, y.value, value: value), y.tangent)
        }
        return Dual(value, tangent: tangent)
    }

    /// The whole dual `chosen` where `a relation b` holds between the values, otherwise `other`; a NaN
    /// chooses `other`.
    public static func select(
        _ a: Dual,
        _ relation: Relation,
        _ b: Dual,
        then chosen: Dual,
        else other: Dual
    ) -> Dual {
        Base.holds(a.value, relation, b.value) ?? false ? chosen : other
    }
}

extension Dual {
    /// Whether the sums of values and tangents are.
    public static var hasExactSums: Bool { Base.hasExactSums }

    /// Whether value or tangent is.
    public var isOutOfRange: Bool { value.isOutOfRange || tangent.isOutOfRange }

    /// Whether the numbers of values and tangents can be out of range.
    public static var hasLimitedRange: Bool { Base.hasLimitedRange }

    /// The product, if the value's is undone by division.
    public func scaled(by factor: Dual) -> Dual? {
        value.scaled(by: factor.value) == nil ? nil : self * factor
    }

    /// The quotient, if the value's is undone by multiplication.
    public func unscaled(by factor: Dual) -> Dual? {
        value.unscaled(by: factor.value) == nil ? nil : self / factor
    }

    /// Whether the relation holds between the values.
    public static func holds(_ a: Dual, _ relation: Relation, _ b: Dual) -> Bool? {
        Base.holds(a.value, relation, b.value)
    }
}

extension Dual: Equatable where Base: Equatable {}

extension Dual: CustomStringConvertible {
    /// The value and the tangent, spelled as the initializer.
    public var description: String { "Dual(\(value), tangent: \(tangent))" }
}
