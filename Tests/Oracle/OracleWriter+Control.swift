extension OracleWriter {
    mutating func loop(_ s: Scope) -> Step {
        let i = name("i")
        let entry = s.entries(.vector, .matrix).filter { !(s.isParallel && $0.varies && $0.isLong) }
            .randomElement(using: &random)
        var (start, end, step, bound, isClosed) = (
            Term.integer(0), Term.integer(2), Term.integer(1), 2, false
        )
        var fits: Set<String> = []
        switch random.below(12) {
        case 0: (start, end, step, bound, isClosed) = (.integer(2), .integer(0), .integer(-1), 3, true)
        case 1: (end, bound) = (.integer(4), 4)
        case 2: (end, step, bound) = (.integer(3), .integer(2), 3)
        case 3 where s.entries.contains { $0.name == "n" }:
            (end, bound) = (.binary("%", place("n"), .integer(4)), 3)
        case 4 where has(.folds): (start, bound) = (.unary("abs", .integer(-1)), 2)
        case 5:
            // How far the turns of a loop around have come; not how many iterations there are.
            guard let outer = s.indices.filter({ $0.bound <= 8 }).randomElement(using: &random) else { break }
            (end, bound) = (place(outer.name), outer.bound)
            isClosed = random.chance(0.3)
            if random.chance(0.3) { (start, end, isClosed) = (end, .integer(bound), false) }
        case 6: (start, end, step, bound) = (.integer(2), .integer(-1), .integer(-1), 3)
        case 7: (end, bound) = (small(s, below: 4), 3)
        case 8: (start, end, bound, isClosed) = (small(s, below: 3), .integer(2), 3, true)
        default:
            if let entry {
                end = .size(entry.name, entry.kind == .matrix ? .rows : .count)
                bound = entry.varies ? .max : entry.count
                fits = [entry.name]
            }
        }
        var inner = s
        inner.indices.append(Index(name: i, bound: bound, fits: fits))
        inner.locked.formUnion(end.names.union(start.names))
        return .loop(
            Loop(
                index: i, start: start, end: end, step: step, isClosed: isClosed,
                body: body(inner, 1 + random.below(3))))
    }

    mutating func branch(_ s: Scope) -> [Step] {
        let condition = test(s, depth: 1)
        var inner = s
        inner.locked.formUnion(reads(of: condition, s))
        return [
            .branch(
                condition, post: nil, then: body(inner, 1 + random.below(2)),
                otherwise: random.chance(0.5) ? Body() : body(inner, 1 + random.below(2)))
        ]
    }

    /// A branch that keeps an index, a division or a function inside its domain.
    mutating func guardedBranch(_ s: Scope) -> [Step] {
        guard let target = target(s) else { return [] }
        let x = leaf(s, without: [target.name])
        let whole = integer(s, without: [target.name], depth: 1)
        let vectors = s.entries(.vector).filter { $0.name != target.name && $0.own == nil && $0.count > 0 }
        let condition: Test
        let change: Term
        switch has(.jumps) ? random.below(4) : 2 + random.below(2) {
        case 0:
            (condition, change) = (
                .compare(">", x, .integer(0)),
                .unary(has(.functions) ? random.one(of: ["log", "sqrt", "lgamma"]) : "sqrt", x)
            )
        case 1:
            // A statement that always divides by 0 is refused, whatever guards it.
            if case .named = x { return [] }
            if x.names.isEmpty { return [] }
            (condition, change) = (.compare("!=", x, .integer(0)), .binary("/", constant(), x))
        case 2:
            guard let vector = vectors.randomElement(using: &random) else { return [] }
            condition = .and(
                .compare(">=", whole, .integer(0)), .compare("<", whole, .size(vector.name, .count)))
            change = place(vector.name, whole)
        default:
            if whole.names.isEmpty { return [] }
            condition = .compare("!=", whole, .integer(0))
            let quotient = Term.binary("/", .integer(7), whole)
            change = .binary(has(.growth) ? "*" : "+", x, quotient)
        }
        // The index of an element must not be what the condition guards.
        guard reads(of: condition, s).isDisjoint(with: [target.name]) else { return [] }
        return [
            .branch(condition, post: nil, then: Body([], [.update("+=", target, change)]), otherwise: Body())
        ]
    }

    mutating func compute(_ s: Scope) -> Step {
        let (t, q, k) = (name("t"), name("t"), name("k"))
        let first = real(s, without: [], depth: 2)
        var inside = s
        inside.entries.append(Entry(name: t, kind: .scalar))
        let second = real(inside, without: [], depth: 2)
        var steps: [Step] = [.update("+=", PlaceTerm(t), first)]
        let counts = random.chance(0.3)
        if counts {
            let amount = Term.binary("%", integer(s, depth: 2), .integer(7))
            steps.append(.update(random.one(of: ["+=", "-="]), PlaceTerm(k), amount))
        }
        switch random.below(4) {
        case 0: steps.append(.update("+=", PlaceTerm(q), second))
        case 1:
            let condition = test(s, depth: 1)
            var then = Body([], [.update("+=", PlaceTerm(q), second)])
            if counts { then.steps.append(.update("+=", PlaceTerm(k), .integer(1))) }
            steps.append(
                .branch(
                    condition, post: nil, then: then,
                    otherwise: Body([], [.update("-=", PlaceTerm(q), constant())])))
        case 2:
            let i = name("i")
            var turn = inside
            turn.indices.append(Index(name: i, bound: 3))
            // What is counted may be how often.
            let end: Term =
                counts ? .binary("%", .unary("abs", place(k)), .integer(4)) : .integer(3)
            steps.append(
                .loop(
                    Loop(
                        index: i, start: .integer(0), end: end,
                        body: Body([], [.update("+=", PlaceTerm(q), real(turn, without: [], depth: 2))]))))
        default:
            steps.append(.update("+=", PlaceTerm(q), second))
            if has(.functions) {
                steps.append(.rotate(PlaceTerm(t), PlaceTerm(q), constant(), backward: false))
            }
        }
        var computation = Body([.ancilla(t, .scalar, sizes: []), .ancilla(q, .scalar, sizes: [])], steps)
        var after = s
        after.entries += [Entry(name: t, kind: .scalar), Entry(name: q, kind: .scalar)]
        if counts {
            computation.declarations.append(.ancilla(k, .integer, sizes: []))
            after.entries.append(Entry(name: k, kind: .integer))
        }
        after.locked.formUnion(used(computation, s).union([t, q, k]))
        return .compute(computation, apply: body(after, 1 + random.below(2)))
    }

    /// What a computation reads, through formulas too.
    func used(_ body: Body, _ s: Scope) -> Set<String> {
        let names = body.names
        return s.formulas.reduce(into: names) { if names.contains($1.name) { $0.formUnion($1.reads) } }
    }

    /// A loop of unknown length over scratch.
    mutating func countdown(_ s: Scope) -> Step {
        let (k, t) = (name("k"), name("t"))
        let turns: Term =
            random.chance(0.5) ? small(s, below: 5) : .integer(random.below(4))
        let e = real(s, without: [], depth: 2)
        var condition = Test.compare("<", place(k), turns)
        if let vector = s.entries(.vector).filter({ $0.own == nil && $0.count > 0 })
            .randomElement(using: &random), random.chance(0.5)
        {
            // The element is asked only where there is one.
            condition = .and(
                condition,
                .and(
                    .compare("<", place(k), .size(vector.name, .count)),
                    .compare("<", place(vector.name, place(k)), threshold())))
        }
        let isRecorded = random.chance(0.4) && !s.isParallel
        let computation = Body(
            [.ancilla(k, .integer, sizes: []), .ancilla(t, .scalar, sizes: [])],
            [
                .whileLoop(
                    condition, post: isRecorded ? nil : .compare(">", place(k), .integer(0)),
                    Body(
                        [],
                        [
                            .update("+=", PlaceTerm(k), .integer(1)),
                            .update(
                                "+=", PlaceTerm(t), .binary(has(.growth) ? "*" : "+", place(k), e)),
                        ]))
            ])
        var after = s
        after.locked.formUnion(used(computation, s))
        after.entries.append(Entry(name: t, kind: .scalar))
        after.locked.insert(t)
        return .compute(computation, apply: body(after, 1))
    }

    /// A computation whose use changes what it has changed, so that undoing it does something else than it did.
    mutating func conjugation(_ s: Scope) -> Step {
        guard let target = target(s, besides: ["y"]) else { return loop(s) }
        var inner = s
        inner.locked.insert(target.name)
        inner.depth = 0
        let factor = Term.binary("+", .real(1.5), .unary("sin", leaf(inner, without: [target.name])))
        let changes: [Step] = [
            .update("*=", target, factor), .update("+=", target, leaf(inner, without: [target.name])),
        ]
        let computation = random.chance(0.3) ? changes : [random.one(of: changes)]
        let use = random.one(of: [
            Step.update("+=", target, leaf(inner, without: [target.name])), .update("*=", target, .real(0.5)),
        ])
        return .compute(Body([], computation), apply: Body([], [use]))
    }

    /// An element of an array for every step, which is made of the one before, scaled, and moved far enough to lose digits.
    mutating func history(_ s: Scope) -> Step {
        let arrays = s.entries(.vector).filter {
            !$0.varies && $0.count >= 2 && $0.own == nil && !s.locked.contains($0.name)
        }
        guard let array = arrays.randomElement(using: &random) else { return loop(s) }
        let i = name("i")
        var inner = s
        inner.indices.append(Index(name: i, bound: array.count - 1))
        inner.locked.insert(array.name)
        inner.depth = 0
        let next = PlaceTerm(array.name, [.binary("+", place(i), .integer(1))])
        let factor = Term.binary("+", .real(1.5), .unary("sin", leaf(inner, without: [array.name])))
        let far = Term.real(random.one(of: [0.1, 1e3, 1e9, 1e14]))
        return .loop(
            Loop(
                index: i, start: .integer(0), end: .integer(array.count - 1),
                body: Body(
                    [],
                    [
                        .update("+=", next, place(array.name, place(i))),
                        .update("*=", next, factor),
                        .update("+=", next, random.chance(0.5) ? far : leaf(inner, without: [array.name])),
                    ])))
    }

    /// A running average: every turn forgets a part of what was there.
    mutating func contraction(_ s: Scope) -> Step {
        guard let target = target(s, besides: ["y"]), target.indices.isEmpty,
            s.entries.contains(where: { $0.name == "v" && $0.own == nil })
        else { return loop(s) }
        let i = name("i")
        let turns = random.one(of: [3, 10, 40])
        var inner = s
        inner.indices.append(Index(name: i, bound: turns))
        inner.locked.insert(target.name)
        inner.depth = 0
        let factor = random.one(of: [0.9, 0.5, 0.99])
        let e = real(inner, without: [target.name], depth: 1)
        var steps: [Step] = [.update("*=", target, .real(factor)), .update("+=", target, .unary("sin", e))]
        if let y = s.entries.first(where: { $0.name == "y" }), !s.locked.contains("y") {
            steps.append(.update("+=", PlaceTerm(y.name), .binary("*", .place(target), .place(target))))
        }
        if let other = self.target(inner, besides: [target.name]), random.chance(0.2) {
            steps.append(.rotate(target, other, constant(), backward: false))
        }
        return .loop(Loop(index: i, start: .integer(0), end: .integer(turns), body: Body([], steps)))
    }

    /// A decision on a number that is then turned: undoing brings it back an ulp off.
    mutating func thresholdThenTurn(_ s: Scope) -> [Step] {
        let scalars = s.entries(.scalar).filter { !s.locked.contains($0.name) }.map(\.name)
        guard has(.drift), scalars.count >= 3 else { return branch(s) }
        let pair = scalars.shuffled(using: &random)
        let (x, z) = (pair[0], pair[1])
        var inner = s
        inner.locked.insert(x)
        let tie = threshold()
        if case .real(let value) = tie { ties[x] = value }
        let condition = Test.compare(random.one(of: [">=", ">", "<="]), place(x), tie)
        let decided: Step
        if random.chance(0.4) {
            decided = .branch(condition, post: nil, then: body(inner, 1), otherwise: body(inner, 1))
        } else {
            guard let target = target(inner, besides: [x]) else { return [] }
            let amount: Term
            if has(.selects), random.chance(0.5) {
                // Of places as they are no factor tells which it was.
                amount = .select(
                    condition, real(s, without: [target.name], depth: 0),
                    real(s, without: [target.name], depth: 0))
            } else {
                let chosen: Term =
                    random.chance(0.5)
                    ? .binary("max", place(x), threshold())
                    : .unary("floor", .binary("*", place(x), .integer(2)))
                amount = .binary("*", chosen, real(s, without: [target.name], depth: 1))
            }
            decided = .update("+=", target, amount)
        }
        return [
            decided,
            random.chance(0.5)
                ? .rotate(PlaceTerm(x), PlaceTerm(z), constant(), backward: false)
                : .hadamard(PlaceTerm(x), PlaceTerm(z)),
        ]
    }
}
