import ReversibleCore

extension Planner {
    /// How many blocks share out these iterations, `limit` at most.
    ///
    /// - Parameter size: How many iterations a block takes at a time; one for every thread, if nil.
    func blocks(_ iterations: HostInteger, limit: Int, of size: Int? = nil) -> HostInteger {
        let size = HostInteger.constant(size ?? options.threadsPerBlock)
        return .min((iterations + (size - .constant(1))) / size, .constant(limit))
    }

    /// The most blocks of a kernel whose threads keep something from one iteration to the next.
    func blockLimit(of emitter: KernelEmitter) -> Int {
        let hasMemory = !emitter.threadBuffers.isEmpty || !emitter.summedBuffers.isEmpty
        return hasMemory ? max(1, options.maximumBlocks / 4) : options.maximumBlocks
    }

    func add(
        _ emitter: KernelEmitter, _ purpose: String, iterations: HostInteger, keepsMemory: Bool = false
    ) throws(PTXError) {
        hasParallelKernel = true
        let isLimited =
            keepsMemory || emitter.packSize > 1 || !emitter.threadBuffers.isEmpty
            || !emitter.privateSums.isEmpty || !emitter.privateArrays.isEmpty || emitter.spare != nil
        let limit = blockLimit(of: emitter)
        let most = emitter.takesOneTurn ? Int(Int32.max) : 1 << 24
        let blocks = blocks(iterations, limit: isLimited ? limit : most, of: emitter.iterationsPerBlock)
        for leftover in emitter.leftovers {
            resize(leftover.buffer, to: leftover.count, for: blocks, limit: limit)
        }
        let threads = HostInteger.constant(emitter.threadsPerBlock)
        let pack = HostInteger.constant(emitter.packSize)
        for (buffer, count) in emitter.threadBuffers {
            resize(buffer, to: count * threads * pack, for: blocks, limit: limit)
        }
        if let spare = emitter.spare {
            resize(spare.buffer, to: threads * pack, for: blocks, limit: limit)
        }
        for (buffer, count) in emitter.summedBuffers {
            resize(buffer, to: count * threads, for: blocks, limit: limit)
        }
        for array in emitter.privateArrays { steps.append(.clear(array.buffer)) }
        try add(
            emitter.kernel(
                purpose: purpose, iterations: iterations, blocks: blocks,
                takesFewerBlocks: isLimited && !keepsMemory && emitter.leftovers.isEmpty))
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
        var iterations =
            start == .constant(0) && step == .constant(1) && !loop.closed
            ? end : HostInteger.turns(start: start, end: end, step: step, closed: loop.closed)
        if iterations.mayFail { iterations = guarded(iterations, by: guards) }
        var plan = ThreadPlan(loop, ownModes: program.parameterModes)
        if let conflict = plan.conflict {
            throw PTXError(
                .unsupportedStatement,
                "iterations of `\(headline(statement))` change `\(name(conflict))`, which they share; keep a number of "
                    + "each iteration's own, or an element of a vector", at: location)
        }
        func emit(
            _ role: String, _ purpose: String, _ scatters: [Scatter], isMeasuring: Bool = false
        ) throws(PTXError) -> KernelEmitter {
            let emitter = KernelEmitter(self, name: kernelName(role))
            emitter.location = location
            emitter.threads = plan
            emitter.isMeasuring = isMeasuring
            emitter.requirements = requirements
            for scatter in scatters { emitter.scatters[scatter.variable] = scatter }
            // A kernel that runs twice finds its rows in memory.
            if scatters.isEmpty { try useRows(of: plan, iterations, in: emitter) }
            func body() throws(PTXError) { try emitter.block(loop.body) }
            if emitter.staged.isEmpty {
                try emitter.iterate(iterations, from: start, by: step, as: loop.index, body)
            } else {
                try emitter.iterateByBlocks(iterations, from: start, by: step, as: loop.index, body)
            }
            try emitter.finishSums()
            try add(
                emitter, "\(purpose) for every iteration of `\(headline(statement))`.", iterations: iterations
            )
            return emitter
        }
        let requirements = requirements(of: loop, first: start, step: step, iterations)
        var scatters: [Scatter] = []
        if options.reductions == .deterministic {
            scatters = plan.scattered(in: loop).compactMap { addScatter(to: $0) }
        }
        if !scatters.isEmpty {
            // What the iterations change otherwise is put back, for the kernel that counts.
            let saved = try saving(plan.changed)
            _ = try emit(
                "measure", "How large the contributions are, by a thread", scatters, isMeasuring: true)
            for copy in saved { try addCopy(copy.saved, to: copy.buffer) }
        }
        let emitter = try emit("loop", "A thread", scatters)
        for scatter in scatters { try addScatterSums(scatter, at: location) }
        let grid = blocks(iterations, limit: blockLimit(of: emitter), of: emitter.iterationsPerBlock)
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
        emitter.requirements = requirements(of: statement, over: array, reading: statement.otherArrays)
        emitter.wholeZero = takeZero(array, beginningWith: statement)
        try emitter.iterate(count, from: .constant(0), by: .constant(1), as: nil) { () throws(PTXError) in
            try emitter.emit(guarded(statement))
        }
        try add(emitter, "A thread for every element of `\(name(array))`.", iterations: count)
    }
}

extension KernelEmitter {
    /// How many iterations a block takes at a time.
    fileprivate var iterationsPerBlock: Int { threadsPerBlock * packSize }
}
