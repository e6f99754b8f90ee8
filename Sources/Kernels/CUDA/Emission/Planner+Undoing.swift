import ReversibleCore

// Accounts of what a derivative reads after undoing. They are parameters of the program that callers do not know of:
// sums in memory of the device's, to which kernels add as to other sums, and which the last kernel looks at.
extension Planner {
    /// Memory for the sums that the program uses, and for the verdict, cleared before anything else.
    func declareAccounts(used: Set<Variable>) {
        let sums = definition.settledAccounts.flatMap(\.parameters).filter { used.contains($0) }
        guard !sums.isEmpty else { return }
        let buffer = addTemporary("undoing", isReal: false, count: .constant(sums.count + 1))
        for (position, sum) in sums.enumerated() { devices[sum.id] = .sum(buffer, position) }
        steps.append(.clear(buffer))
        accounts = buffer
    }

    /// Where a sum of an account is, if the variable is one.
    func accountPlace(of variable: Variable) -> (buffer: Int, position: Int)? {
        if case .sum(let buffer, let position)? = devices[variable.id] { (buffer, position) } else { nil }
    }

    /// The kernel that decides: sums must have come back to 0, relative to their magnitudes, and those of decisions
    /// exactly. The statement that is named is the first that reads what a sum is of.
    func addVerdict() throws(PTXError) -> KernelPlan.Undoing? {
        guard let accounts else { return nil }
        let emitter = KernelEmitter(self, name: kernelName("undoing"), threadsPerBlock: 1)
        var found: [(isRestored: String, explanation: String)] = []
        for account in definition.settledAccounts {
            let used = account.sums.indices.filter { accountPlace(of: account.sums[$0].value) != nil }
            let magnitudes = used.map { emitter.accountSum(account.sums[$0].magnitude) }
            let total = emitter.total(
                of: magnitudes + [account.held].compactMap { $0 }.map(emitter.accountSum))
            for (index, magnitude) in zip(used, magnitudes) {
                let isRestored = emitter.isRestored(
                    emitter.accountSum(account.sums[index].value), magnitude, total, driftTolerance)
                found.append(
                    (isRestored, Drift.explanation(account.firstReads[index], decision: false)))
            }
            if let decisions = account.decisions, accountPlace(of: decisions) != nil {
                let isRestored = emitter.out.value(
                    .predicate, "setp.eq.f64", emitter.accountSum(decisions), PTXLiteral.double(0))
                found.append((isRestored, Drift.explanation(account.firstDecision, decision: true)))
            }
        }
        var verdict = emitter.out.value(.integer, "mov.u64", "0")
        // The first that fails wins.
        for (number, sum) in found.enumerated().reversed() {
            verdict = emitter.out.value(.integer, "selp.b64", verdict, "\(number + 1)", sum.isRestored)
        }
        emitter.storeVerdict(verdict, in: accounts, after: buffers[accounts].count)
        try add(
            emitter.kernel(
                purpose: "Whether undoing has lost what the gradients read.", iterations: .constant(1),
                blocks: .constant(1)))
        return KernelPlan.Undoing(buffer: accounts, explanations: found.map(\.explanation))
    }
}
