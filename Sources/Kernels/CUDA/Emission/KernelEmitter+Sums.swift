import ReversibleCore

// Contributions of many threads to one number.
extension KernelEmitter {
    /// The number of the thread in the grid.
    var threadNumber: String { gridRegisters.thread }

    /// The number of threads in the grid.
    var threadCount: String { gridRegisters.threads }

    /// The distance in bytes between one thread's own neighbouring elements.
    func threadStride(_ bytes: Int) -> String {
        if let known = strides[bytes] { return known }
        let threads = threadCount
        let stride = out.register(.integer, "stride")
        atEntry { $0.instruction("mul.lo.s64", stride, threads, "\(bytes)") }
        strides[bytes] = stride
        return stride
    }

    func makeGridRegisters() -> (thread: String, threads: String) {
        let (thread, threads) = (out.register(.integer, "thread"), out.register(.integer, "threads"))
        atEntry { out in
            let block = out.value(.word, "mov.u32", "%ctaid.x")
            let size = out.value(.word, "mov.u32", "%ntid.x")
            let own = out.value(.word, "mov.u32", "%tid.x")
            let blocks = out.value(.word, "mov.u32", "%nctaid.x")
            let wide = out.value(.integer, "cvt.u64.u32", own)
            out.instruction("mul.wide.u32", thread, block, size)
            out.instruction("add.s64", thread, thread, wide)
            out.instruction("mul.wide.u32", threads, blocks, size)
        }
        return (thread, threads)
    }

    /// Adds to a place that other threads may add to; false if none can.
    func addToSums(_ amount: String, _ s: Update) throws(PTXError) -> Bool {
        if try addToScatter(amount, s) { return true }
        guard let sharing = threads?.shared[s.place.variable] else { return false }
        let isNegative = s.operation == .subtract
        let opcode = "\(isNegative ? "sub" : "add").rn.\(realType)"
        let isPure = sharing == .pure
        if isPure, !s.place.isWholeArray, s.place.indices.allSatisfy({ threads?.isConstant($0) ?? false }),
            let register = privateSum(of: s.place)
        {
            out.instruction(opcode, register, register, amount)
            return true
        }
        let isUniform = s.place.indices.allSatisfy { !(threads?.isVarying($0) ?? true) }
        if planner.options.reductions == .deterministic {
            guard isPure else {
                let name = planner.name(s.place.variable)
                throw error(
                    .invalidOption,
                    "iterations add to elements of `\(name)` that others may add to, and read or change elements of "
                        + "`\(name)` as well, so that their additions cannot wait for an order; use "
                        + "`reductions: .atomic`")
            }
            try addToPrivateArray(amount, s, opcode)
            return true
        }
        let signed =
            isNegative ? out.value(realClass, "neg.\(realType)", amount) : amount
        guard case .memory(_, let operand) = try address(s.place) else { return false }
        if isPure, isUniform, divergence == 0 {
            addOverWarp(signed, operand)
        } else {
            let value =
                signed.hasPrefix("%") ? signed : out.value(realClass, "mov.\(realType)", signed)
            out.instruction("red.global.add.\(realType)", operand, value)
        }
        return true
    }

    /// The register in which a thread adds up its contributions to a place; nil if there are too many.
    private func privateSum(of place: Place) -> String? {
        if let known = privateSums.first(where: { $0.place == place }) { return known.register }
        guard privateSums.count < 24 else { return nil }
        let register = out.register(realClass, "sum_of_\(planner.text(place))")
        let zero = literal(0)
        let type = realType
        atEntry { $0.instruction("mov.\(type)", register, zero) }
        privateSums.append(PrivateSum(place: place, register: register))
        return register
    }

    private func addToPrivateArray(_ amount: String, _ s: Update, _ opcode: String) throws(PTXError) {
        let variable = s.place.variable
        if !privateArrays.contains(where: { $0.variable == variable }) {
            guard case .array(_, let sizes)? = planner.devices[variable.id] else {
                throw error(.unsupportedStatement, "`\(planner.name(variable))` has too many sums")
            }
            let count = sizes.reduce(.constant(1), *)
            let wish = "sums_of_\(planner.name(variable))"
            let buffer = planner.addTemporary(wish, isReal: true, count: count)
            threadBuffers.append((buffer, count))
            let memory = slot(.address(buffer), wish + "_memory")
            let base = out.register(.integer, wish)
            let (stride, thread) = (threadStride(precision.bytes), threadNumber)
            let shift = precision == .double ? "3" : "2"
            atEntry { out in
                let offset = out.value(.integer, "shl.b64", thread, shift)
                out.instruction("add.s64", base, memory, offset)
            }
            var own = try array(variable)
            own.base = base
            own.space = .interleaved(stride: stride)
            privateArrays.append(
                PrivateArray(variable: variable, array: own, buffer: buffer, count: count))
        }
        guard let own = privateArrays.first(where: { $0.variable == variable })?.array else { return }
        let outer = storage[variable.id]
        storage[variable.id] = .array(own)
        let address = try address(s.place)
        storage[variable.id] = outer
        let sum = out.value(realClass, opcode, load(address, isReal: true), amount)
        store(sum, in: address, isReal: true)
    }

    // MARK: Warps

