extension OracleWriter {
    /// Whether a program has parallel loops.
    package enum Iterations: Sendable {
        case never, sometimes
        /// A parallel loop comes first.
        case always
        /// Only parallel loops, that run for any number of iterations: also for none.
        case anyNumber
    }

    /// How the arrays are cut up for n iterations of a parallel loop.
    package struct Layout: Sendable {
        enum Shape: Hashable, Sendable {
            /// Elements or rows that stand side by side, so many for an iteration.
            case own(Int)
            /// Column i of a table of three rows.
            case column
            /// The element at `p[i]`.
            case permuted
            /// 2n + 4 elements which all iterations read, or a table of 4 × 4.
            case shared
            /// 6 elements which all read.
            case few
        }

        enum Integers: Sendable {
            /// Each is less than n.
            case indices
            case permutation
            /// Iteration i changes `p[i]`.
            case own
        }

        var v = Shape.own(1)
        var w = Shape.own(1)
        var m = Shape.own(1)
        var p = Integers.indices

        /// Whether `v` and `w` have the same number of elements, and `m` as many rows.
        var isEven: Bool { v == .own(1) && w == .own(1) && m == .own(1) }

        static func random(_ random: inout SplitMix) -> Layout {
            var layout = Layout()
            layout.v = random.one(of: [.own(1), .own(1), .own(2), .own(3)])
            layout.w = random.one(of: [.own(1), .permuted, .permuted, .shared, .shared, .few])
            layout.m = random.one(of: [.own(1), .own(2), .column, .shared, .shared])
            layout.p =
                layout.w == .permuted
                ? .permutation : random.one(of: [.indices, .indices, .permutation, .own])
            return layout
        }
    }

    /// The number of elements of an array, or of rows and columns, for so many iterations.
    func shape(of name: String, iterations n: Int) -> (rows: Int, columns: Int) {
        let shape =
            switch name {
            case "v": style.layout.v
            case "w": style.layout.w
            case "m": style.layout.m
            default: Layout.Shape.own(1)
            }
        switch shape {
        case .own(let each): return (each * n, columns)
        case .column: return (3, n)
        case .permuted: return (n, columns)
        case .shared: return name == "m" ? (4, 4) : (2 * n + 4, 1)
        case .few: return (6, 1)
        }
    }

    /// Whether an array has more elements for more iterations, and at least one for each.
    func isLong(_ name: String) -> Bool {
        switch name {
        case "v", "p": true
        case "w": style.layout.w != .few
        case "m": if case .own = style.layout.m { true } else { false }
        default: false
        }
    }

    /// Positions of the parameters that many iterations may add to, in any order: the loss, and what a loop scatters into.
    package var summed: Set<Int> {
        let w = style.layout.w == .shared || style.layout.w == .few
        return Set([0] + (w ? [5] : []) + (style.layout.m == .shared ? [6] : []))
    }

    /// Where the parameters of a program stand.
    func parameters() -> [Entry] {
        let scalars = ["y", "a", "b"].map { Entry(name: $0, kind: .scalar) }
        let arrays: [(String, PlaceKind)] = [
            ("v", .vector), ("w", .vector), ("m", .matrix), ("p", .integerVector),
        ]
        return scalars + [Entry(name: "n", kind: .integer)]
            + arrays.map { name, kind in
                let (rows, columns) = shape(of: name, iterations: count)
                return Entry(
                    name: name, kind: kind, count: rows, columns: columns,
                    isLong: isLong(name), varies: style.isForAnyNumber && isLong(name))
            }
    }

    /// What iteration `i` may change of an array; nil if all iterations read it.
    func own(_ name: String, _ i: String) -> Own? {
        func elements(_ each: Int) -> [Term] {
            each == 1
                ? [place(i)]
                : (0..<each).map { offset in
                    let first = Term.binary("*", .integer(each), place(i))
                    return offset == 0 ? first : .binary("+", first, .integer(offset))
                }
        }
        let shape: Layout.Shape
        switch name {
        case "p": return style.layout.p == .own ? Own(indices: [place(i)]) : nil
        case "v": shape = style.layout.v
        case "w": shape = style.layout.w
        case "m": shape = style.layout.m
        default: return nil
        }
        switch shape {
        case .own(let each): return Own(indices: elements(each))
        case .column: return Own(indices: [place(i)], isColumn: true)
        case .permuted: return Own(indices: [place("p", place(i))])
        case .shared, .few: return nil
        }
    }

