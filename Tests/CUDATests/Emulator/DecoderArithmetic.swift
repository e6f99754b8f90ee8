/// Sums, products, quotients of integers and floating-point numbers.
extension KernelDecoder {
    mutating func decodeSum() throws(EmulatorError) {
        let type = try takeType(EmulatorType.integers + EmulatorType.floats)
        let isDifference = instruction.opcode == "sub"
        let flush = try takeFlush(type)
        if type.isFloat { try takeRounding() }
        let saturates = type == .s32 && take("sat")
        let operands = try operands(3)
        let d = try destination(operands[0], type)
        let a = try source(operands[1], type)
        let b = try source(operands[2], type)
        switch type {
        case .f64:
            if isDifference {
                try emit { r in r[d] = (Double(bitPattern: r[a]) - Double(bitPattern: r[b])).bitPattern }
            } else {
                try emit { r in r[d] = (Double(bitPattern: r[a]) + Double(bitPattern: r[b])).bitPattern }
            }
        case .f32:
            let sign: Float = isDifference ? -1 : 1
            try emit { r in
                let sum = EmulatorWord.single(r[a], flush) + sign * EmulatorWord.single(r[b], flush)
                r[d] = EmulatorWord.word(sum, flush)
            }
        default:
            if saturates {
                try emit { r in
                    let x = EmulatorWord.signed(r[a], 32)
                    let y = EmulatorWord.signed(r[b], 32)
                    let sum = isDifference ? x - y : x + y
                    r[d] = EmulatorWord.bits(min(max(sum, -0x8000_0000), 0x7FFF_FFFF)) & 0xFFFF_FFFF
                }
                return
            }
            let mask = type.mask
            if isDifference {
                try emit { r in r[d] = (r[a] &- r[b]) & mask }
            } else {
                try emit { r in r[d] = (r[a] &+ r[b]) & mask }
            }
        }
    }

    mutating func decodeProduct() throws(EmulatorError) {
        let type = try takeType(EmulatorType.integers + EmulatorType.floats)
        let flush = try takeFlush(type)
        if type.isFloat {
            try takeRounding()
            let operands = try operands(3)
            let d = try destination(operands[0], type)
            let a = try source(operands[1], type)
            let b = try source(operands[2], type)
            if type == .f64 {
                try emit { r in r[d] = (Double(bitPattern: r[a]) * Double(bitPattern: r[b])).bitPattern }
            } else {
                try emit { r in
                    let product = EmulatorWord.single(r[a], flush) * EmulatorWord.single(r[b], flush)
                    r[d] = EmulatorWord.word(product, flush)
                }
            }
            return
        }
        let (product, resultType) = try integerProduct(type)
        let operands = try operands(3)
        let d = try destination(operands[0], resultType)
        let a = try source(operands[1], type)
        let b = try source(operands[2], type)
        try emit { r in r[d] = product(r[a], r[b]) }
    }

    mutating func decodeMultiplyAdd() throws(EmulatorError) {
        let isFused = instruction.opcode == "fma"
        let type = try takeType(isFused ? EmulatorType.floats : EmulatorType.integers + EmulatorType.floats)
        let flush = try takeFlush(type)
        if type.isFloat {
            try takeRounding()
            let operands = try operands(4)
            let d = try destination(operands[0], type)
            let a = try source(operands[1], type)
            let b = try source(operands[2], type)
            let c = try source(operands[3], type)
            if type == .f64 {
                try emit { r in
                    let sum = Double(bitPattern: r[c]).addingProduct(
                        Double(bitPattern: r[a]), Double(bitPattern: r[b]))
                    r[d] = sum.bitPattern
                }
            } else {
                try emit { r in
                    let sum = EmulatorWord.single(r[c], flush).addingProduct(
                        EmulatorWord.single(r[a], flush), EmulatorWord.single(r[b], flush))
                    r[d] = EmulatorWord.word(sum, flush)
                }
            }
            return
        }
        let (product, resultType) = try integerProduct(type)
        let mask = resultType.mask
        let operands = try operands(4)
        let d = try destination(operands[0], resultType)
        let a = try source(operands[1], type)
        let b = try source(operands[2], type)
        let c = try source(operands[3], resultType)
        try emit { r in r[d] = (product(r[a], r[b]) &+ r[c]) & mask }
    }