    /// Adds up the amounts of a warp's lanes; its first lane adds the sum to memory.
    private func addOverWarp(_ amount: String, _ operand: String) {
        let turn = warpTurn()
        let total = out.temporary(realClass)
        out.instruction("mov.\(realType)", total, amount)
        for (_, isThere, source) in turn.reach {
            let other = shuffled(total, source, turn.members)
            out.instruction("@\(isThere) add.rn.\(realType)", total, total, other)
        }
        out.instruction("@\(turn.isFirst) red.global.add.\(realType)", operand, total)
    }

    /// The value of another lane.
    private func shuffled(_ value: String, _ source: String, _ members: String) -> String {
        let shuffle = "shfl.sync.idx.b32"
        if precision == .single {
            let bits = out.value(.word, "mov.b32", value)
            return out.value(
                .f32, "mov.b32", out.value(.word, shuffle, bits, source, "31", members))
        }
        let (low, high) = (out.temporary(.word), out.temporary(.word))
        out.instruction("mov.b64", "{\(low), \(high)}", value)
        let otherLow = out.value(.word, shuffle, low, source, "31", members)
        let otherHigh = out.value(.word, shuffle, high, source, "31", members)
        return out.value(.f64, "mov.b64", "{\(otherLow), \(otherHigh)}")
    }

    /// The registers that tell which lanes take part in a turn; they are set where the turn begins.
    private func warpTurn() -> WarpTurn {
        if let warp { return warp }
        let made = WarpTurn(
            reach: [16, 8, 4, 2, 1].map {
                ($0, out.register(.predicate, "reaches_\($0)"), out.register(.word, "above_\($0)"))
            },
            isFirst: out.register(.predicate, "is_first_lane"), members: out.register(.word, "members"))
        warp = made
        return made
    }

    /// Sets the registers of ``warpTurn()``: the lanes that take part are the first ones, up to the last iteration.
    func beginWarpTurn(turn: String, iterations: String) {
        guard let warp else { return }
        out.comment("the lanes that take part in this turn")
        let own = out.value(.word, "mov.u32", "%tid.x")
        let lane = out.value(.word, "and.b32", own, "31")
        let wideLane = out.value(.integer, "cvt.u64.u32", lane)
        let left = out.value(.integer, "sub.s64", iterations, turn)
        let fromFirst = out.value(.integer, "add.s64", left, wideLane)
        let count = out.value(.integer, "min.s64", fromFirst, "32")
        for (distance, predicate, source) in warp.reach {
            let reached = out.value(.integer, "add.s64", wideLane, "\(distance)")
            out.instruction("setp.lt.s64", predicate, reached, count)
            // Lanes that do not take part must not be read.
            let above = out.value(.word, "cvt.u32.u64", reached)
            out.instruction("selp.b32", source, above, lane, predicate)
        }
        out.instruction("setp.eq.s64", warp.isFirst, wideLane, "0")
        let missing = out.value(.integer, "sub.s64", "32", count)
        let shift = out.value(.word, "cvt.u32.u64", missing)
        let all = out.value(.word, "mov.u32", "-1")
        out.instruction("shr.u32", warp.members, all, shift)
    }

    // MARK: Blocks

    /// The sum of a register over the threads of a block, in every thread. All threads must come here.
    func sumOverBlock(_ register: String, isReal: Bool) -> String {
        let kind: RegisterClass = isReal ? realClass : .integer
        let (type, bytes) = (isReal ? realType : "u64", isReal ? precision.bytes : 8)
        let (own, slot) = blockSlot(bytes)
        let size = planner.options.threadsPerBlock
        sharedBytes = max(sharedBytes, size * 8)
        out.instruction("st.shared.\(type)", "[\(slot)]", register)
        out.instruction("bar.sync", "0")
        var distance = size / 2
        while distance > 0 {
            let label = "added_\(out.labelNumber())"
            let isIdle = out.value(.predicate, "setp.ge.s64", own, "\(distance)")
            out.branch(label, if: isIdle)
            let a = out.value(kind, "ld.shared.\(type)", "[\(slot)]")
            let b = out.value(kind, "ld.shared.\(type)", "[\(slot)+\(distance * bytes)]")
            let sum = out.value(kind, isReal ? "add.rn.\(realType)" : "add.s64", a, b)
            out.instruction("st.shared.\(type)", "[\(slot)]", sum)
            out.label(label)
            out.instruction("bar.sync", "0")
            distance /= 2
        }
        let base = out.value(.integer, "mov.u64", "block_sums")
        let total = out.value(kind, "ld.shared.\(type)", "[\(base)]")
        out.instruction("bar.sync", "0")
        return total
    }

    private func blockSlot(_ bytes: Int) -> (own: String, slot: String) {
        let word = out.value(.word, "mov.u32", "%tid.x")
        let own = out.value(.integer, "cvt.u64.u32", word)
        let base = out.value(.integer, "mov.u64", "block_sums")
        let offset = out.value(.integer, "shl.b64", own, bytes == 8 ? "3" : "2")
        return (own, out.value(.integer, "add.s64", base, offset))
    }

    /// Leaves, unless the thread is the first of its block.
    func onlyFirstThread(else label: String) {
        let word = out.value(.word, "mov.u32", "%tid.x")
        let isOther = out.value(.predicate, "setp.ne.u32", word, "0")
        out.branch(label, if: isOther)
    }
}
