// Statements about views become loops over elements: `m[row: i] += a * v` is `For(0..<m.columns) { k in
// m[i, k] += a * v[k] }`, with assertions that sizes agree, that parts lie within their arrays, and that what changes
// shares no elements with what is read.

/// Writes statements without views for those that have some.
struct ViewExpansion {
    /// Makes a variable with a name of its own.
    let declare: (Variable.Kind) -> Variable
    /// What messages name places with.
    let printer: () -> Printer
    /// Whether statements that have a place in the source are free of views: while a program is traced they are, inner
    /// ones before those around them.
    var isTracing = false
    /// What calls of the function itself call that are given views.
    var itself: Itself?

    struct Itself {
        let form: ViewForm
        /// Nil if the function itself has this form.
        let callee: Definition?
        /// How the function uses what it is given.
        let modes: [AccessMode]
    }

    /// The statements of the function that is being traced.
    static var tracing: ViewExpansion {
        let tracer = Tracer.current ?? Tracer()
        return ViewExpansion(
            declare: { tracer.declare($0) }, printer: { Printer(names: tracer.names, owner: tracer.token) },
            isTracing: true)
    }

    func callAsFunction(_ statement: Statement) -> Statement {
        if isTracing, statement.location != nil { return statement }
        let result = expanded(statement)
        // What is made here has the statement's place in the source.
        return statement.location.map { result.written(at: $0) } ?? result
    }

    private func expanded(_ statement: Statement) -> Statement {
        switch statement.kind {
        case .update(let s):
            return elementwise(statement, [s.place], [s.change]) { .update(s.on($0[0], s.operation, $1[0])) }
        case .swap(let s):
            return elementwise(statement, [s.a, s.b], []) { places, _ in .swap(Swap(places[0], places[1])) }
        case .negate(let s):
            return elementwise(statement, [s.place], []) { places, _ in .negate(SignChange(places[0])) }
        case .hadamard(let s):
            return elementwise(statement, [s.a, s.b], []) { places, _ in
                .hadamard(Hadamard(places[0], places[1]))
            }
        case .rotate(let s):
            return elementwise(statement, [s.a, s.b], [s.angle]) {
                .rotate(Rotate($0[0], $0[1], $1[0], backward: s.backward))
            }
        case .call(let call): return self.call(call, statement)
        default:
            return statement.mappingEveryBlock { self($0) }
        }
    }

    func callAsFunction(_ block: Block) -> Block {
        Block(ancillas: block.ancillas, statements: block.statements.flatMap { self($0).flattened })
    }

    // MARK: Element by element

    /// A statement that changes some places and reads some values, for every element if these are arrays.
    private func elementwise(
        _ statement: Statement, _ writes: [Place], _ reads: [Node],
        _ make: ([Place], [Node]) -> Statement.Kind
    ) -> Statement {
        let nodes = reads + writes.flatMap(\.indices)
        guard let first = writes.first,
            writes.contains(where: { $0.span != nil }) || nodes.contains(where: \.readsViews)
        else { return statement }
        // What does not go together, and what shares elements in any case, is refused by the statement's own check.
        let shape = first.type.shape
        guard writes.allSatisfy({ $0.type.shape == shape }),
            reads.allSatisfy({ $0.problem == nil && ($0.type.isSingle || $0.type.shape == shape) }),
            let apart = assertionsOfDistance(writes, nodes)
        else { return statement }
        var sums = Hoisting(expansion: self)
        let kind: Statement.Kind
        if let sum = statement.addedSum, !sum.readsViewsInIndices {
            // A sum that is all that a place changes by is added up in the place.
            let terms = sums.withoutSums(sum)
            kind = .block(
                loop(arrays: terms.arrayReads) { k in make(writes, [terms.element(inside: [k])]) })
        } else {
            let places = writes.map { place in
                var place = place
                place.indices = place.indices.map { sums.withoutSums($0) }
                return place
            }
            let values = reads.map { sums.withoutSums($0) }
            let arrays = places.map { ($0, Guards.always) } + values.flatMap(\.arrayReads)
            if shape == .vector {
                kind = .block(
                    loop(arrays: arrays) { k in
                        make(places.map { $0.element(inside: [k]) }, values.map { $0.element(inside: [k]) })
                    })
            } else {
                kind = make(places, values)
            }
        }
        return Statement(
            sums.wrapping(apart + [Statement(kind, at: statement.location)]), at: statement.location)
    }

    /// A loop over the elements of arrays, after assertions that they are of one size, and where they say they are.
    fileprivate func loop(
        arrays: [(place: Place, guards: Guards)], _ body: (Node) -> Statement.Kind
    ) -> Block {
        guard let first = (arrays.first { $0.guards.isAlways } ?? arrays.first)?.place else { return Block() }
        var statements: [Statement] = []
        for (place, guards) in arrays {
            statements += assertions(about: place, guards)
            if !Node.surelyEqual(first.count, place.count) {
                statements.append(
                    assert(
                        .compare(.equal, first.count, place.count), guards, .size,
                        "`\(text(first))` and `\(text(place))` have one size"))
            }
        }
        let index = declare(.index)
        let inner = Statement(body(Place(index).read))
        let loop = ForLoop(counting: index, to: first.count, body: Block(statements: [inner]))
        return Block(statements: statements + [Statement(.forLoop(loop))])
    }

    private func text(_ place: Place) -> String { printer().text(place) }

    private func assert(
        _ condition: Node, _ guards: Guards, _ subject: Assertion.Subject, _ message: String
    ) -> Statement {
        let whole =
            guards.condition.map { Node(.or(Node(.not($0), .boolean), condition), .boolean) } ?? condition
        return Statement(.assertion(Assertion(condition: whole, message: message, subject: subject)))
    }