    // MARK: Loops

    /// One or two loops, and what may stand around them.
    mutating func parallels(_ s: Scope) -> [Step] {
        var outside = s
        // Without iterations these have no elements; and the order of a sum's terms is to show in nothing but the sum.
        outside.entries.removeAll {
            $0.name == "y" || $0.count == 0 && $0.kind != .scalar && $0.kind != .integer
        }
        switch random.below(9) {
        case 0:
            let (t, row) = (name("t"), name("row"))
            let made = Body(
                [.ancilla(t, .scalar, sizes: []), .ancilla(row, .vector, sizes: [.integer(4)])],
                [
                    .update("+=", PlaceTerm(t), real(outside, without: [], depth: 2)),
                    .update("+=", PlaceTerm(row), real(outside, without: [], depth: 1)),
                    .update("-=", PlaceTerm(row, [.integer(random.below(4))]), constant()),
                ])
            var inner = s
            inner.locked.formUnion(used(made, s))
            inner.entries += [
                Entry(name: t, kind: .scalar), Entry(name: row, kind: .vector, count: 4),
            ]
            inner.locked.formUnion([t, row])
            return [.compute(made, apply: Body([], [parallel(inner)]))]
        case 1:
            let i = name("i")
            return [
                .loop(
                    Loop(
                        index: i, start: .integer(0), end: .integer(2), body: Body([], [parallel(s)])))
            ]
        case 2:
            let condition = test(outside, depth: 0)
            var inner = s
            inner.locked.formUnion(reads(of: condition, s))
            return [
                .branch(
                    condition, post: nil, then: Body([], [parallel(inner)]),
                    otherwise: Body([], [parallel(inner)]))
            ]
        case 3:
            // Numbers that a loop makes for the next one, each for its own iteration.
            let (z, i) = (name("z"), name("i"))
            var inside = iteration(s, i, changing: [])
            inside.entries.removeAll { $0.name == "y" }
            let made = Body(
                [.ancilla(z, .vector, sizes: [.size("p", .count)])],
                [
                    .loop(
                        Loop(
                            index: i, start: .integer(0), end: .size("p", .count), isParallel: true,
                            body: Body(
                                [],
                                [
                                    .update(
                                        "+=", PlaceTerm(z, [place(i)]), real(inside, without: [], depth: 3))
                                ])))
                ])
            var inner = s
            inner.locked.formUnion(used(made, s))
            inner.locked.insert(z)
            inner.entries.append(
                Entry(
                    name: z, kind: .vector, count: count, isLong: true, varies: style.isForAnyNumber))
            return [.compute(made, apply: Body([], [parallel(inner)]))]
        case 4, 5: return [scatter(s)]
        case 6: return [parallel(s), parallel(s)]
        default: return [parallel(s)]
        }
    }

    /// What an iteration can name.
    private func iteration(_ s: Scope, _ i: String, changing names: Set<String>) -> Scope {
        var inner = s
        inner.locked.formUnion(["y", "a", "b", "n"])
        for position in inner.entries.indices {
            let entry = inner.entries[position]
            // There is an iteration, so there are its elements.
            if entry.isLong {
                let (rows, columns) = shape(of: entry.name, iterations: max(count, 1))
                inner.entries[position].count = rows
                if entry.kind == .matrix { inner.entries[position].columns = columns }
            }
            if style.layout.m == .column, entry.name == "m" {
                inner.entries[position].columns = max(count, 1)
            }
            if names.contains(entry.name), !s.locked.contains(entry.name) {
                inner.entries[position].own = own(entry.name, i)
            } else {
                inner.locked.insert(entry.name)
            }
        }
        let long = inner.entries.filter(\.isLong).map(\.name)
        inner.indices.append(Index(name: i, bound: style.isForAnyNumber ? .max : count, fits: Set(long)))
        inner.formulas = []
        inner.isParallel = true
        return inner
    }

