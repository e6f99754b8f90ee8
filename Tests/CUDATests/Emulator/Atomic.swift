/// The operations of `atom` and `red`.
enum Atomic: String, CaseIterable {
    case add, min, max, and, or, xor, exch, cas, inc, dec

    var types: [EmulatorType] {
        switch self {
        case .add: [.u32, .s32, .u64, .f32, .f64]
        case .min, .max: [.u32, .s32, .u64, .s64]
        case .and, .or, .xor, .exch, .cas: [.b32, .b64]
        case .inc, .dec: [.u32]
        }
    }

    /// Whether `red` has it too.
    var isReduction: Bool { self != .exch && self != .cas }

    /// The new value from the old one, the operands b and c, and whether the place is in shared memory.
    func function(_ type: EmulatorType) -> @Sendable (UInt64, UInt64, UInt64, Bool) -> UInt64 {
        let mask = type.mask
        let bias: UInt64 = type.isSigned ? 1 &<< UInt64(type.width - 1) : 0
        switch self {
        case .add where type == .f64:
            return { old, b, _, _ in (Double(bitPattern: old) + Double(bitPattern: b)).bitPattern }
        case .add where type == .f32:
            // In global memory the hardware flushes subnormal numbers here (PTX ISA, atom).
            return { old, b, _, isShared in
                let sum = EmulatorWord.single(old, !isShared) + EmulatorWord.single(b, !isShared)
                return EmulatorWord.word(sum, !isShared)
            }
        case .add: return { old, b, _, _ in (old &+ b) & mask }
        case .min: return { old, b, _, _ in old ^ bias < b ^ bias ? old : b }
        case .max: return { old, b, _, _ in old ^ bias > b ^ bias ? old : b }
        case .and: return { old, b, _, _ in old & b }
        case .or: return { old, b, _, _ in old | b }
        case .xor: return { old, b, _, _ in old ^ b }
        case .exch: return { _, b, _, _ in b }
        case .cas: return { old, b, c, _ in old == b ? c : old }
        case .inc: return { old, b, _, _ in old >= b ? 0 : old + 1 }
        case .dec: return { old, b, _, _ in old == 0 || old > b ? b : old - 1 }
        }
    }
}
