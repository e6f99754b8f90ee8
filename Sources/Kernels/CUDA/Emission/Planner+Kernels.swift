import ReversibleCore

extension Planner {
    /// How many blocks share out these iterations, `limit` at most.
    private func blocks(_ iterations: HostInteger, limit: Int) -> HostInteger {
        let size = HostInteger.constant(options.threadsPerBlock)
        return .min((iterations + (size - .constant(1))) / size, .constant(limit))
    }

    private func add(
        _ emitter: KernelEmitter, _ purpose: String, iterations: HostInteger, keepsMemory: Bool = false
    ) throws(PTXError) {
        hasParallelKernel = true
        let isLimited = keepsMemory || !emitter.threadBuffers.isEmpty || !emitter.privateSums.isEmpty
        let blocks = blocks(iterations, limit: isLimited ? options.maximumBlocks : 1 << 24)
        for leftover in emitter.leftovers { resize(leftover.buffer, to: leftover.count, for: blocks) }
        let threads = HostInteger.constant(options.threadsPerBlock)
        for (buffer, count) in emitter.threadBuffers { resize(buffer, to: count * threads, for: blocks) }
        for array in emitter.privateArrays { steps.append(.clear(array.buffer)) }
        try add(
            emitter.kernel(
                purpose: purpose, iterations: iterations, blocks: blocks, threads: options.threadsPerBlock))
    }

    /// A kernel for a `ParallelFor`: a thread per iteration.
    func addLoop(_ loop: ForLoop, _ statement: Statement) throws(PTXError) {
        let location = statement.location
        guard let start = host(loop.start), let end = host(loop.end), let step = host(loop.step) else {
            throw PTXError(
                .unknownBeforeLaunch,
                "the bounds of `\(headline(statement))` must be known before the kernel is launched; make them of sizes "
                    + "of arguments, and of integer arguments that do not change", at: location)
        }
        let iterations =
            start == .constant(0) && step == .constant(1) && !loop.closed
            ? end : HostInteger.turns(start: start, end: end, step: step, closed: loop.closed)
        let plan = ThreadPlan(loop, ownModes: program.parameterModes)
        if let conflict = plan.conflict {
            throw PTXError(
                .unsupportedStatement,
                "iterations of `\(headline(statement))` change `\(name(conflict))`, which they share; keep a number of "
                    + "each iteration's own, or an element of a vector", at: location)
        }
        let emitter = KernelEmitter(self, name: kernelName("loop"))
        emitter.location = location
        emitter.threads = plan
        try emitter.iterate(iterations, from: start, by: step, as: loop.index) { () throws(PTXError) in
            try emitter.block(loop.body)
        }
        try emitter.finishSums()
        try add(emitter, "A thread for every iteration of `\(headline(statement))`.", iterations: iterations)
        let grid = blocks(iterations, limit: options.maximumBlocks)
        for leftover in emitter.leftovers { try addCombination(of: leftover, blocks: grid, at: location) }
    }

    /// A kernel for a statement on whole arrays: a thread per element.
    func addElementwise(_ statement: Statement, over array: Variable) throws(PTXError) {
        guard case .array(_, let sizes)? = devices[array.id] else {
            throw unsupported(statement, at: statement.location)
        }
        let count = sizes.reduce(.constant(1), *)
        let emitter = KernelEmitter(self, name: kernelName("elements"))
        emitter.location = statement.location
        try emitter.iterate(count, from: .constant(0), by: .constant(1), as: nil) { () throws(PTXError) in
            try emitter.emit(guarded(statement))
        }
        try add(emitter, "A thread for every element of `\(name(array))`.", iterations: count)
    }

    // MARK: Sums

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

    private func hoistingSums(from node: Node, _ statement: Statement) throws(PTXError) -> Node {
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
        resize(partial, to: .constant(1), for: grid)
        steps.append(.clear(totalBuffer))
        let source = text(.sum(terms))
        try addSumKernel(
            "blocks", "Sums over blocks for \(source).", statement, isReal: isReal, iterations: count,
            keepsMemory: true
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
        keepsMemory: Bool = false, isOneBlock: Bool = false,
        term: (KernelEmitter) throws(PTXError) -> String, target: (KernelEmitter) -> String
    ) throws(PTXError) {
        let emitter = KernelEmitter(self, name: kernelName(role))
        emitter.location = statement.location
        let type = isReal ? emitter.realType : "u64"
        let sum = emitter.out.register(isReal ? emitter.realClass : .integer, "sum")
        emitter.out.instruction("mov.\(type)", sum, isReal ? emitter.literal(0) : "0")
        try emitter.iterate(iterations, from: .constant(0), by: .constant(1), as: nil) {
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
                    purpose: purpose, iterations: iterations, blocks: .constant(1),
                    threads: options.threadsPerBlock))
        } else {
            try add(emitter, purpose, iterations: iterations, keepsMemory: keepsMemory)
        }
    }
}

