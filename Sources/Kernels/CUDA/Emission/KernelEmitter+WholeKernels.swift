import ReversibleCore

// The kernels that the planner puts around those of the program: they copy, add up, ask, and decide.
extension KernelEmitter {
    /// Sets numbers to 0, by the one thread there is.
    func clear(_ numbers: [Variable]) throws(PTXError) {
        for number in numbers {
            let isReal = number.kind.isReal
            store(isReal ? literal(0) : "0", in: try address(Place(number)), isReal: isReal)
        }
    }

    /// Copies a buffer into another of the same size, a thread for every element.
    func copy(
        _ source: Int, to target: Int, isReal: Bool, count: HostInteger
    ) throws(PTXError) {
        try iterate(count, from: .constant(0), by: .constant(1), as: nil) { () throws(PTXError) in
            func element(_ buffer: Int, _ name: String) -> KernelAddress {
                let base = slot(.address(buffer), name)
                let array = KernelArray(space: .global, base: base, isReal: isReal, sizes: [])
                return self.element(array, elementIndex ?? "0")
            }
            let value = load(element(source, "source"), isReal: isReal)
            store(value, in: element(target, "target"), isReal: isReal)
        }
    }

    /// Keeps whether a condition holds, 1 or 0, in a buffer.
    func answer(_ condition: Node, in buffer: Int) throws(PTXError) {
        let holds = try self.condition(condition)
        let answer = out.value(.integer, "selp.b64", "1", "0", holds)
        out.instruction("st.global.u64", "[\(slot(.address(buffer), "condition"))]", answer)
    }

    // MARK: Sums

    /// Adds up terms, one for every iteration: every block's sum goes into its element of a buffer.
    func addUp(
        _ terms: Node, _ iterations: HostInteger, intoBlocksOf totals: Int
    ) throws(PTXError) {
        let isReal = terms.type.element == .real
        try addUp(iterations, isReal: isReal) { () throws(PTXError) in
            try value(terms)
        } target: {
            let base = slot(.address(totals), "block_totals")
            let block = out.value(.word, "mov.u32", "%ctaid.x")
            let wide = out.value(.integer, "cvt.u64.u32", block)
            let bytes = isReal && precision == .single ? "2" : "3"
            let offset = out.value(.integer, "shl.b64", wide, bytes)
            return out.value(.integer, "add.s64", base, offset)
        }
    }

    /// Adds up the sums of blocks, by one block.
    func addUp(
        blocksOf totals: Int, _ blocks: HostInteger, isReal: Bool, into number: Int
    ) throws(PTXError) {
        try addUp(blocks, isReal: isReal) {
            let base = slot(.address(totals), "block_totals")
            let array = KernelArray(space: .global, base: base, isReal: isReal, sizes: [])
            return load(element(array, elementIndex ?? "0"), isReal: isReal)
        } target: {
            slot(.address(number), "total_memory")
        }
    }

    private func addUp(
        _ iterations: HostInteger, isReal: Bool, term: () throws(PTXError) -> String, target: () -> String
    ) throws(PTXError) {
        let type = isReal ? realType : "u64"
        let sum = out.register(isReal ? realClass : .integer, "sum")
        out.instruction("mov.\(type)", sum, isReal ? literal(0) : "0")
        try iterate(iterations, from: .constant(0), by: .constant(1), as: nil, keepsThreads: true) {
            () throws(PTXError) in
            let value = try term()
            out.instruction(isReal ? "add.rn.\(type)" : "add.s64", sum, sum, value)
        }
        let total = sumOverBlock(sum, isReal ? realClass : .integer)
        onlyFirstThread(else: "exit")
        let address = target()
        out.instruction("st.global.\(type)", "[\(address)]", total)
    }

    // MARK: The verdict

    /// Decides whether the sums of accounts have come back to 0, relative to their magnitudes, and those of decisions
    /// exactly, and keeps the number of the first that has not.
    ///
    /// - Returns: What each of these numbers means: the first statement that reads what the sum is of.
    func decide(
        _ accounts: [UndoingAccount], in buffer: Int, after count: HostInteger, tolerance: Double
    ) -> [String] {
        var found: [(isRestored: String, explanation: String)] = []
        for account in accounts {
            // What went another way reads other numbers: that is named first.
            if let decisions = account.decisions, planner.accountPlace(of: decisions) != nil {
                let isRestored = out.value(
                    .predicate, "setp.eq.f64", accountSum(decisions), PTXLiteral.double(0))
                found.append((isRestored, Drift.explanation(account.firstDecision, decision: true)))
            }
            let used = account.sums.indices.filter { planner.accountPlace(of: account.sums[$0].value) != nil }
            let magnitudes = used.map { accountSum(account.sums[$0].magnitude) }
            let total = total(of: magnitudes)
            let held = account.held.map(accountSum) ?? PTXLiteral.double(0)
            for (index, magnitude) in zip(used, magnitudes) {
                let isRestored = isRestored(
                    accountSum(account.sums[index].value), magnitude, held: held, total, tolerance)
                found.append((isRestored, Drift.explanation(account.firstReads[index], decision: false)))
            }
        }
        var verdict = out.value(.integer, "mov.u64", "0")
        // The first that fails wins.
        for (number, sum) in found.enumerated().reversed() {
            verdict = out.value(.integer, "selp.b64", verdict, "\(number + 1)", sum.isRestored)
        }
        storeVerdict(verdict, in: buffer, after: count)
        return found.map(\.explanation)
    }
}
