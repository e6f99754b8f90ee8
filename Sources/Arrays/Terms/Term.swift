import ReversibleCore
import Strategies

/// A term of the language of arrays: numbers, arrays made element by element, sums over them. Immutable.
///
/// Functions are written with ``ScalarTerm``, ``VectorTerm`` and ``MatrixTerm``, whose operators make terms; rules look at
/// terms themselves. Terms form a graph: a part that is used twice is one object. Two terms are equal if they differ at most
/// in the names of what they bind.
///
/// The language is that of Shaikhha et al., "Efficient Differentiable Programming in a Functional Array-Processing Language"
/// (ICFP 2019, arXiv 1806.02136).
public final class Term: Sendable {
    /// What a term is made of.
    public indirect enum Kind: Sendable {
        /// A real constant.
        case real(Double)
        /// A zero that stands for the absence of a number, as a derivative in a direction that does not concern it: times
        /// anything, even infinity, it is zero.
        case zero
        /// An integer constant.
        case integer(Int)
        /// A variable.
        case variable(TermVariable)
        /// The size of a parameter along an axis.
        case size(TermVariable, axis: Int)
        /// An elementary function of one number.
        case unary(ElementaryFunction, Term)
        /// An elementary function of two numbers; `+ - *` also of two integers.
        case binary(ElementaryFunction, Term, Term)
        /// A comparison of two numbers.
        case compare(Relation, Term, Term)
        /// The opposite of a condition.
        case not(Term)
        /// Two conditions; the second is asked if the first holds.
        case and(Term, Term)
        /// One or the other; only the chosen one is evaluated.
        case select(Term, Term, Term)
        /// The array of what the term is for every value of the index.
        case build(TermVariable, Term)
        /// The sum of what the term is for every value of the index.
        case sum(TermVariable, Term)
        /// What comes of an initial value when the body is done for every value of the index. The variables are the index and
        /// what has come of it so far.
        case fold(TermVariable, TermVariable, Term, Term)
        /// An element of an array.
        case get(Term, Term)
        /// A value with a name in a term: evaluated once.
        case bind(TermVariable, Term, Term)
        /// Two together.
        case pair(Term, Term)
        /// The first of a pair.
        case first(Term)
        /// The second of a pair.
        case second(Term)
        /// The index of the first largest or smallest element of a vector.
        case position(largest: Bool, Term)
    }

    /// What the term is made of.
    public let kind: Kind
    /// What the term stands for.
    public let type: TermType
    /// Why the term cannot be used, found when it was made.
    let problem: String?
    /// The variables that the term does not bind itself.
    let free: Set<ObjectIdentifier>
    private let hash: Int

    init(_ kind: Kind, problem: String? = nil) {
        let children = kind.children
        let (type, mismatch) = kind.typed
        self.kind = kind
        self.type = type
        self.problem = children.lazy.compactMap(\.problem).first ?? problem ?? mismatch
        var free = children.count == 1 ? children[0].free : Set(children.flatMap(\.free))
        var hasher = Hasher()
        kind.combine(into: &hasher)
        for child in children { hasher.combine(child.hash) }
        hash = hasher.finalize()
        switch kind {
        case .variable(let variable), .size(let variable, _): free = [variable.id]
        case .build(let index, _), .sum(let index, _): free.remove(index.id)
        case .fold(let index, let state, _, _): free.subtract([index.id, state.id])
        case .bind(let variable, _, _): free.remove(variable.id)
        default: break
        }
        self.free = free
    }

    func mentions(_ variable: TermVariable) -> Bool { free.contains(variable.id) }

    /// The constant that this is, if it is one.
    public var constant: Double? {
        switch kind {
        case .real(let value): value
        case .zero: 0
        case .integer(let value): Double(value)
        default: nil
        }
    }

    func isVariable(_ variable: TermVariable) -> Bool {
        if case .variable(let own) = kind { own === variable } else { false }
    }

