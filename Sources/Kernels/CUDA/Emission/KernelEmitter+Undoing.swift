import ReversibleCore

// Sums of accounts have 64 bits in any precision: those of decisions are whole numbers, and must stay exact however
// many there are.
extension KernelEmitter {
    /// Adds to a sum of an account; false if the place is none.
    func addToAccount(_ s: Update) throws(PTXError) -> Bool {
        guard let account = planner.accountPlace(of: s.place.variable) else { return false }
        // The kernel that counts comes after this one.
        if isMeasuring { return true }
        let start = out.lines.count
        let amount = inDouble(try real(s.change))
        // The program and its undoing must make the same number of the same read.
        out.keepRounding(from: start)
        let opcode = s.operation == .subtract ? "sub.rn.f64" : "add.rn.f64"
        if threads != nil, let register = privateSum(of: s.place, .f64) {
            out.add(
                KernelInstruction(
                    opcode: opcode, operands: [register, register, amount], role: .addToSum))
        } else {
            let operand = accountOperand(account)
            let old = out.value(.f64, "ld.global.f64", operand)
            out.instruction("st.global.f64", operand, out.value(.f64, opcode, old, amount))
        }
        return true
    }

    /// The operand of instructions for a sum of an account.
    func accountOperand(_ account: (buffer: Int, position: Int)) -> String {
        KernelInstruction.place(slot(.address(account.buffer), "undoing"), 8 * account.position)
    }

    // MARK: The verdict

    /// What a sum has come to; 0 if nothing adds to it.
    func accountSum(_ variable: Variable) -> String {
        guard let account = planner.accountPlace(of: variable) else {
            return out.value(.f64, "mov.f64", PTXLiteral.double(0))
        }
        return out.value(.f64, "ld.global.f64", accountOperand(account))
    }

    func total(of numbers: [String]) -> String {
        let zero = out.value(.f64, "mov.f64", PTXLiteral.double(0))
        return numbers.reduce(zero) { out.value(.f64, "add.rn.f64", $0, $1) }
    }

    /// Whether a sum is 0 as far as its magnitude and the tolerance say. A NaN or an infinity is not.
    func isRestored(
        _ sum: String, _ magnitude: String, held: String, _ total: String, _ tolerance: Double
    ) -> String {
        func compare(_ opcode: String, _ a: String, _ b: String) -> String {
            out.value(.predicate, "setp.\(opcode).f64", a, b)
        }
        func both(_ a: String, _ b: String) -> String { out.value(.predicate, "and.pred", a, b) }
        func product(_ a: String, _ b: Double) -> String {
            out.value(.f64, "mul.rn.f64", a, PTXLiteral.double(b))
        }
        let infinity = PTXLiteral.double(.infinity)
        func either(_ a: String, _ b: String) -> String { out.value(.predicate, "or.pred", a, b) }
        // What was 0 may come back as some roundings of what it became, or of what else was read, if that is not large;
        // beyond some, they are held against that, or against 1 where nothing is known of it.
        let capped = out.value(.f64, "min.f64", total, PTXLiteral.double(Update.Witness.heldWeight))
        let size = out.value(.f64, "add.rn.f64", product(held, Update.Witness.heldWeight), capped)
        let all = out.value(.f64, "add.rn.f64", held, total)
        let rounding =
            precision == .double
            ? RunOptions.roundings(of: Double.self) : RunOptions.roundings(of: Float.self)
        let isNothing = both(
            compare("le", magnitude, product(size, rounding)), compare("lt", all, infinity))
        let gap = out.value(.f64, "abs.f64", sum)
        let isRounding = both(
            isNothing,
            either(
                compare("le", gap, product(size, rounding)), compare("le", gap, PTXLiteral.double(rounding))))
        let one = PTXLiteral.double(1)
        let known = out.value(.f64, "selp.f64", size, one, compare("gt", size, PTXLiteral.double(0)))
        let scale = out.value(.f64, "selp.f64", known, magnitude, isNothing)
        let isClose = both(compare("le", gap, product(scale, tolerance)), compare("lt", scale, infinity))
        return either(isRounding, isClose)
    }

    /// Keeps the verdict in the last element of a buffer.
    func storeVerdict(_ verdict: String, in buffer: Int, after count: HostInteger) {
        guard case .constant(let words) = count else { return }
        out.instruction("st.global.u64", accountOperand((buffer, words - 1)), verdict)
    }
}
