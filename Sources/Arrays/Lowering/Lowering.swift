import ReversibleCore

/// Writes terms as statements of the language.
///
/// What an expression of the language can say is one: numbers, elements, choices. Everything else, a sum within an expression or
/// a value with a name, is computed before into an ancilla, used, and undone.
struct Lowering {
    /// What a variable or a computed part is in the program.
    enum Binding {
        /// An expression for each number of a pair of pairs; one, of anything else.
        case leaves([Node])
        case array(Variable)
    }

    let problem: LoweringProblem
    private var variables: [ObjectIdentifier: Binding] = [:]
    /// The parts that have been computed.
    private var computed: [Term: Binding] = [:]
    /// What has been said already of shared parts, as long as nothing else is bound or computed.
    private var said = Said()

    private final class Said {
        var leaves: [ObjectIdentifier: [Node]] = [:]
        var isExpression: [ObjectIdentifier: Bool] = [:]
    }

    init(problem: LoweringProblem) { self.problem = problem }

    mutating func bind(_ variable: TermVariable, to place: Place) {
        bind(variable, to: place.isWholeArray ? .array(place.variable) : .leaves([place.read]))
    }

    mutating func bind(_ variable: TermVariable, to binding: Binding) {
        variables[variable.id] = binding
        said = Said()
    }

    mutating func note(_ part: Term, _ binding: Binding) {
        computed[part] = binding
        said = Said()
    }

    func condition(_ relation: Relation, _ a: Term, _ b: Term) -> Node {
        .compare(relation, node(a), node(b))
    }

    /// That the result has room for what is added to it.
    func sizeCheck(_ variable: Variable, axis: Int, _ size: Term) -> Statement {
        Assert(
            Condition(.compare(.equal, sizeNode(variable, axis), node(size))),
            "the result has `\(size)` \(variable.kind == .vector ? "elements" : axis == 0 ? "rows" : "columns")"
        )
    }

    // MARK: Expressions

    /// The expression for a term whose parts that are none have been computed.
    func node(_ term: Term) -> Node {
        let leaves = leaves(term)
        return leaves.count == 1 ? leaves[0] : refused(term)
    }

    private func leaves(_ term: Term) -> [Node] {
        if let known = said.leaves[term.identity] { return known }
        let result = findLeaves(term)
        said.leaves[term.identity] = result
        return result
    }

    private func findLeaves(_ term: Term) -> [Node] {
        if case .leaves(let nodes) = computed[term] { return nodes }
        switch term.kind {
        case .real(let value): return [.real(value)]
        case .zero: return [.real(0)]
        case .integer(let value): return [.integer(value)]
        case .variable(let variable):
            if case .leaves(let nodes) = variables[variable.id] { return nodes }
        case .size(let variable, let axis):
            if case .array(let array) = variables[variable.id] { return [sizeNode(array, axis)] }
        case .unary(let function, let a): return [.unary(function, node(a))]
        case .binary(let function, let a, let b): return [.binary(function, node(a), node(b))]
        case .compare(let relation, let a, let b): return [condition(relation, a, b)]
        case .not(let a): return [Node(.not(node(a)), .boolean)]
        case .and(let a, let b): return [Node(.and(node(a), node(b)), .boolean)]
        case .select(let condition, let a, let b):
            let condition = node(condition)
            return zip(leaves(a), leaves(b)).map { .select(condition, $0, $1) }
        case .get:
            if let (array, indices) = element(term) { return [Place(array, indices).read] }
        case .pair(let a, let b): return leaves(a) + leaves(b)
        case .first(let pair):
            return Array(leaves(pair).prefix(term.type.leaves))
        case .second(let pair):
            return Array(leaves(pair).suffix(term.type.leaves))
        default: break
        }
        return [refused(term)]
    }

    private func sizeNode(_ variable: Variable, _ axis: Int) -> Node {
        variable.size(variable.kind == .vector ? .count : axis == 0 ? .rows : .columns)
    }

    /// The array and the indices of an element of one that is in memory.
    private func element(_ term: Term) -> (Variable, [Node])? {
        var (array, indices) = (term, [Term]())
        while array.type.rank < 8, case .get(let inner, let index) = array.kind, self.array(array) == nil {
            indices.insert(index, at: 0)
            array = inner
        }
        guard let variable = self.array(array), indices.count == array.type.rank else { return nil }
        return (variable, indices.map(node))
    }

    /// The array that a term is, if it is in memory.
    private func array(_ term: Term) -> Variable? {
        if case .array(let variable) = computed[term] { return variable }
        if case .variable(let variable) = term.kind, case .array(let array) = variables[variable.id] {
            return array
        }
        return nil
    }

    func arrayInMemory(_ term: Term) -> Variable? { array(term) }

    func isKnown(_ term: Term) -> Bool { computed[term] != nil }

    /// Whether this is an array in memory or an expression of a number.
    func isInPlace(_ term: Term) -> Bool { term.type.rank == 0 ? isExpression(term) : array(term) != nil }

    /// Whether an expression of the language says this.
    func isExpression(_ term: Term) -> Bool {
        if let known = said.isExpression[term.identity] { return known }
        let result = computed[term] != nil || isExpressionOfParts(term)
        said.isExpression[term.identity] = result
        return result
    }

    private func isExpressionOfParts(_ term: Term) -> Bool {
        switch term.kind {
        case .real, .zero, .integer, .variable, .size: return true
        case .unary, .binary, .compare, .not, .and, .select, .pair, .first, .second:
            return term.children.allSatisfy(isExpression)
        case .get(let array, let index):
            return isExpression(index) && (self.array(array) != nil || array.isRow && isExpression(array))
        case .build, .sum, .fold, .bind, .position: return false
        }
    }

    private func refused(_ term: Term) -> Node {
        problem.message =
            "`\(term)` cannot be written as statements here: a condition that is asked only where another one holds must not "
            + "contain sums, and arrays have at most two indices. Bind the value before, with `bind`"
        return .real(0)
    }
}

extension Term {
    /// Whether this is a row of a matrix.
    fileprivate var isRow: Bool { if case .get = kind { true } else { false } }
}
