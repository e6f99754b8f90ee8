import ReversibleCore
import Strategies

/// Tries a rule on the terms given and on all their parts: what it makes must have the value of what it is applied to, for random
/// values of the variables.
///
/// ```swift
/// try checkRule(rule, on: Term.samples(200) + [slow.body])
/// ```
///
/// Values are compared to nine digits. Where the term cannot be evaluated, nothing is compared.
///
/// - Returns: At how many places the rule applied.
/// - Throws: `RewriteError/wrongRule(rule:before:after:values:)` with the term that shows it, `RewriteError/typeChanged(rule:before:after:reason:)`
///   if the types differ, and `RewriteError/failed(strategy:)` if the rule applies nowhere in the samples.
@discardableResult
public func checkRule(
    _ rule: Rule, on samples: [Term], seed: UInt64 = 0
) throws(RewriteError) -> Int {
    var (seen, places) = (Set<ObjectIdentifier>(), 0)
    var check = RuleCheck(rule: rule, random: SplitMix(state: seed))
    var open = samples
    while let term = open.popLast() {
        guard seen.insert(term.identity).inserted else { continue }
        open += term.children
        guard let after = rule(term) else { continue }
        places += 1
        try check(term, after)
    }
    if places == 0 { throw .failed(strategy: rule.name) }
    return places
}

private struct RuleCheck {
    let rule: Rule
    var random: SplitMix

    /// Compares the values of two terms for several values of their variables.
    mutating func callAsFunction(_ before: Term, _ after: Term) throws(RewriteError) {
        if let reason = before.objection(to: after) {
            throw .typeChanged(rule: rule.name, before: "\(before)", after: "\(after)", reason: reason)
        }
        let variables = before.freeVariables
        for _ in 0..<8 {
            var values = RandomValues(random: random)
            for variable in variables { values.choose(variable) }
            random = values.random
            var (left, right) = (Evaluator(function: rule.name), Evaluator(function: rule.name))
            for (variable, value) in values.chosen {
                left.bind(variable, to: value)
                right.bind(variable, to: value)
            }
            guard let expected = try? left.value(before) else { continue }
            let result = try? right.value(after)
            if let result, expected.isClose(to: result) { continue }
            let names = values.chosen.map { variable, value in
                "\(variable.name ?? "an index") = \(value.text)"
            }
            let found = result.map(\.text) ?? "an error"
            throw .wrongRule(
                rule: rule.name, before: "\(before)", after: "\(after)",
                values: "\(expected.text) and \(found)"
                    + (names.isEmpty ? "" : ", where " + names.joined(separator: ", ")))
        }
    }
}

/// Values for the free variables of a term, arrays of sizes that fit among them.
private struct RandomValues {
    var random: SplitMix
    var chosen: [(variable: TermVariable, value: TermValue)] = []
    private var sizes: [Term: Int] = [:]

    init(random: SplitMix) { self.random = random }

    mutating func choose(_ variable: TermVariable) {
        guard !chosen.contains(where: { $0.variable === variable }) else { return }
        let value: TermValue
        if variable.type == .integer {
            // A loop without turns has no index: nothing is asked of it.
            let count = variable.range.map { size($0) } ?? 4
            value = .integer(count > 0 ? Int(random.next() % UInt64(count)) : 0)
        } else {
            value = self.value(
                of: variable.type, (0..<variable.type.rank).map { size(variable.term.size(axis: $0)) })
        }
        chosen.append((variable, value))
    }

    private mutating func value(of type: TermType, _ sizes: [Int]) -> TermValue {
        switch type {
        case .real:
            let special: [Double] = [0, 1, -1, 0.5]
            let choice = random.next() % 8
            return .real(choice < 4 ? special[Int(choice)] : random.unit * 4 - 2)
        case .integer: return .integer(Int(random.next() % 4))
        case .boolean: return .boolean(random.next() % 2 == 0)
        case .array(let element):
            return .array(
                (0..<(sizes.first ?? 0)).map { _ in value(of: element, Array(sizes.dropFirst())) })
        case .pair(let a, let b): return .pair(value(of: a, []), value(of: b, []))
        }
    }

    private mutating func size(_ term: Term) -> Int {
        if let known = sizes[term] { return known }
        let result: Int
        switch term.kind {
        case .integer(let value): result = max(value, 0)
        case .size: result = Int(random.next() % 4) + 1
        case .variable(let variable):
            choose(variable)
            result = Int(chosen.first { $0.variable === variable }?.value.number ?? 0)
        case .binary(let function, let a, let b):
            result = max(Int(function.value(Double(size(a)), Double(size(b)))), 0)
        default: result = 1
        }
        sizes[term] = result
        return result
    }
}

extension TermValue {
    private func isClose(_ a: Double, _ b: Double) -> Bool {
        a == b || a.isNaN && b.isNaN || abs(a - b) <= 1e-9 * max(1, abs(a), abs(b))
    }

    fileprivate func isClose(to other: TermValue) -> Bool {
        switch (self, other) {
        case (.real, .real), (.real, .nothing), (.nothing, .real), (.nothing, .nothing):
            isClose(number, other.number)
        case (.array(let a), .array(let b)): a.count == b.count && zip(a, b).allSatisfy { $0.isClose(to: $1) }
        case (.pair(let a, let b), .pair(let c, let d)): a.isClose(to: c) && b.isClose(to: d)
        default: self == other
        }
    }
}

extension Term {
    /// The variables that the term does not bind, those whose sizes it asks for among them.
    fileprivate var freeVariables: [TermVariable] {
        var (seen, found) = (Set<ObjectIdentifier>(), [TermVariable]())
        func visit(_ term: Term) {
            guard seen.insert(term.identity).inserted else { return }
            switch term.kind {
            case .variable(let variable), .size(let variable, _):
                if free.contains(variable.id), seen.insert(variable.id).inserted { found.append(variable) }
            default: break
            }
            term.children.forEach(visit)
        }
        visit(self)
        return found
    }
}
