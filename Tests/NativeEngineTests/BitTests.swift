import AD
import NativeEngine
import ReversibleCore
import Testing

/// Words and expressions over the 64 bits of integers.
@Suite(.enabled(if: compilerIsThere)) struct BitTests {
    /// What Python's integers of any size give, reduced to 64 bits.
    struct Row: Sendable {
        var x: Int, n: Int, left: Int, right: Int, logical: Int, turned: Int, ones: Int, product: Int

        init(
            _ x: Int, _ n: Int, left: Int, right: Int, logical: Int, turned: Int, ones: Int, product: Int
        ) {
            (self.x, self.n, self.left, self.right) = (x, n, left, right)
            (self.logical, self.turned, self.ones, self.product) = (logical, turned, ones, product)
        }
    }

    static let rows = [
        Row(
            81985529216486895, 4, left: 1311768467463790320, right: 5124095576030430,
            logical: 5124095576030430, turned: 1311768467463790320, ones: 32, product: 327942116865947580),
        Row(
            -81985529216486895, 3, left: -655884233731895160, right: -10248191152060862,
            logical: 2295594818061633090, turned: -655884233731895153, ones: 33, product: -245956587649460685),
        Row(-1, 63, left: -9223372036854775808, right: -1, logical: 1, turned: -1, ones: 64, product: -63),
        Row(
            1, 63, left: -9223372036854775808, right: 0, logical: 0, turned: -9223372036854775808, ones: 1,
            product: 63),
        Row(-5, 64, left: 0, right: -1, logical: 0, turned: -5, ones: 63, product: -320),
        Row(-5, 100, left: 0, right: -1, logical: 0, turned: -274877906945, ones: 63, product: -500),
        Row(7, -1, left: 3, right: 14, logical: 14, turned: -9223372036854775805, ones: 3, product: -7),
        Row(-7, -2, left: -2, right: -28, logical: -28, turned: 9223372036854775806, ones: 62, product: 14),
        Row(-9, -64, left: -1, right: 0, logical: 0, turned: -9, ones: 63, product: 576),
        Row(12345, 0, left: 12345, right: 12345, logical: 12345, turned: 12345, ones: 6, product: 0),
        Row(
            -9223372036854775808, 1, left: 0, right: -4611686018427387904, logical: 4611686018427387904,
            turned: 1, ones: 1, product: -9223372036854775808),
        Row(
            9223372036854775807, -9223372036854775808, left: 0, right: 0, logical: 0,
            turned: 9223372036854775807, ones: 63, product: -9223372036854775808),
        Row(
            -3, 9223372036854775807, left: 0, right: -1, logical: 0, turned: -2, ones: 63,
            product: -9223372036854775805),
    ]

    /// Every function of two integers, in one row of results.
    static let all = ReversibleFunction("all", parameters: ["r", "x", "n"]) {
        (r: IntegerVector, x: Integer, n: Integer) in
        r[0] += x << n
        r[1] += x >> n
        r[2] += logicalShiftRight(x, n)
        r[3] += popcount(x)
        r[4] += x &* n
        r[5] += (x & n) ^ (x | n)
        r[6] += ~x
        r[7] += x &+ n
        r[8] += x &- n
    }

    @Test(arguments: rows) func expressions(_ row: Row) throws {
        let expected = [
            row.left, row.right, row.logical, row.ones, row.product, row.x ^ row.n, -1 - row.x,
            row.x.addingReportingOverflow(row.n).partialValue,
            row.x.subtractingReportingOverflow(row.n).partialValue,
        ]
        let zeros = [Int](repeating: 0, count: 9)
        #expect(try Self.all(zeros, row.x, row.n).0 == expected)
        try Self.all.agreesBothWays([.integers(zeros), .integer(row.x), .integer(row.n)])
        // The same with constants, which are put together when the function is made.
        let constants = ReversibleFunction("constants", parameters: ["r"]) { (r: IntegerVector) in
            Self.all(r, .constant(row.x), .constant(row.n))
            r[0] ^= (Integer.constant(row.x) + 0) << row.n
        }
        #expect(try constants(zeros).dropFirst() == expected[1...])
        #expect(try native(constants)(zeros) == (try constants(zeros)))
    }

    static let words = ReversibleFunction("words", parameters: ["k", "n"]) { (k: Integer, n: Integer) in
        ROTL(k, n)
        k &+= 0x7fff_ffff_ffff_ffff ^ n
        k &*= 6364136223846793005
        ROTR(k, 7)
        k &-= n << 5
        k ^= n >> 1
    }

    @Test(arguments: rows) func statements(_ row: Row) throws {
        let turn = ReversibleFunction("turn") { (k: Integer, n: Integer) in ROTL(k, n) }
        #expect(try turn(row.x, row.n).0 == row.turned)
        #expect(try (~turn)(row.turned, row.n).0 == row.x)
        let product = ReversibleFunction("product") { (k: Integer) in k &*= row.n | 1 }
        #expect(try product(row.x) == row.x &* (row.n | 1))
        #expect(try (~product)(product(row.x)) == row.x)
        try Self.words.agreesBothWays([.integer(row.x), .integer(row.n)])
        try checkInverse(Self.words, row.x, row.n)
    }

    /// 6364136223846793005⁻¹ modulo 2⁶⁴ is 13877824140714322085, as Python's `pow(c, -1, 1 << 64)` has it.
    @Test func text() throws {
        #expect(
            (~Self.words).description == """
                ReversibleFunction("words") { (k: Integer, n: Integer) in
                    k ^= n >> 1
                    k &+= n << 5
                    ROTL(k, 7)
                    k &*= \(Int(truncatingIfNeeded: 13877824140714322085 as UInt64))
                    k &-= 9223372036854775807 ^ n
                    ROTR(k, n)
                }
                """)
        let f = ReversibleFunction("f", parameters: ["k", "n"]) { (k: Integer, n: Integer) in
            k += (~n & 3) * (n << 2) + (n ^ (n | 1)) - popcount(n &+ 1)
            If((n & 1) == 0) { k += logicalShiftRight(n, 1) }
        }
        #expect(
            f.description == """
                ReversibleFunction { (k: Integer, n: Integer) in
                    k += (~n & 3) * (n << 2) + (n ^ (n | 1)) - popcount(n &+ 1)
                    If((n & 1) == 0) {
                        k += logicalShiftRight(n, 1)
                    }
                }
                """)
    }

    /// In lanes and threads, elementwise, and as indices and factors of what is differentiated.
    @Test func lanesAndDerivatives() throws {
        let f = ReversibleFunction("f", parameters: ["y", "v", "w", "p"]) {
            (y: Scalar, v: Vector, w: IntegerVector, p: IntegerVector) in
            ParallelFor(w.indices) { i in
                w[i] &*= 0x5851_f42d_4c95_7f2d
                ROTL(w[i], p[i])
                w[i] &+= (p[i] << (i & 7)) ^ logicalShiftRight(p[i], i)
                w[i] ^= (w.count >> 1) + popcount(p[i] | i)
                ROTR(w[i], i)
            }
            w &-= p
            ParallelFor(v.indices) { i in y += v[i] * v[i & 3] * (p[i] & 1) }
        }
        let count = 1_100
        let v = (0..<count).map { Double($0 % 13) - 6 }
        let p = (0..<count).map { ($0 &* 0x9e37_79b9_7f4a_7c1) ^ -$0 }
        let w = p.map { $0 &* $0 }
        let right = try f(0, v, w, p)
        for (lanes, threads) in [(2, 1), (4, 1), (8, 2)] {
            for checks in [Checks.none, .all] {
                let there = try native(f, checks, lanes: lanes, threads: threads)(0, v, w, p)
                #expect(there.0 == right.0 && there.2 == right.2)
            }
        }
        #expect(try (~f)(right.0, right.1, right.2, right.3).2 == w)
        var slope = [Double](repeating: 0, count: count)
        for i in 0..<count where p[i] & 1 == 1 {
            slope[i] += v[i & 3]
            slope[i & 3] += v[i]
        }
        for way in [Undoing.inverse, .recorded, .checkpoints(2)] {
            #expect(try grad(f, 0, v, w, p, undoing: way).1 == slope)
            #expect(try native(grad(f, undoing: way), .undoing, lanes: 4)(0, v, w, p).1 == slope)
        }
        #expect(
            try jvp(f, 0, v, w, p, tangent: (0, v.map { _ in 1 }, (), ())).product.0 == slope.reduce(0, +))
    }

    /// An adjoint undoes each word: what it indexes with on the way back is what there was.
    @Test func adjoints() throws {
        let f = ReversibleFunction("f", parameters: ["y", "v", "k"]) { (y: Scalar, v: Vector, k: Integer) in
            For(0..<40) { i in
                y += v[k & 7] * v[logicalShiftRight(k, 61)]
                k &*= 6_364_136_223_846_793_005
                k &+= 1_442_695_040_888_963_407
                ROTR(k, i)
                k ^= i << 50
            }
        }
        let v = (0..<8).map { 0.5 + Double($0) }
        // The same on Swift's own integers.
        var (state, slope) = (42, [Double](repeating: 0, count: 8))
        for i in 0..<40 {
            let (a, b) = (state & 7, Int(UInt(bitPattern: state) >> 61))
            slope[a] += v[b]
            slope[b] += v[a]
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let bits = UInt(bitPattern: state)
            state = Int(bitPattern: bits &>> UInt(i) | bits &<< UInt(64 - i)) ^ (i << 50)
        }
        #expect(try f(0, v, 42).2 == state)
        for way in [Undoing.inverse, .recorded, .checkpoints(3)] {
            for gradient in [
                try grad(f, 0, v, 42, undoing: way), try native(grad(f, undoing: way), .undoing)(0, v, 42),
            ] {
                #expect(zip(gradient.1, slope).allSatisfy { abs($0 - $1) < 1e-12 })
            }
        }
        let checked = try native(grad(f), .all)(0, v, 42).1
        #expect(zip(checked, slope).allSatisfy { abs($0 - $1) < 1e-12 })
        try checkGrads(f, 0, v, 42)
    }

    /// Ordinary sums still must not leave the range of `Int`.
    @Test func overflow() throws {
        let f = ReversibleFunction("f", parameters: ["k"]) { (k: Integer) in
            k &+= 1
            k += 1
        }
        #expect(try f(.max) == .min + 1)
        try expectSameError(.integerOverflow, f, .integer(.max - 1))
    }
}
