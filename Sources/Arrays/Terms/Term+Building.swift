import ReversibleCore

extension Term {
    /// A real constant.
    public static func real(_ value: Double) -> Term { Term(.real(value)) }
    /// The zero that is no number; see ``Kind/zero``.
    public static var zero: Term { Term(.zero) }
    /// An integer constant.
    public static func integer(_ value: Int) -> Term { Term(.integer(value)) }

    /// An elementary function of a number.
    public static func unary(_ function: ElementaryFunction, _ a: Term) -> Term { Term(.unary(function, a)) }
    /// An elementary function of two numbers.
    public static func binary(_ function: ElementaryFunction, _ a: Term, _ b: Term) -> Term {
        Term(.binary(function, a, b))
    }
    /// One or the other.
    public static func select(_ condition: Term, _ a: Term, _ b: Term) -> Term {
        Term(.select(condition, a, b))
    }
    /// An element of an array.
    public static func get(_ array: Term, _ index: Term) -> Term { Term(.get(array, index)) }

    /// An array made element by element.
    public static func build(_ count: Term, _ element: (Term) -> Term) -> Term {
        let index = TermVariable.index(below: count)
        return Term(.build(index, element(index.term)))
    }

    /// A sum over so many indices.
    public static func sum(_ count: Term, _ element: (Term) -> Term) -> Term {
        let index = TermVariable.index(below: count)
        return Term(.sum(index, element(index.term)))
    }

    /// A value with a name.
    public static func bind(_ value: Term, in body: (Term) -> Term) -> Term {
        let variable = TermVariable(for: value)
        return Term(.bind(variable, value, body(variable.term)))
    }

    static func compare(_ relation: Relation, _ a: Term, _ b: Term) -> Term { Term(.compare(relation, a, b)) }

    static func truth(_ value: Bool) -> Term { compare(value ? .equal : .notEqual, .integer(0), .integer(0)) }

    /// How many elements there are along an axis, in terms of sizes of parameters.
    func size(axis: Int) -> Term {
        switch kind {
        case .variable(let variable):
            let known = variable.sizes.indices.contains(axis) ? variable.sizes[axis] : nil
            return known ?? Term(.size(variable, axis: axis))
        case .build(let index, let body):
            if axis == 0 { return index.range ?? .integer(0) }
            let size = body.size(axis: axis - 1)
            return size.mentions(index)
                ? Term(
                    .integer(0), problem: "the rows of a matrix differ in length: there are `\(size)` of them"
                ) : size
        case .get(let array, _): return array.size(axis: axis + 1)
        case .select(_, let a, _): return a.size(axis: axis)
        case .bind(let variable, let value, let body):
            return body.size(axis: axis).substituting(value, for: variable)
        default: return .integer(0)
        }
    }

    /// The sum of two integers; constants are put together.
    static func integers(_ function: ElementaryFunction, _ a: Term, _ b: Term) -> Term {
        if case .integer(let x) = a.kind, case .integer(let y) = b.kind {
            switch function {
            case .add:
                let (value, overflow) = x.addingReportingOverflow(y)
                if !overflow { return .integer(value) }
            case .subtract:
                let (value, overflow) = x.subtractingReportingOverflow(y)
                if !overflow { return .integer(value) }
            default: break
            }
        }
        if case .integer(0) = b.kind, function != .multiply { return a }
        return .binary(function, a, b)
    }
}
