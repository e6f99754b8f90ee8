/// Comparisons and selections.
extension KernelDecoder {
    /// `setp.cmp{.bool}.type p{|q}, a, b{, {!}c}`
    mutating func decodeComparison() throws(EmulatorError) {
        let type = try takeType(EmulatorType.bits + EmulatorType.integers + EmulatorType.floats)
        let flush = try takeFlush(type)
        guard let comparison = modifiers.first else { throw fault(.typeMismatch, "setp needs a comparison") }
        guard let test = comparisonTest(comparison, type, flush) else {
            throw fault(.typeMismatch, "there is no comparison .\(comparison) of .\(type.rawValue)")
        }
        modifiers.removeFirst()
        let combinations = ["and": 0, "or": 1, "xor": 2]
        let combination = take(oneOf: combinations)
        let operands = try operands(combination == nil ? 3 : 4)
        let p: Int
        var q = 0
        if case .pair(let first, let second) = operands[0] {
            p = try destination(first, .pred)
            q = try destination(second, .pred)
        } else {
            p = try destination(operands[0], .pred)
        }
        let a = try source(operands[1], type)
        let b = try source(operands[2], type)
        guard let combination else {
            try emit { r in
                let isTrue = test(r[a], r[b])
                r[q] = isTrue ? 0 : 1
                r[p] = isTrue ? 1 : 0
            }
            return
        }
        let (c, isNegated) = try predicate(operands[3])
        let flip: UInt64 = isNegated ? 1 : 0
        try emit { r in
            let holds: UInt64 = test(r[a], r[b]) ? 1 : 0
            let other = r[c] ^ flip
            switch combination {
            case 0: (r[q], r[p]) = ((holds ^ 1) & other, holds & other)
            case 1: (r[q], r[p]) = ((holds ^ 1) | other, holds | other)
            default: (r[q], r[p]) = ((holds ^ 1) ^ other, holds ^ other)
            }
        }
    }

    private func comparisonTest(
        _ name: String, _ type: EmulatorType, _ flush: Bool
    ) -> (@Sendable (UInt64, UInt64) -> Bool)? {
        if type.isFloat {
            guard let test = Self.floatTest(name) else { return nil }
            if type == .f64 { return { test(Double(bitPattern: $0), Double(bitPattern: $1)) } }
            return { test(Double(EmulatorWord.single($0, flush)), Double(EmulatorWord.single($1, flush))) }
        }
        switch name {
        case "eq": return { $0 == $1 }
        case "ne": return { $0 != $1 }
        default: break
        }
        guard type.isInteger else { return nil }
        let bias: UInt64 = type.isSigned ? 1 &<< UInt64(type.width - 1) : 0
        let unsignedNames = ["lo": "lt", "ls": "le", "hi": "gt", "hs": "ge"]
        switch type.isUnsigned ? unsignedNames[name] ?? name : name {
        case "lt": return { $0 ^ bias < $1 ^ bias }
        case "le": return { $0 ^ bias <= $1 ^ bias }
        case "gt": return { $0 ^ bias > $1 ^ bias }
        case "ge": return { $0 ^ bias >= $1 ^ bias }
        default: return nil
        }
    }

    /// Names that end in `u` hold for NaN too; the others, `ne` among them, do not.
    private static func floatTest(_ name: String) -> (@Sendable (Double, Double) -> Bool)? {
        switch name {
        case "eq": { $0 == $1 }
        case "ne": { $0 < $1 || $0 > $1 }
        case "lt": { $0 < $1 }
        case "le": { $0 <= $1 }
        case "gt": { $0 > $1 }
        case "ge": { $0 >= $1 }
        case "equ": { !($0 < $1 || $0 > $1) }
        case "neu": { $0 != $1 }
        case "ltu": { !($0 >= $1) }
        case "leu": { !($0 > $1) }
        case "gtu": { !($0 <= $1) }
        case "geu": { !($0 < $1) }
        case "num": { !$0.isNaN && !$1.isNaN }
        case "nan": { $0.isNaN || $1.isNaN }
        default: nil
        }
    }

    mutating func decodeSelection() throws(EmulatorError) {
        let type = try takeType(EmulatorType.bits + EmulatorType.integers + EmulatorType.floats)
        let operands = try operands(4)
        let d = try destination(operands[0], type)
        let a = try source(operands[1], type)
        let b = try source(operands[2], type)
        let (p, isNegated) = try predicate(operands[3])
        try emit { r in r[d] = (r[p] != 0) != isNegated ? r[a] : r[b] }
    }

    /// `slct d, a, b, c`: a where c is at least zero; b for NaN.
    mutating func decodeSignSelection() throws(EmulatorError) {
        let conditionType = try takeType([.s32, .f32])
        let flush = try takeFlush(conditionType)
        let type = try takeType(EmulatorType.bits + EmulatorType.integers + EmulatorType.floats)
        let operands = try operands(4)
        let d = try destination(operands[0], type)
        let a = try source(operands[1], type)
        let b = try source(operands[2], type)
        let c = try source(operands[3], conditionType)
        if conditionType == .s32 {
            try emit { r in r[d] = r[c] < 0x8000_0000 ? r[a] : r[b] }
        } else {
            try emit { r in r[d] = EmulatorWord.single(r[c], flush) >= 0 ? r[a] : r[b] }
        }
    }
}
