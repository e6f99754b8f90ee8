import ReversibleCore

extension KernelEmitter {
    /// The kernel with what has been emitted.
    func kernel(
        purpose: String, iterations: HostInteger, blocks: HostInteger, threads: Int
    ) -> KernelPlan.Kernel {
        KernelPlan.Kernel(
            name: name, slots: slots, slotNames: slotNames, iterations: iterations, blocks: blocks,
            threadsPerBlock: threads, purpose: purpose,
            text: text(purpose: purpose, threadsPerBlock: threads),
            requirements: requirements)
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
