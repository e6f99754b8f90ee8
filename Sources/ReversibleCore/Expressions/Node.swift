/// A node of an expression: immutable, shared, compared by structure.
///
/// Nodes form a graph, not a tree: an expression bound to a Swift constant and used twice is one node, and
/// the emitter evaluates it once.
package final class Node: Sendable {
    package indirect enum Kind: Sendable, Hashable {
        case real(Double)
        case integer(Int)
        case boolean(Bool)
        /// The current content of a place; of every element, if the place is a whole array.
        case read(Place)
        case size(Variable, Axis)
        case unary(ElementaryFunction, Node)
        case binary(ElementaryFunction, Node, Node)
        case integerUnary(IntegerFunction, Node)
        case integerBinary(IntegerFunction, Node, Node)
        case compare(Relation, Node, Node)
        /// A comparison in a rule of calculus: false where a NaN is compared, not an error.
        case holds(Relation, Node, Node)
        case not(Node)
        case and(Node, Node)
        case or(Node, Node)
        case select(Node, Node, Node)
        /// The sum over the elements of an array expression.
        case sum(Node)
        /// A function that brings its own derivative; engines compute its value.
        case applied(UserApplication)
        /// The index of the first largest or smallest element; row after row in a matrix.
        case extremum(Extremum, Node)
    }

    package let kind: Kind
    package let type: ValueType
    /// Why this expression cannot be used, found when it was built; reported with the statement it ends up in.
    package let problem: Problem?
    package let depth: Int
    /// The number of nodes of this expression written out as a tree, up to ``sizeLimit``.
    package let size: Int
    /// Whether this asks for the size of an array; most expressions do not.
    package let asksSizes: Bool
    /// Whether this asks what is on a stack.
    package let asksStacks: Bool
    /// Whether a user's function is taken in this.
    let appliesUserFunctions: Bool
    /// Whether this reads a view of an array, for which a loop is written before the program is made.
    let readsViews: Bool
    /// Whether parts of this are evaluated under conditions only.
    package let hasGuards: Bool
    /// Whether evaluating this always divides an integer by the constant 0.
    let dividesByZero: Bool
    let hash: Int

    private static let sizeLimit = 1 << 20

    /// Nesting beyond this is refused, because passes over expressions recurse.
    package static let depthLimit = 512

    package init(_ kind: Kind, _ type: ValueType, problem: Problem? = nil) {
        let operands = kind.operands
        let depth = (operands.map(\.depth).max() ?? 0) + 1
        self.type = type
        if case .size = kind { asksSizes = true } else { asksSizes = operands.contains(where: \.asksSizes) }
        if case .applied = kind {
            appliesUserFunctions = true
        } else {
            appliesUserFunctions = operands.contains(where: \.appliesUserFunctions)
        }
        if case .read(let place) = kind {
            asksStacks = place.variable.kind == .stack || operands.contains(where: \.asksStacks)
            readsViews = place.span != nil || operands.contains(where: \.readsViews)
        } else {
            asksStacks = operands.contains(where: \.asksStacks)
            readsViews = operands.contains(where: \.readsViews)
        }
        switch kind {
        case .select, .and, .or: hasGuards = true
        default: hasGuards = operands.contains(where: \.hasGuards)
        }
        size = min(Node.sizeLimit, operands.reduce(1) { $0 + $1.size })
        if depth > Node.depthLimit {
            // The operands are dropped so that the chain cannot go on growing.
            self.kind = .real(0)
            dividesByZero = false
            self.depth = 1
            self.problem = Problem(
                "the expression is nested more than \(Node.depthLimit) deep; "
                    + "add it up in several statements, or use a `For` loop")
        } else {
            self.kind = kind
            dividesByZero =
                kind.isDivisionByZero || kind.operandsSurelyEvaluated.contains(where: \.dividesByZero)
            self.depth = depth
            self.problem = problem ?? operands.lazy.compactMap(\.problem).first
        }
        var hasher = Hasher()
        hasher.combine(self.kind)
        // What cannot be used is not equal to the 0 that stands in its place.
        hasher.combine(self.problem == nil)
        hash = hasher.finalize()
    }
}