    var isZero: Bool { if case .zero = kind { true } else { false } }

    /// Whether there is nothing to evaluate.
    var isTrivial: Bool {
        switch kind {
        case .real, .zero, .integer, .variable, .size: true
        case .get(let array, let index): array.isTrivial && index.isTrivial
        case .binary(.multiply, let one, let index):
            one.constant == 1 && index.type == .integer && index.isTrivial
        default: false
        }
    }
}

extension Term: Traversable {
    /// The object.
    public var identity: ObjectIdentifier { ObjectIdentifier(self) }

    /// The terms directly within this one; of a loop, the number of its turns comes first.
    public var children: [Term] { kind.children }

    /// The same with other children.
    public func withChildren(_ new: [Term]) -> Term {
        // What is wrong stays so.
        guard new.count == children.count, problem == nil else { return self }
        return switch kind {
        case .real, .zero, .integer, .variable, .size: self
        case .unary(let function, _): Term(.unary(function, new[0]))
        case .binary(let function, _, _): Term(.binary(function, new[0], new[1]))
        case .compare(let relation, _, _): Term(.compare(relation, new[0], new[1]))
        case .not: Term(.not(new[0]))
        case .and: Term(.and(new[0], new[1]))
        case .select: Term(.select(new[0], new[1], new[2]))
        case .build(let index, _): Term.looping(index, new[0], [new[1]]) { Term(.build($0, $1[0])) }
        case .sum(let index, _): Term.looping(index, new[0], [new[1]]) { Term(.sum($0, $1[0])) }
        case .fold(let index, let state, _, _):
            Term.looping(index, new[0], [new[2]]) { Term(.fold($0, state, new[1], $1[0])) }
        case .get: Term(.get(new[0], new[1]))
        case .bind(let variable, let value, _): Term.binding(variable, value, new[0], new[1])
        case .pair: Term(.pair(new[0], new[1]))
        case .first: Term(.first(new[0]))
        case .second: Term(.second(new[0]))
        case .position(let largest, _): Term(.position(largest: largest, new[0]))
        }
    }

    /// A loop again; with an index of its own if the number of turns has become another.
    private static func looping(
        _ index: TermVariable, _ count: Term, _ bodies: [Term], _ make: (TermVariable, [Term]) -> Term
    ) -> Term {
        if index.range === count { return make(index, bodies) }
        let fresh = TermVariable.index(below: count)
        return make(fresh, bodies.map { $0.substituting(fresh.term, for: index) })
    }

    private static func binding(_ variable: TermVariable, _ old: Term, _ value: Term, _ body: Term) -> Term {
        if old === value { return Term(.bind(variable, value, body)) }
        let fresh = TermVariable(for: value)
        return Term(.bind(fresh, value, body.substituting(fresh.term, for: variable)))
    }

    /// Another type, or a variable that means nothing in this place.
    public func objection(to other: Term) -> String? {
        if let problem = other.problem { return problem }
        if type != other.type { return "one is \(type), the other \(other.type)" }
        return other.free.isSubset(of: free) ? nil : "it has a variable that nothing binds there"
    }
}

extension Term.Kind {
    var children: [Term] {
        switch self {
        case .real, .zero, .integer, .variable, .size: []
        case .unary(_, let a), .not(let a), .first(let a), .second(let a), .position(_, let a): [a]
        case .binary(_, let a, let b), .compare(_, let a, let b), .and(let a, let b), .get(let a, let b),
            .bind(_, let a, let b), .pair(let a, let b):
            [a, b]
        case .select(let c, let a, let b): [c, a, b]
        case .build(let index, let body), .sum(let index, let body): [index.range ?? .integer(0), body]
        case .fold(let index, _, let initial, let body): [index.range ?? .integer(0), initial, body]
        }
    }

