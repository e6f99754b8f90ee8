import ReversibleCore

// Contributions of many threads to one number.
extension KernelEmitter {
    /// The register of the address at which a thread's own elements begin: those of a block's threads lie together.
    ///
    /// - Parameters:
    ///   - count: How many elements an iteration has, or a thread if `isSummed`.
    ///   - bytes: Those of an element.
    func ownMemory(
        _ memory: String, count: String, bytes: Int, _ wish: String, isSummed: Bool = false
    ) -> String {
        let base = out.register(.integer, wish)
        let row = (isSummed ? "" : "$") + "\(threadsPerBlock * bytes)"
        atEntry { out in
            let block = out.value(.word, "mov.u32", "%ctaid.x")
            let own = out.value(.word, "mov.u32", "%tid.x")
            let count = Int(count) == nil ? count : out.value(.integer, "mov.u64", count)
            let size = out.value(.integer, "mul.lo.s64", count, row)
            let number = out.value(.integer, "cvt.u64.u32", block)
            out.instruction("mad.lo.s64", base, size, number, memory)
            let offset = out.value(.integer, "mul.wide.u32", own, "\(bytes)")
            out.instruction("add.s64", base, base, offset)
        }
        return base
    }

    func makeThreadNumber() -> String {
        let thread = out.register(.integer, "thread")
        atEntry { out in
            let block = out.value(.word, "mov.u32", "%ctaid.x")
            let size = out.value(.word, "mov.u32", "%ntid.x")
            let own = out.value(.word, "mov.u32", "%tid.x")
            let wide = out.value(.integer, "cvt.u64.u32", own)
            out.instruction("mul.wide.u32", thread, block, size)
            out.instruction("add.s64", thread, thread, wide)
        }
        return thread
    }

    func makeThreadCount() -> String {
        let threads = out.register(.integer, "threads")
        atEntry { out in
            let blocks = out.value(.word, "mov.u32", "%nctaid.x")
            let size = out.value(.word, "mov.u32", "%ntid.x")
            out.instruction("mul.wide.u32", threads, blocks, size)
        }
        return threads
    }

    /// Adds to a place that other threads may add to; false if none can.
    func addToSums(_ amount: String, _ s: Update) throws(PTXError) -> Bool {
        if try addToScatter(amount, s) { return true }
        guard let sharing = threads?.shared[s.place.variable] else { return false }
        let isNegative = s.operation == .subtract
        let opcode = "\(isNegative ? "sub" : "add").rn.\(realType)"
        let isPure = sharing == .pure
        if isPure, !s.place.isWholeArray, s.place.indices.allSatisfy({ threads?.isConstant($0) ?? false }),
            let register = privateSum(of: s.place, realClass)
        {
            out.add(
                KernelInstruction(
                    opcode: opcode, operands: [register, register, amount], role: .addToSum))
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
        guard case .memory(_, let operand, _) = try address(s.place) else { return false }
        if isPure, isUniform, divergence == 0 {
            addOverWarp(signed, operand)
        } else {
            let value =
                signed.hasPrefix("%") ? signed : out.value(realClass, "mov.\(realType)", signed)
            out.instruction("red.global.add.\(realType)", operand, value)
        }
        return true
    }

    /// The register in which a thread adds up its contributions to a place; nil if there are too many. Accounts of
    /// undoing are not counted: what they add must not change how a program's own sums are made.
    func privateSum(of place: Place, _ kind: RegisterClass) -> String? {
        if let known = privateSums.firstIndex(where: { $0.place == place }) {
            if conditions.isEmpty { privateSums[known].isSure = true }
            return privateSums[known].register
        }
        let isAccount = planner.accountPlace(of: place.variable) != nil
        let count = privateSums.count { planner.accountPlace(of: $0.place.variable) == nil }
        guard isAccount || count < 24 else { return nil }
        let register = out.register(kind, "sum_of_\(planner.text(place))")
        let zero = kind == .f64 ? PTXLiteral.double(0) : PTXLiteral.float(0)
        atEntry { $0.instruction("mov.\(kind.type)", register, zero) }
        privateSums.append(
            PrivateSum(place: place, register: register, kind: kind, isSure: conditions.isEmpty))
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
            summedBuffers.append((buffer, count))
            let memory = slot(.address(buffer), wish + "_memory")
            var own = try array(variable)
            own.base = ownMemory(
                memory, count: slot(.integer(count), wish + "_count"), bytes: precision.bytes, wish,
                isSummed: true)
            own.space = .summed
            privateArrays.append(
                PrivateArray(variable: variable, array: own, buffer: buffer, count: count))
        }
        guard let own = privateArrays.first(where: { $0.variable == variable })?.array else { return }
        let outer = storage[variable.id]
        storage[variable.id] = .array(own)
        let address = try address(s.place)
        storage[variable.id] = outer
        let sum = out.value(realClass, opcode, load(address, isReal: true), packSum(of: amount))
        store(sum, in: address, isReal: true)
    }

    // MARK: Blocks

    /// The sum of a register over the threads of a block, in every thread. All threads must come here.
    func sumOverBlock(_ register: String, _ kind: RegisterClass) -> String {
        let (type, bytes) = (kind == .integer ? "u64" : kind.type, kind == .f32 ? 4 : 8)
        let (own, slot) = blockSlot(bytes)
        let size = threadsPerBlock
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
            let sum = out.value(kind, kind == .integer ? "add.s64" : "add.rn.\(type)", a, b)
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
