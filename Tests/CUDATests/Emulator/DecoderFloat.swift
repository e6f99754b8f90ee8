import Foundation

/// Roots, approximations, signs, extrema and classes of numbers.
extension KernelDecoder {
    mutating func decodeRoot() throws(EmulatorError) {
        let isRoot = instruction.opcode == "sqrt"
        let type = try takeType(EmulatorType.floats)
        if type == .f64, !isRoot, modifiers.contains("approx") {
            try decodeCoarseReciprocal()
            return
        }
        let flush = try takeFlush(type)
        if type == .f64 || !take("approx") { try takeRounding() }
        let operands = try operands(2)
        let d = try destination(operands[0], type)
        let a = try source(operands[1], type)
        switch (type, isRoot) {
        case (.f64, true): try emit { r in r[d] = Double(bitPattern: r[a]).squareRoot().bitPattern }
        case (.f64, false): try emit { r in r[d] = (1 / Double(bitPattern: r[a])).bitPattern }
        case (_, true):
            try emit { r in r[d] = EmulatorWord.word(EmulatorWord.single(r[a], flush).squareRoot(), flush) }
        default: try emit { r in r[d] = EmulatorWord.word(1 / EmulatorWord.single(r[a], flush), flush) }
        }
    }

    /// `rcp.approx.ftz.f64`: the reciprocal of the upper 32 bits, cut to its upper 32 bits; no subnormal numbers.
    private mutating func decodeCoarseReciprocal() throws(EmulatorError) {
        guard take("approx"), take("ftz") else { throw fault(.typeMismatch, "rcp.approx.f64 needs .ftz") }
        let operands = try operands(2)
        let d = try destination(operands[0], .f64)
        let a = try source(operands[1], .f64)
        try emit { r in r[d] = Self.coarse(Double(bitPattern: r[a])) { 1 / $0 } }
    }

    private static func coarse(_ x: Double, _ function: (Double) -> Double) -> UInt64 {
        if x.isNaN { return Double.nan.bitPattern }
        let upper: UInt64 = 0xFFFF_FFFF_0000_0000
        let input = x.isSubnormal ? Double(sign: x.sign, exponent: 0, significand: 0) : x
        let result = function(Double(bitPattern: input.bitPattern & upper))
        if result.isSubnormal { return result.bitPattern & 0x8000_0000_0000_0000 }
        return result.bitPattern & upper
    }

    /// `ex2`, `lg2`, `sin`, `cos`, `tanh`, `rsqrt` `.approx`.
    ///
    /// The hardware's results are within a few units in the last place (or absolute errors of about 2^-21) and not
    /// specified to the bit. Here single precision is the C library's double result rounded once. `rsqrt.approx.f64`
    /// is the double result cut to 24 significant bits, with `.ftz` to the upper 32 bits as `rcp`.
    mutating func decodeApproximation() throws(EmulatorError) {
        let name = instruction.opcode
        let type = try takeType(name == "rsqrt" ? EmulatorType.floats : [.f32])
        guard take("approx") else { throw fault(.typeMismatch, "the instruction exists only with .approx") }
        if name == "tanh" { try require(version: 700, target: 75) }
        let isCoarse = type == .f64 && take("ftz")
        let flush = try takeFlush(type)
        let operands = try operands(2)
        let d = try destination(operands[0], type)
        let a = try source(operands[1], type)
        if type == .f64 {
            if isCoarse {
                try emit { r in r[d] = Self.coarse(Double(bitPattern: r[a])) { 1 / $0.squareRoot() } }
            } else {
                try emit { r in
                    r[d] = (1 / Double(bitPattern: r[a]).squareRoot()).bitPattern & 0xFFFF_FFFF_E000_0000
                }
            }
            return
        }
        let functions: [String: @Sendable (Double) -> Double] = [
            "ex2": { exp2($0) }, "lg2": { log2($0) }, "sin": { sin($0) }, "cos": { cos($0) },
            "tanh": { tanh($0) },
            "rsqrt": { 1 / $0.squareRoot() },
        ]
        guard let function = functions[name] else { throw fault(.unsupported, "unknown function") }
        try emit { r in
            let x = Double(EmulatorWord.single(r[a], flush))
            r[d] = EmulatorWord.word(Float(function(x)), flush)
        }
    }