    /// That a view is a part of its array.
    func assertions(about place: Place, _ guards: Guards = .always) -> [Statement] {
        (place.span?.conditions ?? []).filter { !$0.surelyHolds }.map {
            assert($0, guards, .bounds, "`\(text(place))` is a part of `\(printer().name(place.variable))`")
        }
    }

    /// That a vector is as long as a matrix is along an axis.
    func assertionsOfSize(_ size: Node, _ axis: String, of matrix: Variable, _ place: Place) -> [Statement] {
        if Node.surelyEqual(size, place.count) { return [] }
        return [
            assert(
                .compare(.equal, size, place.count), .always, .size,
                "`\(text(place))` is as long as `\(printer().name(matrix))` has \(axis)")
        ]
    }

    /// That two places of one array share no elements; nil if they do.
    func assertionsOfDistance(_ a: Place, _ b: Place) -> [Statement]? {
        switch a.viewOverlap(with: b) {
        case .never: []
        case .always: nil
        case .unless(let condition):
            [assert(condition, .always, .overlap, "`\(text(a))` and `\(text(b))` share no elements")]
        }
    }

    /// That what changes shares no elements with arrays that are read, or with one another; nil if it does.
    private func assertionsOfDistance(_ writes: [Place], _ reads: [Node]) -> [Statement]? {
        var result: [Statement] = []
        // In the order of the text, which is that of the program: equal programs are written alike.
        var (read, seen): ([Place], Set<Place>) = ([], [])
        for node in reads {
            node.walk { node in
                if case .read(let place) = node.kind, !place.type.isSingle, seen.insert(place).inserted {
                    read.append(place)
                }
                return true
            }
        }
        for (position, place) in writes.enumerated() {
            for other in read + writes[..<position] where !place.type.isSingle || other.span != nil {
                if place.span == nil, other.span == nil { continue }
                guard let assertions = assertionsOfDistance(place, other) else { return nil }
                result += assertions
            }
        }
        return result
    }
}

extension Statement {
    /// The terms, if this adds a sum to a number, or takes one from it, and nothing else.
    fileprivate var addedSum: Node? {
        guard case .update(let s) = kind, s.operation == .add || s.operation == .subtract,
            s.place.type.isSingle, case .sum(let terms) = s.change.kind,
            s.place.type.element == terms.type.element
        else { return nil }
        return terms
    }
}

/// Takes sums over views out of expressions: each is added up in an ancilla before.
private struct Hoisting {
    let expansion: ViewExpansion
    private var made: [ObjectIdentifier: Node] = [:]
    private var ancillas: [Ancilla] = []
    private var fills: [Statement] = []

    init(expansion: ViewExpansion) { self.expansion = expansion }

    /// The expression with ancillas in the places of sums over views.
    mutating func withoutSums(_ node: Node) -> Node {
        guard node.readsViews else { return node }
        if let known = made[ObjectIdentifier(node)] { return known }
        var result = node
        switch node.kind {
        case .sum(let terms):
            let inner = withoutSums(terms)
            let total = Place(expansion.declare(terms.type.element == .real ? .scalar : .integer))
            ancillas.append(Ancilla(variable: total.variable, sizes: []))
            fills +=
                expansion.loop(arrays: inner.arrayReads) { k in
                    .update(Update(.add, total, inner.element(inside: [k])))
                }.statements
            result = total.read
        case .extremum(let which, let elements):
            // Which element it is can be asked of an array only.
            let inner = withoutSums(elements)
            let copy = Place(
                expansion.declare(elements.type.element == .real ? .vector : .integerVector))
            let arrays = inner.arrayReads
            guard let count = (arrays.first { $0.guards.isAlways } ?? arrays.first)?.place.count else {
                break
            }
            ancillas.append(Ancilla(variable: copy.variable, sizes: [count]))
            fills +=
                expansion.loop(arrays: inner.arrayReads) { k in
                    .update(Update(.add, copy.element(inside: [k]), inner.element(inside: [k])))
                }.statements
            result = .extremum(which, copy.read)
        default:
            result = Node(node.kind.mapOperands { withoutSums($0) }, node.type, problem: node.problem)
        }
        made[ObjectIdentifier(node)] = result
        return result
    }

    /// The statements, while the ancillas hold their sums.
    func wrapping(_ statements: [Statement]) -> Statement.Kind {
        if ancillas.isEmpty { return .block(Block(statements: statements)) }
        let use = ComputeApply(
            compute: Block(statements: fills), apply: Block(statements: statements))
        return .block(Block(ancillas: ancillas, statements: [Statement(.compute(use))]))
    }
}

extension Node {
    /// The arrays and views that are read element by element, each once, with the conditions under which they are.
    fileprivate var arrayReads: [(place: Place, guards: Guards)] {
        var (places, seen): ([Place], Set<Place>) = ([], [])
        walk { node in
            if node.type.isSingle { return false }
            guard case .read(let place) = node.kind else { return true }
            if seen.insert(place).inserted { places.append(place) }
            return false
        }
        guard hasGuards else { return places.map { ($0, .always) } }
        let guards = Dictionary(guardedReads.map { ($0.place, $0.guards) }) { $0.either($1).outer }
        return places.map { ($0, guards[$0] ?? .always) }
    }

    /// Whether an index in this asks for a sum over a view.
    fileprivate var readsViewsInIndices: Bool {
        contains { node in
            if case .read(let place) = node.kind {
                place.indices.contains(where: \.readsViews)
            } else {
                false
            }
        }
    }

    /// Whether a comparison of integers holds, as its text shows.
    fileprivate var surelyHolds: Bool {
        guard case .compare(.lessOrEqual, let a, let b) = kind else { return false }
        return Node.surely(a, isAtMost: b)
    }
}
