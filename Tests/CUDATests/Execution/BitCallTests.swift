import CUDAEngine
import Kernels
import NativeEngine
import ReversibleCore
import Testing

/// Words over the bits of integers in kernels, and blocks that are undone.
@Suite("Bits on a device") struct BitCallTests {
    private static let numbers = [
        0, 1, -1, 5, -9, 64, 63, -64, 100, .max, .min, 0x0123_4567_89ab_cdef, -0x0123_4567_89ab_cdef,
    ]

    /// Every pair of a number and a number of bits.
    private static let (x, n) = (
        numbers.flatMap { x in numbers.map { _ in x } }, numbers.flatMap { _ in numbers }
    )

    private static let all = ReversibleFunction("all", parameters: ["r", "x", "n"]) {
        (r: IntegerVector, x: IntegerVector, n: IntegerVector) in
        ParallelFor(x.indices) { i in
            r[9 * i] += x[i] << n[i]
            r[9 * i + 1] += x[i] >> n[i]
            r[9 * i + 2] += logicalShiftRight(x[i], n[i])
            r[9 * i + 3] += popcount(x[i])
            r[9 * i + 4] += x[i] &* n[i] &+ n[i] &- 3
            r[9 * i + 5] += (x[i] & n[i]) ^ (x[i] | n[i])
            r[9 * i + 6] += ~x[i]
            r[9 * i + 7] += (x[i] << 70) ^ (x[i] >> 3) ^ (x[i] >> -3) ^ (x[i] << 5)
            r[9 * i + 8] += logicalShiftRight(x[i], 7) | logicalShiftRight(x[i], 64)
        }
    }

    private static let words = ReversibleFunction("words", parameters: ["k", "n"]) {
        (k: IntegerVector, n: IntegerVector) in
        ParallelFor(k.indices) { i in
            ROTL(k[i], n[i])
            k[i] &+= n[i] << 3
            k[i] &*= 6_364_136_223_846_793_005
            ~Block {
                ROTR(k[i], 7)
                k[i] ^= n[i]
            }
            k[i] &-= 12
        }
        ROTL(k, 9)
    }

    @Test func values() throws {
        let zeros = [Int](repeating: 0, count: 9 * Self.x.count)
        let expected = try Self.all(zeros, Self.x, Self.n).0
        let moved = try Self.words(Self.x, Self.n).0
        for precision in [Precision.double, .single] {
            var options = smallBlocks
            options.precision = precision
            try withEmulatedDevice { device, _ in
                let all = try compile(Self.all, on: .cuda(device), options: options)(zeros, Self.x, Self.n).0
                #expect(all == expected)
                let there = try compile(Self.words, on: .cuda(device), options: options)(Self.x, Self.n).0
                #expect(there == moved)
                let back = try compile(~Self.words, on: .cuda(device), options: options)(moved, Self.n).0
                #expect(back == Self.x)
            }
        }
    }

    /// Numbers of bits that are known before the launch.
    @Test func constants() throws {
        let f = ReversibleFunction("f", parameters: ["k", "n"]) { (k: IntegerVector, n: Integer) in
            ParallelFor(0..<(k.count >> 1) + (n & 1)) { i in
                k[i] &+= n << 2
                ROTL(k[i], n ^ 3)
            }
        }
        let k = Array(Self.numbers.prefix(7))
        for n in [5, -2, 1 << 62] {
            let expected = try f(k, n).0
            try withEmulatedDevice { device, _ in
                let there = try compile(f, on: .cuda(device), options: smallBlocks)(k, n).0
                #expect(there == expected)
            }
        }
    }
}
