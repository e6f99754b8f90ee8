// Which values may be infinite or NaN although a program is given numbers: those of a logarithm, a quotient, a root, and
// what is made of them. Derivatives of everything else need no care with zeros beside infinities.

/// Whether expressions may be infinite or NaN: at a pole, outside a domain, beyond the largest number of an
/// exponential. Sums and products of numbers are taken to be numbers, and so is what a program is given.
package struct Steepness {
    private let variables: Set<Variable>
    /// Integers that are at least 1 here.
    private var positive: Set<Node> = []
    private var known: [Node: Bool] = [:]

    /// - Parameter variables: What may be infinite or NaN already.
    package init(_ variables: Set<Variable> = []) { self.variables = variables }

    /// Takes integers to be at least 1 from here on.
    package mutating func assume(positive nodes: [Node]) {
        if nodes.isEmpty { return }
        positive.formUnion(nodes)
        known = [:]
    }

    package mutating func callAsFunction(_ node: Node) -> Bool {
        guard node.type.element == .real else { return false }
        if case .read(let place) = node.kind {
            return place.variable.constant.map { !$0.isFinite } ?? variables.contains(place.variable)
        }
        if let answer = known[node] { return answer }
        let answer: Bool
        switch node.kind {
        case .real(let value): answer = !value.isFinite
        case .unary(let function, let a): answer = function.hasLimits || self(a)
        case .binary(.divide, let a, let b), .binary(.fmod, let a, let b):
            answer = !isNonzero(b) || self(a)
        case .binary(.pow, let a, let b):
            let isPolynomial = b.constant.map { $0 >= 0 && $0 == $0.rounded() } ?? false
            answer = !isPolynomial || self(a)
        case .binary(.polygamma, _, _): answer = true
        case .binary(_, let a, let b): answer = self(a) || self(b)
        case .select(_, let a, let b): answer = self(a) || self(b)
        case .sum(let terms): answer = self(terms)
        case .applied(let a): answer = self(a.value)
        case .read, .integer, .boolean, .size, .integerUnary, .integerBinary, .compare, .holds, .not, .and,
            .or, .extremum:
            answer = false
        }
        known[node] = answer
        return answer
    }

    /// Whether a divisor is a number other than 0, whatever the program is given.
    private func isNonzero(_ node: Node) -> Bool {
        if let constant = node.constant { return constant.isFinite && constant != 0 }
        if positive.contains(node) { return true }
        return switch node.kind {
        case .binary(.multiply, let a, let b), .integerBinary(.multiply, let a, let b):
            isNonzero(a) && isNonzero(b)
        case .integerBinary(.add, let a, let b): positive.contains(a) && (b.constant ?? -1) >= 0
        default: false
        }
    }
}

extension ForLoop {
    /// Integers that are at least 1 whenever the body runs: its index, and the bound that is reached last.
    package var positiveIntegers: [Node] {
        guard let step = step.constant, step != 0 else { return [] }
        let (least, largest) = step > 0 ? (start, end) : (end, start)
        guard let bound = least.constant else { return [] }
        // The bounds themselves belong to the indices, or not.
        let leastIndex = step > 0 || closed ? bound : bound + 1
        let leastOfLargest = step > 0 && !closed ? bound + 1 : leastIndex
        var result = leastIndex >= 1 ? [Place(index).read] : []
        if leastOfLargest >= 1 {
            result.append(largest)
            if case .integerBinary(.subtract, let a, let b) = largest.kind, (b.constant ?? -1) >= 0 {
                result.append(a)
            }
        }
        return result
    }
}

extension ElementaryFunction {
    /// Whether a function of one argument is infinite or NaN for some number.
    fileprivate var hasLimits: Bool {
        switch self {
        case .negate, .abs, .sign, .floor, .ceil, .round, .stopGradient, .softplus, .cbrt, .sin, .cos, .tan,
            .atan, .tanh, .asinh, .erf, .erfc:
            false
        default: true
        }
    }
}

