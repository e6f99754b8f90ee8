import ReversibleCore

extension Term {
    /// Random terms for ``checkRule(_:on:seed:)``: sums, arrays, choices, names and elementary functions over parameters
    /// `u`, `v`, `x`, `y`, with the zeros and ones that derivatives make.
    public static func samples(_ count: Int, seed: UInt64 = 0) -> [Term] {
        var writer = SampleWriter(random: SplitMix(state: seed))
        return (0..<max(count, 0)).map { _ in writer.number(5) }
    }
}

/// A generator of random bits (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014).
struct SplitMix: RandomNumberGenerator, Sendable {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// A number from 0 to 1.
    var unit: Double {
        mutating get { Double(next() >> 11) * 0x1p-53 }
    }
}

private struct SampleWriter {
    var random: SplitMix
    /// Vectors of one length, and another.
    private let vectors: [Term]
    private let numbers = ["x", "y"].map { TermVariable(.real, name: $0).term }
    /// The indices of loops around what is being written.
    private var indices: [TermVariable] = []
    private var states: [TermVariable] = []

    init(random: SplitMix) {
        self.random = random
        let u = TermVariable(.reals(rank: 1), name: "u")
        vectors = [
            u.term, TermVariable(.reals(rank: 1), name: "v", sizes: [u.term.size(axis: 0)]).term,
        ]
    }

    private mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int(random.next() % UInt64(elements.count))]
    }

    mutating func number(_ depth: Int) -> Term {
        guard depth > 0 else { return leaf() }
        switch random.next() % 16 {
        case 0...3:
            return .binary(pick([.add, .subtract, .multiply, .divide]), number(depth - 1), number(depth - 1))
        case 4, 5: return .unary(pick([.negate, .sin, .negate, .exp]), number(depth - 1))
        case 6, 7: return choice(depth)
        case 8, 9: return within(pick(vectors).size(axis: 0), depth) { Term(.sum($0, $1)) }
        case 10: return within(.integer(pick([0, 1, 2])), depth) { Term(.sum($0, $1)) }
        case 11:
            let array = within(vectors[0].size(axis: 0), depth) { Term(.build($0, $1)) }
            return .get(array, index(below: vectors[0].size(axis: 0)))
        case 12: return named(depth)
        case 13: return pairs(depth)
        case 14:
            let (a, b) = (number(depth - 2), number(depth - 2))
            return .binary(.add, .binary(.multiply, a, b), .binary(.multiply, b, a))
        default: return leaf()
        }
    }

    private mutating func leaf() -> Term {
        switch random.next() % 8 {
        case 0: .zero
        case 1: .real(pick([0, 1, -1, 2]))
        case 2, 3: pick(numbers)
        case 4 where !states.isEmpty: Term(.first(pick(states).term))
        default: .get(pick(vectors), index(below: vectors[0].size(axis: 0)))
        }
    }

    private mutating func index(below count: Term) -> Term {
        let fitting = indices.filter { $0.range == count }
        if fitting.isEmpty { return Term(.position(largest: true, pick(vectors))) }
        return pick(fitting).term
    }

    private mutating func integer() -> Term {
        let index =
            indices.isEmpty || random.next() % 4 == 0 ? Term.integer(pick([0, 1])) : pick(indices).term
        return random.next() % 3 == 0 ? .integers(.add, index, .integer(1)) : index
    }

    private mutating func choice(_ depth: Int) -> Term {
        let condition = Term.compare(pick([.equal, .equal, .less]), integer(), integer())
        let (a, b) = (number(depth - 1), pick([.zero, .zero, number(depth - 2)]))
        switch random.next() % 4 {
        case 0: return .select(condition, .select(condition, a, b), b)
        case 1: return .binary(.add, .select(condition, a, .zero), .select(condition, b, .zero))
        case 2: return .select(condition, a, a)
        default: return .select(condition, a, b)
        }
    }

    private mutating func within(_ count: Term, _ depth: Int, _ make: (TermVariable, Term) -> Term) -> Term {
        let index = TermVariable.index(below: count)
        indices.append(index)
        defer { indices.removeLast() }
        let body = number(depth - 1)
        return make(
            index,
            random.next() % 2 == 0 ? body : .select(.compare(.equal, index.term, integer()), body, .zero))
    }

    private mutating func named(_ depth: Int) -> Term {
        let value = pick([leaf(), number(depth - 1), .bind(leaf()) { .binary(.add, $0, $0) }])
        return .bind(value) { name in
            .binary(pick([.add, .multiply]), pick([name, value]), number(depth - 2))
        }
    }

    private mutating func pairs(_ depth: Int) -> Term {
        let state = TermVariable(.pair(.real, .real))
        states.append(state)
        let fold = within(vectors[0].size(axis: 0), depth) { index, body in
            Term(
                .fold(
                    index, state, Term(.pair(.real(0), .real(1))),
                    Term(.pair(body, .binary(.multiply, .real(0.5), Term(.second(state.term)))))))
        }
        states.removeLast()
        let pair = pick([
            fold, Term(.pair(number(depth - 2), leaf())), .bind(number(depth - 2)) { Term(.pair($0, $0)) },
            .select(
                .compare(.equal, integer(), integer()), fold, Term(.pair(leaf(), leaf()))),
        ])
        return Term(random.next() % 2 == 0 ? .first(pair) : .second(pair))
    }
}
