extension OracleWriter {
    /// A statement, or a few that belong together.
    mutating func steps(_ s: Scope) -> [Step] {
        switch random.below(s.depth > 0 ? 36 : 14) {
        case 0, 1, 2, 3: return update(s)
        case 4: return turn(s)
        case 5: return exchange(s)
        case 6: return scale(s)
        case 7: return integers(s)
        case 8: return whole(s)
        case 9, 10: return call(s)
        case 11: return stacked(s)
        case 12: return chain(s)
        case 13: return update(s)
        case 14, 15, 16, 17: return [loop(s)]
        case 18, 19, 20: return branch(s)
        case 21, 22, 23: return [compute(s)]
        case 24: return [table(s)]
        case 25: return [grid(s)]
        case 26: return [countdown(s)]
        case 27, 28: return scratch(s)
        case 29: return guardedBranch(s)
        case 30:
            if has(.drift), random.chance(0.3) { return [history(s)] }
            if has(.drift), random.chance(0.3) { return [conjugation(s)] }
            return style.contracts ? [contraction(s)] : [loop(s)]
        case 31: return deepStack(s)
        case 32, 33, 34: return [thresholdThenTurn(s)].flatMap { $0 }
        default: return update(s)
        }
    }

    private mutating func update(_ s: Scope) -> [Step] {
        if random.chance(0.15), let sum = s.sums.randomElement(using: &random) {
            return [.update(random.chance(0.6) ? "+=" : "-=", PlaceTerm(sum), real(s, without: [], depth: 2))]
        }
        if random.chance(0.1), let steps = ownRow(s) { return steps }
        guard let target = target(s) else { return [] }
        let change = real(s, without: [target.name], depth: 1 + random.below(3))
        return [.update(random.chance(0.6) ? "+=" : "-=", target, change)]
    }

    /// Two different real numbers that may be changed.
    private mutating func two(_ s: Scope) -> (PlaceTerm, PlaceTerm)? {
        guard let a = target(s), let b = target(s, besides: [a.name]) else { return nil }
        return (a, b)
    }

    private mutating func turn(_ s: Scope) -> [Step] {
        guard let (a, b) = two(s) else { return [] }
        if !has(.functions) { return [.swap(a, b)] }
        if random.chance(0.3) { return [.hadamard(a, b)] }
        let angle = random.chance(0.4) ? constant() : real(s, without: [a.name, b.name], depth: 1)
        return [.rotate(a, b, angle, backward: random.chance(0.4))]
    }

    private mutating func exchange(_ s: Scope) -> [Step] {
        switch random.below(4) {
        case 0:
            let open = s.entries(.vector).filter {
                !s.locked.contains($0.name) && $0.own == nil && $0.count == count
                    && ["v", "w"].contains($0.name)
            }
            if open.count == 2 { return [.swap(PlaceTerm("v"), PlaceTerm("w"))] }
        case 1: if let a = target(s) { return [.negate(a)] }
        default: break
        }
        return two(s).map { [.swap($0.0, $0.1)] } ?? []
    }

    private mutating func scale(_ s: Scope) -> [Step] {
        guard let target = target(s) else { return [] }
        let e = real(s, without: [target.name], depth: 1)
        let factor: Term =
            random.chance(0.3)
            ? .real(random.one(of: [2, 0.5, -1, 1.1]))
            : .binary("+", .real(1.1), .binary("*", .real(0.25), within(e)))
        return [.update(random.chance(0.5) ? "*=" : "/=", target, factor)]
    }

    private mutating func integers(_ s: Scope) -> [Step] {
        let open = s.entries(.integer, .integerVector).filter {
            !s.locked.contains($0.name) && ($0.name != "p" || style.layout.p == .own)
        }
        guard let entry = open.randomElement(using: &random) else { return update(s) }
        if entry.kind == .integerVector, entry.own == nil, random.chance(0.2) {
            let place = PlaceTerm(entry.name)
            return random.chance(0.5)
                ? [.negate(place)] : [.update("+=", place, .binary("%", size(s), .integer(3)))]
        }
        var others = s
        others.entries.removeAll { $0.name == entry.name }
        others.formulas.removeAll { $0.reads.contains(entry.name) }
        let amount: Term = .unary(
            "abs", .binary("%", .binary("+", integer(others, depth: 1), size(s)), .integer(7)))
        let target = element(others, entry)
        if random.chance(0.3) { return [.update("^=", target, .integer(random.below(8)))] }
        // What indexes arrays stays at or above 0.
        if entry.kind == .integer { return [.update("+=", target, amount)] }
        return [
            random.chance(0.2) ? .negate(target) : .update(random.chance(0.5) ? "+=" : "-=", target, amount)
        ]
    }