    /// The type, and what is wrong with the operands.
    fileprivate var typed: (TermType, problem: String?) {
        switch self {
        case .real, .zero: return (.real, nil)
        case .integer, .size: return (.integer, nil)
        case .variable(let variable): return (variable.type, nil)
        case .unary(let function, let a):
            return (.real, a.type == .real ? nil : "`\(function.name)` takes a real number, not \(a.type)")
        case .binary(let function, let a, let b):
            if a.type == .integer, b.type == .integer, [.add, .subtract, .multiply].contains(function) {
                return (.integer, nil)
            }
            let fits = [a, b].allSatisfy { $0.type == .real || $0.type == .integer }
            return (.real, fits ? nil : "`\(function.name)` takes two numbers, not \(a.type) and \(b.type)")
        case .compare(let relation, let a, let b):
            let fits = [a, b].allSatisfy { $0.type == .real || $0.type == .integer }
            return (
                .boolean, fits ? nil : "`\(relation.symbol)` compares numbers, not \(a.type) and \(b.type)"
            )
        case .not, .and: return (.boolean, nil)
        case .select(_, let a, let b):
            return (
                a.type,
                a.type == b.type ? nil : "`select` chooses between equals, not \(a.type) and \(b.type)"
            )
        case .build(_, let body): return (.array(body.type), nil)
        case .sum(_, let body):
            return (.real, body.type == .real ? nil : "a sum adds up real numbers, not: \(body.type)")
        case .fold(_, _, let initial, let body):
            return (
                initial.type,
                initial.type == body.type
                    ? nil : "`reduce` begins with \(initial.type) and goes on with \(body.type)"
            )
        case .get(let array, _):
            if case .array(let element) = array.type { return (element, nil) }
            return (.real, "only an array has elements, not \(array.type)")
        case .bind(_, _, let body): return (body.type, nil)
        case .pair(let a, let b): return (.pair(a.type, b.type), nil)
        case .first(let pair):
            if case .pair(let a, _) = pair.type { return (a, nil) }
            return (.real, "only a pair has a first part, not \(pair.type)")
        case .second(let pair):
            if case .pair(_, let b) = pair.type { return (b, nil) }
            return (.real, "only a pair has a second part, not \(pair.type)")
        case .position(_, let array):
            return (
                .integer, array.type == .array(.real) ? nil : "`argmax` searches a vector, not \(array.type)"
            )
        }
    }

    /// What tells kinds apart, whatever the bound variables are called.
    fileprivate func combine(into hasher: inout Hasher) {
        switch self {
        case .real(let value): hasher.combine(value)
        case .zero: hasher.combine("zero")
        case .integer(let value): hasher.combine(value)
        case .variable(let variable): hasher.combine(variable.type)
        case .size(let variable, let axis):
            hasher.combine(variable.id)
            hasher.combine(axis)
        case .unary(let function, _), .binary(let function, _, _): hasher.combine(function)
        case .compare(let relation, _, _): hasher.combine(relation)
        case .not: hasher.combine("not")
        case .and: hasher.combine("and")
        case .select: hasher.combine("select")
        case .build: hasher.combine("build")
        case .sum: hasher.combine("sum")
        case .fold: hasher.combine("fold")
        case .get: hasher.combine("get")
        case .bind: hasher.combine("bind")
        case .pair: hasher.combine("pair")
        case .first: hasher.combine("first")
        case .second: hasher.combine("second")
        case .position(let largest, _): hasher.combine(largest)
        }
    }
}

extension Term: Hashable {
    /// Whether two terms are the same but for the names of what they bind.
    public static func == (a: Term, b: Term) -> Bool {
        if a === b { return true }
        guard a.hash == b.hash, a.free == b.free else { return false }
        var comparison = TermComparison()
        return comparison.areSame(a, b)
    }

    /// Hashes what `==` compares.
    public func hash(into hasher: inout Hasher) { hasher.combine(hash) }

    /// Whether the hashes say already that two terms differ.
    func isSurelyDifferent(from other: Term) -> Bool { hash != other.hash }
}
