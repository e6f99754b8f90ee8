import ReversibleCore

// Rows of iterations in shared memory: where they are, and how they get there and back.
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
        let lines = out.cut(from: beginOfBody)
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
        out.instruction("bar.sync", "0")
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

    // MARK: Moving rows

    /// What is the same for all rows that are moved.
    private struct RowMove {
        let turn: String
        let end: String
        let start: String
        let step: String
    }

    private enum Direction { case toShared, toDevice }

    /// Copies rows of the warp's iterations from device memory or to it.
    private func move(_ rows: StagedRows, _ move: RowMove, _ direction: Direction) {
        let name = planner.name(rows.pattern.variable)
        out.comment(
            direction == .toShared
                ? "each warp fetches the rows of \(name) that its iterations have"
                : "each warp stores the rows of \(name) that its iterations have")
        let own = out.value(.word, "mov.u32", "%tid.x")
        let lane = out.value(.word, "and.b32", own, "31")
        for piece in rows.pieces {
            self.move(rows, piece.elements, piece.iterations, move, direction, own, lane)
        }
    }

    /// Copies some elements of every row; `group` iterations at once.
    private func move(
        _ rows: StagedRows, _ elements: Range<Int>, _ group: Int, _ move: RowMove, _ direction: Direction,
        _ own: String, _ lane: String
    ) {
        // Which element of which iteration the lane moves first.
        var (element, iteration) = (lane, "0")
        if group > 1 {
            element = out.value(.word, "rem.u32", lane, "\(elements.count)")
            iteration = out.value(.word, "div.u32", lane, "\(elements.count)")
        }
        let left = left(of: elements.count * group, lane, iteration, move)
        let (address, stride) = memory(rows, elements, group, element, iteration, lane, move)
        let copy = copy(rows, elements, element, iteration, own, lane)
        let isReal = rows.array.isReal
        let (kind, type): (RegisterClass, String) = isReal ? (realClass, realType) : (.integer, "u64")
        let steps = (32 + group - 1) / group
        let batch = min(steps, 8)
        var loop: (label: String, count: String)?
        if steps > batch {
            let count = out.temporary(.word)
            out.instruction("mov.u32", count, "0")
            loop = ("move_\(out.labelNumber())", count)
            out.label(loop?.label ?? "")
        }
        var loaded: [(value: String, isThere: String)] = []
        for step in 0..<batch {
            let isThere = out.value(.predicate, "setp.gt.s32", left, "\(step * group)")
            let value = out.temporary(kind)
            let place =
                direction == .toShared
                ? "[\(address)]" : "[\(copy)+\(step * group * rows.distance * rows.width)]"
            out.instruction(
                "@\(isThere) ld.\(direction == .toShared ? "global" : "shared").\(type)", value, place)
            if direction == .toShared { out.instruction("add.s64", address, address, stride) }
            loaded.append((value, isThere))
        }
        for (step, (value, isThere)) in loaded.enumerated() {
            switch direction {
            case .toShared:
                let place = "[\(copy)+\(step * group * rows.distance * rows.width)]"
                out.instruction("@\(isThere) st.shared.\(type)", place, value)
            case .toDevice:
                out.instruction("@\(isThere) st.global.\(type)", "[\(address)]", value)
                out.instruction("add.s64", address, address, stride)
            }
        }
        guard let loop else { return }
        out.instruction("sub.s32", left, left, "\(batch * group)")
        out.instruction("add.s64", copy, copy, "\(batch * group * rows.distance * rows.width)")
        out.instruction("add.s32", loop.count, loop.count, "1")
        let goesOn = out.value(.predicate, "setp.lt.u32", loop.count, "\((steps + batch - 1) / batch)")
        out.branch(loop.label, if: goesOn)
    }

    /// How many of the warp's iterations there are, from the lane's first one on; at most 0 in lanes without work.
    private func left(of lanes: Int, _ lane: String, _ iteration: String, _ move: RowMove) -> String {
        let wide = out.value(.integer, "cvt.u64.u32", lane)
        let remaining = out.value(.integer, "sub.s64", move.end, move.turn)
        let fromFirst = out.value(.integer, "add.s64", remaining, wide)
        let atMost = out.value(.integer, "min.s64", fromFirst, "32")
        let atLeast = out.value(.integer, "max.s64", atMost, "0")
        let count = out.value(.word, "cvt.u32.u64", atLeast)
        let left = iteration == "0" ? count : out.value(.word, "sub.s32", count, iteration)
        guard lanes < 32 else { return left }
        let isIdle = out.value(.predicate, "setp.ge.u32", lane, "\(lanes)")
        return out.value(.word, "selp.b32", "0", left, isIdle)
    }

    /// The address in device memory of the lane's first element, and how far the next one is.
    private func memory(
        _ rows: StagedRows, _ elements: Range<Int>, _ group: Int, _ element: String, _ iteration: String,
        _ lane: String, _ move: RowMove
    ) -> (address: String, stride: String) {
        let columns = rows.array.sizes.count == 2 ? operand(rows.array.sizes[1]) : "1"
        // Elements that follow each other in memory differ from the lane's number by the same number.
        var offset = ""
        var last: RowElement?
        for position in elements {
            let next = rows.pattern.elements[position]
            let follows = last.map { $0.row == next.row && $0.column + 1 == next.column } ?? false
            let followsInVector = last.map { columns == "1" && $0.row + 1 == next.row } ?? false
            last = next
            if follows || followsInVector { continue }
            let constant = next.column - (position - elements.lowerBound)
            let start =
                if next.row == 0 {
                    "\(constant)"
                } else if let columns = Int(columns) {
                    "\(columns &* next.row &+ constant)"
                } else if next.row == 1 {
                    out.value(.integer, "add.s64", columns, "\(constant)")
                } else {
                    out.value(.integer, "mad.lo.s64", columns, "\(next.row)", "\(constant)")
                }
            if offset.isEmpty {
                offset = start
            } else {
                let isBefore = out.value(
                    .predicate, "setp.lt.u32", element, "\(position - elements.lowerBound)")
                offset = out.value(.integer, "selp.b64", offset, start, isBefore)
            }
        }
        let wideLane = out.value(.integer, "cvt.u64.u32", lane)
        var index = out.value(.integer, "sub.s64", move.turn, wideLane)
        if iteration != "0" {
            index = out.value(.integer, "add.s64", index, out.value(.integer, "cvt.u64.u32", iteration))
        }
        if move.step != "1" || move.start != "0" {
            index = out.value(.integer, "mad.lo.s64", index, move.step, move.start)
        }
        // From one iteration to the next.
        let factor = rows.pattern.factor
        let distance =
            if let columns = Int(columns) {
                out.value(.integer, "mov.u64", "\(columns &* factor)")
            } else {
                factor == 1 ? columns : out.value(.integer, "mul.lo.s64", columns, "\(factor)")
            }
        let within = out.value(.integer, "cvt.u64.u32", element)
        let position = out.value(
            .integer, "add.s64", out.value(.integer, "mad.lo.s64", index, distance, offset), within)
        let bytes = out.value(.integer, "shl.b64", position, rows.width == 8 ? "3" : "2")
        let address = out.value(.integer, "add.s64", rows.array.base, bytes)
        var stride = out.value(.integer, "mul.lo.s64", distance, "\(group * rows.width)")
        if move.step != "1" { stride = out.value(.integer, "mul.lo.s64", stride, move.step) }
        return (address, stride)
    }

    /// The address in shared memory of the lane's first element.
    private func copy(
        _ rows: StagedRows, _ elements: Range<Int>, _ element: String, _ iteration: String, _ own: String,
        _ lane: String
    ) -> String {
        var thread = out.value(.word, "sub.s32", own, lane)
        if iteration != "0" { thread = out.value(.word, "add.s32", thread, iteration) }
        let start = out.value(.word, "mul.lo.s32", thread, "\(rows.distance)")
        let position = out.value(.word, "add.s32", start, element)
        let bytes = out.value(.integer, "mul.wide.u32", position, "\(rows.width)")
        let base = out.value(.integer, "mov.u64", rows.symbol)
        let first = out.value(.integer, "add.s64", base, bytes)
        return elements.lowerBound == 0
            ? first : out.value(.integer, "add.s64", first, "\(elements.lowerBound * rows.width)")
    }
}
