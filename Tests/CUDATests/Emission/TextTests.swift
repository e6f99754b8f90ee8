import AD
import CUDAEngine
import ReversibleCore
import Testing

/// What stands in the text of kernels, instruction by instruction.
@Suite struct TextTests {
    @Test func saxpy() throws {
        let text = try ptx(Programs.saxpy)
        #expect(text == Golden.saxpy, "\(text)")
    }

    @Test func blockSum() throws {
        var options = PTXOptions()
        options.threadsPerBlock = 32
        let text = try ptx(Programs.total, options: options)
        #expect(text == Golden.blockSum, "\(text)")
    }

    @Test func fourColumns() throws {
        var options = PTXOptions()
        options.threadsPerBlock = 32
        let text = try ptx(RowPrograms.four, options: options)
        #expect(text == Golden.fourColumns, "\(text)")
    }

    /// The instructions that emitted text is made of; independent emulators know them.
    private static let opcodes: Set<String> = [
        "ld.param.u64", "ld.param.f64", "ld.param.f32", "cvta.to.global.u64", "ld.global.f64",
        "ld.global.f32",
        "ld.global.u64", "st.global.f64", "st.global.f32", "st.global.u64", "ld.local.f64", "ld.local.f32",
        "ld.local.u64", "st.local.f64", "st.local.f32", "st.local.u64", "ld.shared.f64", "ld.shared.f32",
        "ld.shared.u64", "st.shared.f64", "st.shared.f32", "st.shared.u64", "mov.f64", "mov.f32", "mov.u64",
        "mov.u32", "mov.b64", "mov.b32", "mov.pred", "add.rn.f64", "sub.rn.f64", "mul.rn.f64", "div.rn.f64",
        "fma.rn.f64", "sqrt.rn.f64", "fma.rn.f32", "add.rn.f32", "sub.rn.f32", "mul.rn.f32", "div.rn.f32",
        "sqrt.rn.f32",
        "neg.f64", "neg.f32", "abs.f64", "abs.f32", "cvt.rmi.f64.f64", "cvt.rmi.f32.f32", "cvt.rn.f64.s64",
        "cvt.rn.f32.f64", "cvt.f64.f32", "cvt.u32.u64", "cvt.u64.u32", "add.s64", "sub.s64", "mul.lo.s64",
        "mul.hi.u64", "mad.lo.s64", "mad.wide.s32", "mul.wide.u32", "mul.wide.s32", "div.s64", "rem.s64",
        "min.s64", "min.f64",
        "max.s64", "neg.s64",
        "abs.s64", "and.b64", "or.b64", "xor.b64", "and.b32", "xor.b32", "shl.b64", "shr.u64", "shr.s64",
        "shr.u32",
        "and.pred", "or.pred", "not.pred", "selp.f64", "selp.f32", "selp.b64", "selp.b32", "bra", "ret",
        "add.s32", "sub.s32", "mul.lo.s32", "rem.u32", "div.u32", "bar.sync", "shfl.sync.idx.b32",
        "red.global.add.f64", "red.global.add.f32",
        "red.global.add.u64", "red.global.max.u32", "max.u32", "ld.global.u32", "cvt.rni.s64.f64",
    ]

    @Test func onlyKnownInstructionsAndShortParameterLists() throws {
        for (name, text) in try AssemblerTests.texts() {
            var parameters = 0
            for line in text.split(separator: "\n").map({ $0.trimmingPrefix(while: { $0 == " " }) }) {
                if line.hasPrefix(".visible") { parameters = 0 }
                if line.hasPrefix(".param") { parameters += 1 }
                #expect(parameters * 8 < 4096, "\(name)")
                guard line.hasSuffix(";"), !line.hasPrefix("."), !line.hasPrefix("//") else { continue }
                var words = line.dropLast().split(separator: " ")
                if words.first?.hasPrefix("@") ?? false { words.removeFirst() }
                let opcode = String(words.first ?? "")
                let isComparison =
                    opcode.hasPrefix("setp.")
                    && ["f64", "f32", "s64", "s32", "u32"].contains { opcode.hasSuffix($0) }
                #expect(isComparison || Self.opcodes.contains(opcode), "\(name): \(line)")
            }
            #expect(text.utf8.allSatisfy { $0 < 128 }, "\(name)")
            #expect(text.contains(".version 6.0\n.target sm_60\n.address_size 64"), "\(name)")
        }
    }

    /// Names of a user's that PTX has for itself, or cannot spell.
    @Test func awkwardNames() throws {
        let f = ReversibleFunction("größe (1)", parameters: ["tid", "fd1", "Ünï", "p_x"]) {
            (out: Vector, a: Vector, b: Scalar, c: Vector) in
            ParallelFor(out.indices) { i in out[i] += a[i] * b + c[i] }
        }
        let plan = try kernelPlan(f)
        let results = try PlanRunner(plan).run([.reals([1]), .reals([2]), .real(3), .reals([4])])
        #expect(sameBits(results[0], .reals([11])))
    }

    /// Comments hold names, and end with their lines.
    @Test func lineBreaksInNames() throws {
        func text(_ broken: String) throws -> String {
            let f = ReversibleFunction("f" + broken, parameters: ["y" + broken, "x", "a" + broken]) {
                (y: Vector, x: Vector, a: Scalar) in
                let t = Vector.ancilla(count: x.count, "t" + broken)
                Compute {
                    t += x * a
                } apply: {
                    ParallelFor(y.indices) { i in y[i] += t[i] * a }
                }
                a += sum(y)
            }
            return try ptx(f)
        }
        func code(_ text: String) -> Int {
            text.split(separator: "\n").count { !$0.drop { $0 == " " }.starts(with: "//") }
        }
        let plain = code(try text(""))
        for broken in ["\n", "\r", "\r\n", "\0", "\u{b}", "\n.version 9.9"] {
            let text = try text(broken)
            #expect(code(text) == plain, "\(broken.debugDescription)")
            #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || (32..<127).contains($0.value) })
        }
    }
}
