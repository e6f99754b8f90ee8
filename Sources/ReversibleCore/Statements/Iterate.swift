/// Adds the outcome of repeated steps that cannot be undone: `result` gains stepⁿ(`start`).
///
/// The closure adds the next state to `next`, which holds 0, and leaves `current` as it is. It may read other places, and
/// may be anything, as a step of a Runge–Kutta method, of a relaxation or of a recurrent network. `start` stays as it
/// is. The inverse subtracts the outcome again.
///
/// ```swift
/// // Newton's method for a square root.
/// let root = ReversibleFunction(parameters: ["y", "a"]) { (y: Scalar, a: Scalar) in
///     Iterate(y, from: a, times: 8) { next, current in
///         next += 0.5 * (current + a / current)
///     }
/// }
/// ```
///
/// A derivative gets old states back as `undoing` says, or as its call says; without either it keeps ⌈log₂ n⌉ + 1 copies,
/// and runs steps again, at most about log₂ n times each. The record or the copies belong to one run: a function with an
/// `Iterate` has `grad`, `vjp`, `hvp` and their relatives, but no `adjoint(f)` to be run by itself.
///
/// With `.bennett(ways: k)` nothing is recorded and nothing is dropped: states are undone by doing their steps again. The
/// function is reversible as it stands, and has an `adjoint(f)` like any other; no step may record decisions.
///
/// - Parameters:
///   - result: What the outcome is added to, element by element.
///   - start: The state to begin with; a place or a struct of places of the same sizes.
///   - count: How many steps; 0 adds the start itself.
///   - undoing: `.checkpoints(c)`, `.recorded` or `.bennett(ways: k)`.
public func Iterate<State: Argument>(
    _ result: State, from start: State, times count: some Operand, undoing: Undoing? = nil,
    @Reversible _ step: (_ next: State, _ current: State) -> Statement
) -> Statement {
    if undoing == .inverse {
        return Statement(
            .misuse(
                "`Iterate` is for steps that cannot be undone: use `undoing: .recorded` or `.checkpoints(c)`, or `For` for "
                    + "steps that can"))
    }
    if case .bennett(let ways)? = undoing?.way, ways < 2 {
        return Statement(
            .misuse("`undoing: .bennett(ways: \(ways))` divides steps into \(ways) pieces; 2 is the least"))
    }
    if case .bennett(let ways)? = undoing?.way, ways > Undoing.mostWays {
        return Statement(
            .misuse(
                "`undoing: .bennett(ways: \(ways))` divides steps into \(ways) pieces, each with statements of its own; "
                    + "\(Undoing.mostWays) is the most"))
    }
    if let number = count.node.constant, number < 0 {
        return Statement(.misuse("`Iterate` cannot run \(Int(number)) steps: the number must be 0 or more"))
    }
    guard count.node.type == .integer || count.node.problem != nil else {
        return Statement(.misuse("the number of steps of an `Iterate` must be an integer"))
    }
    let tracer = Tracer.current ?? Tracer()
    do {
        return try tracer.iteration(result, start, count.node, undoing, step)
    } catch {
        return Statement(.misuse("`Iterate` cannot use this state: \(error)"))
    }
}

