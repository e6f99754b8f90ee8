import ReversibleCore

// Operators on the types of this module only, one for each pair of them: code beside programs has nothing to weigh.

extension ScalarTerm {
    /// The sum.
    public static func + (a: ScalarTerm, b: ScalarTerm) -> ScalarTerm {
        ScalarTerm(.binary(.add, a.term, b.term))
    }
    /// The difference.
    public static func - (a: ScalarTerm, b: ScalarTerm) -> ScalarTerm {
        ScalarTerm(.binary(.subtract, a.term, b.term))
    }
    /// The product.
    public static func * (a: ScalarTerm, b: ScalarTerm) -> ScalarTerm {
        ScalarTerm(.binary(.multiply, a.term, b.term))
    }
    /// The quotient.
    public static func / (a: ScalarTerm, b: ScalarTerm) -> ScalarTerm {
        ScalarTerm(.binary(.divide, a.term, b.term))
    }
    /// The negative.
    public static prefix func - (a: ScalarTerm) -> ScalarTerm { ScalarTerm(.unary(.negate, a.term)) }
    /// The sum of a Swift number and a formula.
    @_disfavoredOverload
    public static func + (a: Double, b: ScalarTerm) -> ScalarTerm { ScalarTerm(a) + b }
    /// The sum of a formula and a Swift number.
    @_disfavoredOverload
    public static func + (a: ScalarTerm, b: Double) -> ScalarTerm { a + ScalarTerm(b) }
    /// The difference of a Swift number and a formula.
    @_disfavoredOverload
    public static func - (a: Double, b: ScalarTerm) -> ScalarTerm { ScalarTerm(a) - b }
    /// The difference of a formula and a Swift number.
    @_disfavoredOverload
    public static func - (a: ScalarTerm, b: Double) -> ScalarTerm { a - ScalarTerm(b) }
    /// The product of a Swift number and a formula.
    @_disfavoredOverload
    public static func * (a: Double, b: ScalarTerm) -> ScalarTerm { ScalarTerm(a) * b }
    /// The product of a formula and a Swift number.
    @_disfavoredOverload
    public static func * (a: ScalarTerm, b: Double) -> ScalarTerm { a * ScalarTerm(b) }
    /// The quotient of a Swift number and a formula.
    @_disfavoredOverload
    public static func / (a: Double, b: ScalarTerm) -> ScalarTerm { ScalarTerm(a) / b }
    /// The quotient of a formula and a Swift number.
    @_disfavoredOverload
    public static func / (a: ScalarTerm, b: Double) -> ScalarTerm { a / ScalarTerm(b) }
    /// Whether the first is less.
    public static func < (a: ScalarTerm, b: ScalarTerm) -> ConditionTerm {
        ConditionTerm(.compare(.less, a.term, b.term))
    }
    /// Whether the first is less or equal.
    public static func <= (a: ScalarTerm, b: ScalarTerm) -> ConditionTerm {
        ConditionTerm(.compare(.lessOrEqual, a.term, b.term))
    }
    /// Whether the first is greater.
    public static func > (a: ScalarTerm, b: ScalarTerm) -> ConditionTerm {
        ConditionTerm(.compare(.greater, a.term, b.term))
    }
    /// Whether the first is greater or equal.
    public static func >= (a: ScalarTerm, b: ScalarTerm) -> ConditionTerm {
        ConditionTerm(.compare(.greaterOrEqual, a.term, b.term))
    }
    /// Whether the first is equal.
    public static func == (a: ScalarTerm, b: ScalarTerm) -> ConditionTerm {
        ConditionTerm(.compare(.equal, a.term, b.term))
    }
    /// Whether the first differs.
    public static func != (a: ScalarTerm, b: ScalarTerm) -> ConditionTerm {
        ConditionTerm(.compare(.notEqual, a.term, b.term))
    }
}

extension IndexTerm {
    /// The sum.
    public static func + (a: IndexTerm, b: IndexTerm) -> IndexTerm {
        IndexTerm(.integers(.add, a.term, b.term))
    }
    /// The difference.
    public static func - (a: IndexTerm, b: IndexTerm) -> IndexTerm {
        IndexTerm(.integers(.subtract, a.term, b.term))
    }
    /// The product.
    public static func * (a: IndexTerm, b: IndexTerm) -> IndexTerm {
        IndexTerm(.integers(.multiply, a.term, b.term))
    }
    /// Whether the first is less.
    public static func < (a: IndexTerm, b: IndexTerm) -> ConditionTerm {
        ConditionTerm(.compare(.less, a.term, b.term))
    }
    /// Whether the first is less or equal.
    public static func <= (a: IndexTerm, b: IndexTerm) -> ConditionTerm {
        ConditionTerm(.compare(.lessOrEqual, a.term, b.term))
    }
    /// Whether the first is greater.
    public static func > (a: IndexTerm, b: IndexTerm) -> ConditionTerm {
        ConditionTerm(.compare(.greater, a.term, b.term))
    }
    /// Whether the first is greater or equal.
    public static func >= (a: IndexTerm, b: IndexTerm) -> ConditionTerm {
        ConditionTerm(.compare(.greaterOrEqual, a.term, b.term))
    }
    /// Whether the first is equal.
    public static func == (a: IndexTerm, b: IndexTerm) -> ConditionTerm {
        ConditionTerm(.compare(.equal, a.term, b.term))
    }
    /// Whether the first differs.
    public static func != (a: IndexTerm, b: IndexTerm) -> ConditionTerm {
        ConditionTerm(.compare(.notEqual, a.term, b.term))
    }
}
