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
        default: .real(Self.plain(&random))
        }
    }

    mutating func threshold() -> Term {
        guard has(.jumps) else { return .real(Self.plain(&random)) }
        return random.chance(0.7) ? .real(random.one(of: [0, 0.5, -0.5, 0.25, 1])) : constant()
    }

    // MARK: Places

    func place(_ name: String, _ indices: Term...) -> Term { .place(PlaceTerm(name, indices)) }

    /// An index below `count`.
    mutating func index(_ s: Scope, _ entry: Entry, _ count: Int, isColumn: Bool = false) -> Term {
        if let own = entry.own, own.isColumn == isColumn { return random.one(of: own.indices) }
        let fitting = s.indices.filter {
            $0.bound <= count || $0.fits.contains(isColumn ? entry.name + ".columns" : entry.name)
        }
        if let far = neighbour(s, entry) { return far }
        if !fitting.isEmpty, random.chance(0.6) { return place(random.one(of: fitting).name) }
        let size: Term =
            !has(.sizes) && entry.name.hasPrefix("row")
            ? .integer(count)
            : entry.kind == .matrix
                ? .size(entry.name, isColumn ? .columns : .rows) : .size(entry.name, .count)
        switch random.below(9) {
        case 0: return .binary("-", size, .integer(1))
        case 1 where style.layout.p != .own && entry.isLong && !isColumn && entry.name != "p":
            // Where there are that many.
            let iteration = s.indices.first { $0.fits.contains("p") }
            if let iteration, random.chance(0.7) { return place("p", place(iteration.name)) }
            guard s.entries.contains(where: { $0.name == "p" }), self.count > 0 else { break }
            return place("p", .integer(random.below(self.count)))
        case 2:
            let integers = s.entries(.integer).filter { $0.name != entry.name }
            guard let integer = integers.randomElement(using: &random) else { break }
            // Others than this may be below 0.
            return .binary("%", integer.name == "n" ? place("n") : .unary("abs", place(integer.name)), size)
        case 8 where entry.name != "p":
            guard let iteration = s.indices.first(where: { $0.fits.contains("p") }) else { break }
            return .binary("%", .unary("abs", place("p", place(iteration.name))), size)
        case 3 where !s.indices.isEmpty:
            return .binary(
                "%", .binary("+", place(random.one(of: s.indices).name), .integer(random.below(3))), size)
        default: break
        }
        return count > 0 ? .integer(random.below(count)) : .binary("-", size, .integer(1))
    }

    /// An element away from the iteration's, of a vector that has more than enough for all.
    private mutating func neighbour(_ s: Scope, _ entry: Entry) -> Term? {
        guard entry.name == "w", style.layout.w == .shared, random.chance(0.6),
            let i = s.indices.first(where: { $0.fits.isSuperset(of: ["w", "p"]) })
        else { return nil }
        let i0 = place(i.name)
        let hasIndices = style.layout.p != .own
        switch random.below(7) {
        case 0: return .binary("+", i0, .integer(1 + random.below(3)))
        case 1: return .binary("+", .binary("*", .integer(2), i0), .integer(1))
        case 2: return .binary("-", .binary("-", .size("w", .count), .integer(1)), i0)
        case 3 where s.entries.contains { $0.name == "n" }:
            let product = Term.binary("*", i0, .binary("%", place("n"), .integer(7)))
            return .binary("%", product, .size("w", .count))
        case 4 where hasIndices:
            return .binary("+", .binary("*", .integer(2), place("p", i0)), .integer(1))
        case 5 where hasIndices: return place("p", place("p", i0))
        case 6:
            guard let j = s.indices.filter({ $0.bound <= 4 }).randomElement(using: &random) else {
                return nil
            }
            return .binary("+", i0, place(j.name))
        default: return nil
        }
    }

    /// A small integer at or above 0 that is not known when the program is made; a constant, where there is none.
    mutating func small(_ s: Scope, below bound: Int) -> Term {
        let integers = s.entries(.integer, .integerVector).filter { $0.kind == .integer || $0.count > 0 }
        guard let entry = integers.randomElement(using: &random) else { return .integer(bound - 1) }
        let x = Term.place(element(s, entry))
        return .binary("%", entry.name == "n" ? x : .unary("abs", x), .integer(bound))
    }

    /// Between -1 and 1.
    func within(_ x: Term) -> Term {
        has(.functions)
            ? .unary("tanh", x) : .binary("max", .binary("min", x, .integer(1)), .integer(-1))
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
        let open = s.entries(.scalar, .vector, .matrix).filter {
            !s.locked.contains($0.name) && !names.contains($0.name) && ($0.count > 0 || $0.own != nil)
        }
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
            let places = s.entries(.integer, .integerVector).filter {
                !names.contains($0.name) && ($0.kind == .integer || $0.count > 0)
            }
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
        case 4 where has(.jumps):
            return .compare(
                random.one(of: ["<", ">="]), leaf(s, without: names), leaf(s, without: names))
        case 5:
            return .compare(random.one(of: [">", "<="]), real(s, without: names, depth: depth), threshold())
        case 6: return .not(test(s, without: names, depth: depth - 1))
        case 7: return .and(test(s, without: names, depth: depth - 1), test(s, without: names, depth: 0))
        case 8: return .or(test(s, without: names, depth: depth - 1), test(s, without: names, depth: 0))
        default:
            guard let entry = s.vectors(without: names).randomElement(using: &random) else {
                return test(s, without: names, depth: 0)
            }
            return .compare(">", .reduce("sum", place(entry.name)), threshold())
        }
    }

    // MARK: Real numbers

    /// A number that is there: a place, a constant, a size, a formula.
    mutating func leaf(_ s: Scope, without names: Set<String>) -> Term {
        let places = s.entries(.scalar, .vector, .matrix).filter {
            !names.contains($0.name) && ($0.kind == .scalar || $0.count > 0 && $0.columns > 0)
        }
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
        case 4, 5, 6: return .binary("*", factor(x), real(s, without: names, depth: depth - 1))
        case 7:
            return .binary(
                "/", x,
                .binary("+", .real(1.5), .unary("abs", real(s, without: names, depth: depth - 1))))
        case 8, 9, 10: return bounded(x)
        case 11: return .binary(random.one(of: ["min", "max"]), x, real(s, without: names, depth: depth - 1))
        case 12:
            if case .integer = x, !has(.folds) { return x }
            return .unary(
                random.one(of: has(.jumps) ? ["-", "abs", "abs", "sign", "floor"] : ["-", "abs"]), x)
        case 13 where has(.selects), 14 where has(.selects):
            return .select(
                test(s, without: names, depth: 1), x, real(s, without: names, depth: depth - 1))
        case 15 where has(.guards), 16 where has(.guards):
            return guarded(s, without: names, depth: depth)
        case 17, 18: return reduction(s, without: names, depth: depth)
        case 19: return .binary(has(.growth) ? "*" : "+", x, size(s))
        case 20: return style.isWild ? risky(x, real(s, without: names, depth: depth - 1)) : bounded(x)
        case 21 where has(.functions):
            let y = real(s, without: names, depth: depth - 1)
            return .binary("atan2", x, has(.jumps) ? y : .binary("+", .real(1.5), .unary("abs", y)))
        case 22: return .binary("*", factor(x), x)
        case 23 where has(.functions):
            let exponent = has(.growth) ? constant() : .real(0.25)
            return .binary("pow", .binary("+", .real(1), .binary("*", x, x)), exponent)
        default: return .binary("*", x, constant())
        }
    }

    /// A factor, which makes no product large if none is to be.
    private func factor(_ x: Term) -> Term { has(.growth) ? x : within(x) }

    /// A function of moderate size everywhere.
    private mutating func bounded(_ x: Term) -> Term {
        let square = Term.binary("*", x, x)
        guard has(.functions) else {
            return random.chance(0.5)
                ? .unary("sqrt", .binary("+", .real(1.25), square)) : .binary("*", within(x), constant())
        }
        switch random.below(8) {
        case 0, 1, 2: return .unary(random.one(of: ["sin", "cos", "tanh", "atan", "erf", "asinh"]), x)
        case 3: return .unary("exp", .unary("-", square))
        case 4:
            return .unary(
                random.one(of: ["sqrt", "log", "log2", "lgamma"]), .binary("+", .real(1.25), square))
        case 5:
            let words = ["log1p", "exp2", "expm1"] + (has(.jumps) ? ["sqrt"] : [])
            return .unary(random.one(of: words), .unary("tanh", square))
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