extension Tracer {
    fileprivate func iteration<State: Argument>(
        _ result: State, _ start: State, _ count: Node, _ undoing: Undoing?,
        _ step: (State, State) -> Statement
    ) throws -> Statement {
        let (results, starts) = (try places(of: result), try places(of: start))
        if let stack = starts.first(where: { $0.variable.kind == .stack }) {
            throw ArgumentError("`\(names[stack.variable.id] ?? "")` is a Stack, which cannot be copied")
        }
        for place in results {
            let others = starts + starts.flatMap(\.indices).flatMap(\.reads) + count.reads
            if let other = others.first(where: { $0.mayBe(place) }) {
                let name = names[other.variable.id] ?? "t"
                return Statement(
                    .misuse(
                        "an `Iterate` adds its outcome to `\(name)`, and begins with `\(name)` or counts by it; it could not be "
                            + "undone. Use an ancilla for the outcome"))
            }
        }
        let isCounted = Assertion(
            condition: .compare(.greaterOrEqual, count, .integer(0)),
            message: "the number of steps of an `Iterate` must be 0 or more")
        func counted(_ statement: Statement) -> Statement {
            if count.constant != nil { return statement }
            return Statement(.block(Block(statements: [Statement(.assertion(isCounted)), statement])))
        }
        if case .bennett(let ways)? = undoing?.way {
            if let constant = starts.first(where: { $0.variable.constant != nil })?.variable.constant {
                let name = constant.name ?? constant.source
                return Statement(
                    .misuse(
                        "an `Iterate` with `.bennett` begins with the constant `\(name)`; begin with an argument, or with an "
                            + "ancilla that the constant has been added to"))
            }
            if let view = (results + starts).first(where: { $0.span != nil }) {
                let name = Printer(names: names, owner: token).text(view)
                return Statement(
                    .misuse(
                        "an `Iterate` with `.bennett` is given the view `\(name)`, which it cannot hand on; begin with a copy, kept "
                            + "in an ancilla, and add the outcome to one"))
            }
            return counted(try bennett(results, starts, count, ways: ways, step))
        }
        var failure: (any Error)?
        var (currents, nexts): ([Place], [Place]) = ([], [])
        // What is thrown inside of closures that do not throw is thrown after them.
        func made<Made>(_ make: () throws -> Made) -> Made? {
            do { return try make() } catch {
                failure = failure ?? error
                return nil
            }
        }
        let computation = block {
            guard let current = made({ try scratch(State.self, like: starts, "current") }) else {
                return .empty
            }
            currents = made { try places(of: current) } ?? []
            let loop = Statement.loop(0..<Expr(count), .integer(1), parallel: false, undoing) { _ in
                guard let next = made({ try scratch(State.self, like: starts, "next") }) else {
                    return .empty
                }
                nexts = made { try places(of: next) } ?? []
                let moves = zip(currents, nexts).map { Statement(.swap(Swap($0, $1))) }
                return Statement(.block(Block(statements: [step(next, current)] + moves)))
            }
            // −0 + x is x, also where x is −0.
            let copies = zip(currents, starts).flatMap { current, start in
                (current.variable.kind.isReal ? [Statement(.negate(SignChange(current)))] : [])
                    + [Statement.update(.add, current, start.read)]
            }
            return Statement(.block(Block(statements: copies + [loop])))
        }
        if let failure { throw failure }
        let (own, others) = (Set(nexts.map(\.variable)), Set(currents.map(\.variable)))
        let made = computation.forgetting(own)
        if let turn = made.turn {
            let body = Block(ancillas: turn.ancillas, statements: turn.statements.dropLast(own.count))
            if let fault = fault(of: body, next: own, current: others, results: Set(results.map(\.variable)))
            {
                return Statement(.misuse(fault))
            }
        }
        var compute = ComputeApply(
            compute: made,
            apply: Block(statements: zip(results, currents).map { .update(.add, $0, $1.read) }))
        (compute.isOwn, compute.forgets) = (true, true)
        return counted(Statement(.compute(compute)))
    }

    private func places<State: Argument>(of state: State) throws -> [Place] {
        var list = PlaceList()
        try state.listPlaces(in: &list)
        return list.places
    }

    private func scratch<State: Argument>(_ type: State.Type, like places: [Place], _ name: String) throws
        -> State
    {
        var source = PlaceSource(.ancilla, tracer: self, name: name)
        source.shapes = places[...]
        return try State.makePlaces(from: &source)
    }

    /// What a step does that it must not, as a sentence.
    func fault(
        of step: Block, next: Set<Variable>, current: Set<Variable>, results: Set<Variable>
    ) -> String? {
        let uses = Accesses(of: step)
        func named(_ variables: Set<Variable>) -> String? {
            variables.min { $0.id < $1.id }.map { names[$0.id] ?? "t" }
        }
        let changed = uses.written.subtracting(uses.declared).subtracting(next)
        if let name = named(changed.intersection(current)) {
            return "the step of an `Iterate` changes `\(name)`; it may add to `next` only, and read `current`"
        }
        if let name = named(changed) {
            return
                "the step of an `Iterate` changes `\(name)`, which would have to be undone; it may change `next` "
                + "only. Make `\(name)` part of the state"
        }
        if let name = named(Set(uses.all.map(\.place.variable)).intersection(results)) {
            return "the step of an `Iterate` reads `\(name)`, to which the outcome is added"
        }
        return nil
    }
}

extension Place {
    /// Whether two places may be one, or share an element: for all that is known without running.
    fileprivate func mayBe(_ other: Place) -> Bool {
        guard variable == other.variable else { return false }
        if span != nil || other.span != nil {
            if case .never = viewOverlap(with: other) { return false }
            return true
        }
        return !zip(indices, other.indices).contains { a, b in
            if let a = a.constant, let b = b.constant { a != b } else { false }
        }
    }
}

extension Block {
    /// The body of the loop over steps.
    fileprivate var turn: Block? {
        for statement in statements {
            if case .forLoop(let loop) = statement.kind { return loop.body }
        }
        return nil
    }

    /// The block with ancillas, at any depth, that are dropped whatever they hold.
    fileprivate func forgetting(_ variables: Set<Variable>) -> Block {
        Block(
            ancillas: ancillas.map { ancilla in
                var ancilla = ancilla
                if variables.contains(ancilla.variable) { ancilla.rule = .forgotten }
                return ancilla
            }, statements: statements.map { $0.mappingOwnBlocks { $0.forgetting(variables) } })
    }
}
