/// Logic, shifts and bit fields.
extension KernelDecoder {
    mutating func decodeLogic() throws(EmulatorError) {
        let opcode = instruction.opcode
        let type = try takeType(opcode == "cnot" ? EmulatorType.bits : EmulatorType.bits + [.pred])
        let mask = type.mask
        if opcode == "not" || opcode == "cnot" {
            let operands = try operands(2)
            let d = try destination(operands[0], type)
            let a = try source(operands[1], type)
            if opcode == "not" {
                try emit { r in r[d] = ~r[a] & mask }
            } else {
                try emit { r in r[d] = r[a] == 0 ? 1 : 0 }
            }
            return
        }
        let operands = try operands(3)
        let d = try destination(operands[0], type)
        let a = try source(operands[1], type)
        let b = try source(operands[2], type)
        switch opcode {
        case "and": try emit { r in r[d] = r[a] & r[b] }
        case "or": try emit { r in r[d] = r[a] | r[b] }
        default: try emit { r in r[d] = r[a] ^ r[b] }
        }
    }

    /// `lop3.b32 d, a, b, c, table`: any function of three bits.
    mutating func decodeLookup() throws(EmulatorError) {
        _ = try takeType([.b32])
        let operands = try operands(5)
        let d = try destination(operands[0], .b32)
        let a = try source(operands[1], .b32)
        let b = try source(operands[2], .b32)
        let c = try source(operands[3], .b32)
        guard case .literal(.integer(let table)) = operands[4], table < 256 else {
            throw fault(.typeMismatch, "the table is a number from 0 to 255")
        }
        try emit { r in
            var result: UInt64 = 0
            for entry in 0..<8 where table >> UInt64(entry) & 1 == 1 {
                let x = entry & 4 != 0 ? r[a] : ~r[a]
                let y = entry & 2 != 0 ? r[b] : ~r[b]
                let z = entry & 1 != 0 ? r[c] : ~r[c]
                result |= x & y & z
            }
            r[d] = result & 0xFFFF_FFFF
        }
    }

    /// Amounts of the register's width or more shift everything out.
    mutating func decodeShift() throws(EmulatorError) {
        let isLeft = instruction.opcode == "shl"
        let type = try takeType(isLeft ? EmulatorType.bits : EmulatorType.bits + EmulatorType.integers)
        let operands = try operands(3)
        let d = try destination(operands[0], type)
        let a = try source(operands[1], type)
        let b = try source(operands[2], .u32)
        let width = UInt64(type.width)
        let mask = type.mask
        if isLeft {
            try emit { r in r[d] = r[b] < width ? (r[a] &<< r[b]) & mask : 0 }
        } else if type.isSigned {
            let extension64 = 64 - width
            try emit { r in
                let amount = r[b] < width ? r[b] : width - 1
                r[d] =
                    EmulatorWord.bits(EmulatorWord.signed(r[a], extension64) &>> Int64(bitPattern: amount))
                    & mask
            }
        } else {
            try emit { r in r[d] = r[b] < width ? r[a] &>> r[b] : 0 }
        }
    }

    mutating func decodeBitCount() throws(EmulatorError) {
        let opcode = instruction.opcode
        let type = try takeType(opcode == "bfind" ? [.u32, .s32, .u64, .s64] : [.b32, .b64])
        let wantsShift = opcode == "bfind" && take("shiftamt")
        let operands = try operands(2)
        let d = try destination(operands[0], opcode == "brev" ? type : .u32)
        let a = try source(operands[1], type)
        let width = UInt64(type.width)
        let unused = 64 - width
        let isSigned = type.isSigned
        let mask = type.mask
        switch opcode {
        case "popc":
            try emit { r in r[d] = UInt64(r[a].nonzeroBitCount) }
        case "clz":
            try emit { r in r[d] = UInt64(r[a].leadingZeroBitCount) - unused }
        case "brev":
            try emit { r in
                var reversed: UInt64 = 0
                for bit in 0..<width where r[a] &>> bit & 1 == 1 {
                    reversed |= 1 &<< (width - 1 - bit)
                }
                r[d] = reversed
            }
        default:
            // The highest bit that is not a copy of the sign.
            try emit { r in
                let isNegative = isSigned && r[a] &>> (width - 1) == 1
                let word = isNegative ? ~r[a] & mask : r[a]
                if word == 0 {
                    r[d] = 0xFFFF_FFFF
                } else {
                    let position = 63 - UInt64(word.leadingZeroBitCount)
                    r[d] = wantsShift ? width - 1 - position : position
                }
            }
        }
    }

    /// `bfe d, a, position, length`: positions and lengths are bytes; bits beyond the word are zeros or the sign.
    mutating func decodeFieldExtract() throws(EmulatorError) {
        let type = try takeType([.u32, .s32, .u64, .s64])
        let operands = try operands(4)
        let d = try destination(operands[0], type)
        let a = try source(operands[1], type)
        let b = try source(operands[2], .u32)
        let c = try source(operands[3], .u32)
        let width = UInt64(type.width)
        let isSigned = type.isSigned
        let mask = type.mask
        try emit { r in
            let position = r[b] & 0xFF
            let length = r[c] & 0xFF
            guard length > 0 else {
                r[d] = 0
                return
            }
            let signPosition = min(position + length - 1, width - 1)
            let fill: UInt64 = isSigned && r[a] &>> signPosition & 1 == 1 ? .max : 0
            let available = position < width ? min(length, width - position) : 0
            let kept: UInt64 = available >= 64 ? .max : (1 &<< available) - 1
            let field = position < 64 ? r[a] &>> position : 0
            r[d] = ((field & kept) | (fill & ~kept)) & mask
        }
    }

    /// `bfi d, a, b, position, length`: b with a field replaced by the low bits of a.
    mutating func decodeFieldInsert() throws(EmulatorError) {
        let type = try takeType([.b32, .b64])
        let operands = try operands(5)
        let d = try destination(operands[0], type)
        let a = try source(operands[1], type)
        let b = try source(operands[2], type)
        let c = try source(operands[3], .u32)
        let e = try source(operands[4], .u32)
        let width = UInt64(type.width)
        let mask = type.mask
        try emit { r in
            let position = r[c] & 0xFF
            let length = r[e] & 0xFF
            guard position < width, length > 0 else {
                r[d] = r[b]
                return
            }
            let low: UInt64 = length >= 64 ? .max : (1 &<< length) - 1
            let field = (low &<< position) & mask
            r[d] = (r[b] & ~field) | ((r[a] &<< position) & field)
        }
    }

    /// `prmt.b32 d, a, b, c`: four bytes picked from eight; a selector's top bit asks for the byte's sign.
    mutating func decodePermute() throws(EmulatorError) {
        _ = try takeType([.b32])
        let operands = try operands(4)
        let d = try destination(operands[0], .b32)
        let a = try source(operands[1], .b32)
        let b = try source(operands[2], .b32)
        let c = try source(operands[3], .b32)
        try emit { r in
            let bytes = r[a] | r[b] &<< 32
            var result: UInt64 = 0
            for place in 0..<4 as Range<UInt64> {
                let selector = r[c] &>> (4 * place)
                let byte = bytes &>> (8 * (selector & 7)) & 0xFF
                let picked: UInt64 = selector & 8 == 0 ? byte : (byte & 0x80 == 0 ? 0 : 0xFF)
                result |= picked &<< (8 * place)
            }
            r[d] = result
        }
    }
}
