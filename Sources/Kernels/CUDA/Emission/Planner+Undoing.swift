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

    /// The kernel that decides whether undoing has lost what gradients read.
    func addVerdict() throws(PTXError) -> KernelPlan.Undoing? {
        guard let accounts else { return nil }
        let emitter = KernelEmitter(self, name: kernelName("undoing"), threadsPerBlock: 1)
        let explanations = emitter.decide(
            definition.settledAccounts, in: accounts, after: buffers[accounts].count,
            tolerance: driftTolerance)
        try add(
            emitter.kernel(
                purpose: "Whether undoing has lost what the gradients read.", iterations: .constant(1),
                blocks: .constant(1)))
        return KernelPlan.Undoing(buffer: accounts, explanations: explanations)
    }
}
