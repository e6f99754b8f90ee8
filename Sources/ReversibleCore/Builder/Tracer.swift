import Synchronization

/// Records what a closure declares while it is traced: parameters, ancillas, loop indices.
///
/// The closure of a ``ReversibleFunction`` runs once, under a tracer that is local to the task. Statements
/// are returned by the builder; ancillas, which are declared with `let`, announce themselves here and belong
/// to the innermost block being traced.
package final class Tracer: Sendable {
    @TaskLocal package static var current: Tracer?

    fileprivate struct State {
        var nextID = 0
        var names: [Int: String] = [:]
        var scopes: [[Ancilla]] = []
        var counts: [String: Int] = [:]
        var loopDepth = 0
        var isComparing = false
    }

    package let token = TraceToken()
    private let state = Mutex(State())

    /// A function that is made in a closure which is traced to be compared is no less so.
    package init() {
        let outer = Tracer.current?.state.withLock(\.isComparing) ?? false
        state.withLock { $0.isComparing = outer }
    }

    package var names: [Int: String] { state.withLock(\.names) }

    package func declare(
        _ kind: Variable.Kind, name: String? = nil, storage: TraceToken? = nil
    ) -> Variable {
        state.withLock { state in
            let variable = Variable(id: state.nextID, kind: kind, owner: token, storage: storage)
            state.nextID += 1
            state.names[variable.id] = name ?? state.freshName(kind)
            return variable
        }
    }

    /// Runs `body` as a block and returns its statements with the ancillas it declared.
    package func block(_ body: () -> Statement) -> Block {
        // Passes over programs recurse, as tracing does.
        guard state.withLock({ $0.scopes.count }) < Tracer.depthLimit else { return Tracer.tooDeep }
        open()
        return close(body())
    }

    private static let depthLimit = 128

    /// What takes the place of a block that is nested too deep.
    private static var tooDeep: Block {
        Block(
            statements: [
                Statement(
                    .misuse(
                        "blocks are nested more than \(depthLimit) deep; make inner blocks functions of their own"
                    ))
            ])
    }

    /// Begins a block.
    package func open() { state.withLock { $0.scopes.append([]) } }

    /// Ends the block begun last.
    package func close(_ statement: Statement) -> Block {
        let ancillas = state.withLock { $0.scopes.popLast() ?? [] }
        let block = Block(ancillas: ancillas, statements: statement.flattened)
        // A block may hold statements that were made before it was begun. Each is let go while the stack still
        // suffices to release it.
        return block.isNested(deeperThan: Tracer.depthLimit) ? Tracer.tooDeep : block
    }

    /// The indices of so many loops, one inside the other.
    func declareIndices(_ count: Int) -> [Variable] {
        let indices = (0..<count).map { _ in
            defer { state.withLock { $0.loopDepth += 1 } }
            return declare(.index)
        }
        state.withLock { $0.loopDepth -= count }
        return indices
    }

    package func declareAncilla(
        _ kind: Variable.Kind, name: String?, sizes: [Node], at location: SourceLocation? = nil
    ) -> Variable {
        let variable = declare(kind, name: name)
        state.withLock { state in
            if let last = state.scopes.indices.last {
                state.scopes[last].append(Ancilla(variable: variable, sizes: sizes, at: location))
            }
        }
        return variable
    }

    /// Runs the body of a loop as a block, with a fresh index.
    package func loop(_ body: (Variable) -> Statement) -> (index: Variable, body: Block, change: String?) {
        let index = declare(.index)
        state.withLock { $0.loopDepth += 1 }
        let (block, change) = turn { body(index) }
        state.withLock { $0.loopDepth -= 1 }
        return (index, block, change)
    }

    /// Runs the body of a loop as a block, twice, as all turns must be described by one text.
    ///
    /// A closure that changes a Swift variable outside of it would be traced with the variable's first value alone.
    /// Within the second tracing, inner loops are traced once: they have been compared, and to do it again would
    /// double the work with every level of nesting.
    ///
    /// - Returns: The block, and how the second differs from it.
    package func turn(_ body: () -> Statement) -> (body: Block, change: String?) {
        let before = state.withLock { $0.mark }
        let first = block(body)
        guard !before.isComparing else { return (first, nil) }
        let after = state.withLock { state in
            defer {
                state.mark = before
                state.mark.isComparing = true
            }
            return state.mark
        }
        let second = block(body)
        state.withLock { $0.mark = after }
        var comparison = TextComparison()
        if comparison.areSame(first, second) { return (first, nil) }
        return (first, TextComparison.difference(first, second, Printer(names: names, owner: token)))
    }

    /// The current tracer's block, or a block that no function owns: its places are refused when used.
    package static func block(_ body: () -> Statement) -> Block {
        (current ?? Tracer()).block(body)
    }
}

extension Tracer.State {
    /// From where declarations go on.
    fileprivate struct Mark {
        var nextID: Int
        var counts: [String: Int]
        var isComparing: Bool
    }

    fileprivate var mark: Mark {
        get { Mark(nextID: nextID, counts: counts, isComparing: isComparing) }
        set { (nextID, counts, isComparing) = (newValue.nextID, newValue.counts, newValue.isComparing) }
    }

    /// The first free name of a kind's series: `i, j, k` for indices, `t1, t2` for ancillas.
    fileprivate mutating func freshName(_ kind: Variable.Kind) -> String {
        if kind == .index {
            // By depth, so that loops beside each other share a name.
            let depth = loopDepth
            let letters = ["i", "j", "k", "l", "m", "n"]
            return letters[depth % letters.count] + (depth < letters.count ? "" : "\(depth / letters.count)")
        }
        let series = kind == .stack ? "stack" : "t"
        counts[series, default: 0] += 1
        return "\(series)\(counts[series, default: 1])"
    }
}

/// A scratch place: zero at both ends of its block.
package struct Ancilla: Sendable {
    package enum Rule: Sendable {
        /// Must be zero again at the end of the block.
        case restored
        /// The cotangent of an ancilla. It starts at zero and is dropped: the ancilla's value is the constant
        /// zero at both ends, so what its cotangent holds there concerns nobody.
        case cotangent
        /// What a computation fills and nobody else sees: cleared at the end, where it must be finite.
        case scratch
        /// What a step that cannot be undone leaves behind: dropped, whatever it holds.
        case forgotten

        /// Whether it is dropped without a check.
        package var isDropped: Bool { self == .cotangent || self == .forgotten }
    }

    package var variable: Variable
    /// None for a scalar or integer, the count of a vector, rows and columns of a matrix.
    package var sizes: [Node]
    package var rule: Rule
    /// Where it was declared, if it has sizes: those may be wrong.
    package var location: SourceLocation?

    package init(
        variable: Variable, sizes: [Node], rule: Rule = .restored, at location: SourceLocation? = nil
    ) {
        self.variable = variable
        self.sizes = sizes
        self.rule = rule
        self.location = location
    }
}

// Where an ancilla was declared does not make it a different one.
extension Ancilla: Hashable {
    package static func == (a: Ancilla, b: Ancilla) -> Bool {
        a.variable == b.variable && a.sizes == b.sizes && a.rule == b.rule
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(variable)
        hasher.combine(sizes)
        hasher.combine(rule)
    }
}