extension Block {
    /// The variables that may come to hold an infinity or a NaN, if the block is given numbers, or not even those if
    /// `isCareful`, in whatever order its statements run; and those whose values come into derivatives or other
    /// variables: all but those that are only added to.
    func steepAndUsedVariables(
        ownModes: [AccessMode], parameters: [Variable], isCareful: Bool
    ) -> (steep: Set<Variable>, used: Set<Variable>) {
        var flow = SteepFlow(ownModes: ownModes, parameters: parameters, isCareful: isCareful)
        flow.visit(self)
        return (flow.reached, flow.used)
    }
}

/// From which variables values come into which.
private struct SteepFlow {
    let ownModes: [AccessMode]
    let parameters: [Variable]
    private var sources: Set<Variable> = []
    private var isSteep = Steepness()
    private var targets: [Variable: Set<Variable>] = [:]
    /// What is read, scaled or moved.
    private(set) var used: Set<Variable> = []

    init(ownModes: [AccessMode], parameters: [Variable], isCareful: Bool) {
        self.ownModes = ownModes
        self.parameters = parameters
        if isCareful { sources = Set(parameters.filter(\.isReal)) }
    }

    /// The sources, and everything that their values come into.
    var reached: Set<Variable> {
        var result = sources
        var open = Array(sources)
        while let variable = open.popLast() {
            for target in targets[variable] ?? [] where result.insert(target).inserted { open.append(target) }
        }
        return result
    }

    mutating func visit(_ block: Block) { block.statements.forEach { visit($0) } }

    private mutating func flow(from a: Variable, to b: Variable) {
        if a != b, a.isReal, b.isReal { targets[a, default: []].insert(b) }
    }

    private mutating func flow(from expression: Node, to variable: Variable) {
        guard variable.isReal else { return }
        if isSteep(expression) {
            sources.insert(variable)
        } else {
            for place in expression.reads where place.variable.constant == nil {
                flow(from: place.variable, to: variable)
            }
        }
    }

    private mutating func join(_ a: Variable, _ b: Variable) {
        flow(from: a, to: b)
        flow(from: b, to: a)
    }

    private mutating func visit(_ statement: Statement) {
        switch statement.kind {
        case .update(let s):
            flow(from: s.change, to: s.place.variable)
            used.formUnion(s.change.reads.map(\.variable))
            if s.operation != .add, s.operation != .subtract { used.insert(s.place.variable) }
        case .move(let s):
            used.formUnion([s.place.variable, s.stack])
            join(s.place.variable, s.stack)
        case .forLoop(let s):
            let outer = isSteep
            isSteep.assume(positive: s.positiveIntegers)
            visit(s.body)
            isSteep = outer
        case .call(let call): visit(call)
        default:
            // Of a statement on two places each comes into the other.
            let places = statement.ownPlaces.map(\.variable)
            used.formUnion(places)
            for node in statement.ownNodes { used.formUnion(node.reads.map(\.variable)) }
            for other in places.dropFirst() { join(places[0], other) }
            for place in places.prefix(1) { for node in statement.ownNodes { flow(from: node, to: place) } }
            statement.ownBlocks.forEach { visit($0) }
        }
    }

    private mutating func visit(_ call: Call) {
        let modes = call.modes(ownModes: ownModes)
        if case .function(let callee) = call.callee {
            for (place, parameter) in zip(call.arguments, callee.parameters)
            where callee.isUsed(parameter.variable) {
                used.insert(place.variable)
            }
        } else {
            used.formUnion(call.arguments.map(\.variable))
        }
        if case .itself = call.callee {
            for (place, parameter) in zip(call.arguments, parameters) {
                flow(from: place.variable, to: parameter)
            }
        }
        for (position, place) in call.arguments.enumerated()
        where position < modes.count && modes[position].changes {
            switch call.callee {
            case .function(let callee):
                if callee.steepVariables.contains(callee.parameters[position].variable) {
                    sources.insert(place.variable)
                }
            case .itself: flow(from: parameters[position], to: place.variable)
            case .unavailable: break
            }
            for other in call.arguments { flow(from: other.variable, to: place.variable) }
        }
    }
}

extension Variable {
    /// Whether it holds real numbers, a stack's among them.
    fileprivate var isReal: Bool { kind.isReal || kind == .stack }
}
