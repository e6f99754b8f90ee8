import ReversibleCore

/// The rounding of a number type.
protocol Roundoff: Sendable {
    /// The largest relative error of a rounded result.
    static var unit: Double { get }
    /// A number rounded to the type; what is too large becomes the type's largest number.
    static func rounded(_ value: Double) -> Double
}

enum DoubleRoundoff: Roundoff {
    static let unit = 0x1p-53
    static func rounded(_ value: Double) -> Double { value }
}

enum SingleRoundoff: Roundoff {
    static let unit = 0x1p-24
    static func rounded(_ value: Double) -> Double {
        let number = Float(value)
        guard value.isFinite, !number.isFinite else { return Double(number) }
        return Double(value < 0 ? -Float.greatestFiniteMagnitude : Float.greatestFiniteMagnitude)
    }
}

/// A number with a bound of its error: running error analysis, after Wilkinson.
///
/// Every operation adds its own rounding to what it inherits. An addition counts the magnitudes of all terms that were
/// added before, instead of their sum: so the bound holds in whatever order a device adds them.
struct BoundedNumber<Rounding: Roundoff>: ReversibleNumber {
    let value: Double
    /// The bound, in units of the rounding.
    let error: Double
    /// The sum of the magnitudes of the terms that were added up to this number.
    let terms: Double

    private init(_ value: Double, error: Double, terms: Double? = nil) {
        self.value = value
        self.error = value.isFinite && error.isFinite ? error : .infinity
        self.terms = terms ?? value.magnitude
    }

    /// A number that is given.
    init(_ value: Double) { self.init(Rounding.rounded(value), error: 0) }

    init(constant value: Double) {
        let number = Rounding.rounded(value)
        self.init(number, error: number == value ? 0 : number.magnitude)
    }

    /// How far a computed number may be from another.
    var tolerance: Double { 2 * error * Rounding.unit }

    var primal: Double { value }

    static func sum(_ a: Self, _ b: Self) -> Self {
        let terms = a.terms + b.terms
        return Self(a.value + b.value, error: a.error + b.error + terms, terms: terms)
    }

    static func difference(_ a: Self, _ b: Self) -> Self { sum(a, negative(b)) }

    static func product(_ a: Self, _ b: Self) -> Self {
        let value = a.value * b.value
        return Self(value, error: a.value.magnitude * b.error + b.value.magnitude * a.error + value.magnitude)
    }

    static func quotient(_ a: Self, _ b: Self) -> Self {
        let value = a.value / b.value
        return Self(value, error: (a.error + value.magnitude * b.error) / b.value.magnitude + value.magnitude)
    }

    static func negative(_ a: Self) -> Self { Self(-a.value, error: a.error, terms: a.terms) }

    static func evaluate(_ function: ElementaryFunction, _ x: Self) -> Self {
        switch function {
        case .negate: negative(x)
        case .abs: Self(x.value.magnitude, error: x.error, terms: x.terms)
        default: propagated(function.value(x.value), x) { function.value($0) }
        }
    }

    static func evaluate(_ function: ElementaryFunction, _ x: Self, _ y: Self) -> Self {
        switch function {
        case .add: return sum(x, y)
        case .subtract: return difference(x, y)
        case .multiply: return product(x, y)
        case .divide: return quotient(x, y)
        default:
            let value = function.value(x.value, y.value)
            let inFirst = propagated(value, x) { function.value($0, y.value) }
            let inSecond =
                function == .polygamma
                ? Self(value, error: 0) : propagated(value, y) { function.value(x.value, $0) }
            return Self(value, error: inFirst.error + inSecond.error)
        }
    }

    /// A function's value: what it makes of the argument's error, and four units of its own.
    private static func propagated(_ value: Double, _ x: Self, _ function: (Double) -> Double) -> Self {
        let step = x.error * Rounding.unit
        var spread = 0.0
        if step > 0, step.isFinite {
            spread = Swift.max(
                (function(x.value + step) - value).magnitude, (function(x.value - step) - value).magnitude)
        }
        return Self(value, error: spread / Rounding.unit + 4 * value.magnitude)
    }

    static func select(
        _ a: Self, _ relation: Relation, _ b: Self, then chosen: Self, else other: Self
    ) -> Self {
        relation.holdsBetweenNumbers(a.value, b.value) ? chosen : other
    }
}
