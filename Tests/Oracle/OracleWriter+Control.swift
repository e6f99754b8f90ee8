extension OracleWriter {
    mutating func loop(_ s: Scope) -> Step {
        let i = name("i")
        let entry = s.entries(.vector, .matrix).randomElement(using: &random)
        var (start, end, step, bound, isClosed) = (
            Term.integer(0), Term.integer(2), Term.integer(1), 2, false
        )
        switch random.below(9) {
        case 0: (start, end, step, bound, isClosed) = (.integer(2), .integer(0), .integer(-1), 3, true)
        case 1: (end, bound) = (.integer(4), 4)
        case 2: (end, step, bound) = (.integer(3), .integer(2), 3)
        case 3 where s.entries.contains { $0.name == "n" }:
            (end, bound) = (.binary("%", place("n"), .integer(4)), 3)
        case 4 where has(.folds): (start, bound) = (.unary("abs", .integer(-1)), 2)
        case 5 where !s.indices.isEmpty:
            let outer = random.one(of: s.indices)
            (end, bound) = (place(outer.name), outer.bound)
            isClosed = random.chance(0.3)
        default:
            if let entry {
                end = .size(entry.name, entry.kind == .matrix ? .rows : .count)
                bound = entry.count
                if entry.name == "u" { bound = 1_000 }
            }
        }
        var inner = s
        inner.indices.append((i, bound))
        inner.locked.formUnion(end.names)
        return .loop(
            Loop(
                index: i, start: start, end: end, step: step, isClosed: isClosed,
                body: body(inner, 1 + random.below(3))))
    }

    /// Iterations that are independent: each has its own elements of `v`, or of `w`, and of `m`.
    mutating func parallel(_ s: Scope) -> Step {
        let i = name("i")
        var inner = s
        let own = random.one(of: [["v"], ["w"], ["v", "m"], ["v", "w", "m"]])
        inner.locked.formUnion(["y", "a", "b", "n", "p"])
        for position in inner.entries.indices {
            let entry = inner.entries[position]
            if own.contains(entry.name) {
                inner.entries[position].own = i
            } else {
                inner.locked.insert(entry.name)
            }
        }
        inner.indices.append((i, count))
        inner.formulas = []
        inner.isParallel = true
        return .loop(
            Loop(
                index: i, start: .integer(0), end: .size("v", .count), isParallel: true,
                body: body(inner, 1 + random.below(4))))
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
        let vectors = s.entries(.vector).filter { $0.name != target.name && $0.own == nil }
        let condition: Test
        let change: Term
        switch random.below(4) {
        case 0:
            (condition, change) = (
                .compare(">", x, .integer(0)), .unary(random.one(of: ["log", "sqrt", "lgamma"]), x)
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
            change = .binary("*", x, .binary("/", .integer(7), whole))
        }
        // The index of an element must not be what the condition guards.
        guard reads(of: condition, s).isDisjoint(with: [target.name]) else { return [] }
        return [
            .branch(condition, post: nil, then: Body([], [.update("+=", target, change)]), otherwise: Body())
        ]
    }

    mutating func compute(_ s: Scope) -> Step {
        let (t, q) = (name("t"), name("t"))
        let first = real(s, without: [], depth: 2)
        var inside = s
        inside.entries.append(Entry(name: t, kind: .scalar))
        let second = real(inside, without: [], depth: 2)
        var steps: [Step] = [.update("+=", PlaceTerm(t), first)]
        switch random.below(4) {
        case 0: steps.append(.update("+=", PlaceTerm(q), second))
        case 1:
            let condition = test(s, depth: 1)
            steps.append(
                .branch(
                    condition, post: nil, then: Body([], [.update("+=", PlaceTerm(q), second)]),
                    otherwise: Body([], [.update("-=", PlaceTerm(q), constant())])))
        case 2:
            let i = name("i")
            var turn = inside
            turn.indices.append((i, 3))
            steps.append(
                .loop(
                    Loop(
                        index: i, start: .integer(0), end: .integer(3),
                        body: Body([], [.update("+=", PlaceTerm(q), real(turn, without: [], depth: 2))]))))
        default:
            steps += [
                .update("+=", PlaceTerm(q), second),
                .rotate(PlaceTerm(t), PlaceTerm(q), constant(), backward: false),
            ]
        }
        let computation = Body([.ancilla(t, .scalar, sizes: []), .ancilla(q, .scalar, sizes: [])], steps)
        var after = s
        after.locked.formUnion(used(computation, s))
        after.entries += [Entry(name: t, kind: .scalar), Entry(name: q, kind: .scalar)]
        after.locked.formUnion([t, q])
        return .compute(computation, apply: body(after, 1 + random.below(2)))
    }

    /// What a computation reads, through formulas too.
    func used(_ body: Body, _ s: Scope) -> Set<String> {
        let names = body.names
        return s.formulas.reduce(into: names) { if names.contains($1.name) { $0.formUnion($1.reads) } }
    }

    /// Scratch arrays whose sizes are formulas, and stand in formulas.
    mutating func table(_ s: Scope) -> Step {
        let row = name("row")
        var length = 3
        var size = Term.integer(3)
        let arrays = has(.sizes) ? s.entries(.vector, .matrix) : []
        switch random.below(6) {
        case 0:
            if let m = arrays.first(where: { $0.kind == .matrix }) {
                (length, size) = (m.columns, .size(m.name, .columns))
            }
        case 1:
            if let v = arrays.first(where: { $0.kind == .vector }) {
                (length, size) = (v.count, .size(v.name, .count))
            }
        case 2:
            if let v = arrays.first(where: { $0.kind == .vector }) {
                (length, size) = (v.count + 1, .binary("+", .size(v.name, .count), .integer(1)))
            }
        case 3 where !s.indices.isEmpty && has(.sizes):
            (length, size) = (1, .binary("+", place(random.one(of: s.indices).name), .integer(1)))
        default: break
        }
        let (i, e) = (name("i"), name("i"))
        var turn = s
        turn.indices.append((i, length))
        var steps: [Step] = [
            .loop(
                Loop(
                    index: i, start: .integer(0), end: has(.sizes) ? .size(row, .count) : .integer(length),
                    body: Body(
                        [], [.update("+=", PlaceTerm(row, [place(i)]), real(turn, without: [], depth: 2))])))
        ]
        if random.chance(0.3) { steps.append(.update("+=", PlaceTerm(row), real(s, without: [], depth: 1))) }
        if random.chance(0.3) { steps.append(.update("*=", PlaceTerm(row), .real(1.5))) }
        let computation = Body([.ancilla(row, .vector, sizes: [size])], steps)
        var after = s
        after.locked.formUnion(used(computation, s))
        after.entries.append(Entry(name: row, kind: .vector, count: length))
        after.locked.insert(row)
        var apply = body(after, 1 + random.below(2))
        if let target = target(s, besides: after.locked) {
            let mean = Term.binary(
                "/", .reduce("sum", place(row)), has(.sizes) ? .size(row, .count) : .integer(3))
            apply.steps.append(.update("+=", target, mean))
            if random.chance(0.4), has(.sizes) {
                apply.steps.append(
                    .loop(
                        Loop(
                            index: e, start: .integer(0), end: .size(row, .count),
                            body: Body(
                                [],
                                [
                                    .update(
                                        "+=", target, .binary("*", place(row, place(e)), .size(row, .count)))
                                ]))))
            }
        }
        return .compute(computation, apply: apply)
    }

    /// A loop of unknown length over scratch.
    mutating func countdown(_ s: Scope) -> Step {
        let (k, t) = (name("k"), name("t"))
        let turns: Term =
            random.chance(0.5) && s.entries.contains { $0.name == "n" }
            ? .binary("%", place("n"), .integer(5)) : .integer(random.below(4))
        let e = real(s, without: [], depth: 2)
        var condition = Test.compare("<", place(k), turns)
        if let vector = s.entries(.vector).filter({ $0.own == nil }).randomElement(using: &random),
            random.chance(0.5)
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
                            .update("+=", PlaceTerm(t), .binary("*", place(k), e)),
                        ]))
            ])
        var after = s
        after.locked.formUnion(used(computation, s))
        after.entries.append(Entry(name: t, kind: .scalar))
        after.locked.insert(t)
        return .compute(computation, apply: body(after, 1))
    }

    /// A running average: every turn forgets a part of what was there.
    mutating func contraction(_ s: Scope) -> Step {
        guard let target = target(s, besides: ["y"]), target.indices.isEmpty,
            s.entries.contains(where: { $0.name == "v" && $0.own == nil })
        else { return loop(s) }
        let i = name("i")
        let turns = random.one(of: [3, 10, 40])
        var inner = s
        inner.indices.append((i, turns))
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
        let (x, z) = (scalars[scalars.count - 1], scalars[scalars.count - 2])
        var inner = s
        inner.locked.insert(x)
        let decided: Step
        if random.chance(0.5) {
            decided = .branch(
                .compare(random.one(of: [">=", ">", "<="]), place(x), threshold()), post: nil,
                then: body(inner, 1), otherwise: body(inner, 1))
        } else {
            guard let target = target(inner, besides: [x]) else { return [] }
            let chosen: Term =
                random.chance(0.5)
                ? .binary("max", place(x), threshold()) : .unary("floor", .binary("*", place(x), .integer(2)))
            decided = .update("+=", target, .binary("*", chosen, real(s, without: [target.name], depth: 1)))
        }
        return [
            decided,
            random.chance(0.5)
                ? .rotate(PlaceTerm(x), PlaceTerm(z), constant(), backward: false)
                : .hadamard(PlaceTerm(x), PlaceTerm(z)),
        ]
    }
}
