import Testing

/// Integer and bit instructions against Swift's integers.
@Suite("PTX emulator: integers")
struct EmulatorIntegerTests {
    private static let operations = [
        "add", "sub", "mul.lo", "mul.hi", "div", "rem", "min", "max", "and", "or", "xor", "shl", "shr",
    ]

    @Test("64 bits, signed", arguments: operations)
    func signed64(_ name: String) throws {
        try check(name, Int64.self, "s64", bits: "b64")
    }

    @Test("64 bits, unsigned", arguments: operations)
    func unsigned64(_ name: String) throws {
        try check(name, UInt64.self, "u64", bits: "b64")
    }

    @Test("32 bits, signed", arguments: operations)
    func signed32(_ name: String) throws {
        try check(name, Int32.self, "s32", bits: "b32")
    }

    @Test("32 bits, unsigned", arguments: operations)
    func unsigned32(_ name: String) throws {
        try check(name, UInt32.self, "u32", bits: "b32")
    }

    @Test("16 bits", arguments: operations)
    func narrow(_ name: String) throws {
        try check(name, Int16.self, "s16", bits: "b16")
        try check(name, UInt16.self, "u16", bits: "b16")
    }

    private func check<Value: FixedWidthInteger>(
        _ name: String, _: Value.Type, _ type: String, bits: String
    ) throws {
        let isLogic = ["and", "or", "xor", "shl"].contains(name)
        let isShift = ["shl", "shr"].contains(name)
        let isDivision = ["div", "rem"].contains(name)
        let pairs = Corners.pairs(Corners.words).filter {
            !isDivision || Value(truncatingIfNeeded: $0.1) != 0
        }
        let run = InstructionRun(
            instruction: "\(name).\(isLogic ? bits : type) %y, %x0, %x1;", input: type, output: type,
            second: isShift ? "u32" : nil)
        let results = try run(pairs.map { [$0.0, $0.1] })
        for ((first, second), word) in zip(pairs, results) {
            let a = Value(truncatingIfNeeded: first)
            let b = Value(truncatingIfNeeded: second)
            let amount = UInt32(truncatingIfNeeded: second)
            let expected: Value =
                switch name {
                case "add": a &+ b
                case "sub": a &- b
                case "mul.lo": a &* b
                case "mul.hi": a.multipliedFullWidth(by: b).high
                case "div": a.dividedReportingOverflow(by: b).partialValue
                case "rem": a.remainderReportingOverflow(dividingBy: b).partialValue
                case "min": min(a, b)
                case "max": max(a, b)
                case "and": a & b
                case "or": a | b
                case "xor": a ^ b
                // Swift's smart shifts give what PTX's clamping gives.
                case "shl": a << amount
                default: a >> amount
                }
            #expect(Value(truncatingIfNeeded: word) == expected, "\(name).\(type) \(a), \(b)")
        }
    }

    @Test("wide products and sums of products")
    func products() throws {
        let pairs = Corners.pairs(Corners.words)
        let operands = pairs.map { [$0.0, $0.1, 0xFFFF_FFFF_0000_0003] }
        let signed = InstructionRun(
            instruction: "mad.wide.s32 %y, %x0, %x1, %x2;", input: "s32", output: "s64", third: "s64")
        let unsigned = InstructionRun(
            instruction: "mad.wide.u32 %y, %x0, %x1, %x2;", input: "u32", output: "u64", third: "u64")
        let low = InstructionRun(instruction: "mad.lo.s64 %y, %x0, %x1, %x2;", input: "s64", output: "s64")
        let (s, u, l) = (try signed(operands), try unsigned(operands), try low(operands))
        for (index, (a, b)) in pairs.enumerated() {
            let product = Int64(Int32(truncatingIfNeeded: a)) * Int64(Int32(truncatingIfNeeded: b))
            #expect(Int64(bitPattern: s[index]) == product &+ Int64(bitPattern: 0xFFFF_FFFF_0000_0003))
            let full = UInt64(UInt32(truncatingIfNeeded: a)) * UInt64(UInt32(truncatingIfNeeded: b))
            #expect(u[index] == full &+ 0xFFFF_FFFF_0000_0003)
            #expect(l[index] == a &* b &+ 0xFFFF_FFFF_0000_0003)
        }
    }

