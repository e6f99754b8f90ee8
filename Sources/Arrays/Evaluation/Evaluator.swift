import ReversibleCore

/// Evaluates terms on numbers, part by part: the reference for the programs that are made of them.
///
/// A shared part is evaluated once for each value of the variables that it depends on.
struct Evaluator {
    /// A loop that is running, and what is known within its present turn.
    private struct Frame {
        let variables: Set<ObjectIdentifier>
        var known: [ObjectIdentifier: TermValue] = [:]
    }

    let function: String
    private var values: [ObjectIdentifier: TermValue] = [:]
    private var frames = [Frame(variables: [])]

    init(function: String) { self.function = function }

    mutating func bind(_ variable: TermVariable, to value: TermValue) { values[variable.id] = value }

    mutating func value(_ term: Term) throws(ReversibilityError) -> TermValue {
        switch term.kind {
        case .real(let value): return .real(value)
        case .zero: return .nothing
        case .integer(let value): return .integer(value)
        case .variable(let variable):
            guard let value = values[variable.id] else {
                throw error(.outOfScope, "`\(variable.name ?? "_")` has no value here", term)
            }
            return value
        default: break
        }
        var level = frames.count - 1
        while level > 0, frames[level].variables.isDisjoint(with: term.free) { level -= 1 }
        if let known = frames[level].known[term.identity] { return known }
        let value = try evaluate(term)
        frames[level].known[term.identity] = value
        return value
    }

    private mutating func evaluate(_ term: Term) throws(ReversibilityError) -> TermValue {
        switch term.kind {
        case .real, .zero, .integer, .variable: return try value(term)
        case .size(let variable, let axis):
            var array = values[variable.id]
            for _ in 0..<axis { array = array?.elements?.first ?? .array([]) }
            return .integer(array?.elements?.count ?? 0)
        case .unary(let function, let a):
            let x = try value(a)
            return function == .negate && x == .nothing ? x : .real(function.value(x.number))
        case .binary(let function, let a, let b): return try binary(function, a, b, in: term)
        case .compare(let relation, let a, let b):
            let (x, y) = (try value(a), try value(b))
            if case .integer(let x) = x, case .integer(let y) = y { return .boolean(relation.holds(x, y)) }
            guard !x.number.isNaN, !y.number.isNaN else {
                throw error(.nanInCondition, "a NaN is compared", term)
            }
            return .boolean(relation.holds(x.number, y.number))
        case .not(let a): return .boolean(try value(a) == .boolean(false))
        case .and(let a, let b):
            return try value(a) == .boolean(true) ? try value(b) : .boolean(false)
        case .select(let condition, let a, let b):
            return try value(condition) == .boolean(true) ? try value(a) : try value(b)
        case .build(let index, let body):
            var elements: [TermValue] = []
            try loop(over: [index], term.children[0]) { (evaluator) throws(ReversibilityError) in
                elements.append(try evaluator.value(body))
            }
            return .array(elements)
        case .sum(let index, let body):
            var (sum, isNothing) = (0.0, Bool?.none)
            try loop(over: [index], term.children[0]) { (evaluator) throws(ReversibilityError) in
                let value = try evaluator.value(body)
                isNothing = isNothing != false && value == .nothing
                sum += value.number
            }
            return isNothing == true ? .nothing : .real(sum)
        case .fold(let index, let state, let initial, let body):
            var soFar = try value(initial)
            try loop(over: [index, state], term.children[0]) { (evaluator) throws(ReversibilityError) in
                evaluator.bind(state, to: soFar)
                soFar = try evaluator.value(body)
            }
            return soFar
        case .get(let array, let index): return try element(array, index, in: term)
        case .bind(let variable, let bound, let body):
            bind(variable, to: try value(bound))
            // What depends on the variable is known as long as it has this value.
            frames.append(Frame(variables: [variable.id]))
            defer { frames.removeLast() }
            return try value(body)
        case .pair(let a, let b): return .pair(try value(a), try value(b))
        case .first(let pair):
            guard case .pair(let a, _) = try value(pair) else { return .real(.nan) }
            return a
        case .second(let pair):
            guard case .pair(_, let b) = try value(pair) else { return .real(.nan) }
            return b
        case .position(let largest, let array):
            return .integer(try position(largest, try value(array).elements ?? [], in: term))
        }
    }

    private mutating func loop(
        over variables: [TermVariable], _ count: Term,
        _ body: (inout Evaluator) throws(ReversibilityError) -> Void
    ) throws(ReversibilityError) {
        guard case .integer(let turns) = try value(count) else { return }
        frames.append(Frame(variables: Set(variables.map(\.id))))
        defer { frames.removeLast() }
        for turn in 0..<max(turns, 0) {
            bind(variables[0], to: .integer(turn))
            frames[frames.count - 1].known = [:]
            try body(&self)
        }
    }

    private mutating func binary(
        _ function: ElementaryFunction, _ a: Term, _ b: Term, in term: Term
    ) throws(ReversibilityError) -> TermValue {
        let (x, y) = (try value(a), try value(b))
        guard term.type == .integer, case .integer(let m) = x, case .integer(let n) = y else {
            switch (function, x, y) {
            case (.multiply, .nothing, _), (.multiply, _, .nothing), (.divide, .nothing, _): return .nothing
            case (.add, .nothing, _), (.add, _, .nothing), (.subtract, _, .nothing):
                return x == .nothing ? y : x
            default: return .real(function.value(x.number, y.number))
            }
        }
        let (result, overflow) =
            switch function {
            case .add: m.addingReportingOverflow(n)
            case .subtract: m.subtractingReportingOverflow(n)
            default: m.multipliedReportingOverflow(by: n)
            }
        if overflow { throw error(.integerOverflow, "an integer leaves the range of `Int`", term) }
        return .integer(result)
    }

    private mutating func element(
        _ array: Term, _ index: Term, in term: Term
    ) throws(ReversibilityError) -> TermValue {
        guard case .integer(let position) = try value(index), let elements = try value(array).elements else {
            return .real(.nan)
        }
        guard elements.indices.contains(position) else {
            throw error(
                .indexOutOfRange,
                "index \(position) is outside `\(array)`, which has \(elements.count) elements", term)
        }
        return elements[position]
    }

    private func position(
        _ largest: Bool, _ elements: [TermValue], in term: Term
    ) throws(ReversibilityError) -> Int {
        var best: (position: Int, value: Double)?
        for (position, element) in elements.enumerated() {
            let value = element.number
            if value.isNaN { throw error(.nanInCondition, "a NaN is compared", term) }
            guard let known = best else {
                best = (position, value)
                continue
            }
            if largest ? value > known.value : value < known.value { best = (position, value) }
        }
        guard let best else {
            throw error(
                .indexOutOfRange, "an empty array has no \(largest ? "largest" : "smallest") element", term)
        }
        return best.position
    }

    private func error(_ kind: ReversibilityError.Kind, _ message: String, _ term: Term) -> ReversibilityError
    {
        ReversibilityError(kind, message, function: function, statement: "\(term)")
    }
}
