import ReversibleCore

extension KernelEmitter {
    /// The kernel with what has been emitted.
    func kernel(
        purpose: String, iterations: HostInteger, blocks: HostInteger, takesFewerBlocks: Bool = false
    ) -> KernelPlan.Kernel {
        KernelPlan.Kernel(
            name: name, slots: slots, slotNames: slotNames, iterations: iterations, blocks: blocks,
            takesFewerBlocks: takesFewerBlocks,
            threadsPerBlock: threadsPerBlock, purpose: purpose, text: text(purpose: purpose),
            requirements: requirements)
    }

    /// Emits the loop in which a thread takes its iterations, one for every turn of the grid.
    ///
    /// - Parameters:
    ///   - index: The loop's index; nil for a loop over elements.
    ///   - keepsThreads: Whether there are as many threads as the caller says, not as many as iterations where
    ///     threads keep nothing from one to the next. Without a loop, less is kept in registers.
    func iterate(
        _ iterations: HostInteger, from start: HostInteger, by step: HostInteger, as index: Variable?,
        keepsThreads: Bool = false, _ body: () throws(PTXError) -> Void
    ) throws(PTXError) {
        let isPlain = start == .constant(0) && step == .constant(1)
        let name = index.map { planner.name($0) } ?? "element"
        let turn = out.register(.integer, isPlain ? name : "turn")
        let end = slot(.integer(iterations), "iterations")
        let thread = threadNumber
        var current = turn
        let begin = out.lines.count
        if !isPlain {
            current = out.register(.integer, name)
            let by = slot(.integer(step), "step")
            let first = slot(.integer(start), "start")
            out.instruction("mad.lo.s64", current, turn, by, first)
        }
        let outer = elementIndex
        if let index {
            storage[index.id] = .register(current)
            values.change([index])
        } else {
            elementIndex = current
        }
        try keepingValues(body)
        flushSums()
        elementIndex = outer
        let lines = out.cut(from: begin)
        out.instruction("mov.u64", turn, thread)
        takePacks(lines, turn: turn, iterations: end)
        takesOneTurn =
            !keepsThreads && packSize == 1 && privateSums.isEmpty && privateArrays.isEmpty
            && threadBuffers.isEmpty
        if !takesOneTurn { out.label("next_iteration") }
        let isDone = out.value(.predicate, "setp.ge.s64", turn, end)
        out.branch("iterations_done", if: isDone)
        beginWarpTurn(turn: turn, iterations: end)
        out.paste(writingSums(in: contracted(lines), inWholeWarps: false))
        if !takesOneTurn {
            out.instruction("add.s64", turn, turn, threadCount)
            out.branch("next_iteration")
        }
        out.label("iterations_done")
    }

    /// Emits the loop in which a thread takes several iterations at a time, if that pays and as long as there are as
    /// many for all threads of its warp: these then stay together. A pack's iterations are as far apart as the grid has
    /// threads, so that neighbouring threads have neighbouring iterations.
    private func takePacks(_ lines: [KernelLine], turn: String, iterations: String) {
        guard threads != nil, var pack = pack(of: lines, index: turn) else { return }
        let (size, gridSize) = (pack.size, threadCount)
        packSize = size
        var writer = out
        let body = pack.lines { writer.copy(of: $0) }
        out = writer
        let step = out.value(.integer, "mul.lo.s64", gridSize, "\(size)")
        let reach = out.value(.integer, "sub.s64", step, gridSize)
        let word = out.value(.word, "mov.u32", "%tid.x")
        let wide = out.value(.integer, "cvt.u64.u32", out.value(.word, "and.b32", word, "31"))
        let above = out.value(.integer, "sub.s64", wide, "31")
        let left = out.value(.integer, "sub.s64", iterations, reach)
        let end = out.value(.integer, "add.s64", left, above)
        out.label("next_pack")
        let isDone = out.value(.predicate, "setp.ge.s64", turn, end)
        out.branch("packs_done", if: isDone)
        beginWarpTurn(turn: turn, iterations: iterations)
        for each in 1..<size {
            let (own, before) = (pack.register(turn, of: each), pack.register(turn, of: each - 1))
            out.instruction("add.s64", own, before, gridSize)
        }
        out.paste(writingSums(in: contracted(body), inWholeWarps: true))
        out.instruction("add.s64", turn, turn, step)
        out.branch("next_pack")
        out.label("packs_done")
    }

    /// The lines with fused operations, if the options allow them.
    func contracted(_ lines: [KernelLine]) -> [KernelLine] {
        // Two kernels compute the contributions to scattered places, and must round them alike.
        guard planner.options.fusesMultiplyAdd, scatters.isEmpty else { return lines }
        var writer = out
        let result = Contraction.applied(to: lines) { writer.copy(of: $0) }
        out = writer
        return result
    }

    /// The largest pack that pays and whose numbers find room in the registers.
    private func pack(of lines: [KernelLine], index: String) -> IterationPack? {
        var size = planner.options.iterationsPerThread
        // Threads of a multiprocessor share 65536 registers. The assembler takes some more than are needed at once.
        let room = min(160, 65_536 / threadsPerBlock * 9 / 16)
        while size > 1 {
            let pack = IterationPack(of: size, lines, index: index)
            let fits = pack.registers(width: out.width(of:)) <= room
            if planner.options.alwaysPacks || (fits && pack.cost < 0.7) { return pack }
            size /= 2
        }
        return nil
    }
}