    /// Statements over whole arrays.
    private mutating func whole(_ s: Scope) -> [Step] {
        let open = s.entries(.vector, .matrix).filter { !s.locked.contains($0.name) && $0.own == nil }
        guard let entry = open.randomElement(using: &random) else { return update(s) }
        let place = PlaceTerm(entry.name)
        switch random.below(5) {
        case 0: return [.negate(place)]
        case 1:
            return [.update(random.chance(0.5) ? "*=" : "/=", place, .real(random.one(of: [1.25, 0.8, -1])))]
        case 2: return [.update("+=", place, real(s, without: [entry.name], depth: 2))]
        default:
            let others = s.entries(.vector).filter {
                $0.own == nil && $0.name != entry.name && ["v", "w"].contains($0.name)
                    && $0.count == entry.count
            }
            guard ["v", "w"].contains(entry.name), let other = others.first else {
                return [.update("-=", place, real(s, without: [entry.name], depth: 2))]
            }
            return [.update("+=", place, elementwise(s, other, without: [entry.name], depth: 2))]
        }
    }

    /// A call forward or backward.
    private mutating func call(_ s: Scope) -> [Step] {
        guard let routine = routines.randomElement(using: &random), let (out, b) = two(s) else {
            return update(s)
        }
        let vectors = s.vectors(without: [out.name, b.name])
        guard let vector = vectors.randomElement(using: &random) else { return update(s) }
        let inverted = random.chance(0.4)
        if routine.isRecursive {
            // The recursion counts down in scratch.
            let k = name("k")
            let amount = random.chance(0.5) ? small(s, below: 4) : .integer(random.below(4))
            let steps: [Step] = [
                .update("+=", PlaceTerm(k), amount),
                .call(routine.name, inverted: inverted, [out, b, PlaceTerm(vector.name), PlaceTerm(k)]),
                .update("-=", PlaceTerm(k), amount),
            ]
            return [
                .branch(
                    .compare(">=", size(s), .integer(1)), post: nil,
                    then: Body([.ancilla(k, .integer, sizes: [])], steps), otherwise: Body())
            ]
        }
        let integers = s.entries(.integer).map { PlaceTerm($0.name) } + s.indices.map { PlaceTerm($0.name) }
        guard let c = integers.randomElement(using: &random) else { return update(s) }
        return [.call(routine.name, inverted: inverted, [out, b, PlaceTerm(vector.name), c])]
    }

    /// A number is put away, others change, and it comes back.
    private mutating func stacked(_ s: Scope) -> [Step] {
        guard has(.stacks), let a = target(s), a.indices.isEmpty else { return update(s) }
        let stack = name("stack")
        var inner = s
        inner.locked.insert(a.name)
        inner.depth = 0
        var steps: [Step] = [.push(a, on: stack)] + block(inner, 1 + random.below(2)) + [.pop(a, from: stack)]
        let integers = s.entries(.integer).filter { !s.locked.contains($0.name) && $0.name != a.name }
        if let k = integers.randomElement(using: &random), random.chance(0.4) {
            // Numbers above an integer, and numbers where an integer was.
            inner.locked.insert(k.name)
            let above = [.push(a, on: stack)] + block(inner, 1) + [.pop(a, from: stack)]
            let mixed: [Step] =
                [.push(PlaceTerm(k.name), on: stack)] + above + [.pop(PlaceTerm(k.name), from: stack)]
            steps = random.chance(0.5) ? steps + mixed : mixed + steps
        }
        return [
            wrapped(
                [random.chance(0.5) && !s.isParallel ? .runStack(stack) : .ancilla(stack, .stack, sizes: [])],
                steps)
        ]
    }

    /// What is pushed stays on the run's stack: the place goes on from 0.
    private mutating func deepStack(_ s: Scope) -> [Step] {
        guard has(.stacks), has(.leftovers), !s.isParallel, let a = target(s), a.indices.isEmpty,
            a.name != "y"
        else {
            return update(s)
        }
        let stack = name("stack")
        let e = real(s, without: [a.name], depth: 2)
        if random.chance(0.5) {
            return [wrapped([.runStack(stack)], [.push(a, on: stack), .update("+=", a, e)])]
        }
        // As in `t += x * x; SWAP(x, t); PUSH(t)`: x becomes what was computed from it.
        let t = name("t")
        return [
            wrapped(
                [.runStack(stack), .ancilla(t, .scalar, sizes: [])],
                [
                    .update("+=", PlaceTerm(t), .binary("*", .place(a), random.chance(0.5) ? .place(a) : e)),
                    .swap(a, PlaceTerm(t)), .push(PlaceTerm(t), on: stack),
                ])
        ]
    }