    @Test("one operand")
    func unary() throws {
        let words = Corners.words
        let operands = words.map { [$0] }
        func results(_ instruction: String, _ input: String, _ output: String) throws -> [UInt64] {
            try InstructionRun(instruction: instruction, input: input, output: output)(operands)
        }
        let low = words.map { UInt32(truncatingIfNeeded: $0) }
        #expect(try results("popc.b64 %y, %x0;", "b64", "u32") == words.map { UInt64($0.nonzeroBitCount) })
        #expect(try results("popc.b32 %y, %x0;", "b32", "u32") == low.map { UInt64($0.nonzeroBitCount) })
        #expect(try results("clz.b64 %y, %x0;", "b64", "u32") == words.map { UInt64($0.leadingZeroBitCount) })
        #expect(try results("clz.b32 %y, %x0;", "b32", "u32") == low.map { UInt64($0.leadingZeroBitCount) })
        #expect(try results("not.b64 %y, %x0;", "b64", "b64") == words.map { ~$0 })
        #expect(try results("not.b32 %y, %x0;", "b32", "b32") == low.map { UInt64(~$0) })
        #expect(try results("cnot.b64 %y, %x0;", "b64", "b64") == words.map { $0 == 0 ? 1 : 0 })
        #expect(try results("neg.s64 %y, %x0;", "s64", "s64") == words.map { 0 &- $0 })
        #expect(try results("neg.s32 %y, %x0;", "s32", "s32") == low.map { UInt64(0 &- $0) })
        #expect(
            try results("abs.s64 %y, %x0;", "s64", "s64") == words.map { Int64(bitPattern: $0).magnitude })
        #expect(
            try results("abs.s32 %y, %x0;", "s32", "s32")
                == low.map { UInt64(Int32(bitPattern: $0).magnitude) })
        #expect(
            try results("brev.b64 %y, %x0;", "b64", "b64")
                == words.map { word in
                    UInt64(String(String(word, radix: 2).reversed()).padded(64), radix: 2) ?? 0
                })
        #expect(
            try results("bfind.s32 %y, %x0;", "s32", "u32")
                == low.map { word in
                    let bits = Int32(bitPattern: word) < 0 ? ~word : word
                    return bits == 0 ? 0xFFFF_FFFF : UInt64(31 - bits.leadingZeroBitCount)
                })
        #expect(
            try results("add.sat.s32 %y, %x0, 100;", "s32", "s32")
                == low.map { word in
                    let (sum, overflows) = Int32(bitPattern: word).addingReportingOverflow(100)
                    return UInt64(UInt32(bitPattern: overflows ? .max : sum))
                })
    }

    @Test("bit fields, bit by bit as the manual defines them")
    func fields() throws {
        let positions: [UInt64] = [0, 1, 4, 31, 32, 40, 63, 64, 255, 256, 260]
        let lengths: [UInt64] = [0, 1, 8, 31, 32, 33, 64, 255]
        for (type, bits) in [("u32", 32), ("s32", 32), ("u64", 64), ("s64", 64)] {
            var rows: [[UInt64]] = []
            for word in Corners.words {
                for position in positions { for length in lengths { rows.append([word, position, length]) } }
            }
            let extract = InstructionRun(
                instruction: "bfe.\(type) %y, %x0, %x1, %x2;", input: type, output: type, second: "u32",
                third: "u32")
            let insert = InstructionRun(
                instruction: "bfi.b\(bits) %y, %x0, 0x5555, %x1, %x2;", input: type, output: type,
                second: "u32",
                third: "u32")
            let (extracted, inserted) = (try extract(rows), try insert(rows))
            for (index, row) in rows.enumerated() {
                let (position, length) = (Int(row[1] & 0xFF), Int(row[2] & 0xFF))
                let a = (0..<bits).map { row[0] >> UInt64($0) & 1 }
                let isSigned = type.hasPrefix("s")
                let fill = isSigned && length > 0 ? a[min(position + length - 1, bits - 1)] : 0
                var field: UInt64 = 0
                var merged: UInt64 = 0x5555
                for bit in 0..<bits {
                    let value = bit < length && position + bit < bits ? a[position + bit] : fill
                    field |= value << UInt64(bit)
                    if bit < length, position + bit < bits {
                        merged = merged & ~(1 << UInt64(position + bit)) | a[bit] << UInt64(position + bit)
                    }
                }
                #expect(extracted[index] == field, "bfe.\(type) \(row)")
                #expect(inserted[index] == merged, "bfi.\(type) \(row)")
            }
        }
    }

    @Test("bytes and logic tables")
    func tables() throws {
        let permute = InstructionRun(instruction: "prmt.b32 %y, %x0, %x1, %x2;", input: "b32", output: "b32")
        #expect(try permute([[0x8322_1100, 0x7766_5544, 0x7531]]) == [0x7755_8311])
        #expect(try permute([[0x8322_1100, 0x7766_5544, 0x3B0F]]) == [0x83FF_0000])
        let lookup = InstructionRun(
            instruction: "lop3.b32 %y, %x0, %x1, %x2, 0x96;", input: "b32", output: "b32")
        #expect(try lookup([[0xF0F0, 0xCCCC, 0xAAAA]]) == [0xF0F0 ^ 0xCCCC ^ 0xAAAA])
        let difference = InstructionRun(
            instruction: "sad.s32 %y, %x0, %x1, %x2;", input: "s32", output: "s32")
        #expect(try difference([[0xFFFF_FFFF, 2, 10], [2, 0xFFFF_FFFF, 10]]) == [13, 13])
        let select = InstructionRun(
            instruction: "slct.u64.s32 %y, %x0, %x1, %x2;", input: "u64", output: "u64", third: "s32")
        #expect(try select([[5, 6, 0], [5, 6, 0xFFFF_FFFF]]) == [5, 6])
    }

    @Test("division by zero is an error unless it is allowed")
    func divisionByZero() throws {
        var run = InstructionRun(instruction: "div.u32 %y, %x0, %x1;", input: "u32", output: "u32")
        #expect(PTXProbe.errorKind { _ = try run([[5, 0]]) } == .divisionByZero)
        run.options.allowsDivisionByZero = true
        #expect(try run([[5, 0]]) == [0xFFFF_FFFF])
    }
}

extension String {
    /// Zeros behind, up to a length.
    fileprivate func padded(_ count: Int) -> String {
        self + String(repeating: "0", count: count - self.count)
    }
}