extension Node {
    /// Why an expression cannot be used. Names of places are known only to who prints it.
    package struct Problem: Sendable {
        private let beginning: String
        private let operand: Node?
        private let end: String

        /// - Parameter operand: An operand to be quoted between `beginning` and `end`.
        init(_ beginning: String, quoting operand: Node? = nil, _ end: String = "") {
            self.beginning = beginning
            self.operand = operand
            self.end = end
        }

        func sentence(_ printer: Printer) -> String {
            beginning + (operand.map { "`\(printer.text($0))`" } ?? "") + end
        }
    }
}

extension Node.Kind {
    fileprivate var isDivisionByZero: Bool {
        guard case .integerBinary(let function, _, let divisor) = self, case .integer(0) = divisor.kind else {
            return false
        }
        return function == .divide || function == .remainder
    }

    /// The operands without those that a condition guards.
    fileprivate var operandsSurelyEvaluated: [Node] {
        switch self {
        case .select(let condition, _, _): [condition]
        case .and(let a, _), .or(let a, _): [a]
        default: operands
        }
    }

    /// The direct operands, without the index expressions of a place.
    package var operands: [Node] {
        switch self {
        case .real, .integer, .boolean, .size: []
        case .read(let place): place.indices
        case .unary(_, let a), .integerUnary(_, let a), .not(let a), .sum(let a), .extremum(_, let a): [a]
        case .binary(_, let a, let b), .integerBinary(_, let a, let b), .compare(_, let a, let b),
            .holds(_, let a, let b), .and(let a, let b), .or(let a, let b):
            [a, b]
        case .select(let c, let a, let b): [c, a, b]
        case .applied(let a): a.operands + [a.value]
        }
    }

    /// The same with other operands.
    package func mapOperands<Failure: Error>(
        _ change: (Node) throws(Failure) -> Node
    ) throws(Failure) -> Node.Kind {
        switch self {
        case .real, .integer, .boolean, .size: return self
        case .read(let place):
            var changed = place
            for position in place.indices.indices {
                changed.indices[position] = try change(place.indices[position])
            }
            return .read(changed)
        case .unary(let f, let a): return .unary(f, try change(a))
        case .binary(let f, let a, let b): return .binary(f, try change(a), try change(b))
        case .integerUnary(let f, let a): return .integerUnary(f, try change(a))
        case .integerBinary(let f, let a, let b): return .integerBinary(f, try change(a), try change(b))
        case .compare(let r, let a, let b): return .compare(r, try change(a), try change(b))
        case .holds(let r, let a, let b): return .holds(r, try change(a), try change(b))
        case .not(let a): return .not(try change(a))
        case .and(let a, let b): return .and(try change(a), try change(b))
        case .or(let a, let b): return .or(try change(a), try change(b))
        case .select(let c, let a, let b): return .select(try change(c), try change(a), try change(b))
        case .sum(let a): return .sum(try change(a))
        case .applied(let a): return .applied(try a.mapOperands(change))
        case .extremum(let which, let a): return .extremum(which, try change(a))
        }
    }
}

/// What an expression yields: an element type, and whether it is one value or one per array element.
package struct ValueType: Hashable, Sendable {
    package enum Element: Sendable { case real, integer, boolean }
    package enum Shape: Sendable { case single, vector, matrix }

    package var element: Element
    package var shape: Shape

    package init(_ element: Element, _ shape: Shape = .single) {
        self.element = element
        self.shape = shape
    }

    package static let real = ValueType(.real)
    package static let integer = ValueType(.integer)
    package static let boolean = ValueType(.boolean)
    package var isSingle: Bool { shape == .single }

    package var description: String {
        switch (element, shape) {
        case (.real, .single): "a real number"
        case (.integer, .single): "an integer"
        case (.boolean, .single): "a condition"
        case (.real, .vector): "a vector"
        case (.integer, .vector): "an integer vector"
        case (.real, .matrix): "a matrix"
        case (.integer, .matrix): "an integer matrix"
        case (.boolean, _): "a condition on an array"
        }
    }
}

/// A size of an array, known when the program runs.
package enum Axis: UInt8, Sendable {
    case count, rows, columns
}

/// Which element of an array an index is asked for.
package enum Extremum: UInt8, Sendable {
    case largest, smallest

    package var name: String { self == .largest ? "argmax" : "argmin" }
    /// How the element compares with all before it.
    package var relation: Relation { self == .largest ? .greater : .less }
}
