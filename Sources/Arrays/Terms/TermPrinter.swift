import ReversibleCore

extension Term: CustomStringConvertible {
    /// The term as it would be written: `build(u.count) { i in v[i] }`.
    public var description: String {
        var printer = TermPrinter()
        return printer.text(self)
    }
}

/// Writes terms with as few parentheses as may be.
struct TermPrinter {
    private enum Precedence: Int, Comparable {
        case any, and, comparison, sum, product, prefix, postfix
        static func < (a: Precedence, b: Precedence) -> Bool { a.rawValue < b.rawValue }
        var next: Precedence { Precedence(rawValue: rawValue + 1) ?? .postfix }
    }

    private var names: [ObjectIdentifier: String] = [:]
    private var loops = 0
    private var values = 0
    /// How many parts are still written: a term whose parts are shared may be very long when it is written out.
    private var left = 20_000

    mutating func text(_ term: Term) -> String { text(term, .any) }

    private mutating func text(_ term: Term, _ outer: Precedence) -> String {
        left -= 1
        if left < 0 { return "…" }
        let (text, own) = parts(term)
        return own < outer ? "(\(text))" : text
    }

    private mutating func parts(_ term: Term) -> (String, Precedence) {
        switch term.kind {
        case .real(let value):
            let whole = value == value.rounded() && Swift.abs(value) < 1e15
            let text = whole && !(value == 0 && value.sign == .minus) ? "\(Int(value))" : "\(value)"
            return (text, value < 0 ? .prefix : .postfix)
        case .zero: return ("0", .postfix)
        case .integer(let value): return ("\(value)", value < 0 ? .prefix : .postfix)
        case .variable(let variable): return (name(variable), .postfix)
        case .size(let variable, let axis):
            let word =
                switch (variable.type.rank, axis) {
                case (1, _): "count"
                case (2, 0): "rows"
                case (2, _): "columns"
                default: "size\(axis)"
                }
            return ("\(name(variable)).\(word)", .postfix)
        case .unary(.negate, let a): return ("-" + text(a, .prefix), .prefix)
        case .unary(let function, let a): return ("\(function.name)(\(text(a, .any)))", .postfix)
        case .binary(let function, let a, let b): return binary(function, a, b)
        case .compare(let relation, let a, let b):
            return ("\(text(a, .sum)) \(relation.symbol) \(text(b, .sum))", .comparison)
        case .not(let a): return ("!" + text(a, .postfix), .prefix)
        case .and(let a, let b): return ("\(text(a, .and)) && \(text(b, .comparison))", .and)
        case .select(let c, let a, let b):
            return ("select(\(text(c, .any)), \(text(a, .any)), \(text(b, .any)))", .postfix)
        case .build(let index, let body): return (loop("build", index, body), .postfix)
        case .sum(let index, let body): return (loop("sum", index, body), .postfix)
        case .fold(let index, let state, let initial, let body):
            let (count, first) = (text(term.children[0], .any), text(initial, .any))
            values += 1
            names[state.id] = "t\(values)"
            let inner = within(index) { printer in printer.text(body) }
            return (
                "reduce(\(count), from: \(first)) { \(name(state)), \(name(index)) in \(inner) }", .postfix
            )
        case .get: return (element(term), .postfix)
        case .bind(let variable, let value, let body):
            let value = text(value, .any)
            values += 1
            names[variable.id] = "t\(values)"
            return ("let \(name(variable)) = \(value); \(text(body, .any))", .any)
        case .pair(let a, let b): return ("(\(text(a, .any)), \(text(b, .any)))", .postfix)
        case .first(let a): return ("\(text(a, .postfix)).0", .postfix)
        case .second(let a): return ("\(text(a, .postfix)).1", .postfix)
        case .position(let largest, let a):
            return ("\(largest ? "argmax" : "argmin")(\(text(a, .any)))", .postfix)
        }
    }

    private mutating func binary(
        _ function: ElementaryFunction, _ a: Term, _ b: Term
    ) -> (String, Precedence) {
        // An integer as a real number.
        if function == .multiply, a.constant == 1, b.type == .integer { return (text(b, .postfix), .postfix) }
        let own: Precedence
        switch function {
        case .add, .subtract: own = .sum
        case .multiply, .divide: own = .product
        default: return ("\(function.name)(\(text(a, .any)), \(text(b, .any)))", .postfix)
        }
        return ("\(text(a, own)) \(function.name) \(text(b, own.next))", own)
    }

    private mutating func loop(_ word: String, _ index: TermVariable, _ body: Term) -> String {
        let count = index.range.map { text($0, .any) } ?? "0"
        let inner = within(index) { printer in printer.text(body) }
        return "\(word)(\(count)) { \(name(index)) in \(inner) }"
    }

    /// Writes the body of a loop; the indices of loops beside each other share their names.
    private mutating func within(_ index: TermVariable, _ write: (inout TermPrinter) -> String) -> String {
        enter(index)
        defer { loops -= 1 }
        return write(&self)
    }

    private mutating func enter(_ index: TermVariable) {
        let letters = ["i", "j", "k", "l", "m", "n"]
        names[index.id] =
            letters[loops % letters.count] + (loops < letters.count ? "" : "\(loops / letters.count)")
        loops += 1
    }

    /// An element: all indices in one pair of brackets.
    private mutating func element(_ term: Term) -> String {
        var (array, indices) = (term, [String]())
        while case .get(let inner, let index) = array.kind {
            indices.insert(text(index, .any), at: 0)
            array = inner
        }
        return "\(text(array, .postfix))[\(indices.joined(separator: ", "))]"
    }

    /// A name; of what is bound outside of the term that is printed, one as it would have there.
    private mutating func name(_ variable: TermVariable) -> String {
        if let known = names[variable.id] ?? variable.name { return known }
        if variable.type == .integer {
            enter(variable)
        } else {
            values += 1
            names[variable.id] = "t\(values)"
        }
        return names[variable.id] ?? "t"
    }
}
