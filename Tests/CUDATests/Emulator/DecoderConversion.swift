/// `mov`, `cvt` and `cvta`.
extension KernelDecoder {
    // MARK: mov

    mutating func decodeMove() throws(EmulatorError) {
        let type = try takeType(EmulatorType.bits + EmulatorType.integers + EmulatorType.floats + [.pred])
        let operands = try operands(2)
        if case .vector(let parts) = operands[1] {
            try decodePack(type, operands[0], parts)
            return
        }
        if case .vector(let parts) = operands[0] {
            try decodeUnpack(type, parts, operands[1])
            return
        }
        let d = try destination(operands[0], type)
        if case .name(let name) = operands[1], try register(name) == nil, let a = try namedValue(name, type) {
            let mask = type.mask
            if a < 0 {
                try emit(effect: { (machine, r) throws(EmulatorError) in r[d] = machine.clock & mask })
            } else {
                try emit { r in r[d] = r[a] & mask }
            }
            return
        }
        let a = try source(operands[1], type)
        try emit { r in r[d] = r[a] }
    }

    /// Slot of a special register or of a variable's address; -1 for the clock; nil for other names.
    mutating func namedValue(_ name: String, _ type: EmulatorType) throws(EmulatorError) -> Int? {
        if let (special, specialType) = SpecialRegister.named(name) {
            guard type.accepts(specialType) || (type.width < specialType.width && !type.isFloat),
                type != .pred
            else {
                throw fault(.typeMismatch, "\(name) is .\(specialType.rawValue)")
            }
            if special == .clock { return -1 }
            return self.special(special, name)
        }
        guard let place = place(name) else { return nil }
        let isOffset = place.space == .shared || place.space == .local
        guard !type.isFloat, type.width == 64 || (isOffset && type.width == 32) else {
            throw fault(.typeMismatch, "the address of \(name) does not fit .\(type.rawValue)")
        }
        return constant(place.address)
    }

    private mutating func decodePack(
        _ type: EmulatorType, _ target: PTXSyntax.Operand, _ parts: [PTXSyntax.Operand]
    ) throws(EmulatorError) {
        let partType = try partType(type, parts.count)
        let d = try destination(target, type)
        var slots: [Int] = []
        for part in parts {
            slots.append(try source(part, partType))
        }
        let width = UInt64(partType.width)
        try emit { [slots] r in
            var word: UInt64 = 0
            for (index, slot) in slots.enumerated() {
                word |= r[slot] &<< (UInt64(index) * width)
            }
            r[d] = word
        }
    }

    private mutating func decodeUnpack(
        _ type: EmulatorType, _ parts: [PTXSyntax.Operand], _ origin: PTXSyntax.Operand
    ) throws(EmulatorError) {
        let partType = try partType(type, parts.count)
        var slots: [Int] = []
        for part in parts {
            slots.append(try destination(part, partType))
        }
        let a = try source(origin, type)
        let width = UInt64(partType.width)
        let mask = partType.mask
        try emit { [slots] r in
            let word = r[a]
            for (index, slot) in slots.enumerated() {
                r[slot] = (word &>> (UInt64(index) * width)) & mask
            }
        }
    }

    private func partType(_ type: EmulatorType, _ count: Int) throws(EmulatorError) -> EmulatorType {
        switch (type, count) {
        case (.b32, 2), (.b64, 4): return .b16
        case (.b64, 2): return .b32
        default: throw fault(.typeMismatch, "\(count) parts do not make .\(type.rawValue)")
        }
    }

    // MARK: cvt

    mutating func decodeConversion() throws(EmulatorError) {
        let convertible: [EmulatorType] = [.u8, .s8] + EmulatorType.integers + EmulatorType.floats
        let from = try takeType(convertible)
        let to = try takeType(convertible)
        let saturates = take("sat")
        let flush = from == .f32 || to == .f32 ? try takeFlush(.f32) : false
        let rounding = take(
            oneOf: [
                "rn": "rn", "rz": "rz", "rm": "rm", "rp": "rp", "rni": "rni", "rzi": "rzi", "rmi": "rmi",
                "rpi": "rpi",
            ])
        try checkRounding(rounding, to: to, from: from)
        let operands = try operands(2)
        let (d, registerType) = try wideDestination(operands[0], to)
        let convert = Self.conversion(to: to, from: from, rounding ?? "", saturates, flush)
        // A narrow integer result is extended to the register as its own type says.
        let extends = to.isSigned && registerType.width > to.width
        let shift = UInt64(64 - to.width)
        let mask = registerType.mask
        let a: Int
        if case .name(let name) = operands[1], try register(name) == nil,
            let slot = try namedValue(name, from),
            slot >= 0
        {
            a = slot
        } else {
            a = try wideSource(operands[1], from)
        }
        if extends {
            try emit { r in r[d] = EmulatorWord.bits(EmulatorWord.signed(convert(r[a]), shift)) & mask }
        } else {
            try emit { r in r[d] = convert(r[a]) }
        }
    }