    mutating func decodeSign() throws(EmulatorError) {
        let isNegation = instruction.opcode == "neg"
        let type = try takeType([.s16, .s32, .s64] + EmulatorType.floats)
        let flush = try takeFlush(type)
        let operands = try operands(2)
        let d = try destination(operands[0], type)
        let a = try source(operands[1], type)
        let mask = type.mask
        if type.isFloat {
            let signBit: UInt64 = 1 &<< UInt64(type.width - 1)
            try emit { r in
                var word = r[a]
                if flush { word = EmulatorWord.word(EmulatorWord.single(word, true), true) }
                r[d] = isNegation ? word ^ signBit : word & ~signBit
            }
            return
        }
        let shift = UInt64(64 - type.width)
        try emit { r in
            let x = EmulatorWord.signed(r[a], shift)
            r[d] = EmulatorWord.bits(isNegation || x < 0 ? 0 &- x : x) & mask
        }
    }

    mutating func decodeExtremum() throws(EmulatorError) {
        let isMinimum = instruction.opcode == "min"
        let type = try takeType(EmulatorType.integers + EmulatorType.floats)
        let flush = try takeFlush(type)
        let propagates = type == .f32 && take("NaN")
        if propagates { try require(version: 700, target: 80) }
        let operands = try operands(3)
        let d = try destination(operands[0], type)
        let a = try source(operands[1], type)
        let b = try source(operands[2], type)
        switch type {
        case .f64:
            try emit { r in
                let x = Double(bitPattern: r[a])
                let y = Double(bitPattern: r[b])
                r[d] = (isMinimum ? EmulatorWord.minimum(x, y) : EmulatorWord.maximum(x, y)).bitPattern
            }
        case .f32:
            try emit { r in
                let x = Double(EmulatorWord.single(r[a], flush))
                let y = Double(EmulatorWord.single(r[b], flush))
                let isNaN = propagates && (x.isNaN || y.isNaN)
                let extremum = isMinimum ? EmulatorWord.minimum(x, y) : EmulatorWord.maximum(x, y)
                r[d] = EmulatorWord.word(isNaN ? .nan : Float(extremum), flush)
            }
        default:
            // Adding half the range orders signed words as unsigned ones.
            let bias: UInt64 = type.isSigned ? 1 &<< UInt64(type.width - 1) : 0
            try emit { r in
                let isLess = r[a] ^ bias < r[b] ^ bias
                r[d] = isLess == isMinimum ? r[a] : r[b]
            }
        }
    }

    /// `copysign d, a, b`: the sign of a and the magnitude of b, the reverse of C.
    mutating func decodeCopysign() throws(EmulatorError) {
        let type = try takeType(EmulatorType.floats)
        let operands = try operands(3)
        let d = try destination(operands[0], type)
        let a = try source(operands[1], type)
        let b = try source(operands[2], type)
        let signBit: UInt64 = 1 &<< UInt64(type.width - 1)
        try emit { r in r[d] = (r[a] & signBit) | (r[b] & ~signBit) }
    }

    mutating func decodeClassification() throws(EmulatorError) {
        let type = try takeType(EmulatorType.floats)
        let tests: [String: @Sendable (Double, Bool) -> Bool] = [
            "finite": { x, _ in x.isFinite }, "infinite": { x, _ in x.isInfinite },
            "number": { x, _ in !x.isNaN }, "notanumber": { x, _ in x.isNaN },
            "normal": { x, isSubnormal in x.isFinite && x != 0 && !isSubnormal },
            "subnormal": { _, isSubnormal in isSubnormal },
        ]
        guard let test = take(oneOf: tests) else {
            throw fault(.typeMismatch, "testp needs a class of numbers")
        }
        let operands = try operands(2)
        let d = try destination(operands[0], .pred)
        let a = try source(operands[1], type)
        let isSingle = type == .f32
        try emit { r in
            if isSingle {
                let x = EmulatorWord.single(r[a], false)
                r[d] = test(Double(x), x.isSubnormal) ? 1 : 0
            } else {
                let x = Double(bitPattern: r[a])
                r[d] = test(x, x.isSubnormal) ? 1 : 0
            }
        }
    }

    /// `sad d, a, b, c`: c + |a - b|.
    mutating func decodeAbsoluteDifference() throws(EmulatorError) {
        let type = try takeType(EmulatorType.integers)
        let operands = try operands(4)
        let d = try destination(operands[0], type)
        let a = try source(operands[1], type)
        let b = try source(operands[2], type)
        let c = try source(operands[3], type)
        let mask = type.mask
        let bias: UInt64 = type.isSigned ? 1 &<< UInt64(type.width - 1) : 0
        try emit { r in
            let x = r[a] ^ bias
            let y = r[b] ^ bias
            r[d] = (r[c] &+ (x < y ? y &- x : x &- y)) & mask
        }
    }
}
