/// Real arithmetic in which values and derivative rules are written once.
///
/// Numbers (`Double`, `Float`, `Dual`) conform, and so does the symbolic ``Expr``: the same rule text
/// evaluates a derivative on numbers and builds the derivative's expression.
public protocol RealAlgebra: Sendable {
    /// The constant `value` in this algebra.
    init(constant value: Double)

    // Named, not operators: operators of a public protocol would be candidates in every expression of every
    // program, and slow its type-checking down.

    /// a + b.
    static func sum(_ a: Self, _ b: Self) -> Self
    /// a − b.
    static func difference(_ a: Self, _ b: Self) -> Self
    /// a · b.
    static func product(_ a: Self, _ b: Self) -> Self
    /// a / b.
    static func quotient(_ a: Self, _ b: Self) -> Self
    /// −a.
    static func negative(_ a: Self) -> Self

    /// `function(x)` for a function of one argument.
    static func evaluate(_ function: ElementaryFunction, _ x: Self) -> Self

    /// `function(x, y)` for a function of two arguments.
    static func evaluate(_ function: ElementaryFunction, _ x: Self, _ y: Self) -> Self

    /// `chosen` where `a relation b` holds, otherwise `other`; a NaN in `a` or `b` chooses `other`.
    static func select(
        _ a: Self,
        _ relation: Relation,
        _ b: Self,
        then chosen: Self,
        else other: Self
    ) -> Self
}

extension RealAlgebra {
    /// a + b, as a function of two arguments.
    public static func sum(_ a: Self, _ b: Self) -> Self { evaluate(.add, a, b) }
    /// a − b, as a function of two arguments.
    public static func difference(_ a: Self, _ b: Self) -> Self { evaluate(.subtract, a, b) }
    /// a · b, as a function of two arguments.
    public static func product(_ a: Self, _ b: Self) -> Self { evaluate(.multiply, a, b) }
    /// a / b, as a function of two arguments.
    public static func quotient(_ a: Self, _ b: Self) -> Self { evaluate(.divide, a, b) }
    /// −a, as a function of one argument.
    public static func negative(_ a: Self) -> Self { evaluate(.negate, a) }
}

// The rules are written with operators; only this module sees them.
extension RealAlgebra {
    @inline(__always) static func + (a: Self, b: Self) -> Self { sum(a, b) }
    @inline(__always) static func - (a: Self, b: Self) -> Self { difference(a, b) }
    @inline(__always) static func * (a: Self, b: Self) -> Self { product(a, b) }
    @inline(__always) static func / (a: Self, b: Self) -> Self { quotient(a, b) }
    @inline(__always) static prefix func - (a: Self) -> Self { negative(a) }
}

/// A comparison of two numbers.
public enum Relation: UInt8, Sendable, CaseIterable {
    case less, lessOrEqual, equal, notEqual, greaterOrEqual, greater

    /// The relation by which rules choose between two forms of one smooth function; no rule uses it to jump.
    package static let betweenForms = Relation.lessOrEqual

    /// The operator's Swift spelling.
    public var symbol: String {
        switch self {
        case .less: "<"
        case .lessOrEqual: "<="
        case .equal: "=="
        case .notEqual: "!="
        case .greaterOrEqual: ">="
        case .greater: ">"
        }
    }

    /// Whether `a` stands in this relation to `b`.
    public func holds<T: Comparable>(_ a: T, _ b: T) -> Bool {
        switch self {
        case .less: a < b
        case .lessOrEqual: a <= b
        case .equal: a == b
        case .notEqual: a != b
        case .greaterOrEqual: a >= b
        case .greater: a > b
        }
    }
}
