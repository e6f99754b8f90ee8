import Testing

/// What the emulator must refuse: in the text, and while a kernel runs.
@Suite("PTX emulator: errors")
struct EmulatorErrorTests {
    @Test("accepts and rejects what the assembler does")
    func assembler() throws {
        for line in AssemblerLists.accepted.split(separator: "\n") {
            #expect(throws: Never.self, "\(line)") { try Emulator(text: PTXProbe.text(String(line))) }
        }
        for line in AssemblerLists.rejected.split(separator: "\n") {
            #expect(throws: EmulatorError.self, "\(line)") { try Emulator(text: PTXProbe.text(String(line))) }
        }
        for (line, kind) in AssemblerLists.stricter {
            #expect(PTXProbe.errorKind { _ = try Emulator(text: PTXProbe.text(line)) } == kind, "\(line)")
        }
    }

    @Test("kinds and lines of errors in the text")
    func textErrors() {
        let cases: [(String, EmulatorError.Kind)] = [
            ("foo.f64 %d1, %d2;", .unknownInstruction), ("add.rn.f64 %d1, %r2, %d3;", .typeMismatch),
            ("add.rn.f64 %d1, %q2, %d3;", .undeclaredName), ("bra NOWHERE;", .undeclaredName),
            (".reg .f64 %d1;", .duplicateName), ("sqrt.f64 %d1, %d2;", .missingRounding),
            ("cvt.rni.f32.f64 %f1, %d1;", .typeMismatch), ("cvt.f32.f64 %f1, %d1;", .missingRounding),
            ("tanh.approx.f32 %f1, %f2;", .targetTooOld), ("mov.f64 %d1 %d2;", .syntax), ("/* open", .syntax),
            ("call f;", .unsupported), ("{ .reg .f64 %in; } mov.f64 %d1, %in;", .undeclaredName),
            ("mov.f64 %d1, %later; .reg .f64 %later;", .undeclaredName),
        ]
        for (line, kind) in cases {
            do {
                _ = try Emulator(text: PTXProbe.text(line))
                Issue.record("\(line) was accepted")
            } catch {
                #expect(error.kind == kind, "\(line): \(error)")
                // Seven lines of header and declarations come before.
                #expect(error.line >= 8 && error.line <= 12, "\(line): \(error)")
            }
        }
        #expect(PTXProbe.errorKind { _ = try Emulator(text: "") } == .syntax)
        #expect(
            PTXProbe.errorKind {
                _ = try Emulator(
                    text: PTXProbe.text("", target: 50).appending(".visible .entry k() { ret; }"))
            } == .duplicateName)
        #expect(
            PTXProbe.errorKind {
                _ = try Emulator(text: PTXProbe.text("red.global.add.f64 [%rd1], %d1;", target: 50))
            } == .targetTooOld)
    }

    /// Every text that ends too early is an error, never a trap or an endless loop.
    @Test("cut texts")
    func cutTexts() {
        let text = PTXProbe.text("L: mov.u32 %r1, 5; @%p1 bra L; ld.global.v2.f32 {%f1, %f2}, [%rd1+-8];")
        // A header alone is a module without kernels.
        let body = text.split(separator: ".visible")[0].count
        for count in 0..<(text.count - 2) where count < body - 2 || count > body {
            #expect(throws: EmulatorError.self, "\(count)") { try Emulator(text: String(text.prefix(count))) }
        }
    }

    @Test("errors of a running kernel")
    func runErrors() throws {
        let cases: [(String, EmulatorError.Kind)] = [
            ("add.u64 %rd0, %ud0, %rd1;", .uninitialisedRegister),
            ("@%p1 mov.u64 %rd0, 1;", .uninitialisedRegister),
            ("mov.u32 %r1, 0; setp.ne.u32 %p1, %r1, 0; @%p1 mov.u64 %rd0, 1;", .uninitialisedRegister),
            ("ld.global.u64 %rd0, [%ud0+8];", .outOfBounds), ("ld.global.u64 %rd0, [%ud0+-8];", .outOfBounds),
            ("ld.global.u32 %rd0, [%ud0+2];", .misaligned),
            ("ld.global.v2.u64 {%rd0, %rd1}, [%ud0];", .outOfBounds),
            ("mov.u64 %rd1, 64; ld.global.u64 %rd0, [%rd1];", .outOfBounds),
            ("cvt.u32.u64 %r1, %ud0; cvt.u64.u32 %rd1, %r1; ld.global.u64 %rd0, [%rd1];", .outOfBounds),
            (".shared .b64 s; ld.shared.b64 %rd0, [s];", .uninitialisedMemory),
            (".shared .b64 s; mov.u32 %r1, s; ld.shared.b64 %rd0, [%r1+8];", .outOfBounds),
            (".shared .b64 s; mov.u64 %rd1, s; st.global.u64 [%rd1], 1;", .outOfBounds),
            (".local .b64 l; ld.local.b64 %rd0, [l];", .uninitialisedMemory),
            ("cvta.to.shared.u64 %rd0, %ud0;", .outOfBounds),
            ("ld.const.u64 %rd0, [%ud0];", .outOfBounds),
            ("st.global.u64 [%ud0], 1; ld.global.nc.u64 %rd0, [%ud0];", .race),
            ("mov.u64 %rd0, 0; rem.s64 %rd0, %ud0, %rd0;", .divisionByZero), ("trap;", .trap),
            ("mov.u32 %r1, 1; shfl.sync.idx.b32 %r2, %r1, 0, 31, -1;", .divergentWarp),
        ]
        for (body, kind) in cases {
            #expect(PTXProbe.errorKind { _ = try PTXProbe.run(body) } == kind, "\(body)")
        }
        #expect(
            PTXProbe.errorKind { _ = try PTXProbe.run("L: bra L;", options: .init(stepLimit: 50_000)) }
                == .stepLimit)
    }

    private func launch(_ body: String, threads: Int = 64, blocks: Int = 1, backwards: Bool = false) throws {
        let emulator = try Emulator(
            text: PTXProbe.text(
                """
                ld.param.u64 %rd1, [a];
                mov.u32 %r1, %tid.x;
                mov.u32 %r2, %ctaid.x;
                mad.wide.u32 %rd2, %r1, 4, %rd1;
                setp.eq.u32 %p1, %r1, 0;
                \(body)
                """), options: .init(runsBackwards: backwards))
        let a = try emulator.memory.allocate([UInt32](repeating: 0, count: 128))
        try emulator.launch("k", grid: .init(blocks), block: .init(threads), slots: [a, 0])
    }

    @Test("races and what is none", arguments: [false, true])
    func races(backwards: Bool) {
        let race: [(String, Int)] = [
            ("st.global.u32 [%rd1], %r1;", 1),
            ("st.global.u32 [%rd2], %r1;", 2),
            ("st.global.u32 [%rd2], %r1; ld.global.u32 %r3, [%rd1+4];", 1),
            ("ld.global.u32 %r3, [%rd2+4]; st.global.u32 [%rd2], %r1;", 1),
            ("red.global.add.u32 [%rd1], 1; @%p1 ld.global.u32 %r3, [%rd1];", 1),
            ("red.global.add.u32 [%rd1], 1; bar.sync 0; @%p1 ld.global.u32 %r3, [%rd1];", 2),
            ("@%p1 st.global.u32 [%rd1], 1; red.global.add.u32 [%rd1], 1;", 1),
            ("ld.global.u32 %r3, [%rd1]; bar.sync 0; @%p1 st.global.u32 [%rd1], 1;", 2),
            ("ld.global.nc.u32 %r3, [%rd1]; bar.sync 0; @%p1 st.global.u32 [%rd1], 1;", 1),
            (".shared .b32 s; st.shared.u32 [s], %r1;", 1),
            // The first of several readers writes: the vote lets all read before.
            ("ld.global.u32 %r3, [%rd1]; vote.sync.any.pred %p2, %p1, -1; @%p1 st.global.u32 [%rd1], 1;", 1),
            ("st.global.u16 [%rd1], %r1;", 1),
        ]
        for (body, blocks) in race {
            #expect(
                PTXProbe.errorKind { try launch(body, blocks: blocks, backwards: backwards) } == .race,
                "\(body)")
        }
        let none: [(String, Int)] = [
            ("st.global.u32 [%rd2], %r1; ld.global.u32 %r3, [%rd2]; st.global.u32 [%rd2], %r3;", 1),
            ("st.global.u32 [%rd2], %r1; bar.sync 0; ld.global.u32 %r3, [%rd1+4];", 1),
            ("ld.global.u32 %r3, [%rd1]; bar.sync 0; @%p1 st.global.u32 [%rd1], 1;", 1),
            ("red.global.add.u32 [%rd1], 1; atom.global.max.u32 %r3, [%rd1], 7;", 3),
            ("red.global.add.u32 [%rd1], 1; bar.sync 0; @%p1 ld.global.u32 %r3, [%rd1];", 1),
            ("ld.volatile.global.u32 %r3, [%rd1]; st.volatile.global.u32 [%rd1], %r3;", 2),
            ("ld.global.nc.u32 %r3, [%rd1];", 3),
            // Bytes of one word are different places for a kernel that stores bytes.
            ("mad.wide.u32 %rd2, %r1, 1, %rd1; st.global.u8 [%rd2], %r1;", 1),
        ]
        for (body, blocks) in none {
            #expect(throws: Never.self, "\(body)") { try launch(body, blocks: blocks, backwards: backwards) }
        }
    }

    @Test("divergent barriers and warps")
    func divergence() {
        let cases: [(String, EmulatorError.Kind)] = [
            ("@%p1 bar.sync 0;", .divergentBarrier), ("@%p1 bra L; bar.sync 0; L:", .divergentBarrier),
            ("@%p1 bra L; bar.sync 0; bra M; L: bar.sync 0; M:", .divergentBarrier),
            ("@%p1 bra L; bar.sync 1; bra M; L: bar.sync 2; M:", .divergentBarrier),
            ("bar.sync 0, 32;", .unsupported),
            ("@%p1 bra L; shfl.sync.idx.b32 %r3, %r1, 0, 31, -1; L:", .divergentWarp),
            ("shfl.sync.idx.b32 %r3, %r1, 0, 31, 1;", .divergentWarp),
            ("@%p1 bra L; shfl.sync.idx.b32 %r3, %r1, 1, 31, 0xfffffffe; L:", .divergentWarp),
            ("@%p1 bra L; bar.sync 0; L: shfl.sync.idx.b32 %r3, %r1, 0, 31, -1;", .divergentWarp),
        ]
        for (body, kind) in cases {
            #expect(PTXProbe.errorKind { try launch(body) } == kind, "\(body)")
        }
        // Warps may wait at different lines, and barriers that are not aligned anywhere.
        for body in [
            "setp.lt.u32 %p2, %r1, 32; @%p2 bra L; bar.sync 0; bra M; L: bar.sync 0; M:",
            "@%p1 bra L; barrier.sync 0; bra M; L: barrier.sync 0; M:", "bar.sync 3, 64;",
        ] {
            #expect(throws: Never.self, "\(body)") { try launch(body) }
        }
        #expect(
            PTXProbe.errorKind {
                try launch("@!%p1 bra L; shfl.sync.idx.b32 %r3, %r1, 31, 31, 1; L:", threads: 32)
            } == .unspecifiedResult)
    }

    @Test("launches that cannot be")
    func launches() throws {
        let emulator = try Emulator(text: PTXProbe.text("", module: ".extern .shared .align 8 .b8 pool[];"))
        func kind(
            _ name: String = "k", _ grid: Emulator.Extent = .init(1), _ block: Emulator.Extent = .init(1),
            slots: [UInt64] = [0, 0], shared: Int = 0
        ) -> EmulatorError.Kind? {
            PTXProbe.errorKind {
                try emulator.launch(name, grid: grid, block: block, slots: slots, sharedBytes: shared)
            }
        }
        #expect(kind() == nil)
        #expect(kind("other") == .unknownKernel)
        #expect(kind(slots: [0]) == .invalidLaunch)
        #expect(kind("k", .init(0)) == .invalidLaunch)
        #expect(kind("k", .init(1, 70000)) == .invalidLaunch)
        #expect(kind("k", .init(1), .init(1025)) == .invalidLaunch)
        #expect(kind("k", .init(1), .init(1, 1, 65)) == .invalidLaunch)
        #expect(kind(shared: 1 << 20) == .invalidLaunch)
        #expect(PTXProbe.errorKind { try emulator.memory.free(5) } == .memory)
        let a = emulator.memory.allocate(16)
        #expect(PTXProbe.errorKind { try emulator.memory.write([1.0, 2, 3], to: a) } == .memory)
        try emulator.memory.free(a)
        #expect(PTXProbe.errorKind { try emulator.memory.free(a) } == .memory)
        #expect(PTXProbe.errorKind { _ = try emulator.memory.read(1, at: a, zero: 0.0) } == .memory)
    }
}