    /// A block of its own.
    func wrapped(_ declarations: [Declaration], _ steps: [Step]) -> Step {
        .branch(
            .compare("==", .integer(0), .integer(0)), post: nil, then: Body(declarations, steps),
            otherwise: Body())
    }

    /// Neighbours in a row.
    private mutating func chain(_ s: Scope) -> [Step] {
        let open = s.entries(.vector).filter { !s.locked.contains($0.name) && $0.own == nil }
        guard let entry = open.randomElement(using: &random) else { return update(s) }
        let i = name("i")
        let previous = place(entry.name, .binary("-", place(i), .integer(1)))
        let change: Term =
            random.chance(0.5) || !has(.functions)
            ? .binary("*", .real(0.5), previous) : .unary("sin", previous)
        return [
            .loop(
                Loop(
                    index: i, start: .integer(1), end: .size(entry.name, .count),
                    body: Body([], [.update("+=", PlaceTerm(entry.name, [place(i)]), change)])))
        ]
    }

    /// Scratch that is undone by hand.
    private mutating func scratch(_ s: Scope) -> [Step] {
        let t = name("t")
        var inner = s
        let e = real(s, without: [], depth: 2)
        inner.locked.formUnion(reads(of: e, s))
        inner.entries.append(Entry(name: t, kind: .scalar))
        inner.locked.insert(t)
        inner.depth -= 1
        let steps =
            [Step.update("+=", PlaceTerm(t), e)] + block(inner, 1 + random.below(2)) + [
                .update("-=", PlaceTerm(t), e)
            ]
        return [wrapped([.ancilla(t, .scalar, sizes: [])], steps)]
    }

    /// Sums into all elements that are an iteration's own, or the first columns of them, written out.
    mutating func ownRows(_ s: Scope) -> [Step] {
        let open = s.entries(.vector, .matrix).filter { !s.locked.contains($0.name) && $0.own != nil }
        guard let entry = open.randomElement(using: &random), let own = entry.own else { return [] }
        let columns = 1 + random.below(max(1, columns))
        let places =
            entry.kind == .vector || own.isColumn
            ? own.indices.flatMap { index in
                entry.kind == .vector
                    ? [PlaceTerm(entry.name, [index])]
                    : (0..<3).map { PlaceTerm(entry.name, [.integer($0), index]) }
            }
            : own.indices.flatMap { row in
                (0..<columns).map { PlaceTerm(entry.name, [row, .integer($0)]) }
            }
        let change = real(s, without: [entry.name], depth: 1)
        let readsFirst = random.chance(0.3)
        return places.enumerated().map { number, place in
            readsFirst && number > 0
                ? .update("-=", place, .binary("*", .place(places[0]), constant()))
                : .update("+=", place, .binary("+", change, .integer(number)))
        }
    }

    /// From one element of an iteration's own to another, or to all of its row.
    private mutating func ownRow(_ s: Scope) -> [Step]? {
        let open = s.entries(.vector, .matrix).filter { !s.locked.contains($0.name) && $0.own != nil }
        guard let entry = open.randomElement(using: &random), let own = entry.own else { return nil }
        let change = real(s, without: [entry.name], depth: 1)
        guard entry.kind == .matrix else {
            guard own.indices.count > 1 else { return nil }
            let (a, b) = (own.indices[0], own.indices[own.indices.count - 1])
            return [
                .update("-=", PlaceTerm(entry.name, [b]), .binary("*", change, place(entry.name, a)))
            ]
        }
        let j = name("i")
        let row = random.one(of: own.indices)
        let element = own.isColumn ? [place(j), row] : [row, place(j)]
        var turn = s
        turn.indices.append(Index(name: j, bound: own.isColumn ? 3 : entry.columns))
        turn.formulas = []
        let amount = Term.binary("+", change, leaf(turn, without: [entry.name]))
        // Such a loop in an iteration may be parallel itself.
        return [
            .loop(
                Loop(
                    index: j, start: .integer(0), end: .size(entry.name, own.isColumn ? .rows : .columns),
                    isParallel: random.chance(0.3),
                    body: Body([], [.update("+=", PlaceTerm(entry.name, element), amount)])))
        ]
    }
}
