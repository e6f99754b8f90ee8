import ReversibleCore

/// Derivatives of terms in one direction, by dual numbers.
///
/// A dual is a term and its tangent, which share their operands: what the tangent needs of the value is the value's own node.
/// Loops over numbers become loops over tangents beside the loops over values; where the value goes round a loop and the tangent
/// needs it there, in a `reduce`, the loop goes over pairs. Where no parameter with a tangent is mentioned there is none.
struct Duals {
    /// The tangents of variables.
    private var tangents: [ObjectIdentifier: Term] = [:]
    /// The variables of loops over pairs: of such a one the second part is the first one's tangent.
    private var dual: Set<ObjectIdentifier> = []
    private var known: [ObjectIdentifier: Term?] = [:]

    init(of parameter: TermVariable, tangent: Term) { tangents[parameter.id] = tangent }

    /// The tangent of a term; nil if it is zero whatever the direction.
    mutating func tangent(of term: Term) -> Term? {
        guard term.type.isDifferentiable, depends(term) else {
            return nil
        }
        if let result = known[term.identity] { return result }
        let result = derive(term)
        known[term.identity] = .some(result)
        return result
    }

    private func depends(_ term: Term) -> Bool {
        tangents.keys.contains { term.free.contains($0) } || !dual.isDisjoint(with: term.free)
    }

    private mutating func derive(_ term: Term) -> Term? {
        switch term.kind {
        case .real, .zero, .integer, .size, .compare, .not, .and, .position: return nil
        case .variable(let variable): return tangents[variable.id]
        case .unary(let function, let a):
            return tangent(of: a).map { tangent in
                function == .negate
                    ? .unary(.negate, tangent)
                    : .binary(
                        .multiply,
                        function.derivative(at: TermNumber(term: a), value: TermNumber(term: term)).term,
                        tangent)
            }
        case .binary(let function, let a, let b): return derive(function, a, b, value: term)
        case .select(let condition, let a, let b):
            let (x, y) = (tangent(of: a), tangent(of: b))
            if x == nil && y == nil { return nil }
            return .select(condition, x ?? Term.zeros(like: a), y ?? Term.zeros(like: b))
        case .build(let index, let body): return tangent(of: body).map { Term(.build(index, $0)) }
        case .sum(let index, let body): return tangent(of: body).map { Term(.sum(index, $0)) }
        case .fold: return fold(term).map { Term(.second($0)) }
        case .get(let array, let index): return tangent(of: array).map { .get($0, index) }
        case .bind(let variable, let value, let body):
            guard let valueTangent = tangent(of: value) else {
                return tangent(of: body).map { Term(.bind(variable, value, $0)) }
            }
            let name = TermVariable(for: valueTangent)
            tangents[variable.id] = name.term
            return tangent(of: body).map { Term(.bind(variable, value, Term(.bind(name, valueTangent, $0)))) }
        case .pair(let a, let b):
            let (x, y) = (tangent(of: a), tangent(of: b))
            if x == nil && y == nil { return nil }
            return Term(.pair(x ?? Term.zeros(like: a), y ?? Term.zeros(like: b)))
        case .first(let pair):
            if case .variable(let variable) = pair.kind, dual.contains(variable.id) {
                return Term(.second(pair))
            }
            return tangent(of: pair).map { Term(.first($0)) }
        case .second(let pair): return tangent(of: pair).map { Term(.second($0)) }
        }
    }

    private mutating func derive(
        _ function: ElementaryFunction, _ a: Term, _ b: Term, value: Term
    ) -> Term? {
        let (x, y) = (tangent(of: a), tangent(of: b))
        switch function {
        case .add:
            guard let x, let y else { return x ?? y }
            return .binary(.add, x, y)
        case .subtract:
            guard let y else { return x }
            return x.map { .binary(.subtract, $0, y) } ?? .unary(.negate, y)
        case .multiply:
            return Term.total(x.map { .binary(.multiply, $0, b) }, y.map { .binary(.multiply, a, $0) })
        case .divide:
            let second: Term? = y.map { .unary(.negate, .binary(.divide, .binary(.multiply, value, $0), b)) }
            return Term.total(x.map { .binary(.divide, $0, b) }, second)
        default:
            let (p, q, v) = (TermNumber(term: a), TermNumber(term: b), TermNumber(term: value))
            return Term.total(
                x.map { .binary(.multiply, function.partialX(at: p, q, value: v).term, $0) },
                y.map { .binary(.multiply, function.partialY(at: p, q, value: v).term, $0) })
        }
    }

    /// The loop over pairs of what has come of the values so far and its tangent.
    private mutating func fold(_ term: Term) -> Term? {
        guard case .fold(let index, let state, let initial, let body) = term.kind else { return nil }
        let both = TermVariable(.pair(state.type, state.type))
        let value = body.substituting(Term(.first(both.term)), for: state)
        dual.insert(both.id)
        guard let tangent = tangent(of: value) else { return nil }
        let start = Term(.pair(initial, self.tangent(of: initial) ?? Term.zeros(like: initial)))
        return Term(.fold(index, both, start, Term(.pair(value, tangent))))
    }
}

extension Term {
    fileprivate static func total(_ a: Term?, _ b: Term?) -> Term? {
        guard let a, let b else { return a ?? b }
        return .binary(.add, a, b)
    }

    /// Zeros in the shape of a term.
    fileprivate static func zeros(like term: Term) -> Term {
        switch term.type {
        case .pair: Term(.pair(zeros(like: Term(.first(term))), zeros(like: Term(.second(term)))))
        case .array: build(term.size(axis: 0)) { zeros(like: .get(term, $0)) }
        default: .zero
        }
    }
}

extension TermType {
    fileprivate var isDifferentiable: Bool {
        switch self {
        case .real: true
        case .integer, .boolean: false
        case .array(let element): element.isDifferentiable
        case .pair(let a, let b): a.isDifferentiable && b.isDifferentiable
        }
    }
}

/// Terms as numbers, in which the rules of the elementary functions write their derivatives.
private struct TermNumber: RealAlgebra {
    let term: Term

    init(term: Term) { self.term = term }
    init(constant value: Double) { term = .real(value) }

    static func evaluate(_ function: ElementaryFunction, _ x: TermNumber) -> TermNumber {
        TermNumber(term: .unary(function, x.term))
    }

    static func evaluate(_ function: ElementaryFunction, _ x: TermNumber, _ y: TermNumber) -> TermNumber {
        TermNumber(term: .binary(function, x.term, y.term))
    }

    static func select(
        _ a: TermNumber, _ relation: Relation, _ b: TermNumber, then chosen: TermNumber,
        else other: TermNumber
    ) -> TermNumber {
        TermNumber(term: .select(.compare(relation, a.term, b.term), chosen.term, other.term))
    }
}