    /// Rounding is needed exactly where the result may differ from the operand.
    private func checkRounding(
        _ rounding: String?, to: EmulatorType, from: EmulatorType
    ) throws(EmulatorError) {
        let toIntegral = rounding?.hasSuffix("i") ?? false
        switch (from.isFloat, to.isFloat) {
        case (true, false):
            guard rounding != nil else { throw fault(.missingRounding, "needs .rni, .rzi, .rmi or .rpi") }
            guard toIntegral else { throw fault(.typeMismatch, "integers need .rni, .rzi, .rmi or .rpi") }
        case (false, true):
            guard rounding != nil else { throw fault(.missingRounding, "needs .rn, .rz, .rm or .rp") }
            guard !toIntegral else { throw fault(.typeMismatch, "needs .rn, .rz, .rm or .rp") }
        case (true, true) where from == .f64 && to == .f32:
            guard rounding != nil else { throw fault(.missingRounding, "needs .rn, .rz, .rm or .rp") }
            guard !toIntegral else { throw fault(.typeMismatch, "needs .rn, .rz, .rm or .rp") }
        case (true, true) where from == to:
            guard rounding == nil || toIntegral else {
                throw fault(.typeMismatch, "takes no rounding but .rni …")
            }
        default:
            guard rounding == nil else { throw fault(.typeMismatch, "takes no rounding") }
        }
    }

    private static func conversion(
        to: EmulatorType, from: EmulatorType, _ rounding: String, _ saturates: Bool, _ flush: Bool
    ) -> @Sendable (UInt64) -> UInt64 {
        let shift = UInt64(64 - from.width)
        switch (from.isFloat, to.isFloat) {
        case (false, false):
            return { Conversion.integer($0, to: to, from: from, shift, saturates) }
        case (false, true):
            let isSigned = from.isSigned
            return { word in
                let value = isSigned ? Int128(EmulatorWord.signed(word, shift)) : Int128(word & from.mask)
                return Conversion.float(value, to: to, rounding, saturates, flush)
            }
        case (true, false):
            return { word in
                let x = from == .f64 ? Double(bitPattern: word) : Double(EmulatorWord.single(word, flush))
                return Conversion.integer(x, to: to, rounding, isWide: from == .f64 || to.width == 64)
            }
        case (true, true):
            return { word in
                let x = from == .f64 ? Double(bitPattern: word) : Double(EmulatorWord.single(word, flush))
                return Conversion.float(
                    x, to: to, rounding, saturates, flush, isCopy: from == to ? word : nil)
            }
        }
    }

    // MARK: cvta

    /// `cvta{.to}.space.u64 d, a`: between an address in a space and a generic one.
    mutating func decodeAddressConversion() throws(EmulatorError) {
        let type = try takeType([.u64])
        let isFromGeneric = take("to")
        let spaces: [String: EmulatorSpace] = [
            "global": .global, "shared": .shared, "const": .const, "local": .local,
        ]
        guard let space = take(oneOf: spaces) else { throw fault(.typeMismatch, "cvta needs a state space") }
        let operands = try operands(2)
        let d = try destination(operands[0], type)
        let a: Int
        if case .name(let name) = operands[1], try register(name) == nil, let place = place(name) {
            guard place.space == space, !isFromGeneric else {
                throw fault(.typeMismatch, "\(name) is not in the space .\(space.rawValue)")
            }
            a = constant(place.address)
        } else {
            a = try source(operands[1], type)
        }
        let base = EmulatorMachine.base(of: space)
        if base == 0 {
            try emit { r in r[d] = r[a] }
        } else if isFromGeneric {
            try emit(effect: { (machine, r) throws(EmulatorError) in
                guard r[a] &>> EmulatorMemory.windowShift == base &>> EmulatorMemory.windowShift else {
                    throw EmulatorError(
                        .outOfBounds, "address \(r[a]) is not in the space .\(space.rawValue)")
                }
                r[d] = r[a] &- base
            })
        } else {
            try emit { r in r[d] = r[a] &+ base }
        }
    }
}
