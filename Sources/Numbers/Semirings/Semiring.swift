/// Numbers that are kept by an exponent, so that their product is a sum.
///
/// Their own sum is another function of exponents, ``addition``. There are three: ``LogSumExp``, ``MaxPlus`` and ``MinPlus``.
public protocol Semiring: Sendable {
    /// What the sum of two numbers is of their exponents.
    static var addition: SemiringAddition { get }
}

/// What the sum of two numbers is of their exponents.
public enum SemiringAddition: Sendable {
    /// log(exp a + exp b): the numbers are exponentials.
    case logSumExp
    /// The larger one.
    case max
    /// The smaller one.
    case min
}

/// Numbers of 0 and more, kept by their logarithms: probabilities, however small.
public enum LogSumExp: Semiring {
    /// log(exp a + exp b).
    public static let addition = SemiringAddition.logSumExp
}

/// Tropical numbers whose sum is the larger one: longest paths, highest scores.
public enum MaxPlus: Semiring {
    /// The larger one.
    public static let addition = SemiringAddition.max
}

/// Tropical numbers whose sum is the smaller one: shortest paths, lowest energies.
public enum MinPlus: Semiring {
    /// The smaller one.
    public static let addition = SemiringAddition.min
}

/// A number of 0 and more, kept by its logarithm.
public typealias LogNumber = SemiringNumber<LogSumExp>
/// A row of numbers of 0 and more, kept by their logarithms.
public typealias LogVector = SemiringVector<LogSumExp>
/// A table of numbers of 0 and more, kept by their logarithms.
public typealias LogMatrix = SemiringMatrix<LogSumExp>

/// A tropical number, whose sum is the larger one.
public typealias Tropical = SemiringNumber<MaxPlus>
/// A row of tropical numbers, whose sum is the larger one.
public typealias TropicalVector = SemiringVector<MaxPlus>
/// A table of tropical numbers, whose sum is the larger one.
public typealias TropicalMatrix = SemiringMatrix<MaxPlus>

extension Semiring {
    /// The exponent of 0, infinite: of what changes no sum.
    static var zero: Double { addition == .min ? .infinity : -.infinity }

    /// The largest size of an exponent that a place takes, as an infinite one could not be undone: as good as infinite, and
    /// a number in single precision too.
    static var farthest: Double { addition == .min ? 0x1p127 : -0x1p127 }

    /// The exponent, or the one that stands for 0 in places.
    static func held(_ exponent: Expr) -> Expr {
        addition == .min ? min(exponent, farthest) : max(exponent, farthest)
    }

    /// The exponent of a sum; at a tie of tropical numbers the first has the whole derivative.
    static func sum(_ a: Expr, _ b: Expr) -> Expr {
        switch addition {
        case .max: return max(a, b)
        case .min: return min(a, b)
        case .logSumExp:
            // Of two zeros the peak must be a number.
            let peak = stopGradient(held(max(a, b)))
            return log(exp(a - peak) + exp(b - peak)) + peak
        }
    }
}