    /// The product that `.lo`, `.hi` or `.wide` asks for, and its type.
    private mutating func integerProduct(
        _ type: EmulatorType
    ) throws(EmulatorError) -> (@Sendable (UInt64, UInt64) -> UInt64, EmulatorType) {
        let mask = type.mask
        let shift = UInt64(64 - type.width)
        let isSigned = type.isSigned
        if take("lo") { return ({ a, b in (a &* b) & mask }, type) }
        if take("wide") {
            let wide: [EmulatorType: EmulatorType] = [.s16: .s32, .u16: .u32, .s32: .s64, .u32: .u64]
            guard let result = wide[type] else {
                throw fault(.typeMismatch, ".wide does not exist for .\(type.rawValue)")
            }
            let resultMask = result.mask
            guard isSigned else { return ({ a, b in a &* b }, result) }
            return (
                { a, b in
                    EmulatorWord.bits(EmulatorWord.signed(a, shift) &* EmulatorWord.signed(b, shift))
                        & resultMask
                }, result
            )
        }
        guard take("hi") else { throw fault(.typeMismatch, "an integer product needs .lo, .hi or .wide") }
        let width = UInt64(type.width)
        if type.width == 64 {
            return isSigned
                ? (
                    { a, b in
                        EmulatorWord.bits(
                            Int64(bitPattern: a).multipliedFullWidth(by: Int64(bitPattern: b)).high)
                    }, type
                )
                : ({ a, b in a.multipliedFullWidth(by: b).high }, type)
        }
        guard isSigned else { return ({ a, b in (a &* b) &>> width }, type) }
        return (
            { a, b in
                (EmulatorWord.bits(EmulatorWord.signed(a, shift) &* EmulatorWord.signed(b, shift)) &>> width)
                    & mask
            }, type
        )
    }

    mutating func decodeDivision() throws(EmulatorError) {
        let isRemainder = instruction.opcode == "rem"
        let type = try takeType(
            isRemainder ? EmulatorType.integers : EmulatorType.integers + EmulatorType.floats)
        let flush = try takeFlush(type)
        if type.isFloat {
            // .full and .approx are the assembler's quick quotients; here both are the rounded one.
            if type == .f64 || !(take("full") || take("approx")) { try takeRounding() }
        }
        let operands = try operands(3)
        let d = try destination(operands[0], type)
        let a = try source(operands[1], type)
        let b = try source(operands[2], type)
        switch type {
        case .f64:
            try emit { r in r[d] = (Double(bitPattern: r[a]) / Double(bitPattern: r[b])).bitPattern }
        case .f32:
            try emit { r in
                let quotient = EmulatorWord.single(r[a], flush) / EmulatorWord.single(r[b], flush)
                r[d] = EmulatorWord.word(quotient, flush)
            }
        default:
            try decodeIntegerDivision(type, isRemainder, d, a, b)
        }
    }

    private mutating func decodeIntegerDivision(
        _ type: EmulatorType, _ isRemainder: Bool, _ d: Int, _ a: Int, _ b: Int
    ) throws(EmulatorError) {
        let mask = type.mask
        let shift = UInt64(64 - type.width)
        let isSigned = type.isSigned
        let allowsZero = options.allowsDivisionByZero
        try emit(effect: { (machine, r) throws(EmulatorError) in
            let divisor = r[b]
            guard divisor != 0 else {
                guard allowsZero else {
                    throw EmulatorError(
                        .divisionByZero, "division of the integer \(r[a]) by zero has no result in PTX")
                }
                r[d] = isRemainder ? r[a] : mask
                return
            }
            if isSigned {
                let x = EmulatorWord.signed(r[a], shift)
                let y = EmulatorWord.signed(divisor, shift)
                // The least integer divided by -1 wraps.
                let parts = y == -1 ? (quotient: 0 &- x, remainder: 0) : x.quotientAndRemainder(dividingBy: y)
                r[d] = EmulatorWord.bits(isRemainder ? parts.remainder : parts.quotient) & mask
            } else {
                r[d] = isRemainder ? r[a] % divisor : r[a] / divisor
            }
        })
    }
}
