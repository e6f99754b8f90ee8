import ReversibleCore

extension Lowering {
    /// The statements that add a term to a place: to a number, or to every element of an array.
    func adding(_ term: Term, to place: Place) -> [Statement] {
        if place.isWholeArray { return addingArray(term, to: place.variable, at: []) }
        switch term.kind {
        case .zero: return []
        case .sum(let index, let body):
            return computing(prerequisites(of: term.children[0])) { lowering in
                [lowering.loop(over: index) { $0.adding(body, to: place) }]
            }
        case .bind(let variable, let value, let body):
            return naming(variable, value) { $0.adding(body, to: place) }
        case .select(let condition, let a, let b) where !isExpression(a) || !isExpression(b):
            return computing(prerequisites(of: condition)) { lowering in
                [
                    If(Condition(lowering.node(condition))) {
                        Statement(.block(Block(statements: lowering.adding(a, to: place))))
                    } else: {
                        Statement(.block(Block(statements: lowering.adding(b, to: place))))
                    }
                ]
            }
        default:
            return computing(prerequisites(of: term)) { [.update(.add, place, $0.node(term))] }
        }
    }

    /// Element by element.
    private func addingArray(_ term: Term, to array: Variable, at indices: [Node]) -> [Statement] {
        guard case .array = term.type else { return adding(term, to: Place(array, indices)) }
        if case .bind(let variable, let value, let body) = term.kind {
            return naming(variable, value) { $0.addingArray(body, to: array, at: indices) }
        }
        let index: TermVariable
        let element: Term
        if case .build(let own, let body) = term.kind {
            (index, element) = (own, body)
        } else {
            index = .index(below: term.size(axis: 0))
            element = .get(term, index.term).projected
        }
        return computing(prerequisites(of: index.range ?? .integer(0))) { lowering in
            [
                lowering.loop(over: index) { inner in
                    inner.addingArray(element, to: array, at: indices + [inner.node(index.term)])
                }
            ]
        }
    }

    private func loop(over index: TermVariable, _ body: (Lowering) -> [Statement]) -> Statement {
        let count = Expr(node(index.range ?? .integer(0)))
        return .loop(0..<count, .integer(1), parallel: false, nil) { place in
            var inner = self
            inner.bind(index, to: place.place)
            return Statement(.block(Block(statements: body(inner))))
        }
    }

    /// What is done with a value that has a name.
    private func naming(
        _ variable: TermVariable, _ value: Term, _ use: (Lowering) -> [Statement]
    ) -> [Statement] {
        computing([value]) { lowering in
            var inner = lowering
            if let array = lowering.arrayInMemory(value) {
                inner.bind(variable, to: .array(array))
            } else {
                inner.bind(variable, to: .leaves([lowering.node(value)]))
            }
            return use(inner)
        }
    }

    // MARK: Parts that are computed before

    /// The parts that must be computed before an expression can say a term, each after what it needs itself.
    private func prerequisites(of term: Term) -> [Term] {
        var (found, seen) = ([Term](), Set<Term>())
        func visit(_ term: Term) {
            if isExpression(term) || !seen.insert(term).inserted { return }
            switch term.kind {
            case .sum, .fold, .bind, .position, .build: found.append(term)
            case .select(let condition, let a, let b):
                if isExpression(a) && isExpression(b) || !(term.type == .real || term.type == .integer) {
                    visit(condition)
                    if term.type.rank > 0 { found.append(term) }
                } else {
                    found.append(term)
                }
            // The second is asked only where the first holds: what it needs cannot be computed before.
            case .and(let first, _): visit(first)
            default: term.children.forEach(visit)
            }
        }
        visit(term)
        return found
    }

    /// Computes parts into ancillas, uses them, and undoes that.
    private func computing(_ parts: [Term], _ use: (Lowering) -> [Statement]) -> [Statement] {
        let needed = parts.filter { !isKnown($0) && !($0.isTrivial && isInPlace($0)) }
        guard !needed.isEmpty else { return use(self) }
        var lowering = self
        let computation = Tracer.block {
            // Traced as often as the block around it, from the same beginning each time.
            var inner = self
            let statements = needed.flatMap { inner.compute($0) }
            lowering = inner
            return Statement(.block(Block(statements: statements)))
        }
        let application = Tracer.block { Statement(.block(Block(statements: use(lowering)))) }
        return [Statement(.compute(ComputeApply(compute: computation, apply: application)))]
    }

    private mutating func compute(_ part: Term) -> [Statement] {
        switch part.kind {
        case .fold: return computeFold(part)
        case .position(let largest, let array):
            var statements: [Statement] = []
            if arrayInMemory(array) == nil { statements = compute(array) }
            guard let variable = arrayInMemory(array) else { return statements }
            let found = ancilla(.integer, [])
            note(part, .leaves([Place(found).read]))
            return statements
                + [
                    .update(
                        .add, Place(found), .extremum(largest ? .largest : .smallest, Place(variable).read))
                ]
        default: break
        }
        switch part.type {
        case .array(let element) where element == .real || element == .array(.real):
            let array = ancilla(
                element == .real ? .vector : .matrix, (0..<part.type.rank).map { node(part.size(axis: $0)) })
            let statements = addingArray(part, to: array, at: [])
            note(part, .array(array))
            return statements
        case .real, .integer:
            let place = Place(ancilla(part.type == .real ? .scalar : .integer, []))
            let statements = adding(part, to: place)
            note(part, .leaves([place.read]))
            return statements
        default:
            // Says why.
            _ = node(part)
            return []
        }
    }

    /// A loop that is no sum: vectors hold what it has come to after every turn, so that it can be undone.
    private mutating func computeFold(_ part: Term) -> [Statement] {
        guard case .fold(let index, let state, let initial, let body) = part.kind else { return [] }
        let count = node(part.children[0])
        let histories = (0..<part.type.leaves).map { _ in
            ancilla(.vector, [.binary(.add, count, .integer(1))])
        }
        let first = zip(histories, initial.parts).flatMap { adding($1, to: Place($0, [.integer(0)])) }
        let turns = loop(over: index) { lowering in
            var inner = lowering
            let turn = lowering.node(index.term)
            inner.bind(state, to: .leaves(histories.map { Place($0, [turn]).read }))
            return zip(histories, body.parts).flatMap { history, part in
                inner.adding(part, to: Place(history, [.binary(.add, turn, .integer(1))]))
            }
        }
        note(part, .leaves(histories.map { Place($0, [count]).read }))
        return first + [turns]
    }

    private func ancilla(_ kind: Variable.Kind, _ sizes: [Node]) -> Variable {
        (Tracer.current ?? Tracer()).declareAncilla(kind, name: nil, sizes: sizes)
    }
}

extension Term {
    /// The numbers of a pair of pairs.
    fileprivate var parts: [Term] {
        guard case .pair = type else { return [self] }
        return Term(.first(self)).projected.parts + Term(.second(self)).projected.parts
    }

    /// A part of what is put together, chosen or named, taken where that is made.
    fileprivate var projected: Term {
        for rule in Rule.fusion + Rule.projections {
            if let result = rule(self) { return result.mappingChildren(\.projected) }
        }
        return self
    }
}
