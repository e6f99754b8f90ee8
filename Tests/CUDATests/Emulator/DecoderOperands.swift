/// Operands and modifiers of the instruction being decoded.
extension KernelDecoder {
    // MARK: Operands

    func operands(_ count: Int) throws(EmulatorError) -> [PTXSyntax.Operand] {
        guard instruction.operands.count == count else {
            throw fault(.typeMismatch, "expected \(count) operands, found \(instruction.operands.count)")
        }
        return instruction.operands
    }

    /// Slot of a register or literal of exactly this type.
    mutating func source(_ operand: PTXSyntax.Operand, _ type: EmulatorType) throws(EmulatorError) -> Int {
        try source(operand, type) { $0.accepts($1) }
    }

    /// Slot of a register or literal of this type, or of a wider register.
    mutating func wideSource(_ operand: PTXSyntax.Operand, _ type: EmulatorType) throws(EmulatorError) -> Int
    {
        try source(operand, type) { $0.acceptsWider($1) }
    }

    private mutating func source(
        _ operand: PTXSyntax.Operand, _ type: EmulatorType, _ accepts: (EmulatorType, EmulatorType) -> Bool
    ) throws(EmulatorError) -> Int {
        switch operand {
        case .name(let name):
            let (slot, registerType) = try declaredRegister(name)
            guard accepts(type, registerType) else { throw mismatch(name, registerType, type) }
            sources.append(slot)
            return slot
        case .literal(let literal):
            return constant(try word(of: literal, as: type))
        default:
            throw fault(.typeMismatch, "expected a register or a number of type .\(type.rawValue)")
        }
    }

    func word(of literal: PTXSyntax.Literal, as type: EmulatorType) throws(EmulatorError) -> UInt64 {
        if case .integer = literal {
            guard !type.isFloat else {
                throw fault(.typeMismatch, "an integer where .\(type.rawValue) is needed")
            }
        } else {
            guard type.isFloat || (type.isBits && type.width >= 32) else {
                throw fault(.typeMismatch, "a floating-point number where .\(type.rawValue) is needed")
            }
        }
        if type == .pred { return literal == .integer(0) ? 0 : 1 }
        return literal.word(as: type)
    }

    /// Slot of a predicate, and whether it is written `!p`.
    mutating func predicate(
        _ operand: PTXSyntax.Operand
    ) throws(EmulatorError) -> (slot: Int, negated: Bool) {
        if case .negated(let inner) = operand { return (try source(inner, .pred), true) }
        return (try source(operand, .pred), false)
    }

    /// Slot of the register for the result; `_` stands for no register.
    mutating func destination(_ operand: PTXSyntax.Operand, _ type: EmulatorType) throws(EmulatorError) -> Int
    {
        try destination(operand, type) { $0.accepts($1) }.slot
    }

    /// Slot and type of the register for the result, which may be wider than the type.
    mutating func wideDestination(
        _ operand: PTXSyntax.Operand, _ type: EmulatorType
    ) throws(EmulatorError) -> (slot: Int, type: EmulatorType) {
        try destination(operand, type) { $0.acceptsWider($1) }
    }

    private mutating func destination(
        _ operand: PTXSyntax.Operand, _ type: EmulatorType, _ accepts: (EmulatorType, EmulatorType) -> Bool
    ) throws(EmulatorError) -> (slot: Int, type: EmulatorType) {
        guard case .name(let name) = operand else {
            throw fault(.typeMismatch, "the result needs a register")
        }
        if name == "_" { return (0, type) }
        let (slot, registerType) = try declaredRegister(name)
        guard accepts(type, registerType) else { throw mismatch(name, registerType, type) }
        destinations.append(slot)
        return (slot, registerType)
    }

    func declaredRegister(_ name: String) throws(EmulatorError) -> (slot: Int, type: EmulatorType) {
        if let register = try register(name) { return register }
        if SpecialRegister.named(name) != nil {
            throw fault(.typeMismatch, "the special register \(name) can only be read by mov and cvt")
        }
        if place(name) != nil || kernel.parameters.contains(where: { $0.name == name }) {
            throw fault(.typeMismatch, "\(name) is not a register")
        }
        throw fault(.undeclaredName, "\"\(name)\" is not declared")
    }

    private func mismatch(_ name: String, _ register: EmulatorType, _ type: EmulatorType) -> EmulatorError {
        fault(
            .typeMismatch, "register \(name) of type .\(register.rawValue) where .\(type.rawValue) is needed")
    }

    // MARK: Modifiers

    /// Removes a modifier if it is there.
    mutating func take(_ modifier: String) -> Bool {
        guard let index = modifiers.firstIndex(of: modifier) else { return false }
        modifiers.remove(at: index)
        return true
    }

    /// Removes the first modifier that has a meaning in `table`.
    mutating func take<Meaning>(oneOf table: [String: Meaning]) -> Meaning? {
        for (index, modifier) in modifiers.enumerated() {
            if let meaning = table[modifier] {
                modifiers.remove(at: index)
                return meaning
            }
        }
        return nil
    }

    /// Removes the type, which is the last modifier, and checks that the instruction exists for it.
    mutating func takeType(_ allowed: [EmulatorType]) throws(EmulatorError) -> EmulatorType {
        guard let last = modifiers.last, let type = EmulatorType(rawValue: last) else {
            throw fault(.typeMismatch, "the instruction needs a type as its last modifier")
        }
        guard allowed.contains(type) else {
            throw fault(.typeMismatch, "the instruction does not exist for .\(last)")
        }
        modifiers.removeLast()
        return type
    }

    /// Removes `.rn`, which this emulator asks for on every rounded operation: without it the assembler may contract
    /// a product and a sum, and results depend on the assembler.
    mutating func takeRounding() throws(EmulatorError) {
        if take("rn") { return }
        if let other = modifiers.first(where: { ["rz", "rm", "rp"].contains($0) }) {
            throw fault(.unsupported, "rounding .\(other) is not supported")
        }
        throw fault(.missingRounding, "the rounding .rn must be written")
    }

    /// Removes `.ftz` of single precision. Throws unless the options allow it.
    mutating func takeFlush(_ type: EmulatorType) throws(EmulatorError) -> Bool {
        guard type == .f32, take("ftz") else { return false }
        guard options.allowsFlushToZero else {
            throw fault(.flushToZero, ".ftz flushes subnormal numbers to zero, which is not allowed")
        }
        return true
    }

    /// Checks that the header is new enough for a feature.
    func require(version: Int, target: Int = 0) throws(EmulatorError) {
        guard module.version >= version else {
            throw fault(
                .targetTooOld,
                "needs .version \(version / 100).\(version % 100), the text has "
                    + "\(module.version / 100).\(module.version % 100)")
        }
        guard module.target >= target else {
            throw fault(.targetTooOld, "needs .target sm_\(target), the text has sm_\(module.target)")
        }
    }
}

/// Lists of types.
extension EmulatorType {
    static let integers: [EmulatorType] = [.s16, .u16, .s32, .u32, .s64, .u64]
    static let floats: [EmulatorType] = [.f32, .f64]
    static let bits: [EmulatorType] = [.b16, .b32, .b64]
}
