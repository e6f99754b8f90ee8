import Testing

/// `cvt` and `mov` against Swift's conversions.
@Suite("PTX emulator: conversions")
struct EmulatorConversionTests {
    @Test("double to integers: rounded, clamped, NaN", arguments: ["rni", "rzi", "rmi", "rpi"])
    func doubleToInteger(_ rounding: String) throws {
        let rule: FloatingPointRoundingRule =
            switch rounding {
            case "rni": .toNearestOrEven
            case "rzi": .towardZero
            case "rmi": .down
            default: .up
            }
        let values = Corners.doubles + [0.5, -0.5, 2.5, 127.5, 255.5, -129, 0x1p31 - 0.5, -0x1p31 - 1]
        try check("s64", Int64.self, values, rounding, rule)
        try check("u64", UInt64.self, values, rounding, rule)
        try check("s32", Int32.self, values, rounding, rule)
        try check("u32", UInt32.self, values, rounding, rule)
        try check("s16", Int16.self, values, rounding, rule)
        try check("u16", UInt16.self, values, rounding, rule)
    }

    private func check<Value: FixedWidthInteger>(
        _ type: String, _: Value.Type, _ values: [Double], _ rounding: String,
        _ rule: FloatingPointRoundingRule
    ) throws {
        let run = InstructionRun(
            instruction: "cvt.\(rounding).\(type).f64 %y, %x0;", input: "f64", output: type)
        for (x, word) in zip(values, try run(values.map { [$0.bitPattern] })) {
            let rounded = x.rounded(rule)
            let expected: Value =
                if x.isNaN {
                    1 << (Value.bitWidth - 1)
                } else if let exact = Value(exactly: rounded) {
                    exact
                } else {
                    rounded < 0 ? .min : .max
                }
            #expect(Value(truncatingIfNeeded: word) == expected, "cvt.\(rounding).\(type).f64 \(x)")
        }
    }

    /// Values for NaN: PTX ISA, cvt.
    @Test("NaN of single precision")
    func singleNaN() throws {
        let nan = [[UInt64(Float.nan.bitPattern)]]
        for (type, expected) in [("s32", 0), ("u32", 0), ("s64", 1 << 63), ("u64", 1 << 63)]
            as [(String, UInt64)]
        {
            let run = InstructionRun(instruction: "cvt.rzi.\(type).f32 %y, %x0;", input: "f32", output: type)
            #expect(try run(nan) == [expected])
        }
    }

