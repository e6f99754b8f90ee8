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

    mutating func threshold() -> Term {
        random.chance(0.7) ? .real(random.one(of: [0, 0.5, -0.5, 0.25, 1])) : constant()
    }

    // MARK: Places

    func place(_ name: String, _ indices: Term...) -> Term { .place(PlaceTerm(name, indices)) }

    /// An index below `count`.
    mutating func index(_ s: Scope, _ entry: Entry, _ count: Int, isColumn: Bool = false) -> Term {
        if let own = entry.own, !isColumn { return place(own) }
        let fitting = s.indices.filter { $0.bound <= count }
        if !fitting.isEmpty, random.chance(0.6) { return place(random.one(of: fitting).name) }
        let size: Term =
            !has(.sizes) && entry.name.hasPrefix("row")
            ? .integer(count)
            : entry.kind == .matrix
                ? .size(entry.name, isColumn ? .columns : .rows) : .size(entry.name, .count)
        switch random.below(8) {
        case 0: return .binary("-", size, .integer(1))
        case 1 where s.entries.contains { $0.name == "p" && $0.own == nil } && count >= self.count:
            return place("p", .integer(random.below(self.count)))
        case 2 where s.entries.contains { $0.name == "n" }: return .binary("%", place("n"), size)
        case 3 where !s.indices.isEmpty:
            return .binary(
                "%", .binary("+", place(random.one(of: s.indices).name), .integer(random.below(3))), size)
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
        guard
            let entry = (random.chance(0.5) && !scalars.isEmpty ? scalars : open).randomElement(
                using: &random)
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
        case 7 where has(.guards):
            return .select(.compare("!=", y, .integer(0)), .binary("/", x, y), .integer(0))
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
        case 5:
            return .compare(random.one(of: [">", "<="]), real(s, without: names, depth: depth), threshold())
        case 6: return .not(test(s, without: names, depth: depth - 1))
        case 7: return .and(test(s, without: names, depth: depth - 1), test(s, without: names, depth: 0))
        case 8: return .or(test(s, without: names, depth: depth - 1), test(s, without: names, depth: 0))
        default:
            guard
                let entry = s.entries(.vector).filter({ !names.contains($0.name) && $0.own == nil })
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
        case 4:
            return .unary(
                random.one(of: ["sqrt", "log", "log2", "lgamma"]), .binary("+", .real(1.25), square))
        case 5: return .unary(random.one(of: ["log1p", "sqrt", "exp2", "expm1"]), .unary("tanh", square))
        case 6: return .binary("hypot", x, .real(0.75))
        default:
            return .unary(
                random.one(of: ["cbrt", "erfc", "log10"]), .binary("+", .real(1.5), .unary("sin", x)))
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
}
