import ReversibleCore

/// What evaluating a term takes.
public struct Cost: Hashable, Sendable, CustomStringConvertible {
    /// Arithmetic, elementary functions and comparisons of real numbers and integers, without those of loops and indices.
    public var operations = 0
    /// Turns of all loops.
    public var turns = 0
    /// Numbers that arrays hold which are made, the result's among them.
    public var elements = 0

    /// Nothing.
    public init() {}

    /// All counts, in words.
    public var description: String { "\(operations) operations, \(turns) turns, \(elements) elements" }

    mutating func add(_ other: Cost, times: Int = 1) {
        func sum(_ a: Int, _ b: Int) -> Int {
            let (product, tooMuch) = b.multipliedReportingOverflow(by: times)
            let (sum, overflow) = a.addingReportingOverflow(product)
            return tooMuch || overflow ? .max : sum
        }
        operations = sum(operations, other.operations)
        turns = sum(turns, other.turns)
        elements = sum(elements, other.elements)
    }

    /// One number to compare terms by: an element costs as much as three operations, a turn as one.
    var weight: Double { Double(operations) + Double(turns) + 3 * Double(elements) }
}

extension ArrayFunction {
    /// What evaluating the function takes for arrays of these sizes.
    ///
    /// Parts that are equal count once in a turn of a loop; of a choice, the condition and the dearer side, where what both sides share is the first
    /// one's. A loop whose
    /// turns depend on another's index has as many as in the middle of that one.
    ///
    /// - Parameter sizes: One size for every vector among the parameters, two for every matrix, in order; those that are left
    ///   out are what the last one is.
    public func cost(sizes: [Int]) -> Cost {
        var (counter, position) = (CostCounter(), 0)
        for parameter in parameters {
            for axis in 0..<parameter.type.rank {
                let size = position < sizes.count ? sizes[position] : sizes.last ?? 0
                position += 1
                counter.sizes[Term(.size(parameter, axis: axis))] = size
            }
        }
        return counter.cost(of: body)
    }
}

private struct CostCounter {
    var sizes: [Term: Int] = [:]
    private var indices: [ObjectIdentifier: Int] = [:]

    mutating func cost(of term: Term) -> Cost {
        var known: Set<Term> = []
        return cost(of: term, &known)
    }

    private mutating func cost(of term: Term, _ known: inout Set<Term>) -> Cost {
        if term.isTrivial || !known.insert(term).inserted { return Cost() }
        var cost = Cost()
        switch term.kind {
        case .select(let condition, let a, let b):
            cost = self.cost(of: condition, &known)
            let (first, second) = (self.cost(of: a, &known), self.cost(of: b, &known))
            cost.add(first.weight > second.weight ? first : second)
        case .build(let index, let body):
            let count = loop(index, body, known, &cost, operations: 0)
            if body.type.rank == 0 { cost.add(Cost(elements: 1), times: count) }
        case .sum(let index, let body): _ = loop(index, body, known, &cost, operations: 1)
        case .fold(let index, let state, let initial, let body):
            cost = self.cost(of: initial, &known)
            let count = loop(index, body, known, &cost, operations: 0)
            cost.add(Cost(elements: state.type.leaves), times: count + 1)
        case .position(_, let array):
            cost = self.cost(of: array, &known)
            let count = value(array.size(axis: 0))
            cost.add(Cost(operations: 1, turns: 1), times: count)
        default:
            for child in term.children { cost.add(self.cost(of: child, &known)) }
            switch term.kind {
            case .unary, .binary, .compare: cost.add(Cost(operations: term.isIndexArithmetic ? 0 : 1))
            default: break
            }
        }
        return cost
    }

    private mutating func loop(
        _ index: TermVariable, _ body: Term, _ known: Set<Term>, _ cost: inout Cost, operations: Int
    ) -> Int {
        let count = max(value(index.range ?? .integer(0)), 0)
        indices[index.id] = count / 2
        // What is known outside of the loop is known in it.
        var inner = known.filter { !$0.mentions(index) }
        var turn = self.cost(of: body, &inner)
        turn.add(Cost(operations: operations, turns: 1))
        cost.add(turn, times: count)
        return count
    }

    private func value(_ size: Term) -> Int {
        switch size.kind {
        case .integer(let value): value
        case .size: sizes[size] ?? 0
        case .variable(let variable): indices[variable.id] ?? 0
        case .binary(.add, let a, let b): value(a) + value(b)
        case .binary(.subtract, let a, let b): value(a) - value(b)
        case .binary(.multiply, let a, let b): value(a) * value(b)
        default: 0
        }
    }
}

extension Cost {
    fileprivate init(operations: Int = 0, turns: Int = 0, elements: Int = 0) {
        (self.operations, self.turns, self.elements) = (operations, turns, elements)
    }
}

extension Term {
    /// Whether this is arithmetic of indices, which address computation does by the way.
    fileprivate var isIndexArithmetic: Bool {
        if case .binary = kind { type == .integer } else { false }
    }
}
