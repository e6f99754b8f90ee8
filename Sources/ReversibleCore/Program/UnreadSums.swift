// Sums that nobody reads: what a loop only adds to is none of its state, and a step that only adds can add to any number.

/// Finds what is done to variables besides adding to them.
package struct UnreadSums {
    private var added: Set<Variable> = []
    private var others: Set<Variable> = []
    /// Of every parameter of the function whose body is looked at, whether the function only adds to it.
    private var own: [Bool]?

    /// The same of a function, as it remembers it.
    private struct Answer: Sendable {
        let parameters: [Bool]
    }

    package init() {}

    /// The variables from outside that a piece of program does nothing to but to add to them.
    package mutating func variables(of block: Block, in definition: Definition?) -> Set<Variable> {
        (added, others, own) = ([], [], definition.map { parameters(of: $0) })
        visit(block, isUndone: false)
        return added.subtracting(others)
    }

    private mutating func visit(_ block: Block, isUndone: Bool) {
        for size in block.ancillas.flatMap(\.sizes) { others.formUnion(size.reads.map(\.variable)) }
        others.formUnion(block.ancillas.map(\.variable))
        for statement in block.statements { visit(statement, isUndone: isUndone) }
    }

    private mutating func visit(_ statement: Statement, isUndone: Bool) {
        others.formUnion(statement.evaluated.flatMap(\.reads).map(\.variable))
        switch statement.kind {
        case .update(let s) where (s.operation == .add || s.operation == .subtract) && !isUndone:
            added.insert(s.place.variable)
        case .call(let call):
            let sums: [Bool]
            switch call.callee {
            case .function(let callee): sums = parameters(of: callee)
            case .itself: sums = own ?? []
            case .unavailable: sums = []
            }
            for (position, place) in call.arguments.enumerated() {
                if position < sums.count, sums[position], !isUndone {
                    added.insert(place.variable)
                } else {
                    others.insert(place.variable)
                }
            }
        case .compute(let s):
            visit(s.compute, isUndone: true)
            visit(s.apply, isUndone: isUndone)
        default:
            others.formUnion(statement.ownPlaces.map(\.variable))
            for block in statement.ownBlocks { visit(block, isUndone: isUndone) }
        }
    }

    /// For every parameter, whether a function does nothing to it but to add to it.
    ///
    /// The greatest fixed point: a function that calls itself only adds to what nothing else in its body concerns.
    package func parameters(of definition: Definition) -> [Bool] {
        if let found = definition.made(Answer.self) { return found.parameters }
        var result = definition.parameters.map { _ in true }
        while true {
            var inner = UnreadSums()
            inner.own = result
            inner.visit(definition.body, isUndone: false)
            let next = definition.parameters.map {
                inner.added.contains($0.variable) && !inner.others.contains($0.variable)
            }
            // What starts as a sum and is used otherwise stays that.
            let met = zip(result, next).map { $0 && $1 }
            if met == result { break }
            result = met
        }
        definition.keep { $0 = Answer(parameters: result) }
        return result
    }
}