extension KernelEmitter {
    /// The kernel with what has been emitted.
    func kernel(
        purpose: String, iterations: HostInteger, blocks: HostInteger, threads: Int
    ) -> KernelPlan.Kernel {
        KernelPlan.Kernel(
            name: name, slots: slots, slotNames: slotNames, iterations: iterations, blocks: blocks,
            threadsPerBlock: threads, purpose: purpose, text: text(purpose: purpose, threadsPerBlock: threads)
        )
    }

    /// Emits the loop in which a thread takes its iterations, one for every turn of the grid.
    ///
    /// - Parameter index: The loop's index; nil for a loop over elements.
    func iterate(
        _ iterations: HostInteger, from start: HostInteger, by step: HostInteger, as index: Variable?,
        _ body: () throws(PTXError) -> Void
    ) throws(PTXError) {
        let isPlain = start == .constant(0) && step == .constant(1)
        let name = index.map { planner.name($0) } ?? "element"
        let turn = out.register(.integer, isPlain ? name : "turn")
        let end = slot(.integer(iterations), "iterations")
        let (thread, threads) = (threadNumber, threadCount)
        out.instruction("mov.u64", turn, thread)
        out.label("next_iteration")
        let isDone = out.value(.predicate, "setp.ge.s64", turn, end)
        out.branch("iterations_done", if: isDone)
        var current = turn
        let begin = out.lines.count
        if !isPlain {
            current = out.register(.integer, name)
            let by = slot(.integer(step), "step")
            let first = slot(.integer(start), "start")
            let factor = by
            out.instruction("mad.lo.s64", current, turn, factor, first)
        }
        let outer = elementIndex
        if let index {
            storage[index.id] = .register(current)
            values.change([index])
        } else {
            elementIndex = current
        }
        try keepingValues(body)
        elementIndex = outer
        let lines = out.cut(from: begin)
        beginWarpTurn(turn: turn, iterations: end)
        out.paste(lines)
        out.instruction("add.s64", turn, turn, threads)
        out.branch("next_iteration")
        out.label("iterations_done")
    }
}

extension Statement {
    /// Whether many threads can share out something in this: a `ParallelFor`, or a statement on whole arrays.
    var hasParallelWork: Bool {
        switch kind {
        case .update(let s):
            s.place.isWholeArray || s.change.hasSum || s.place.indices.contains(where: \.hasSum)
        case .swap(let s): s.a.isWholeArray
        case .negate(let s): s.place.isWholeArray
        case .hadamard(let s): s.a.isWholeArray
        case .rotate(let s): s.a.isWholeArray || s.angle.hasSum
        case .forLoop(let s): s.parallel || s.body.statements.contains(where: \.hasParallelWork)
        case .branch(let s): (s.then.statements + s.otherwise.statements).contains(where: \.hasParallelWork)
        case .whileLoop(let s): s.body.statements.contains(where: \.hasParallelWork)
        case .block(let block): block.statements.contains(where: \.hasParallelWork)
        case .compute(let s):
            (s.compute.statements + s.apply.statements).contains(where: \.hasParallelWork)
        case .call, .move, .misuse: false
        }
    }

    /// Whether a `ParallelFor` stands in this.
    var hasParallelLoop: Bool {
        if case .forLoop(let s) = kind, s.parallel { return true }
        var found = false
        _ = mappingOwnBlocks {
            found = found || $0.statements.contains(where: \.hasParallelLoop)
            return $0
        }
        return found
    }

    /// The array all of whose elements the statement changes.
    var wholeArray: Variable? {
        let place: Place? =
            switch kind {
            case .update(let s): s.place
            case .swap(let s): s.a
            case .negate(let s): s.place
            case .hadamard(let s): s.a
            case .rotate(let s): s.a
            default: nil
            }
        return place.flatMap { $0.isWholeArray ? $0.variable : nil }
    }
}

extension Node {
    /// Whether elements of an array are added up in this.
    fileprivate var hasSum: Bool {
        if case .sum = kind { return true }
        if size > 10_000 { return false }
        return kind.operands.contains(where: \.hasSum)
    }
}
