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
        var known: [ObjectIdentifier: Node] = [:]
        return try hoistingSums(from: node, statement, &known)
    }

    private func hoistingSums(
        from node: Node, _ statement: Statement, _ known: inout [ObjectIdentifier: Node]
    ) throws(PTXError) -> Node {
        if let done = known[ObjectIdentifier(node)] { return done }
        var result = node
        switch node.kind {
        case .sum(let terms):
            let inner = try hoistingSums(from: terms, statement, &known)
            result = try addSum(of: inner, statement)
        case .extremum: break  // one thread finds it
        case .unary(let f, let a):
            result = Node(.unary(f, try hoistingSums(from: a, statement, &known)), node.type)
        case .binary(let f, let a, let b):
            result = Node(
                .binary(
                    f, try hoistingSums(from: a, statement, &known),
                    try hoistingSums(from: b, statement, &known)), node.type)
        case .integerUnary(let f, let a):
            result = Node(.integerUnary(f, try hoistingSums(from: a, statement, &known)), node.type)
        case .integerBinary(let f, let a, let b):
            result = Node(
                .integerBinary(
                    f, try hoistingSums(from: a, statement, &known),
                    try hoistingSums(from: b, statement, &known)), node.type)
        case .select(let c, let a, let b):
            result = Node(
                .select(
                    c, try hoistingSums(from: a, statement, &known),
                    try hoistingSums(from: b, statement, &known)), node.type)
        case .compare(let relation, let a, let b):
            result = Node(
                .compare(
                    relation, try hoistingSums(from: a, statement, &known),
                    try hoistingSums(from: b, statement, &known)), node.type)
        case .holds(let relation, let a, let b):
            result = Node(
                .holds(
                    relation, try hoistingSums(from: a, statement, &known),
                    try hoistingSums(from: b, statement, &known)), node.type)
        case .not(let a): result = Node(.not(try hoistingSums(from: a, statement, &known)), node.type)
        case .and(let a, let b):
            result = Node(
                .and(
                    try hoistingSums(from: a, statement, &known), try hoistingSums(from: b, statement, &known)
                ),
                node.type)
        case .or(let a, let b):
            result = Node(
                .or(
                    try hoistingSums(from: a, statement, &known), try hoistingSums(from: b, statement, &known)
                ),
                node.type)
        default: break
        }
        known[ObjectIdentifier(node)] = result
        return result
    }

    /// Two kernels: the sums of blocks, and one block's sum of these. The order depends on the sizes only.
    private func addSum(of terms: Node, _ statement: Statement) throws(PTXError) -> Node {
        guard let array = terms.wholeArrays.first, case .array(_, let sizes)? = devices[array.id] else {
            return .sum(terms)
        }
        try flush()
        let isReal = terms.type.element == .real
        let count = sizes.reduce(.constant(1), *)
        let total = temporaryNumber("total", isReal: isReal)
        guard let totalBuffer = buffer(of: total) else { return .sum(terms) }
        let grid = blocks(count, limit: options.maximumBlocks)
        let partial = addTemporary("block_totals", isReal: isReal, count: grid)
        resize(partial, to: .constant(1), for: grid, limit: options.maximumBlocks)
        steps.append(.clear(totalBuffer))
        let source = text(.sum(terms))
        try addSumKernel(
            "blocks", "Sums over blocks for \(source).", statement, isReal: isReal, iterations: count,
            keepsMemory: true, arrays: terms.wholeArrays
        ) { (emitter) throws(PTXError) in
            try emitter.value(terms)
        } target: { emitter in
            let base = emitter.slot(.address(partial), "block_totals")
            let block = emitter.out.value(.word, "mov.u32", "%ctaid.x")
            let wide = emitter.out.value(.integer, "cvt.u64.u32", block)
            let bytes = isReal && emitter.precision == .single ? "2" : "3"
            let offset = emitter.out.value(.integer, "shl.b64", wide, bytes)
            return emitter.out.value(.integer, "add.s64", base, offset)
        }
        let whole = KernelArray(space: .global, base: "", isReal: isReal, sizes: [])
        try addSumKernel(
            "total", "The sum over all blocks for \(source).", statement, isReal: isReal, iterations: grid,
            isOneBlock: true
        ) { (emitter) throws(PTXError) in
            var array = whole
            array.base = emitter.slot(.address(partial), "block_totals")
            return emitter.load(
                emitter.element(array, emitter.elementIndex ?? "0"), isReal: isReal)
        } target: { emitter in
            emitter.slot(.address(totalBuffer), "total_memory")
        }
        return Place(total).read
    }

    private func addSumKernel(
        _ role: String, _ purpose: String, _ statement: Statement, isReal: Bool, iterations: HostInteger,
        keepsMemory: Bool = false, isOneBlock: Bool = false, arrays: [Variable] = [],
        term: (KernelEmitter) throws(PTXError) -> String, target: (KernelEmitter) -> String
    ) throws(PTXError) {
        let emitter = KernelEmitter(self, name: kernelName(role))
        emitter.location = statement.location
        emitter.requirements = requirements(of: statement, reading: arrays)
        let type = isReal ? emitter.realType : "u64"
        let sum = emitter.out.register(isReal ? emitter.realClass : .integer, "sum")
        emitter.out.instruction("mov.\(type)", sum, isReal ? emitter.literal(0) : "0")
        try emitter.iterate(iterations, from: .constant(0), by: .constant(1), as: nil, keepsThreads: true) {
            () throws(PTXError) in
            let value = try term(emitter)
            emitter.out.instruction(isReal ? "add.rn.\(type)" : "add.s64", sum, sum, value)
        }
        let total = emitter.sumOverBlock(sum, isReal: isReal)
        emitter.onlyFirstThread(else: "exit")
        let address = target(emitter)
        emitter.out.instruction("st.global.\(type)", "[\(address)]", total)
        if isOneBlock {
            try add(
                emitter.kernel(
                    purpose: purpose, iterations: iterations, blocks: .constant(1)))
        } else {
            try add(emitter, purpose, iterations: iterations, keepsMemory: keepsMemory)
        }
    }
}
