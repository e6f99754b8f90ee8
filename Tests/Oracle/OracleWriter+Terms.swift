extension OracleWriter {
    /// Whether programs have this.
    func has(_ feature: Feature) -> Bool { !style.omitted.contains(feature) }

    // MARK: Constants

    /// A constant: off every grid, on a threshold, or whole.
    mutating func constant() -> Term {
        switch random.below(5) {
        case 0: .real(random.one(of: [0.5, -0.5, 0.25, 1, -1, 2, 1.5]))
        case 1: .integer(random.one(of: [1, 2, 3, -1, -2, -3]))
        case 2: .integer(random.below(5) - 1)
        default: .real(Double.random(in: -1.2...1.2, using: &random) * 0.785_398_163_397_448_3 + 0.01)
        }
    }

    mutating func threshold() -> Term { random.chance(0.7) ? .real(random.one(of: [0, 0.5, -0.5, 0.25, 1])) : constant() }

    // MARK: Places

    func place(_ name: String, _ indices: Term...) -> Term { .place(PlaceTerm(name, indices)) }

    /// An index below `count`.
    mutating func index(_ s: Scope, _ entry: Entry, _ count: Int, isColumn: Bool = false) -> Term {
        if let own = entry.own, !isColumn { return place(own) }
        let fitting = s.indices.filter { $0.bound <= count }
        if !fitting.isEmpty, random.chance(0.6) { return place(random.one(of: fitting).name) }
        let size: Term =
            !has(.sizes) && entry.name.hasPrefix("row")
            ? .integer(count) : entry.kind == .matrix ? .size(entry.name, isColumn ? .columns : .rows) : .size(entry.name, .count)
        switch random.below(8) {
        case 0: return .binary("-", size, .integer(1))
        case 1 where s.entries.contains { $0.name == "p" && $0.own == nil } && count >= self.count:
            return place("p", .integer(random.below(self.count)))
        case 2 where s.entries.contains { $0.name == "n" }: return .binary("%", place("n"), size)
        case 3 where !s.indices.isEmpty:
            return .binary("%", .binary("+", place(random.one(of: s.indices).name), .integer(random.below(3))), size)
        default: return .integer(random.below(count))
        }
    }

    /// An element, or the scalar itself.
    mutating func element(_ s: Scope, _ entry: Entry) -> PlaceTerm {
        switch entry.kind {
        case .vector, .integerVector: PlaceTerm(entry.name, [index(s, entry, entry.count)])
        case .matrix:
            PlaceTerm(
                entry.name, [index(s, entry, entry.count), index(s, entry, entry.columns, isColumn: true)])
        default: PlaceTerm(entry.name)
        }
    }

    /// A real number that may be changed.
    mutating func target(_ s: Scope, besides names: Set<String> = []) -> PlaceTerm? {
        let open = s.entries(.scalar, .vector, .matrix)
            .filter { !s.locked.contains($0.name) && !names.contains($0.name) }
        let scalars = open.filter { $0.kind == .scalar }
        guard let entry = (random.chance(0.5) && !scalars.isEmpty ? scalars : open).randomElement(using: &random)
        else { return nil }
        return element(s, entry)
    }

    // MARK: Integers

    mutating func integer(_ s: Scope, without names: Set<String> = [], depth: Int) -> Term {
        if depth == 0 || random.chance(0.3) {
            let places = s.entries(.integer, .integerVector).filter { !names.contains($0.name) }
            switch random.below(5) {
            case 0, 1:
                if let entry = places.randomElement(using: &random) { return .place(element(s, entry)) }
            case 2: if !s.indices.isEmpty { return place(random.one(of: s.indices).name) }
            case 3: return size(s)
            default: break
            }
            return .integer(random.below(9) - 4)
        }
        let (x, y) = (
            integer(s, without: names, depth: depth - 1), integer(s, without: names, depth: depth - 1)
        )
        switch random.below(9) {
        case 0: return .binary("+", x, y)
        case 1: return .binary("-", x, y)
        case 2: return .binary("*", .binary("%", x, .integer(50)), .integer(random.below(5) - 2))
        case 3: return .binary("/", x, .integer(random.one(of: [2, 3, -2])))
        case 4: return .binary("%", x, .integer(random.one(of: [2, 3, -3])))
        case 5:
            if case .integer = x, !has(.folds) { return x }
            return .unary(random.one(of: ["abs", "-"]), x)
        case 6: return .binary(random.one(of: ["min", "max"]), x, y)
        case 7 where has(.guards): return .select(.compare("!=", y, .integer(0)), .binary("/", x, y), .integer(0))
        case 8 where has(.selects): return .select(test(s, without: names, depth: 1), x, y)
        default: return .binary("-", y, x)
        }
    }

    /// The size of an array.
    mutating func size(_ s: Scope) -> Term {
        let arrays = s.entries(.vector, .matrix, .integerVector)
            .filter { has(.sizes) || !$0.name.hasPrefix("row") }
        guard let entry = arrays.randomElement(using: &random) else {
            return .integer(2)
        }
        return .size(entry.name, entry.kind == .matrix ? random.one(of: [.rows, .columns]) : .count)
    }

    // MARK: Conditions

    mutating func test(_ s: Scope, without names: Set<String> = [], depth: Int) -> Test {
        switch random.below(depth > 0 ? 10 : 6) {
        case 0, 1, 2:
            return .compare(
                random.one(of: ["<", "<=", ">", ">="]), leaf(s, without: names), threshold())
        case 3:
            return .compare(
                random.one(of: ["<", "<=", ">", ">=", "==", "!="]), integer(s, without: names, depth: 1),
                .integer(random.below(4)))
        case 4:
            return .compare(
                random.one(of: ["<", ">="]), leaf(s, without: names), leaf(s, without: names))
        case 5: return .compare(random.one(of: [">", "<="]), real(s, without: names, depth: depth), threshold())
        case 6: return .not(test(s, without: names, depth: depth - 1))
        case 7: return .and(test(s, without: names, depth: depth - 1), test(s, without: names, depth: 0))
        case 8: return .or(test(s, without: names, depth: depth - 1), test(s, without: names, depth: 0))
        default:
            guard let entry = s.entries(.vector).filter({ !names.contains($0.name) && $0.own == nil })
                .randomElement(using: &random)
            else { return test(s, without: names, depth: 0) }
            return .compare(">", .reduce("sum", place(entry.name)), threshold())
        }
    }

    // MARK: Real numbers

    /// A number that is there: a place, a constant, a size, a formula.
    mutating func leaf(_ s: Scope, without names: Set<String>) -> Term {
        let places = s.entries(.scalar, .vector, .matrix).filter { !names.contains($0.name) }
        switch random.below(12) {
        case 0..<8: if let entry = places.randomElement(using: &random) { return .place(element(s, entry)) }
        case 8:
            let formulas = s.formulas.filter { $0.count == nil && $0.reads.isDisjoint(with: names) }
            if let formula = formulas.randomElement(using: &random) { return .named(formula.name) }
        case 9: return size(s)
        case 10: if !s.indices.isEmpty { return place(random.one(of: s.indices).name) }
        default: break
        }
        return constant()
    }

    /// A formula that does not read `names`.
    mutating func real(_ s: Scope, without names: Set<String>, depth: Int) -> Term {
        if depth <= 0 || random.chance(0.15) { return leaf(s, without: names) }
        let x = real(s, without: names, depth: depth - 1)
        switch random.below(24) {
        case 0, 1: return .binary("+", x, real(s, without: names, depth: depth - 1))
        case 2, 3: return .binary("-", x, real(s, without: names, depth: depth - 1))
        case 4, 5, 6: return .binary("*", x, real(s, without: names, depth: depth - 1))
        case 7:
            return .binary(
                "/", x,
                .binary("+", .real(1.5), .unary("abs", real(s, without: names, depth: depth - 1))))
        case 8, 9, 10: return bounded(x)
        case 11: return .binary(random.one(of: ["min", "max"]), x, real(s, without: names, depth: depth - 1))
        case 12:
            if case .integer = x, !has(.folds) { return x }
            return .unary(random.one(of: ["-", "abs", "abs", "sign", "floor"]), x)
        case 13 where has(.selects), 14 where has(.selects):
            return .select(
                test(s, without: names, depth: 1), x, real(s, without: names, depth: depth - 1))
        case 15 where has(.guards), 16 where has(.guards):
            return guarded(s, without: names, depth: depth)
        case 17, 18: return reduction(s, without: names, depth: depth)
        case 19: return .binary("*", x, size(s))
        case 20: return style.isWild ? risky(x, real(s, without: names, depth: depth - 1)) : bounded(x)
        case 21: return .binary("atan2", x, real(s, without: names, depth: depth - 1))
        case 22: return .binary("*", x, x)
        default: return .binary("pow", .binary("+", .real(1), .binary("*", x, x)), constant())
        }
    }

    /// A function of moderate size everywhere.
    private mutating func bounded(_ x: Term) -> Term {
        let square = Term.binary("*", x, x)
        switch random.below(8) {
        case 0, 1, 2: return .unary(random.one(of: ["sin", "cos", "tanh", "atan", "erf", "asinh"]), x)
        case 3: return .unary("exp", .unary("-", square))
        case 4: return .unary(random.one(of: ["sqrt", "log", "log2", "lgamma"]), .binary("+", .real(1.25), square))
        case 5: return .unary(random.one(of: ["log1p", "sqrt", "exp2", "expm1"]), .unary("tanh", square))
        case 6: return .binary("hypot", x, .real(0.75))
        default: return .unary(random.one(of: ["cbrt", "erfc", "log10"]), .binary("+", .real(1.5), .unary("sin", x)))
        }
    }

    /// A function that may be at a pole or outside its domain.
    private mutating func risky(_ x: Term, _ y: Term) -> Term {
        switch random.below(9) {
        case 0: .binary("/", .integer(1), x)
        case 1: .unary(random.one(of: ["log", "log2", "log10", "log1p"]), x)
        case 2: .unary(random.one(of: ["sqrt", "cbrt"]), x)
        case 3: .unary(random.one(of: ["asin", "acos", "atanh", "acosh"]), x)
        case 4: .binary("pow", x, .integer(random.below(4)))
        case 5: .binary("pow", x, random.chance(0.5) ? .real(0.5) : y)
        case 6: .unary(random.one(of: ["exp", "sinh", "cosh", "tan"]), x)
        case 7: .binary(random.one(of: ["hypot", "atan2"]), x, y)
        default: .unary(random.one(of: ["lgamma", "digamma"]), x)
        }
    }

    /// A choice that keeps an index, a division or a function inside its domain; some are nested.
    private mutating func guarded(_ s: Scope, without names: Set<String>, depth: Int) -> Term {
        let x = real(s, without: names, depth: min(depth - 1, 1))
        let other = leaf(s, without: names)
        let vectors = s.entries(.vector).filter { !names.contains($0.name) && $0.own == nil }
        let whole = integer(s, without: names, depth: 0)
        switch random.below(12) {
        case 0: return .select(.compare(">", x, .integer(0)), .unary("log", x), other)
        case 1:
            return .select(
                .compare(">=", x, .integer(0)),
                .select(.compare(">", .unary("sqrt", x), .integer(1)), x, .binary("*", .integer(2), x)),
                .unary("-", x))
        case 2: return .select(.compare("<=", .unary("abs", x), .integer(1)), .unary(random.one(of: ["asin", "acos"]), x), x)
        case 3: return .select(.compare("!=", x, .integer(0)), .binary("/", other, x), other)
        case 4:
            return .select(
                .and(.compare(">", x, .integer(0)), .compare("<", .unary("log", x), threshold())), x,
                .binary("*", x, other))
        case 5:
            return .select(
                .compare("!=", whole, .integer(0)),
                .select(.compare(">", .binary("/", .integer(10), whole), .integer(2)), x, .binary("*", .integer(2), x)),
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
            let total = Term.reduce("sum", place(vector.name))
            return .select(.compare(">", total, .integer(0)), .unary(random.one(of: ["log", "sqrt"]), total), x)
        default:
            return .select(
                test(s, without: names, depth: 1), .select(test(s, without: names, depth: 0), x, other), x)
        }
    }

    /// A number made of all elements of an array.
    private mutating func reduction(_ s: Scope, without names: Set<String>, depth: Int) -> Term {
        guard let vector = s.entries(.vector).filter({ !names.contains($0.name) && $0.own == nil })
            .randomElement(using: &random)
        else { return leaf(s, without: names) }
        let inside = elementwise(s, vector, without: names, depth: depth - 1)
        switch random.below(6) {
        case 0, 1: return .reduce("sum", inside)
        case 2: return .binary("/", .reduce("sum", inside), length(of: vector))
        case 3: return place(vector.name, .reduce(random.one(of: ["argmax", "argmin"]), place(vector.name)))
        case 4: return .reduce(random.one(of: ["argmax", "argmin"]), inside)
        default:
            // The same formula inside and outside of the sum's elements.
            let e = leaf(s, without: names)
            return .binary("*", .unary("sin", e), .reduce("sum", .binary("*", inside, .unary("sin", e))))
        }
    }

    /// The number of elements; of scratch only where sizes of scratch may be in formulas.
    private func length(of vector: Entry) -> Term {
        has(.sizes) || !vector.name.hasPrefix("row") ? .size(vector.name, .count) : .integer(vector.count)
    }

    /// A formula over all elements of `vector`.
    mutating func elementwise(_ s: Scope, _ vector: Entry, without names: Set<String>, depth: Int) -> Term {
        let fitting = s.entries(.vector)
            .filter { $0.count == vector.count && $0.own == nil && !names.contains($0.name) && $0.name.first == vector.name.first }
        if depth <= 0 || random.chance(0.2) {
            let formulas = s.formulas.filter { $0.count == vector.count && $0.reads.contains(vector.name) && $0.reads.isDisjoint(with: names) }
            if let formula = formulas.randomElement(using: &random), random.chance(0.6) { return .named(formula.name) }
            return place(fitting.randomElement(using: &random)?.name ?? vector.name)
        }
        let x = elementwise(s, vector, without: names, depth: depth - 1)
        switch random.below(8) {
        case 0: return .binary("*", x, leaf(s, without: names))
        case 1: return .binary("+", x, leaf(s, without: names))
        case 2: return .unary(random.one(of: ["sin", "tanh", "abs", "-"]), x)
        case 3 where has(.selects):
            return .select(test(s, without: names, depth: 1), x, .binary("*", .real(0.5), x))
        case 4: return .binary("*", x, elementwise(s, vector, without: names, depth: depth - 1))
        case 5: return .binary("*", x, .reduce("sum", x))
        case 6: return .binary("/", x, length(of: vector))
        default: return .binary(random.one(of: ["max", "min"]), x, leaf(s, without: names))
        }
    }
}
