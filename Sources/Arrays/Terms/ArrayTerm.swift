import ReversibleCore

/// What a function of arrays takes and yields: a number, a vector, a matrix, an index or a condition, as a formula.
public protocol ArrayTerm: Sendable {
    /// The formula.
    var term: Term { get }
    /// A formula of this type.
    init(_ term: Term)
    /// What parameters of this type stand for.
    static var parameterType: TermType { get }
}

/// A formula for a real number.
public struct ScalarTerm: ArrayTerm, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
    /// The formula.
    public let term: Term
    /// A real number.
    public static var parameterType: TermType { .real }

    /// A formula for a real number.
    public init(_ term: Term) { self.term = term }
    /// A constant.
    public init(floatLiteral value: Double) { term = .real(value) }
    /// A constant.
    public init(integerLiteral value: Int) { term = .real(Double(value)) }
    /// A constant.
    public init(_ value: Double) { term = .real(value) }
    /// An index or a size as a real number.
    public init(_ index: IndexTerm) { term = .binary(.multiply, .real(1), index.term) }
}

/// A formula for an integer: the index of an element, or how many there are.
public struct IndexTerm: ArrayTerm, ExpressibleByIntegerLiteral {
    /// The formula.
    public let term: Term
    /// An integer.
    public static var parameterType: TermType { .integer }

    /// A formula for an integer.
    public init(_ term: Term) { self.term = term }
    /// A constant.
    public init(integerLiteral value: Int) { term = .integer(value) }
    /// A constant.
    public init(_ value: Int) { term = .integer(value) }
}

/// A formula for a condition, which `select` asks.
public struct ConditionTerm: Sendable {
    /// The formula.
    public let term: Term

    /// A formula for a condition.
    public init(_ term: Term) { self.term = term }

    /// Whether both hold; the second is evaluated only if the first holds.
    public static func && (a: ConditionTerm, b: ConditionTerm) -> ConditionTerm {
        ConditionTerm(Term(.and(a.term, b.term)))
    }

    /// Whether the condition does not hold.
    public static prefix func ! (a: ConditionTerm) -> ConditionTerm { ConditionTerm(Term(.not(a.term))) }
}

/// One or the other; only the chosen one is evaluated.
public func select<Choice: ArrayTerm>(
    _ condition: ConditionTerm, _ a: Choice, _ b: Choice
) -> Choice {
    let problem = ShapeNotes.join(a.term, b.term, for: "`select`")
    return Choice(Term(.select(condition.term, a.term, b.term), problem: problem))
}

/// A value that is computed once and has a name: `let t = …` in the printed term, an ancilla in the program.
///
/// A Swift constant names the formula only, and what is written twice may be computed twice.
public func bind<Value: ArrayTerm, Result: ArrayTerm>(
    _ value: Value, in body: (Value) -> Result
) -> Result {
    Result(.bind(value.term) { body(Value($0)).term })
}

/// The array of so many numbers; the closure says what each is.
public func build(_ count: IndexTerm, _ element: (IndexTerm) -> ScalarTerm) -> VectorTerm {
    VectorTerm(.build(count.term) { element(IndexTerm($0)).term })
}

/// The matrix of so many rows; the closure says what each is.
@_disfavoredOverload
public func build(_ rows: IndexTerm, _ row: (IndexTerm) -> VectorTerm) -> MatrixTerm {
    MatrixTerm(.build(rows.term) { row(IndexTerm($0)).term })
}

/// The sum over so many indices.
public func sum(_ count: IndexTerm, _ element: (IndexTerm) -> ScalarTerm) -> ScalarTerm {
    ScalarTerm(.sum(count.term) { element(IndexTerm($0)).term })
}