    @Test("integers to floating point, every rounding", arguments: ["rn", "rz", "rm", "rp"])
    func integerToFloat(_ rounding: String) throws {
        let words = Corners.words + [0x0020_0000_0000_0001, 0xFFDF_FFFF_FFFF_FFFF, 0x0100_0001, 0xFEFF_FFFF]
        let rule = Self.rule(rounding)
        let operands = words.map { [$0] }
        let results = try [
            InstructionRun(instruction: "cvt.\(rounding).f64.s64 %y, %x0;", input: "s64", output: "f64")(
                operands),
            InstructionRun(instruction: "cvt.\(rounding).f64.u64 %y, %x0;", input: "u64", output: "f64")(
                operands),
            InstructionRun(instruction: "cvt.\(rounding).f32.s64 %y, %x0;", input: "s64", output: "f32")(
                operands),
            InstructionRun(instruction: "cvt.\(rounding).f32.u32 %y, %x0;", input: "u32", output: "f32")(
                operands),
        ]
        for (index, word) in words.enumerated() {
            let signed = Int64(bitPattern: word)
            #expect(results[0][index] == Self.rounded(Int128(signed), 53, rule).bitPattern, "\(signed)")
            #expect(results[1][index] == Self.rounded(Int128(word), 53, rule).bitPattern, "\(word)")
            #expect(
                results[2][index] == UInt64(Float(Self.rounded(Int128(signed), 24, rule)).bitPattern),
                "\(signed)")
            let low = Int128(UInt32(truncatingIfNeeded: word))
            #expect(results[3][index] == UInt64(Float(Self.rounded(low, 24, rule)).bitPattern), "\(low)")
        }
    }

    /// An integer rounded to so many significant bits, by integer arithmetic alone.
    private static func rounded(_ value: Int128, _ digits: Int, _ rule: FloatingPointRoundingRule) -> Double {
        let magnitude = value.magnitude
        let length = 128 - magnitude.leadingZeroBitCount
        let excess = max(length - digits, 0)
        var kept = magnitude >> excess
        let rest = magnitude - kept << excess
        let half: UInt128 = excess > 0 ? 1 << (excess - 1) : 0
        let isUp: Bool =
            switch rule {
            case .toNearestOrEven: rest > half || (rest == half && rest != 0 && kept & 1 == 1)
            case .down: rest != 0 && value < 0
            case .up: rest != 0 && value > 0
            default: false
            }
        if isUp { kept += 1 }
        let result = Double(sign: .plus, exponent: excess, significand: Double(UInt64(kept)))
        return value < 0 ? -result : result
    }

    private static func rule(_ name: String) -> FloatingPointRoundingRule {
        switch name {
        case "rn": .toNearestOrEven
        case "rz": .towardZero
        case "rm": .down
        default: .up
        }
    }

    @Test("double to single, every rounding")
    func doubleToSingle() throws {
        let values: [Double] =
            Corners.doubles.filter { !$0.isNaN } + [
                1 + 0x1p-24, 1 + 0x1p-25, -1 - 0x1p-30, 0x1p-150, -0x1p-151, 1e39,
            ]
        for rounding in ["rn", "rz", "rm", "rp"] {
            let run = InstructionRun(
                instruction: "cvt.\(rounding).f32.f64 %y, %x0;", input: "f64", output: "f32")
            for (x, word) in zip(values, try run(values.map { [$0.bitPattern] })) {
                let result = Float(bitPattern: UInt32(truncatingIfNeeded: word))
                let message = "\(rounding) \(x) gives \(result)"
                if rounding == "rn" {
                    #expect(result.bitPattern == Float(x).bitPattern, "\(message)")
                    continue
                }
                // The neighbour on the asked side, so that nothing of single precision lies between.
                let isDown = rounding == "rm" || (rounding == "rz" && x > 0)
                if isDown {
                    #expect(
                        Double(result) <= x && (Double(result.nextUp) > x || result == .infinity),
                        "\(message)")
                } else {
                    #expect(
                        Double(result) >= x && (Double(result.nextDown) < x || result == -.infinity),
                        "\(message)")
                }
            }
        }
        let widen = InstructionRun(instruction: "cvt.f64.f32 %y, %x0;", input: "f32", output: "f64")
        let singles = Corners.singles.filter { !$0.isNaN }
        #expect(try widen(singles.map { [UInt64($0.bitPattern)] }) == singles.map { Double($0).bitPattern })
    }

    @Test("integers of other widths")
    func integers() throws {
        let operands = Corners.words.map { [$0] }
        func results(_ instruction: String, _ input: String, _ output: String) throws -> [UInt64] {
            try InstructionRun(instruction: instruction, input: input, output: output)(operands)
        }
        #expect(
            try results("cvt.s64.s32 %y, %x0;", "s32", "s64")
                == Corners.words.map { UInt64(bitPattern: Int64(Int32(truncatingIfNeeded: $0))) })
        #expect(
            try results("cvt.s32.s8 %y, %x0;", "s32", "s32")
                == Corners.words.map { UInt64(UInt32(bitPattern: Int32(Int8(truncatingIfNeeded: $0)))) })
        #expect(
            try results("cvt.s8.s64 %y, %x0;", "s64", "s32")
                == Corners.words.map { UInt64(UInt32(bitPattern: Int32(Int8(truncatingIfNeeded: $0)))) })
        #expect(try results("cvt.u32.u64 %y, %x0;", "u64", "u32") == Corners.words.map { $0 & 0xFFFF_FFFF })
        #expect(
            try results("cvt.sat.s32.s64 %y, %x0;", "s64", "s32")
                == Corners.words.map { UInt64(UInt32(bitPattern: Int32(clamping: Int64(bitPattern: $0)))) })
        #expect(
            try results("cvt.sat.u8.s64 %y, %x0;", "s64", "u32")
                == Corners.words.map { UInt64(UInt8(clamping: Int64(bitPattern: $0))) })
    }

    @Test("rounding to integral values, saturation")
    func integral() throws {
        for (name, rule) in [("rni", FloatingPointRoundingRule.toNearestOrEven), ("rzi", .towardZero)] {
            let run = InstructionRun(instruction: "cvt.\(name).f64.f64 %y, %x0;", input: "f64", output: "f64")
            let values = Corners.doubles.filter { !$0.isNaN }
            #expect(try run(values.map { [$0.bitPattern] }) == values.map { $0.rounded(rule).bitPattern })
        }
        let clamp = InstructionRun(instruction: "cvt.sat.f64.f64 %y, %x0;", input: "f64", output: "f64")
        #expect(
            try clamp([-2, 0.25, 7, Double.nan].map { [$0.bitPattern] })
                == [0, 0.25, 1, 0].map(\Double.bitPattern))
    }

    @Test("moves of bits, parts and literals")
    func moves() throws {
        #expect(try PTXProbe.run("mov.b64 %rd0, {%r1, %r2};".withRegisters) == 0x0000_0007_0000_0005)
        #expect(
            try PTXProbe.run("mov.b64 %d1, 0x0000000900000008; mov.b64 {_, %r3}, %d1; cvt.u64.u32 %rd0, %r3;")
                == 9)
        #expect(
            try PTXProbe.run("mov.f64 %d1, 0d3FF8000000000000; mov.b64 %rd0, %d1;") == Double(1.5).bitPattern)
        #expect(try PTXProbe.run("mov.f64 %d1, 0f3FC00000; mov.b64 %rd0, %d1;") == Double(1.5).bitPattern)
        #expect(try PTXProbe.run("mov.f64 %d1, -1.5e2; mov.b64 %rd0, %d1;") == (-150.0).bitPattern)
        #expect(try PTXProbe.run("mov.u64 %rd0, -2;") == .max - 1)
        #expect(try PTXProbe.run("mov.u32 %r1, 0x1ffffffff; cvt.u64.u32 %rd0, %r1;") == 0xFFFF_FFFF)
        #expect(try PTXProbe.run("mov.u32 %r1, 0b101; add.u32 %r1, %r1, 017; cvt.u64.u32 %rd0, %r1;") == 20)
        #expect(try PTXProbe.run("mov.u32 %r1, WARP_SZ; cvt.u64.u32 %rd0, %r1;") == 32)
        #expect(
            try PTXProbe.run("mov.u64 %rd1, %clock64; mov.u64 %rd2, %clock64; sub.u64 %rd0, %rd2, %rd1;") <= 1
        )
    }
}

extension String {
    fileprivate var withRegisters: String { "mov.u32 %r1, 5; mov.u32 %r2, 7; " + self }
}
