import ReversibleCore

// Functions of all 64 bits of integers.

extension KernelEmitter {
    /// The value of such a function; nil of any other.
    func bits(_ function: IntegerFunction, _ x: String, _ y: String) -> String? {
        switch function {
        case .and: out.value(.integer, "and.b64", x, y)
        case .or: out.value(.integer, "or.b64", x, y)
        case .xor: out.value(.integer, "xor.b64", x, y)
        case .wrappingAdd: out.value(.integer, "add.s64", x, y)
        case .wrappingSubtract: out.value(.integer, "sub.s64", x, y)
        case .wrappingMultiply: out.value(.integer, "mul.lo.s64", x, y)
        case .shiftLeft: shifted(x, y, "shl.b64", negative: "shr.s64")
        case .shiftRight: shifted(x, y, "shr.s64", negative: "shl.b64")
        case .logicalShiftRight: shifted(x, y, "shr.u64", negative: "shl.b64")
        case .rotateLeft: rotated(x, y, "shl.b64", "shr.u64")
        case .rotateRight: rotated(x, y, "shr.u64", "shl.b64")
        default: nil
        }
    }

    /// x shifted by y, and the other way where y is negative.
    ///
    /// PTX takes a number of bits as 32 bits without a sign, and by 64 or more shifts all of them out. One of the two
    /// numbers is 0.
    private func shifted(_ x: String, _ y: String, _ opcode: String, negative: String) -> String {
        if let count = Int(y) {
            return count < 0
                ? out.value(.integer, negative, x, "\(min(count.magnitude, 64))")
                : out.value(.integer, opcode, x, "\(min(count, 64))")
        }
        let atMost = out.value(.integer, "min.s64", y, "64")
        let forward = out.value(.integer, "max.s64", atMost, "0")
        let atLeast = out.value(.integer, "max.s64", y, "-64")
        let backward = out.value(.integer, "sub.s64", "0", out.value(.integer, "min.s64", atLeast, "0"))
        let first = out.value(.integer, opcode, x, out.value(.word, "cvt.u32.u64", forward))
        return out.value(.integer, negative, first, out.value(.word, "cvt.u32.u64", backward))
    }

    /// The bits that go out at one end come in at the other; of y the last six bits count.
    private func rotated(_ x: String, _ y: String, _ opcode: String, _ other: String) -> String {
        let (count, rest): (String, String)
        if let known = Int(y) {
            (count, rest) = ("\(known & 63)", "\((0 &- known) & 63)")
        } else {
            let negated = out.value(.integer, "sub.s64", "0", y)
            count = out.value(.word, "cvt.u32.u64", out.value(.integer, "and.b64", y, "63"))
            rest = out.value(.word, "cvt.u32.u64", out.value(.integer, "and.b64", negated, "63"))
        }
        return out.value(
            .integer, "or.b64", out.value(.integer, opcode, x, count), out.value(.integer, other, x, rest))
    }
}
