// Choices between whole arrays: the sizes of what was not chosen concern nobody.

extension Node {
    /// The arrays that are read as a whole, outside of sums.
    package var wholeArrays: [Variable] {
        var result: [Variable] = []
        walk { node in
            if node.type.isSingle { return false }
            guard case .read(let place) = node.kind else { return true }
            result.append(place.variable)
            return false
        }
        return result
    }

    /// The largest parts of an array expression that are single values, constants aside.
    package var singleOperands: [Node] {
        var result: [Node] = []
        walk { node in
            if node.type.isSingle {
                if node.type.element != .boolean && node.constant == nil { result.append(node) }
                return false
            }
            // A branch of a select is evaluated only if it is chosen.
            if case .select = node.kind { return false }
            return true
        }
        return result
    }
}

extension Node {
    /// The arrays that are read as a whole, outside of sums, each with the conditions under which it is.
    ///
    /// Arrays that go together are of one size, where they are read. Of what a choice on single numbers leaves out, not
    /// even the size is asked for: `select(v.count == w.count, v * w, u)`.
    package var guardedArrays: [(array: Variable, guards: Guards)] {
        let arrays = wholeArrays
        guard hasGuards else { return arrays.map { ($0, .always) } }
        var found: [Variable: Guards] = [:]
        for (place, guards) in guardedReads where place.isWholeArray {
            found[place.variable] = found[place.variable].map { $0.either(guards).outer } ?? guards
        }
        return arrays.map { ($0, found[$0] ?? .always) }
    }

    /// What a loop over the elements of this expression goes over: the array that says how many there are, and the
    /// others, which must be of its size where they are read.
    package var elementArrays: (first: Variable, others: [(array: Variable, guards: Guards)])? {
        let arrays = guardedArrays
        if let position = arrays.firstIndex(where: \.guards.isAlways) {
            let first = arrays[position].array
            return (first, arrays.filter { $0.array != first })
        }
        // Many choices side by side (see `spreadingChoices`): then all of them are compared.
        return arrays.first.map { first in
            (first.array, arrays.dropFirst().map { ($0.array, .always) })
        }
    }

    /// `whole` of an array expression that is a choice between arrays, as a choice between `whole` of these: each of them
    /// says how many elements there are.
    ///
    /// - Parameters:
    ///   - levels: Of so many choices at most, because every one may double what is written.
    ///   - constant: `whole` of an amount that is the same for all elements of an array.
    func spreadingChoices(
        levels: Int = 4, _ whole: (Node) -> Node, constant: (_ amount: Node, _ array: Variable) -> Node
    ) -> Node {
        // A view has no size that its array could be asked for; its loop chooses for every element.
        let arrays = levels > 0 && hasGuards && !readsViews ? guardedArrays : []
        guard problem == nil, let first = arrays.first, !arrays.contains(where: \.guards.isAlways),
            let guarding = first.guards.conditions.first
        else { return whole(self) }
        let condition = if case .not(let opposite) = guarding.kind { opposite } else { guarding }
        var (chosen, other) = (
            Assumption(condition: condition, holds: true), Assumption(condition: condition, holds: false)
        )
        guard let a = chosen(self), let b = other(self) else { return whole(self) }
        let parts = [a, b].map { part in
            part.type.isSingle
                ? constant(part, first.array)
                : part.spreadingChoices(levels: levels - 1, whole, constant: constant)
        }
        return .select(condition, parts[0], parts[1])
    }
}

extension [(array: Variable, guards: Guards)] {
    /// The arrays whose sizes are compared with that of `first`, under one condition after another.
    package func sizeChecks(besides first: Variable) -> [(guards: Guards, arrays: [Variable])] {
        var result: [(guards: Guards, arrays: [Variable])] = []
        var positions: [Guards: Int] = [:]
        // What is compared in any case is not compared again.
        var seen: Set<Variable> = [first]
        let inOrder = filter(\.guards.isAlways) + filter { !$0.guards.isAlways }
        for (array, guards) in inOrder where !seen.contains(array) {
            if guards.isAlways { seen.insert(array) }
            if let position = positions[guards] {
                result[position].arrays.append(array)
            } else {
                positions[guards] = result.count
                result.append((guards, [array]))
            }
        }
        return result
    }
}

/// An array expression where one condition is known: choices by it are what they choose.
private struct Assumption {
    let condition: Node
    let holds: Bool
    private var known: [Node: Node?] = [:]

    init(condition: Node, holds: Bool) { (self.condition, self.holds) = (condition, holds) }

    /// Nil where the expression is none that programs are written with.
    mutating func callAsFunction(_ node: Node) -> Node? {
        if node.type.isSingle { return node }
        if let done = known[node] { return done }
        let result = make(node)
        known[node] = .some(result)
        return result
    }

    private mutating func make(_ node: Node) -> Node? {
        switch node.kind {
        case .read: return node
        case .unary(let function, let a): return self(a).map { .unary(function, $0) }
        case .integerUnary(let function, let a):
            return self(a).map {
                function == .popcount ? .popcount($0) : .unary(function == .negate ? .negate : .abs, $0)
            }
        case .binary(let function, let a, let b):
            guard let x = self(a), let y = self(b) else { return nil }
            return .binary(function, x, y)
        case .integerBinary(let function, let a, let b):
            guard let x = self(a), let y = self(b) else { return nil }
            return .integerBinary(function, x, y)
        case .select(let c, let a, let b):
            let isOpposite = if case .not(let opposite) = c.kind { opposite == condition } else { false }
            if c == condition || isOpposite {
                return self(holds == isOpposite ? b : a).flatMap { typed($0, as: node) }
            }
            guard c.type.isSingle, let x = self(a), let y = self(b) else { return nil }
            return .select(c, x, y)
        default: return nil
        }
    }

    /// What was chosen, in the arithmetic of the whole choice: an integer beside a real number is a real number.
    private func typed(_ node: Node, as choice: Node) -> Node? {
        if node.type.element == choice.type.element { return node }
        return node.constant.map { .real($0) }
    }
}
