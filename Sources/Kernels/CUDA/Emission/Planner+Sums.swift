import ReversibleCore

// Sums over arrays, outside of loops that run side by side, get kernels of their own.
extension Planner {
    /// The statement with sums over arrays replaced by numbers that kernels of their own compute before it.
    func hoistingSums(from statement: Statement) throws(PTXError) -> Statement {
        var result = statement
        switch statement.kind {
        case .update(var s):
            s.change = try hoistingSums(from: s.change, statement)
            for position in s.place.indices.indices {
                s.place.indices[position] = try hoistingSums(from: s.place.indices[position], statement)
            }
            result.kind = .update(s)
        case .rotate(var s):
            s.angle = try hoistingSums(from: s.angle, statement)
            result.kind = .rotate(s)
        case .forLoop(var s):
            s.start = try hoistingSums(from: s.start, statement)
            s.end = try hoistingSums(from: s.end, statement)
            result.kind = .forLoop(s)
        default: break
        }
        return result
    }

    func hoistingSums(from node: Node, _ statement: Statement) throws(PTXError) -> Node {
        var hoisting = SumHoisting(planner: self, statement: statement, conditions: guards)
        return try hoisting(node)
    }

    /// Two kernels: the sums of blocks, and one block's sum of these. The order depends on the sizes only.
    ///
    /// - Parameter conditions: Those under which the terms may be evaluated; elsewhere the sum is 0.
    fileprivate func addSum(
        of terms: Node, _ statement: Statement, if conditions: [Node]
    ) throws(PTXError) -> Node {
        guard let (array, others) = terms.elementArrays, case .array(_, let sizes)? = devices[array.id] else {
            return .sum(terms)
        }
        var guarded = terms
        if terms.readsElements {
            let zero = terms.type.element == .real ? Node.real(0) : .integer(0)
            for condition in conditions.reversed() { guarded = .select(condition, guarded, zero) }
        }
        try flush()
        let isReal = terms.type.element == .real
        let count = sizes.reduce(.constant(1), *)
        let total = temporaryNumber("total", isReal: isReal)
        lost.note(total, holding: terms)
        guard let totalBuffer = buffer(of: total) else { return .sum(terms) }
        let grid = blocks(count, limit: options.maximumBlocks)
        let partial = addTemporary("block_totals", isReal: isReal, count: grid)
        resize(partial, to: .constant(1), for: grid, limit: options.maximumBlocks)
        steps.append(.clear(totalBuffer))
        let source = text(.sum(terms))
        let sums = KernelEmitter(self, name: kernelName("blocks"))
        sums.location = statement.location
        if conditions.isEmpty {
            sums.requirements = requirements(of: statement, over: array, reading: others)
        }
        try sums.addUp(guarded, count, intoBlocksOf: partial)
        try add(sums, "Sums over blocks for \(source).", iterations: count, keepsMemory: true)
        let whole = KernelEmitter(self, name: kernelName("total"))
        whole.location = statement.location
        try whole.addUp(blocksOf: partial, grid, isReal: isReal, into: totalBuffer)
        try add(
            whole.kernel(
                purpose: "The sum over all blocks for \(source).", iterations: grid, blocks: .constant(1)))
        return Place(total).read
    }
}

/// Replaces sums by numbers, and knows under which conditions each may be evaluated.
private struct SumHoisting {
    let planner: Planner
    let statement: Statement
    /// Nil where they differ between the elements of an array.
    var conditions: [Node]?
    private var known: [ObjectIdentifier: Node] = [:]

    init(planner: Planner, statement: Statement, conditions: [Node]) {
        self.planner = planner
        self.statement = statement
        self.conditions = conditions
    }

    mutating func callAsFunction(_ node: Node) throws(PTXError) -> Node {
        if let done = known[ObjectIdentifier(node)] { return done }
        let result = try replaced(node)
        known[ObjectIdentifier(node)] = result
        return result
    }

    /// The same where one more condition holds. What is found there is not at hand elsewhere.
    private func under(_ condition: Node?, _ node: Node) throws(PTXError) -> Node {
        var inner = self
        inner.conditions = condition.flatMap { condition in conditions.map { $0 + [condition] } }
        return try inner(node)
    }

    private mutating func replaced(_ node: Node) throws(PTXError) -> Node {
        func made(_ kind: Node.Kind) -> Node { Node(kind, node.type) }
        switch node.kind {
        case .sum(let terms):
            // Nobody knows when: whole arrays can be read at any time, elements may not be there.
            guard conditions != nil || !terms.readsElements else { return node }
            return try planner.addSum(of: try self(terms), statement, if: conditions ?? [])
        case .select(let c, let a, let b):
            let test = try self(c)
            let isSingle = test.type.isSingle
            let other = Node(.not(test), .boolean)
            return made(
                .select(
                    test, try under(isSingle ? test : nil, a), try under(isSingle ? other : nil, b)))
        case .and(let a, let b):
            let first = try self(a)
            return made(.and(first, try under(first.type.isSingle ? first : nil, b)))
        case .or(let a, let b):
            let first = try self(a)
            let other = Node(.not(first), .boolean)
            return made(.or(first, try under(first.type.isSingle ? other : nil, b)))
        // The index of an extremal element is found by one thread.
        case .read, .extremum: return node
        default:
            return made(try node.kind.mapOperands { (operand) throws(PTXError) in try self(operand) })
        }
    }
}

extension Node {
    /// Whether this reads elements of arrays at indices.
    fileprivate var readsElements: Bool { reads.contains { !$0.indices.isEmpty } }
}
