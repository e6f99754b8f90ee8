import Testing

/// Floating-point instructions against Swift's arithmetic, to the bit but for the payload of NaN.
@Suite("PTX emulator: floating point")
struct EmulatorFloatTests {
    @Test(
        "double precision of two operands",
        arguments: ["add", "sub", "mul", "div", "min", "max", "copysign"])
    func binaryDouble(_ name: String) throws {
        let rounding = ["add", "sub", "mul", "div"].contains(name) ? ".rn" : ""
        let pairs = Corners.pairs(Corners.doubles)
        let run = InstructionRun(
            instruction: "\(name)\(rounding).f64 %y, %x0, %x1;", input: "f64", output: "f64")
        let results = try run(pairs.map { [$0.0.bitPattern, $0.1.bitPattern] })
        for ((a, b), word) in zip(pairs, results) {
            let result = Double(bitPattern: word)
            let expected: Double =
                switch name {
                case "add": a + b
                case "sub": a - b
                case "mul": a * b
                case "div": a / b
                case "copysign": Double(signOf: a, magnitudeOf: b)
                case "min": Self.extremum(a, b, isMinimum: true)
                default: Self.extremum(a, b, isMinimum: false)
                }
            #expect(Self.same(result, expected), "\(name)(\(a), \(b)) = \(result), not \(expected)")
        }
    }

    @Test(
        "single precision of two operands",
        arguments: ["add", "sub", "mul", "div", "min", "max"])
    func binarySingle(_ name: String) throws {
        let rounding = ["add", "sub", "mul", "div"].contains(name) ? ".rn" : ""
        let pairs = Corners.pairs(Corners.singles)
        let run = InstructionRun(
            instruction: "\(name)\(rounding).f32 %y, %x0, %x1;", input: "f32", output: "f32")
        let results = try run(pairs.map { [UInt64($0.0.bitPattern), UInt64($0.1.bitPattern)] })
        for ((a, b), word) in zip(pairs, results) {
            let expected: Float =
                switch name {
                case "add": a + b
                case "sub": a - b
                case "mul": a * b
                case "div": a / b
                case "min": Float(Self.extremum(Double(a), Double(b), isMinimum: true))
                default: Float(Self.extremum(Double(a), Double(b), isMinimum: false))
                }
            // The hardware gives one NaN in single precision, whatever went in.
            let expectedWord = expected.isNaN ? 0x7FFF_FFFF : UInt64(expected.bitPattern)
            #expect(word == expectedWord, "\(name)(\(a), \(b))")
        }
    }

