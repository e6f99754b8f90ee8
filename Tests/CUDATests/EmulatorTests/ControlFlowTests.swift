import Testing

/// Divergence, barriers, warps, atomics and whole kernels.
@Suite("PTX emulator: control flow and kernels")
struct EmulatorControlTests {
    @Test("saxpy with a ragged last block")
    func saxpy() throws {
        let text = """
            .version 6.0
            .target sm_60
            .address_size 64
            // y += a x
            .visible .entry saxpy(.param .u64 n, .param .f32 a, .param .u64 x, .param .u64 y)
            {
              .reg .pred %done;
              .reg .b32 %r<4>;
              .reg .b64 %rd<6>;
              .reg .f32 %f<4>;
              ld.param.u64 %rd0, [n];
              ld.param.f32 %f0, [a];
              ld.param.u64 %rd1, [x];
              ld.param.u64 %rd2, [y];
              cvta.to.global.u64 %rd1, %rd1;
              mov.u32 %r0, %ctaid.x;
              mov.u32 %r1, %ntid.x;
              mov.u32 %r2, %tid.x;
              mad.lo.u32 %r3, %r0, %r1, %r2;
              cvt.u64.u32 %rd3, %r3;
              setp.ge.u64 %done, %rd3, %rd0;
              @%done bra EXIT;
              shl.b64 %rd4, %rd3, 2;
              add.u64 %rd5, %rd1, %rd4;
              ld.global.nc.f32 %f1, [%rd5];
              add.u64 %rd5, %rd2, %rd4;
              ld.global.f32 %f2, [%rd5];
              fma.rn.f32 %f3, %f0, %f1, %f2;
              st.global.f32 [%rd5], %f3;
            EXIT:
              ret;
            }
            """
        let emulator = try Emulator(text: text)
        let x = (0..<1000).map { Float($0) }
        let y = (0..<1000).map { Float($0) / 3 }
        let xs = try emulator.memory.allocate(x)
        let ys = try emulator.memory.allocate(y)
        try emulator.launch(
            "saxpy", grid: .init(8), block: .init(128), slots: [1000, UInt64(Float(0.1).bitPattern), xs, ys])
        let results = try emulator.memory.read(1000, at: ys, zero: Float(0))
        #expect(results == zip(x, y).map { $1.addingProduct(0.1, $0) })
        #expect(try emulator.memory.read(1000, at: xs, zero: Float(0)) == x)
    }

    /// Sum of the block in shared memory; then one atomic sum.
    private static let reduction = """
        .version 6.0
        .target sm_60
        .address_size 64
        .visible .entry sum(.param .u64 x, .param .u64 total)
        {
          .reg .pred %p<2>;
          .reg .b32 %r<6>;
          .reg .b64 %rd<4>;
          .reg .f64 %d<4>;
          .shared .align 8 .b8 part[1024];
          ld.param.u64 %rd0, [x];
          ld.param.u64 %rd1, [total];
          mov.u32 %r0, %tid.x;
          mov.u32 %r1, %ctaid.x;
          mad.lo.u32 %r2, %r1, 128, %r0;
          mad.wide.u32 %rd0, %r2, 8, %rd0;
          ld.global.f64 %d0, [%rd0];
          mov.u32 %r3, part;
          mad.lo.u32 %r3, %r0, 8, %r3;
          st.shared.f64 [%r3], %d0;
          mov.u32 %r4, 64;
        HALVE:
          bar.sync 0;
          setp.lt.u32 %p0, %r0, %r4;
          @!%p0 bra SKIP;
          mad.lo.u32 %r5, %r4, 8, %r3;
          ld.shared.f64 %d1, [%r5];
          ld.shared.f64 %d2, [%r3];
          add.rn.f64 %d2, %d2, %d1;
          st.shared.f64 [%r3], %d2;
        SKIP:
          shr.u32 %r4, %r4, 1;
          setp.ne.u32 %p1, %r4, 0;
          @%p1 bra HALVE;
          setp.ne.u32 %p1, %r0, 0;
          @%p1 bra EXIT;
          ld.shared.f64 %d3, [part];
          red.global.add.f64 [%rd1], %d3;
        EXIT:
          ret;
        }
        """

