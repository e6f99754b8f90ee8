extension OracleWriter {
    /// A choice that keeps an index, a division or a function inside its domain; some are nested.
    mutating func guarded(_ s: Scope, without names: Set<String>, depth: Int) -> Term {
        let x = real(s, without: names, depth: min(depth - 1, 1))
        let other = leaf(s, without: names)
        let vectors = s.entries(.vector).filter {
            !names.contains($0.name) && $0.own == nil && $0.count > 0
        }
        let whole = integer(s, without: names, depth: 0)
        let log = has(.functions) ? "log" : "sqrt"
        switch random.below(12) {
        case 0: return .select(.compare(">", x, .integer(0)), .unary(log, x), other)
        case 1:
            return .select(
                .compare(">=", x, .integer(0)),
                .select(.compare(">", .unary("sqrt", x), .integer(1)), x, .binary("*", .integer(2), x)),
                .unary("-", x))
        case 2 where has(.functions):
            return .select(
                .compare("<=", .unary("abs", x), .integer(1)), .unary(random.one(of: ["asin", "acos"]), x), x)
        case 3: return .select(.compare("!=", x, .integer(0)), .binary("/", other, x), other)
        case 4:
            return .select(
                .and(.compare(">", x, .integer(0)), .compare("<", .unary(log, x), threshold())), x,
                .binary("*", x, other))
        case 5:
            return .select(
                .compare("!=", whole, .integer(0)),
                .select(
                    .compare(">", .binary("/", .integer(10), whole), .integer(2)), x,
                    .binary("*", .integer(2), x)),
                other)
        case 6, 7, 8:
            guard let vector = vectors.randomElement(using: &random) else { return x }
            let base = s.indices.isEmpty ? whole : place(random.one(of: s.indices).name)
            let shifted = Term.binary(
                "+", base, random.chance(0.6) ? .integer(random.one(of: [1, 2, -1])) : whole)
            let isInside = Test.and(
                .compare(">=", shifted, .integer(0)), .compare("<", shifted, .size(vector.name, .count)))
            let inside = place(vector.name, shifted)
            return .select(isInside, random.chance(0.5) ? inside : .binary("*", inside, x), other)
        case 9:
            guard let vector = vectors.randomElement(using: &random) else { return x }
            let quotient = Term.binary("/", .integer(10), whole)
            return .select(
                .compare(">", whole, .integer(0)),
                place(vector.name, .binary("%", quotient, .size(vector.name, .count))), other)
        case 10:
            guard let vector = vectors.randomElement(using: &random) else { return x }
            if s.isParallel, vector.varies { return x }
            let total = Term.reduce("sum", place(vector.name))
            return .select(
                .compare(">", total, .integer(0)), .unary(random.one(of: [log, "sqrt"]), total), x)
        default:
            return .select(
                test(s, without: names, depth: 1), .select(test(s, without: names, depth: 0), x, other), x)
        }
    }

    /// A number made of all elements of an array.
    mutating func reduction(_ s: Scope, without names: Set<String>, depth: Int) -> Term {
        guard let vector = s.vectors(without: names).randomElement(using: &random) else {
            return leaf(s, without: names)
        }
        let inside = elementwise(s, vector, without: names, depth: depth - 1)
        let mean = Term.binary("/", .reduce("sum", inside), length(of: vector))
        if !has(.growth) { return mean }
        switch random.below(has(.jumps) ? 6 : 3) {
        case 0, 1: return .reduce("sum", inside)
        case 2: return mean
        case 3: return place(vector.name, .reduce(random.one(of: ["argmax", "argmin"]), place(vector.name)))
        case 4: return .reduce(random.one(of: ["argmax", "argmin"]), inside)
        default:
            // The same formula inside and outside of the sum's elements.
            let e = Term.unary(has(.functions) ? "sin" : "abs", leaf(s, without: names))
            return .binary("*", e, .reduce("sum", .binary("*", inside, e)))
        }
    }

    /// The number of elements; of scratch only where sizes of scratch may be in formulas.
    private func length(of vector: Entry) -> Term {
        has(.sizes) || !vector.name.hasPrefix("row") ? .size(vector.name, .count) : .integer(vector.count)
    }

    /// A formula over all elements of `vector`.
    mutating func elementwise(_ s: Scope, _ vector: Entry, without names: Set<String>, depth: Int) -> Term {
        let fitting = s.entries(.vector)
            .filter {
                $0.count == vector.count && $0.own == nil && !names.contains($0.name)
                    && $0.name.first == vector.name.first
            }
        if depth <= 0 || random.chance(0.2) {
            let formulas = s.formulas.filter {
                $0.count == vector.count && $0.reads.contains(vector.name) && $0.reads.isDisjoint(with: names)
            }
            if let formula = formulas.randomElement(using: &random), random.chance(0.6) {
                return .named(formula.name)
            }
            return place(fitting.randomElement(using: &random)?.name ?? vector.name)
        }
        let x = elementwise(s, vector, without: names, depth: depth - 1)
        switch random.below(8) {
        case 0:
            let y = leaf(s, without: names)
            return .binary("*", x, has(.growth) ? y : within(y))
        case 1: return .binary("+", x, leaf(s, without: names))
        case 2:
            return .unary(random.one(of: has(.functions) ? ["sin", "tanh", "abs", "-"] : ["abs", "-"]), x)
        case 3 where has(.selects):
            return .select(test(s, without: names, depth: 1), x, .binary("*", .real(0.5), x))
        case 4 where has(.growth):
            return .binary("*", x, elementwise(s, vector, without: names, depth: depth - 1))
        case 5 where has(.growth): return .binary("*", x, .reduce("sum", x))
        case 6: return .binary("/", x, length(of: vector))
        default: return .binary(random.one(of: ["max", "min"]), x, leaf(s, without: names))
        }
    }
}
