// What is asked of number types that are not floating point.

extension Machine {
    /// Whether an instruction has put a number into a place that the type cannot hold.
    ///
    /// Only places are looked at: a value that a selection leaves out may be anything. By the time that this is asked,
    /// the registers of an index are still the instruction's own.
    @inline(never)
    func isOutOfRange(
        _ i: Instruction, _ r: UnsafeMutablePointer<Number>, _ k: UnsafeMutablePointer<Int>,
        _ v: UnsafeMutablePointer<ArrayDescriptor>
    ) -> Bool {
        let (a, b, c) = (Int(i.a), Int(i.b), Int(i.c))
        switch i.opcode {
        case .add, .subtract: return a == b && r[a].isOutOfRange
        case .move, .addProduct, .subtractProduct, .addElementProduct, .subtractElementProduct,
            .addElementProduct2, .subtractElementProduct2, .scale, .unscale:
            return r[a].isOutOfRange
        case .rotate, .hadamard: return r[a].isOutOfRange || r[b].isOutOfRange
        case .store, .storeFlat, .addToElement, .subtractFromElement, .addProductToElement,
            .subtractProductFromElement, .addToFlat, .subtractFromFlat:
            return v[a].reals(Number.self)[k[b]].isOutOfRange
        case .store2, .addToElement2, .subtractFromElement2, .addProductToElement2,
            .subtractProductFromElement2:
            return v[a].flat(k[b], k[c]).map { v[a].reals(Number.self)[$0].isOutOfRange } ?? false
        default: return false
        }
    }

    /// A derivative that a factor scales to 0, or beyond all numbers; nil for values, and for what else is wrong.
    @inline(never)
    func vanished(_ i: Instruction, _ number: Number, _ factor: Number) -> Number? {
        let value = factor.primal
        guard i.function != 0, value.isFinite, value != 0 else { return nil }
        let result = i.opcode == .unscale ? number / factor : number * factor
        return isLost(number, result) && !result.isOutOfRange ? result : nil
    }

    private func isLost(_ number: Number, _ result: Number) -> Bool {
        let (before, after) = (number.primal, result.primal)
        return (before == 0) != (after == 0) || (before.isFinite && !after.isFinite)
    }

    /// Why a place cannot be multiplied or divided by a factor.
    @inline(never)
    func scaleFault(_ ip: Int, _ number: Number, _ factor: Number, divides: Bool) -> Fault {
        let result = divides ? number / factor : number * factor
        let (before, after, value) = (number.primal, result.primal, factor.primal)
        if !value.isFinite || value == 0 { return Fault(cause: .factor(value), instruction: ip) }
        if result.isOutOfRange {
            return Fault(cause: .outOfRange("\(Number.self)"), instruction: ip)
        }
        return Fault(
            cause: isLost(number, result)
                ? .scaledAway(before, after)
                : .notUndone("\(before)", by: "\(value)", divides: divides, "\(Number.self)"),
            instruction: ip)
    }
}
