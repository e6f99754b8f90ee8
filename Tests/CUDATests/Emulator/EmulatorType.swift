/// A fundamental type of PTX.
enum EmulatorType: String, Sendable {
    case pred
    case b8, b16, b32, b64
    case u8, u16, u32, u64
    case s8, s16, s32, s64
    case f32, f64

    /// Width in bits; 1 for predicates.
    var width: Int {
        switch self {
        case .pred: 1
        case .b8, .u8, .s8: 8
        case .b16, .u16, .s16: 16
        case .b32, .u32, .s32, .f32: 32
        case .b64, .u64, .s64, .f64: 64
        }
    }

    var byteCount: Int { (width + 7) / 8 }

    var isFloat: Bool { self == .f32 || self == .f64 }

    var isBits: Bool {
        switch self {
        case .b8, .b16, .b32, .b64: true
        default: false
        }
    }

    var isSigned: Bool {
        switch self {
        case .s8, .s16, .s32, .s64: true
        default: false
        }
    }

    var isUnsigned: Bool {
        switch self {
        case .u8, .u16, .u32, .u64: true
        default: false
        }
    }

    var isInteger: Bool { isSigned || isUnsigned }

    /// The bits that a value of this type occupies in a 64-bit word.
    var mask: UInt64 { width == 64 ? .max : (1 &<< UInt64(width)) &- 1 }

    /// Whether a register of type `register` may be an operand of this type: same size, and same kind unless one
    /// of the two is untyped bits (PTX ISA, "Type checking rules").
    func accepts(_ register: EmulatorType) -> Bool {
        if self == .pred || register == .pred { return self == register }
        return width == register.width && agrees(with: register)
    }

    /// As ``accepts(_:)`` for `ld`, `st` and `cvt`, where an integer or untyped register may be wider.
    func acceptsWider(_ register: EmulatorType) -> Bool {
        if self == .pred || register == .pred { return false }
        guard agrees(with: register) else { return false }
        if isFloat && register.isFloat { return self == register }
        return width <= register.width
    }

    private func agrees(with register: EmulatorType) -> Bool {
        isBits || register.isBits || isFloat == register.isFloat
    }
}

/// A state space of PTX.
enum EmulatorSpace: String, Sendable {
    case generic
    case global
    case shared
    case const
    case local
    case param
}