    @Test("fused products are rounded once")
    func fused() throws {
        let values: [Double] = [
            0, -0.0, 1, 0x1.0000000000001p0, 0x1p-1074, 0x1p-537, 1e300, .infinity, .nan, -1,
        ]
        var rows: [[Double]] = []
        for a in values { for b in values { for c in values { rows.append([a, b, c]) } } }
        let run = InstructionRun(instruction: "fma.rn.f64 %y, %x0, %x1, %x2;", input: "f64", output: "f64")
        for (row, word) in zip(rows, try run(rows.map { $0.map(\.bitPattern) })) {
            #expect(Self.same(Double(bitPattern: word), row[2].addingProduct(row[0], row[1])), "\(row)")
        }
        // (1 + 2^-52)^2 - (1 + 2^-51) = 2^-104: two roundings would give zero.
        let one = 0x1.0000000000001p0
        let exact = try run([[one.bitPattern, one.bitPattern, (-0x1.0000000000002p0).bitPattern]])
        #expect(exact == [Double(0x1p-104).bitPattern])
        let single = InstructionRun(instruction: "fma.rn.f32 %y, %x0, %x1, %x2;", input: "f32", output: "f32")
        let x: Float = 0x1.000002p0
        let y: Float = -0x1.000004p0
        #expect(
            try single([[UInt64(x.bitPattern), UInt64(x.bitPattern), UInt64(y.bitPattern)]])
                == [UInt64(Float(0x1p-46).bitPattern)])
    }

    @Test("one operand", arguments: ["sqrt.rn", "rcp.rn", "neg", "abs"])
    func unary(_ name: String) throws {
        let run = InstructionRun(instruction: "\(name).f64 %y, %x0;", input: "f64", output: "f64")
        for (a, word) in zip(Corners.doubles, try run(Corners.doubles.map { [$0.bitPattern] })) {
            let expected: Double =
                switch name {
                case "sqrt.rn": a.squareRoot()
                case "rcp.rn": 1 / a
                case "neg": -a
                default: a.magnitude
                }
            #expect(Self.same(Double(bitPattern: word), expected), "\(name)(\(a))")
        }
        let single = InstructionRun(instruction: "\(name).f32 %y, %x0;", input: "f32", output: "f32")
        for (a, word) in zip(Corners.singles, try single(Corners.singles.map { [UInt64($0.bitPattern)] })) {
            let expected: Float =
                switch name {
                case "sqrt.rn": a.squareRoot()
                case "rcp.rn": 1 / a
                case "neg": -a
                default: a.magnitude
                }
            let result = Float(bitPattern: UInt32(truncatingIfNeeded: word))
            #expect(Self.same(Double(result), Double(expected)), "\(name)(\(a))")
        }
    }

    @Test("comparisons, ordered and unordered")
    func comparisons() throws {
        let tests: [(String, (Double, Double) -> Bool)] = [
            ("eq", { $0 == $1 }), ("ne", { $0 != $1 && !$0.isNaN && !$1.isNaN }), ("lt", { $0 < $1 }),
            ("le", { $0 <= $1 }), ("gt", { $0 > $1 }), ("ge", { $0 >= $1 }),
            ("equ", { $0 == $1 || $0.isNaN || $1.isNaN }), ("neu", { $0 != $1 }),
            ("ltu", { $0 < $1 || $0.isNaN || $1.isNaN }), ("leu", { $0 <= $1 || $0.isNaN || $1.isNaN }),
            ("gtu", { $0 > $1 || $0.isNaN || $1.isNaN }), ("geu", { $0 >= $1 || $0.isNaN || $1.isNaN }),
            ("num", { !$0.isNaN && !$1.isNaN }), ("nan", { $0.isNaN || $1.isNaN }),
        ]
        let pairs = Corners.pairs([0.0, -0.0, 1, -1, .infinity, -.infinity, .nan, 0x1p-1074])
        for (name, test) in tests {
            let run = InstructionRun(
                instruction:
                    "setp.\(name).f64 %p0|%p1, %x0, %x1; selp.u32 %r0, 1, 0, %p0; selp.u32 %y, 2, %r0, %p1;"
                    + "@%p0 add.u32 %y, %r0, 0;", input: "f64", output: "u32")
            for ((a, b), word) in zip(pairs, try run(pairs.map { [$0.0.bitPattern, $0.1.bitPattern] })) {
                #expect(word == (test(a, b) ? 1 : 2), "\(a) \(name) \(b)")
            }
        }
    }

    @Test("comparisons combined with a predicate", arguments: ["and", "or", "xor"])
    func combined(_ name: String) throws {
        for negated in ["", "!"] {
            let run = InstructionRun(
                instruction: "setp.ne.u32 %p1, %x2, 0; setp.lt.\(name).f64 %p0, %x0, %x1, \(negated)%p1;"
                    + "selp.u32 %y, 1, 0, %p0;", input: "f64", output: "u32", third: "u32")
            let rows: [(Double, Double, Bool)] = [
                (1, 2, true), (1, 2, false), (2, 1, true), (.nan, 1, false),
            ]
            let results = try run(rows.map { [$0.0.bitPattern, $0.1.bitPattern, $0.2 ? 1 : 0] })
            for (row, word) in zip(rows, results) {
                let first = row.0 < row.1
                let second = row.2 != (negated == "!")
                let expected =
                    switch name {
                    case "and": first && second
                    case "or": first || second
                    default: first != second
                    }
                #expect(word == (expected ? 1 : 0), "\(row) \(name) \(negated)")
            }
        }
    }

    @Test("classes of numbers")
    func classes() throws {
        let tests: [(String, (Double) -> Bool)] = [
            ("finite", \.isFinite), ("infinite", \.isInfinite), ("number", { !$0.isNaN }),
            ("notanumber", \.isNaN),
            ("normal", \.isNormal), ("subnormal", \.isSubnormal),
        ]
        for (name, test) in tests {
            let run = InstructionRun(
                instruction: "testp.\(name).f64 %p0, %x0; selp.u32 %y, 1, 0, %p0;", input: "f64",
                output: "u32")
            for (a, word) in zip(Corners.doubles, try run(Corners.doubles.map { [$0.bitPattern] })) {
                #expect(word == (test(a) ? 1 : 0), "\(name) \(a)")
            }
        }
    }

    @Test("approximations are near, and exact at the special values")
    func approximations() throws {
        let reciprocal = InstructionRun(
            instruction: "rcp.approx.ftz.f64 %y, %x0;", input: "f64", output: "f64")
        let values: [Double] = [3, -7, 1e300, 1e-300, 0, -0.0, .infinity, 0x1p-1074, 0x1.8p1023]
        let results = try reciprocal(values.map { [$0.bitPattern] }).map { Double(bitPattern: $0) }
        for (x, y) in zip(values[..<4], results) {
            // 20 bits of the significand are given.
            #expect((y * x - 1).magnitude < 0x1p-19)
            #expect(y.bitPattern & 0xFFFF_FFFF == 0)
        }
        #expect(
            results[4...].map(\.bitPattern)
                == [.infinity, -.infinity, 0, .infinity, 0.0].map(\Double.bitPattern))
        let exponential = InstructionRun(instruction: "ex2.approx.f32 %y, %x0;", input: "f32", output: "f32")
        #expect(try exponential([[UInt64(Float(10).bitPattern)]]) == [UInt64(Float(1024).bitPattern)])
        let logarithm = InstructionRun(instruction: "lg2.approx.f32 %y, %x0;", input: "f32", output: "f32")
        #expect(try logarithm([[UInt64(Float(1024).bitPattern)]]) == [UInt64(Float(10).bitPattern)])
        let root = InstructionRun(instruction: "rsqrt.approx.f64 %y, %x0;", input: "f64", output: "f64")
        #expect(try root([[Double(4).bitPattern]]) == [Double(0.5).bitPattern])
    }

    @Test("flushing to zero only where it is allowed")
    func flush() throws {
        var run = InstructionRun(instruction: "add.rn.ftz.f32 %y, %x0, %x1;", input: "f32", output: "f32")
        let operands = [[UInt64(Float(0x1p-149).bitPattern), UInt64(Float(0x1p-148).bitPattern)]]
        #expect(PTXProbe.errorKind { _ = try run(operands) } == .flushToZero)
        run.options.allowsFlushToZero = true
        #expect(try run(operands) == [0])
        run.instruction = "add.rn.f32 %y, %x0, %x1;"
        #expect(try run(operands) == [3])
    }

    private static func same(_ a: Double, _ b: Double) -> Bool {
        a.isNaN ? b.isNaN : a.bitPattern == b.bitPattern
    }

    /// The rule of the PTX ISA, written out: a number wins over NaN, and +0 is more than -0.
    private static func extremum(_ a: Double, _ b: Double, isMinimum: Bool) -> Double {
        switch (a.isNaN, b.isNaN) {
        case (true, _): b
        case (_, true): a
        default: (a.isTotallyOrdered(belowOrEqualTo: b)) == isMinimum ? a : b
        }
    }
}
