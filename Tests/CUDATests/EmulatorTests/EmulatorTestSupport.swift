import Testing

/// Texts and runs that the tests of the emulator share.
enum PTXProbe {
    static let registers = """
        .reg .pred %p<9>; .reg .b16 %h<9>; .reg .b32 %r<9>; .reg .u32 %u<9>; .reg .s32 %s<9>;
        .reg .b64 %rd<9>; .reg .u64 %ud<9>; .reg .s64 %sd<9>; .reg .f32 %f<9>; .reg .f64 %d<9>;
        """

    static func text(_ body: String, version: String = "6.0", target: Int = 60, module: String = "") -> String
    {
        """
        .version \(version)
        .target sm_\(target)
        .address_size 64
        \(module)
        .visible .entry k(.param .u64 a, .param .f64 x)
        {
        \(registers)
        \(body)
        ret;
        }
        """
    }

    /// The word that `body` leaves in `%rd0` (or in `result`) after operands were put in registers by `operands`.
    static func run(_ body: String, options: Emulator.Options = .init()) throws -> UInt64 {
        let emulator = try Emulator(
            text: text("ld.param.u64 %ud0, [a];\n\(body)\nst.global.u64 [%ud0], %rd0;"), options: options)
        let place = try emulator.memory.allocate([UInt64](repeating: 0, count: 1))
        try emulator.launch("k", grid: .init(1), block: .init(1), slots: [place, 0])
        return try emulator.memory.read(1, at: place, zero: UInt64(0))[0]
    }

    /// The kind of error that parsing or running gives; nil for none.
    static func errorKind(_ work: () throws -> Void) -> EmulatorError.Kind? {
        do {
            try work()
            return nil
        } catch let error as EmulatorError {
            return error.kind
        } catch {
            return nil
        }
    }
}

/// One instruction run over many operands: a thread each, operands and results as 64-bit words.
///
/// The instruction reads registers `%x0`, `%x1`, `%x2` of the type `input` and writes `%y` of the type `output`.
struct InstructionRun {
    var instruction: String
    var input: String
    var output: String
    /// Types of the second and third operand where they differ.
    var second: String?
    var third: String?
    var options = Emulator.Options()

    func callAsFunction(_ operands: [[UInt64]]) throws -> [UInt64] {
        let types = [input, second ?? input, third ?? input]
        var body = ""
        for (index, type) in types.enumerated() {
            body += ".reg .\(type) %x\(index);\n"
            body += "ld.global.\(type) %x\(index), [%rd1+\(8 * index)];\n"
        }
        let text = """
            .version 7.0
            .target sm_80
            .address_size 64
            .visible .entry k(.param .u64 a, .param .u64 b)
            {
            .reg .b32 %r<2>; .reg .b64 %rd<4>; .reg .\(output) %y; .reg .pred %p<2>;
            ld.param.u64 %rd1, [a];
            ld.param.u64 %rd2, [b];
            mov.u32 %r0, %ctaid.x;
            mad.wide.u32 %rd1, %r0, 24, %rd1;
            mad.wide.u32 %rd2, %r0, 8, %rd2;
            mov.u64 %rd3, 0;
            st.global.u64 [%rd2], %rd3;
            \(body)
            \(instruction)
            st.global.\(output) [%rd2], %y;
            ret;
            }
            """
        let emulator = try Emulator(text: text, options: options)
        var words: [UInt64] = []
        for row in operands { words += row + [UInt64](repeating: 0, count: 3 - row.count) }
        let a = try emulator.memory.allocate(words)
        let b = try emulator.memory.allocate([UInt64](repeating: 0, count: operands.count))
        try emulator.launch("k", grid: .init(operands.count), block: .init(1), slots: [a, b])
        return try emulator.memory.read(operands.count, at: b, zero: UInt64(0))
    }
}

/// Operands at the corners of their types.
enum Corners {
    static let doubles: [Double] = [
        0, -0.0, 1, -1, 0.1, 1.5, -2.5, 3.5, 0x1p-1074, -0x1p-1074, 0x1p-1022, 0x1.fffffffffffffp1023,
        -0x1p1023,
        1e-300, 1e300, .pi, 0x1p31, 0x1p32 + 0.5, 0x1p53, 0x1p63, -0x1p63, 0x1p64, .infinity, -.infinity,
        .nan,
    ]

    static let singles: [Float] = [
        0, -0.0, 1, -1, 0.1, 1.5, -2.5, 3.5, 0x1p-149, -0x1p-149, 0x1p-126, 0x1.fffffep127, -0x1p127, 1e-30,
        1e30,
        .pi, 0x1p24, 0x1p31, 0x1p63, .infinity, -.infinity, .nan,
    ]

    static let words: [UInt64] = [
        0, 1, 2, 3, 31, 32, 33, 63, 64, 65, 255, 256, 0x7FFF, 0x8000, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000,
        0xFFFF_FFFF,
        0x1_0000_0000, 0x0123_4567_89AB_CDEF, 0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000, .max, .max - 1,
    ]

    static func pairs<Value>(_ values: [Value]) -> [(Value, Value)] {
        values.flatMap { first in values.map { (first, $0) } }
    }
}
