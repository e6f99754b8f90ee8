import ReversibleCore

/// What is the same for all rows that the warps of a kernel move.
struct RowMove {
    enum Direction { case toShared, toDevice }

    /// The thread's own turn, and the first number of a turn that is too large.
    let turn: String
    let end: String
    /// The first value of the loop's index, and how far one is from the next.
    let start: String
    let step: String
}

// Warps copy the rows of their lanes' iterations, neighbouring elements by neighbouring lanes.
extension KernelEmitter {
    /// Copies rows of the warp's iterations from device memory or to it.
    func move(_ rows: StagedRows, _ move: RowMove, _ direction: RowMove.Direction) {
        let name = planner.name(rows.pattern.variable)
        out.comment(
            direction == .toShared
                ? "each warp fetches the rows of \(name) that its iterations have"
                : "each warp stores the rows of \(name) that its iterations have")
        let own = out.value(.word, "mov.u32", "%tid.x")
        let lane = out.value(.word, "and.b32", own, "31")
        for piece in rows.pieces {
            // Which element of which iteration the lane moves first.
            let count = "\(piece.elements.count)"
            let isAlone = piece.iterations == 1
            let part = RowPart(
                elements: piece.elements, group: piece.iterations, thread: own, lane: lane,
                element: isAlone ? lane : out.value(.word, "rem.u32", lane, count),
                iteration: isAlone ? nil : out.value(.word, "div.u32", lane, count))
            copy(part, of: rows, move, direction)
        }
    }

    /// Some elements of every row, which the lanes of a warp copy for `group` iterations at once.
    private struct RowPart {
        let elements: Range<Int>
        let group: Int
        /// The registers of the thread's numbers in its block and in its warp.
        let thread: String
        let lane: String
        /// The registers of the number of the lane's element among `elements`, and of its iteration in the group.
        let element: String
        let iteration: String?
    }

    private func copy(_ part: RowPart, of rows: StagedRows, _ move: RowMove, _ direction: RowMove.Direction) {
        let group = part.group
        let left = left(part, move)
        let (address, stride) = memory(part, of: rows, move)
        let copy = copy(part, of: rows)
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
            let space = direction == .toShared ? "global" : "shared"
            out.conditional(isThere, "ld.\(space).\(type)", value, place)
            if direction == .toShared { out.instruction("add.s64", address, address, stride) }
            loaded.append((value, isThere))
        }
        for (step, (value, isThere)) in loaded.enumerated() {
            switch direction {
            case .toShared:
                let place = "[\(copy)+\(step * group * rows.distance * rows.width)]"
                out.conditional(isThere, "st.shared.\(type)", place, value)
            case .toDevice:
                out.conditional(isThere, "st.global.\(type)", "[\(address)]", value)
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
    private func left(_ part: RowPart, _ move: RowMove) -> String {
        let wide = out.value(.integer, "cvt.u64.u32", part.lane)
        let remaining = out.value(.integer, "sub.s64", move.end, move.turn)
        let fromFirst = out.value(.integer, "add.s64", remaining, wide)
        let atMost = out.value(.integer, "min.s64", fromFirst, "32")
        let atLeast = out.value(.integer, "max.s64", atMost, "0")
        let count = out.value(.word, "cvt.u32.u64", atLeast)
        let left = part.iteration.map { out.value(.word, "sub.s32", count, $0) } ?? count
        let lanes = part.elements.count * part.group
        guard lanes < 32 else { return left }
        let isIdle = out.value(.predicate, "setp.ge.u32", part.lane, "\(lanes)")
        return out.value(.word, "selp.b32", "0", left, isIdle)
    }

    /// The address in device memory of the lane's first element, and how far the next one is.
    private func memory(
        _ part: RowPart, of rows: StagedRows, _ move: RowMove
    ) -> (address: String, stride: String) {
        let columns = rows.array.sizes.count == 2 ? operand(rows.array.sizes[1]) : "1"
        // Elements that follow each other in memory differ from the lane's number by the same number.
        var offset = ""
        var last: RowElement?
        for position in part.elements {
            let next = rows.pattern.elements[position]
            let follows = last.map { $0.row == next.row && $0.column + 1 == next.column } ?? false
            let followsInVector = last.map { columns == "1" && $0.row + 1 == next.row } ?? false
            last = next
            if follows || followsInVector { continue }
            let constant = next.column - (position - part.elements.lowerBound)
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
                    .predicate, "setp.lt.u32", part.element, "\(position - part.elements.lowerBound)")
                offset = out.value(.integer, "selp.b64", offset, start, isBefore)
            }
        }
        let wideLane = out.value(.integer, "cvt.u64.u32", part.lane)
        var index = out.value(.integer, "sub.s64", move.turn, wideLane)
        if let iteration = part.iteration {
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
        let within = out.value(.integer, "cvt.u64.u32", part.element)
        let position = out.value(
            .integer, "add.s64", out.value(.integer, "mad.lo.s64", index, distance, offset), within)
        let bytes = out.value(.integer, "shl.b64", position, rows.width == 8 ? "3" : "2")
        let address = out.value(.integer, "add.s64", rows.array.base, bytes)
        var stride = out.value(.integer, "mul.lo.s64", distance, "\(part.group * rows.width)")
        if move.step != "1" { stride = out.value(.integer, "mul.lo.s64", stride, move.step) }
        return (address, stride)
    }

    /// The address in shared memory of the lane's first element.
    private func copy(_ part: RowPart, of rows: StagedRows) -> String {
        var thread = out.value(.word, "sub.s32", part.thread, part.lane)
        if let iteration = part.iteration { thread = out.value(.word, "add.s32", thread, iteration) }
        let start = out.value(.word, "mul.lo.s32", thread, "\(rows.distance)")
        let position = out.value(.word, "add.s32", start, part.element)
        let bytes = out.value(.integer, "mul.wide.u32", position, "\(rows.width)")
        let base = out.value(.integer, "mov.u64", rows.symbol)
        let first = out.value(.integer, "add.s64", base, bytes)
        return part.elements.lowerBound == 0
            ? first : out.value(.integer, "add.s64", first, "\(part.elements.lowerBound * rows.width)")
    }
}
