extension OracleWriter {
    /// Scratch arrays whose sizes are formulas, and stand in formulas.
    mutating func table(_ s: Scope) -> Step {
        let row = name("row")
        // How many elements there are at least and, if that is not all, less than how many turns go through them.
        var length = 3
        var turns: Int?
        var size = Term.integer(3)
        let arrays =
            has(.sizes)
            ? s.entries(.vector, .matrix).filter { $0.count > 0 && !(s.isParallel && $0.varies && $0.isLong) }
            : []
        switch random.below(6) {
        case 0:
            if let m = arrays.first(where: { $0.kind == .matrix && style.layout.m != .column }) {
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
        case 3:
            if let index = s.indices.filter({ $0.bound <= 8 }).randomElement(using: &random), has(.sizes) {
                (length, size) = (1, .binary("+", place(index.name), .integer(1)))
                turns = index.bound
            }
        default: break
        }
        let (i, e) = (name("i"), name("i"))
        var turn = s
        turn.indices.append(Index(name: i, bound: turns ?? length, fits: [row]))
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
        after.entries.append(Entry(name: row, kind: .vector, count: length, varies: turns != nil))
        after.locked.insert(row)
        var apply = body(after, 1 + random.below(2))
        if let target = target(s, besides: after.locked) {
            let mean = Term.binary(
                "/", .reduce("sum", place(row)), has(.sizes) ? .size(row, .count) : .integer(3))
            apply.steps.append(.update("+=", target, mean))
            if random.chance(0.4), has(.sizes), has(.growth) {
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

    /// A table and integers in scratch. Of some loops over them conditions keep turns away that have no element.
    mutating func grid(_ s: Scope) -> Step {
        let (grid, numbers) = (name("grid"), name("q"))
        let rows: Term =
            random.chance(0.5) ? .integer(2) : .binary("+", small(s, below: 3), .integer(2))
        func turn(_ s: Scope, _ bound: Int) -> (i: String, scope: Scope) {
            let i = name("i")
            var inner = s
            inner.indices.append(Index(name: i, bound: bound))
            return (i, inner)
        }
        func loop(_ i: String, _ end: Int, _ steps: [Step]) -> Step {
            .loop(Loop(index: i, start: .integer(0), end: .integer(end), body: Body([], steps)))
        }
        let outer = turn(s, 2)
        let inner = turn(outer.scope, 3)
        var steps: [Step] = [
            loop(
                outer.i, 2,
                [
                    loop(
                        inner.i, 3,
                        [
                            .update(
                                "+=", PlaceTerm(grid, [place(outer.i), place(inner.i)]),
                                real(inner.scope, without: [], depth: 2))
                        ])
                ])
        ]
        for _ in 0..<1 + random.below(3) {
            let each = turn(s, 4)
            let j = place(each.i)
            switch random.below(5) {
            case 0:
                let position = Term.binary("%", .unary("abs", integer(s, depth: 1)), .integer(4))
                steps.append(
                    .update(
                        "+=", PlaceTerm(numbers, [position]),
                        .binary("%", integer(s, depth: 2), .integer(9))))
            case 1:
                // Divided only where that is possible.
                steps.append(
                    loop(
                        each.i, 4,
                        [
                            .branch(
                                .compare(">", j, .integer(0)), post: nil,
                                then: Body(
                                    [],
                                    [
                                        .update(
                                            "+=", PlaceTerm(numbers, [j]), .binary("/", .integer(12), j))
                                    ]),
                                otherwise: Body([], [.update("-=", PlaceTerm(numbers, [j]), .integer(5))]))
                        ]))
            case 2:
                let change = Term.binary("+", leaf(s, without: []), j)
                steps.append(
                    loop(
                        each.i, 6,
                        [
                            .branch(
                                .compare("<", j, .size(grid, .columns)), post: nil,
                                then: Body([], [.update("-=", PlaceTerm(grid, [.integer(1), j]), change)]),
                                otherwise: Body())
                        ]))
            case 3:
                let isInside = Test.and(
                    .compare(">", j, .integer(0)), .compare("<", j, .size(grid, .columns)))
                let before = place(grid, .integer(0), .binary("-", j, .integer(1)))
                let change = Term.binary(
                    "+", .binary("*", .real(0.5), before), leaf(each.scope, without: []))
                steps.append(
                    loop(
                        each.i, 4,
                        [
                            .branch(
                                isInside, post: nil,
                                then: Body([], [.update("+=", PlaceTerm(grid, [.integer(0), j]), change)]),
                                otherwise: Body())
                        ]))
            default:
                let position = [small(s, below: 2), small(s, below: 3)]
                steps.append(.update("-=", PlaceTerm(grid, position), real(s, without: [], depth: 1)))
            }
        }
        let computation = Body(
            [
                .ancilla(grid, .matrix, sizes: [rows, .integer(3)]),
                .ancilla(numbers, .integerVector, sizes: [.integer(4)]),
            ], steps)
        var after = s
        after.locked.formUnion(used(computation, s).union([grid, numbers]))
        after.entries += [
            Entry(name: grid, kind: .matrix, count: 2, columns: 3),
            Entry(name: numbers, kind: .integerVector, count: 4),
        ]
        var apply = body(after, 1 + random.below(2))
        if let target = target(s, besides: after.locked) {
            let element = place(grid, small(after, below: 2), small(after, below: 3))
            apply.steps.append(.update("-=", target, element))
        }
        // The size is that at the start of the block, where what it reads must not change.
        return wrapped([], [.compute(computation, apply: apply)])
    }
}