    /// Iterations that are independent: each has its own elements of arrays, and all add to the loss.
    mutating func parallel(_ s: Scope) -> Step {
        let i = name("i")
        let candidates = ["v", "w", "m", "p"].filter { own($0, i) != nil && !s.locked.contains($0) }
        var names = Set(candidates.filter { _ in random.chance(0.7) })
        if names.isDisjoint(with: ["v", "w", "m"]) { names.formUnion(candidates) }
        var inner = iteration(s, i, changing: names)
        if !s.locked.contains("y") { inner.sums = ["y"] }
        // What is added to is not read.
        inner.entries.removeAll { $0.name == "y" }
        var loop = Loop(
            index: i, start: .integer(0), end: .size("p", .count), isParallel: true,
            body: body(inner, 1 + random.below(4)))
        if random.chance(0.3) { loop.body.steps.insert(contentsOf: ownRows(inner), at: 0) }
        let last = Term.binary("-", loop.end, .integer(1))
        let first = Term.binary("%", place("n"), .integer(4))
        switch random.below(10) {
        case 0: (loop.end, loop.isClosed) = (last, true)
        case 1: (loop.start, loop.end, loop.step, loop.isClosed) = (last, .integer(0), .integer(-1), true)
        case 2: loop.start = first
        case 3: (loop.start, loop.end, loop.step, loop.isClosed) = (last, first, .integer(-2), true)
        case 4:
            (loop.start, loop.step) = (
                .select(.compare(">", loop.end, .integer(2)), .integer(2), .integer(0)),
                .integer(1 + random.below(3))
            )
        case 5 where style.layout.v == .own(1): loop.end = .size("v", .count)
        default: break
        }
        return .loop(loop)
    }

    /// A loop that adds to elements of an array that it finds by others, and changes what is each turn's own.
    private mutating func scatter(_ s: Scope) -> Step {
        let i = name("i")
        let targets =
            (style.layout.w == .shared || style.layout.w == .few ? ["w"] : [])
            + (style.layout.m == .shared ? ["m"] : [])
        let open = targets.filter { !s.locked.contains($0) }
        guard let target = open.randomElement(using: &random), !s.locked.contains("v") else {
            return parallel(s)
        }
        let inner = iteration(s, i, changing: ["v"])
        let own = PlaceTerm("v", [random.one(of: self.own("v", i)?.indices ?? [place(i)])])
        func position(_ index: Term, _ axis: Term.Size) -> Term {
            .binary("%", .unary("abs", index), .size(target, axis))
        }
        func element(_ index: Term) -> PlaceTerm {
            target == "w"
                ? PlaceTerm(target, [position(index, .count)])
                : PlaceTerm(target, [position(index, .rows), .integer(random.below(4))])
        }
        func term(_ depth: Int) -> Term { real(inner, without: ["v", "w", "m", "y"], depth: depth) }
        var steps: [Step] = [
            .update("+=", own, term(2)),
            .update("+=", element(place("p", place(i))), .binary("*", term(2), .place(own))),
        ]
        if random.chance(0.5) {
            let condition = test(inner, without: ["v", "w", "m", "y"], depth: 0)
            let change = Step.update("-=", element(.binary("+", place(i), place("n"))), term(2))
            steps.append(.branch(condition, post: nil, then: Body([], [change]), otherwise: Body()))
        }
        if random.chance(0.3) { steps.append(.update("+=", PlaceTerm("y"), .binary("*", term(1), term(0)))) }
        // Iterations may all add to the target, as none reads it.
        return .loop(
            Loop(
                index: i, start: .integer(0), end: .size("p", .count), isParallel: random.chance(0.6),
                body: Body([], steps)))
    }
}