    @Test("sum in shared memory with barriers and divergence", arguments: [false, true])
    func sum(backwards: Bool) throws {
        let emulator = try Emulator(text: Self.reduction, options: .init(runsBackwards: backwards))
        let x = (0..<512).map { Double($0 * $0) }
        let xs = try emulator.memory.allocate(x)
        let total = try emulator.memory.allocate([0.5])
        try emulator.launch("sum", grid: .init(4), block: .init(128), slots: [xs, total])
        #expect(try emulator.memory.read(1, at: total, zero: 0.0) == [x.reduce(0.5, +)])
    }

    @Test("a missing barrier is a race")
    func missingBarrier() throws {
        let text = Self.reduction.replacing("bar.sync 0;", with: "membar.cta;")
        let emulator = try Emulator(text: text)
        let xs = try emulator.memory.allocate([Double](repeating: 1, count: 512))
        let total = try emulator.memory.allocate([0.0])
        // Without detection it is memory that was not written yet.
        #expect(
            PTXProbe.errorKind {
                try emulator.launch("sum", grid: .init(4), block: .init(128), slots: [xs, total])
            } == .uninitialisedMemory)
        let backwards = try Emulator(text: text, memory: emulator.memory, options: .init(runsBackwards: true))
        #expect(
            PTXProbe.errorKind {
                try backwards.launch("sum", grid: .init(4), block: .init(128), slots: [xs, total])
            } == .race)
    }

    @Test("histogram by atomics on shared and global memory")
    func histogram() throws {
        let text = """
            .version 6.0
            .target sm_60
            .address_size 64
            .const .align 4 .u32 modulus[1] = { 7 };
            .visible .entry histogram(.param .u64 values, .param .u64 bins)
            {
              .reg .pred %p; .reg .b32 %r<8>; .reg .b64 %rd<8>;
              .shared .align 4 .b8 counts[28];
              mov.u32 %r0, %tid.x;
              setp.lt.u32 %p, %r0, 7;
              shl.b32 %r1, %r0, 2;
              mov.u32 %r2, counts;
              add.u32 %r3, %r2, %r1;
              @%p st.shared.u32 [%r3], 0;
              bar.sync 0;
              ld.param.u64 %rd0, [values];
              mov.u32 %r4, %ctaid.x;
              mad.lo.u32 %r4, %r4, 64, %r0;
              mad.wide.u32 %rd0, %r4, 4, %rd0;
              ld.global.u32 %r5, [%rd0];
              ld.const.u32 %r6, [modulus];
              rem.u32 %r5, %r5, %r6;
              mad.lo.u32 %r5, %r5, 4, %r2;
              atom.shared.add.u32 %r6, [%r5], 1;
              bar.sync 0;
              @!%p bra EXIT;
              ld.shared.u32 %r7, [%r3];
              ld.param.u64 %rd1, [bins];
              mad.wide.u32 %rd1, %r0, 4, %rd1;
              red.global.add.u32 [%rd1], %r7;
            EXIT:
              ret;
            }
            """
        let emulator = try Emulator(text: text)
        let values = (0..<256).map { UInt32($0 * $0 * 31 % 1009) }
        let input = try emulator.memory.allocate(values)
        let bins = try emulator.memory.allocate([UInt32](repeating: 0, count: 7))
        try emulator.launch("histogram", grid: .init(4), block: .init(64), slots: [input, bins])
        var expected = [UInt32](repeating: 0, count: 7)
        for value in values { expected[Int(value % 7)] += 1 }
        #expect(try emulator.memory.read(7, at: bins, zero: UInt32(0)) == expected)
    }

    @Test("loops whose length differs from thread to thread: Collatz")
    func divergentLoops() throws {
        let text = PTXProbe.text(
            """
            ld.param.u64 %rd1, [a];
            mov.u32 %r1, %tid.x;
            mad.wide.u32 %rd1, %r1, 4, %rd1;
            add.u32 %r2, %r1, 1;
            mov.u32 %r3, 0;
            AGAIN:
            setp.eq.u32 %p1, %r2, 1;
            @%p1 bra DONE;
            and.b32 %r4, %r2, 1;
            setp.eq.u32 %p2, %r4, 0;
            @%p2 shr.u32 %r2, %r2, 1;
            @!%p2 mad.lo.u32 %r2, %r2, 3, 1;
            add.u32 %r3, %r3, 1;
            bra.uni AGAIN;
            DONE:
            st.global.u32 [%rd1], %r3;
            """)
        let emulator = try Emulator(text: text)
        let a = emulator.memory.allocate(400)
        try emulator.launch("k", grid: .init(1), block: .init(100), slots: [a, 0])
        let expected = (1...100).map { start in
            var (n, steps) = (start, UInt32(0))
            while n != 1 { (n, steps) = (n % 2 == 0 ? n / 2 : 3 * n + 1, steps + 1) }
            return steps
        }
        #expect(try emulator.memory.read(100, at: a, zero: UInt32(0)) == expected)
    }

    @Test("shuffles and votes of two warps")
    func warps() throws {
        let bodies: [(String, (Int) -> UInt32)] = [
            ("shfl.sync.down.b32 %r3|%p1, %r1, 1, 31, -1;", { $0 % 32 == 31 ? UInt32($0) : UInt32($0 + 1) }),
            ("shfl.sync.up.b32 %r3, %r1, 3, 0, -1;", { $0 % 32 < 3 ? UInt32($0) : UInt32($0 - 3) }),
            ("shfl.sync.bfly.b32 %r3, %r1, 5, 31, 0xffffffff;", { UInt32($0 ^ 5) }),
            ("shfl.sync.idx.b32 %r3, %r1, 7, 31, 0xffffffff;", { UInt32($0 / 32 * 32 + 7) }),
            // Segments of eight lanes: the mask 0b11000 in bits 8 to 12.
            ("shfl.sync.idx.b32 %r3, %r1, 2, 0x181f, -1;", { UInt32($0 / 8 * 8 + 2) }),
            ("shfl.sync.down.b32 %r3, %r1, 1, 0x181f, -1;", { $0 % 8 == 7 ? UInt32($0) : UInt32($0 + 1) }),
            ("shfl.sync.up.b32 %r3, %r1, 2, 0x1800, -1;", { $0 % 8 < 2 ? UInt32($0) : UInt32($0 - 2) }),
            ("setp.lt.u32 %p2, %r1, 5; vote.sync.ballot.b32 %r3, %p2, -1;", { $0 < 32 ? 31 : 0 }),
            (
                "setp.lt.u32 %p2, %r1, 5; vote.sync.any.pred %p3, %p2, -1; selp.u32 %r3, 1, 0, %p3;",
                { $0 < 32 ? 1 : 0 }
            ),
            (
                "setp.lt.u32 %p2, %r1, 99; vote.sync.all.pred %p3, !%p2, -1; selp.u32 %r3, 1, 0, %p3;",
                { _ in 0 }
            ),
            (
                "setp.lt.u32 %p2, %r1, 32; vote.sync.uni.pred %p3, %p2, -1; selp.u32 %r3, 1, 0, %p3;",
                { _ in 1 }
            ),
            ("bar.warp.sync -1; mov.u32 %r3, %laneid;", { UInt32($0 % 32) }),
            ("mov.u32 %r3, %lanemask_lt;", { (1 << UInt32($0 % 32)) - 1 }),
            ("mov.u32 %r3, %warpid;", { UInt32($0 / 32) }),
        ]
        for (body, expected) in bodies {
            let text = PTXProbe.text(
                """
                ld.param.u64 %rd1, [a];
                mov.u32 %r1, %tid.x;
                mad.wide.u32 %rd1, %r1, 4, %rd1;
                \(body)
                st.global.u32 [%rd1], %r3;
                """)
            let emulator = try Emulator(text: text)
            let a = emulator.memory.allocate(256)
            try emulator.launch("k", grid: .init(1), block: .init(64), slots: [a, 0])
            #expect(
                try emulator.memory.read(64, at: a, zero: UInt32(0)) == (0..<64).map(expected), "\(body)")
        }
    }

    @Test("atomics one by one")
    func atomics() throws {
        let cases: [(String, String, [UInt64])] = [
            ("add.u64", "u64", [10, 3, 13]), ("min.s64", "s64", [10, .max, .max]),
            ("max.u64", "u64", [10, .max, .max]),
            ("and.b64", "b64", [12, 10, 8]), ("or.b64", "b64", [12, 10, 14]),
            ("xor.b64", "b64", [12, 10, 6]),
            ("exch.b64", "b64", [12, 10, 10]), ("inc.u32", "u32", [12, 12, 0]),
            ("inc.u32", "u32", [11, 12, 12]),
            ("dec.u32", "u32", [0, 12, 12]), ("dec.u32", "u32", [5, 12, 4]),
            ("dec.u32", "u32", [20, 12, 12]),
            ("add.f64", "f64", [1.5, 2.25, 3.75].map(\Double.bitPattern)),
            ("add.f32", "f32", [1.5, 2.25, 3.75].map { (x: Float) in UInt64(x.bitPattern) }),
            // Global sums in single precision flush subnormal numbers.
            ("add.f32", "f32", [1, 1, 0]),
        ]
        for (name, type, words) in cases {
            let text = """
                .version 6.0
                .target sm_60
                .address_size 64
                .visible .entry k(.param .u64 a, .param .u64 b)
                {
                .reg .\(type) %x<3>; .reg .b64 %rd<2>;
                ld.param.u64 %rd0, [a];
                ld.param.\(type) %x0, [b];
                atom.global.\(name) %x1, [%rd0], %x0;
                st.global.\(type) [%rd0+8], %x1;
                ret;
                }
                """
            let emulator = try Emulator(text: text)
            let a = try emulator.memory.allocate([words[0], 0])
            try emulator.launch("k", grid: .init(1), block: .init(1), slots: [a, words[1]])
            let results = try emulator.memory.read(2, at: a, zero: UInt64(0))
            #expect(results == [words[2], words[0]], "\(name)")
        }
        #expect(
            try PTXProbe.run(
                "st.global.u64 [%ud0], 5; atom.global.cas.b64 %rd1, [%ud0], 5, 9;"
                    + "atom.global.cas.b64 %rd2, [%ud0], 5, 1; mad.lo.u64 %rd0, %rd1, 100, %rd2;") == 509)
    }

    @Test("threads that wait for each other's atomics take turns")
    func turns() throws {
        let text = PTXProbe.text(
            """
            ld.param.u64 %rd1, [a];
            mov.u32 %r1, %tid.x;
            setp.ne.u32 %p1, %r1, 0;
            @%p1 bra SIGNAL;
            WAIT:
            ld.volatile.global.u32 %r2, [%rd1];
            setp.ne.u32 %p2, %r2, 63;
            @%p2 bra WAIT;
            bra DONE;
            SIGNAL:
            red.global.add.u32 [%rd1], 1;
            DONE:
            """)
        let emulator = try Emulator(text: text)
        let a = try emulator.memory.allocate([UInt32(0)])
        try emulator.launch("k", grid: .init(1), block: .init(64), slots: [a, 0])
        #expect(try emulator.memory.read(1, at: a, zero: UInt32(0)) == [63])
    }

    @Test("local and generic addresses, narrow and vector accesses, three dimensions")
    func spaces() throws {
        #expect(
            try PTXProbe.run(
                """
                .local .align 16 .b8 place[32];
                mov.u64 %rd1, place;
                st.local.v2.u64 [%rd1+16], {%ud0, %ud0};
                cvta.local.u64 %rd2, %rd1;
                ld.u64 %rd3, [%rd2+24];
                sub.u64 %rd0, %rd3, %ud0;
                """) == 0)
        #expect(
            try PTXProbe.run(
                """
                mov.u32 %r1, 0x80fe;
                st.global.u16 [%ud0], %r1;
                ld.global.s8 %r2, [%ud0];
                ld.global.u8 %r3, [%ud0+1];
                mov.b64 %rd0, {%r2, %r3};
                """) == 0x0000_0080_FFFF_FFFE)
        let text = PTXProbe.text(
            """
            ld.param.u64 %rd1, [a];
            mov.u32 %r1, %ctaid.z; mov.u32 %r2, %nctaid.y; mov.u32 %r3, %ctaid.y;
            mad.lo.u32 %r1, %r1, %r2, %r3;
            mov.u32 %r2, %ntid.y; mov.u32 %r3, %tid.y; mad.lo.u32 %r1, %r1, %r2, %r3;
            mad.wide.u32 %rd1, %r1, 4, %rd1;
            st.global.u32 [%rd1], %r1;
            """)
        let emulator = try Emulator(text: text)
        let a = emulator.memory.allocate(4 * 30)
        try emulator.launch("k", grid: .init(1, 3, 2), block: .init(1, 5), slots: [a, 0])
        #expect(try emulator.memory.read(30, at: a, zero: UInt32(0)) == (0..<30).map { UInt32($0) })
    }
}
