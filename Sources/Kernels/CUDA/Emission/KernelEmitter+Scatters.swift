import ReversibleCore

// Contributions to elements that the iterations choose.
extension KernelEmitter {
    /// Adds to an integer that other threads may add to; false if none can. The order makes no difference.
    func addToCount(_ amount: String, _ s: Update) throws(PTXError) -> Bool {
        guard threads?.shared[s.place.variable] != nil, case .memory(_, let operand) = try address(s.place)
        else { return false }
        let register = amount.hasPrefix("%") ? amount : out.value(.integer, "mov.u64", amount)
        let signed = s.operation == .subtract ? out.value(.integer, "neg.s64", register) : register
        out.instruction("red.global.add.u64", operand, signed)
        return true
    }
}
