import ReversibleCore

// Rows of iterations in shared memory.
extension KernelEmitter {
    /// Takes the rows of certain arrays to shared memory, in the whole kernel.
    func stage(_ patterns: [RowPattern], startingAtZero zeros: Set<Variable>) throws(PTXError) {
        for pattern in patterns {
            let array = try array(pattern.variable)
            let wish = planner.name(pattern.variable)
            let rows = StagedRows(
                pattern: pattern, array: array, symbol: "staged_rows_\(staged.count + 1)",
                width: array.isReal ? precision.bytes : 8, startsAtZero: zeros.contains(pattern.variable))
            let base = out.register(.integer, "own_\(wish)")
            let own = blockThread
            atEntry { out in
                let start = out.value(.integer, "mov.u64", rows.symbol)
                out.instruction("mad.lo.s64", base, own, "\(rows.distance * rows.width)", start)
            }
            var copy = array
            copy.base = base
            copy.space = .staged(staged.count)
            storage[pattern.variable.id] = .array(copy)
            staged.append(rows)
        }
    }

    func makeBlockThread() -> String {
        let own = out.register(.integer, "thread_in_block")
        atEntry { out in
            let word = out.value(.word, "mov.u32", "%tid.x")
            out.instruction("cvt.u64.u32", own, word)
        }
        return own
    }

    /// The declarations of the memory.
    func stagedMemory(threads: Int) -> [String] {
        staged.map {
            "    .shared .align 8 .b8 \($0.symbol)[\($0.distance * $0.width * threads)];"
        }
    }

    /// An element of the thread's own copy.
    func element(_ rows: StagedRows, of copy: KernelArray, _ place: Place) throws(PTXError) -> KernelAddress {
        guard let position = rows.position(of: place) else {
            throw error(.unsupportedExpression, "`\(planner.text(place))` is no element of its row")
        }
        return .memory("shared", "[\(copy.base)+\(position * rows.width)]")
    }

    // MARK: The iterations

    /// Emits how a block takes its iterations, one for every thread. Its threads stay together, those that have no
    /// iteration left too.
    ///
    /// Where no thread keeps anything from one iteration to the next, the grid is as large as it must be for one turn:
    /// in a loop, what warps move rows by would take registers all through the iteration.
    func iterateByBlocks(
        _ iterations: HostInteger, from start: HostInteger, by step: HostInteger, as index: Variable,
        _ body: () throws(PTXError) -> Void
    ) throws(PTXError) {
        let isPlain = start == .constant(0) && step == .constant(1)
        let name = planner.name(index)
        let turn = out.register(.integer, isPlain ? name : "turn")
        let end = slot(.integer(iterations), "iterations")
        let move = RowMove(
            turn: turn, end: end, start: slot(.integer(start), "start"), step: slot(.integer(step), "step"))
        out.instruction("mov.u64", turn, threadNumber)
        let begin = out.lines.count
        let fetched = staged.filter { !$0.startsAtZero }
        for rows in fetched { self.move(rows, move, .toShared) }
        if !fetched.isEmpty { out.instruction("bar.sync", "0") }
        let isOver = out.value(.predicate, "setp.ge.s64", turn, end)
        out.branch("iteration_taken", if: isOver)
        for rows in staged where rows.startsAtZero { clear(rows) }
        var current = turn
        let beginOfBody = out.lines.count
        if !isPlain {
            current = out.register(.integer, name)
            out.instruction("mad.lo.s64", current, turn, move.step, move.start)
        }
        storage[index.id] = .register(current)
        values.change([index])
        try keepingValues(body)
        flushSums()
        let lines = writingSums(in: out.cut(from: beginOfBody), inWholeWarps: false)
        beginWarpTurn(turn: turn, iterations: end)
        out.paste(lines)
        out.label("iteration_taken")
        out.instruction("bar.sync", "0")
        for rows in staged { self.move(rows, move, .toDevice) }
        takesOneTurn = privateSums.isEmpty && privateArrays.isEmpty && threadBuffers.isEmpty
        if !takesOneTurn { repeatTurns(from: begin, turn, end) }
    }

    /// Puts the lines since `begin` into a loop over the turns of the grid.
    private func repeatTurns(from begin: Int, _ turn: String, _ end: String) {
        let lines = out.cut(from: begin)
        let first = out.register(.integer, "first")
        out.comment("the turn of the block's first thread")
        out.instruction("sub.s64", first, turn, blockThread)
        let isIdle = out.value(.predicate, "setp.ge.s64", first, end)
        out.branch("iterations_done", if: isIdle)
        out.label("next_iteration")
        out.paste(lines)
        out.instruction("add.s64", turn, turn, threadCount)
        out.instruction("add.s64", first, first, threadCount)
        let isDone = out.value(.predicate, "setp.ge.s64", first, end)
        out.branch("iterations_done", if: isDone)
        // Lanes fetch into what they have just stored from; an iteration changes what other lanes have stored.
        if staged.allSatisfy(\.startsAtZero) { out.instruction("bar.sync", "0") }
        out.branch("next_iteration")
        out.label("iterations_done")
    }

    /// Sets those elements of the thread's copy to 0 that an iteration does not begin with a sum.
    private func clear(_ rows: StagedRows) {
        guard case .array(let copy)? = storage[rows.pattern.variable.id] else { return }
        for (position, element) in rows.pattern.elements.enumerated()
        where !rows.pattern.begun.contains(element) {
            store(
                rows.array.isReal ? literal(0) : "0",
                in: .memory("shared", "[\(copy.base)+\(position * rows.width)]"), isReal: rows.array.isReal)
        }
    }
}
