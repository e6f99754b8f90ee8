import AD
import NativeEngine
import Numbers
import Testing

private enum Quarters: FixedPointFormat { static let fractionBits = 2 }
private enum Q62: FixedPointFormat { static let fractionBits = 62 }

private struct State: Argument {
    var x: FixedPointVector<Q48>
    var v: FixedPointVector<Q48>

    struct Value: ArgumentValue {
        var x: FixedPointVector<Q48>.Value
        var v: FixedPointVector<Q48>.Value
    }
}

@Suite struct FixedPointTests {
    private typealias Number = FixedPoint<Q32>

    /// Products of awkward integers against Swift's full-width ones, in two engines.
    @Test func productsAreRoundedToNearest() throws {
        try products(of: Quarters.self)
        try products(of: Q32.self)
        try products(of: Q48.self)
        try products(of: Q62.self)
    }

    private func products<Format: FixedPointFormat>(of format: Format.Type) throws {
        let multiply = ReversibleFunction {
            (y: FixedPointVector<Format>, a: FixedPointVector<Format>, b: FixedPointVector<Format>) in
            y += a * b
        }
        var awkward = [0, 1, -1, 2, 3, -3, .max, .min, .max - 1, .min + 1]
        for shift in stride(from: 15, to: 63, by: 8) {
            awkward += [1 << shift, (1 << shift) - 1, -(1 << shift), -(1 << shift) - 1]
        }
        var mixed = 0x9e37_79b9_7f4a_7c15 as UInt64
        for shift in 0..<24 {
            mixed = mixed &* 0xd134_2543_de82_ef95 &+ 1
            awkward.append(Int(truncatingIfNeeded: mixed) >> (2 * shift))
        }
        let f = Format.fractionBits
        var (a, b, expected): ([Int], [Int], [Int]) = ([], [], [])
        for x in awkward {
            for y in awkward {
                let product = Int128(x) * Int128(y)
                guard let result = Int(exactly: (product + (1 << (f - 1))) >> f) else { continue }
                a.append(x)
                b.append(y)
                expected.append(result)
            }
        }
        #expect(a.count > 300)
        let zeros = FixedPointVector<Format>.Value(bits: Array(repeating: 0, count: a.count))
        let arguments = (FixedPointVector<Format>.Value(bits: a), FixedPointVector<Format>.Value(bits: b))
        #expect(try multiply(zeros, arguments.0, arguments.1).0.bits == expected)
        #expect(try compile(multiply)(zeros, arguments.0, arguments.1).0.bits == expected)
        #expect(
            try (~multiply)(.init(bits: expected), arguments.0, arguments.1).0 == zeros)
    }

    private static let oscillator = ReversibleFunction("oscillator", parameters: ["x", "v", "steps"]) {
        (x: FixedPoint<Q32>, v: FixedPoint<Q32>, steps: Integer) in
        For(0..<steps) { _ in
            v -= 0.01 * x
            x += 0.01 * v
        }
    }

    /// Python's integers after 10,000 steps; then a million steps there and back, in every bit.
    @Test func oscillator() throws {
        let one = try Number.Value(1)
        let zero = Number.Value(bits: 0)
        let (x, v, _) = try Self.oscillator(one, zero, 10_000)
        #expect(x.bits == 3_715_403_708 && v.bits == 2_173_307_619)
        let there = try compile(Self.oscillator)
        let back = try compile(~Self.oscillator)
        let far = try there(one, zero, 1_000_000)
        #expect(abs(Double(far.0)) < 1.01 && far.0 != one)
        let near = try back(far.0, far.1, 1_000_000)
        #expect(near.0 == one && near.1 == zero)
    }

    private static let turning = ReversibleFunction("turning", parameters: ["a", "b", "steps"]) {
        (a: FixedPoint<Q48>, b: FixedPoint<Q48>, steps: Integer) in
        For(0..<steps) { _ in ROT(a, b, 2.1) }
    }

    @Test func rotations() throws {
        let one = try FixedPoint<Q48>.Value(1)
        let zero = FixedPoint<Q48>.Value(bits: 0)
        // Python's integers; the point itself is (cos 2100, sin 2100) to 2e-13.
        let (a, b, _) = try Self.turning(one, zero, 1000)
        #expect(a.bits == 43_367_622_569_275 && b.bits == 278_114_026_663_446)
        #expect(agrees([Double(a), Double(b)], [0.15407274591910985, 0.9880595067934651], 1e-12))
        let far = try compile(Self.turning)(one, zero, 100_000)
        let near = try compile(~Self.turning)(far.0, far.1, 100_000)
        #expect(near.0 == one && near.1 == zero)
        // Quarter turns are exact.
        let quarters = [(0.0, 3, 4), (0.5, -4, 3), (1, -3, -4), (-0.5, 4, -3), (2, 3, 4)]
        for (part, x, y) in quarters {
            let angle = part * Double.pi
            let f = ReversibleFunction { (a: FixedPoint<Q48>, b: FixedPoint<Q48>) in ROT(a, b, angle) }
            let turned = try f(FixedPoint<Q48>.Value(bits: 3), FixedPoint<Q48>.Value(bits: 4))
            #expect(turned.0.bits == x && turned.1.bits == y)
            let back = ReversibleFunction { (a: FixedPoint<Q48>, b: FixedPoint<Q48>) in IROT(a, b, angle) }
            #expect(try back(turned.0, turned.1).0.bits == 3)
        }
        #expect(
            error {
                _ = try ReversibleFunction(checking: "f") { (a: Number, b: Number) in ROT(a, b, Double.nan) }
            }?.message == "a point cannot be turned by nan")
    }

    @Test func squeezes() throws {
        for k in [0.5, 3, -1.25, 0.1, 1] {
            let f = ReversibleFunction { (a: Number, b: Number) in SQUEEZE(a, b, by: k) }
            let g = ReversibleFunction { (a: Number, b: Number) in UNSQUEEZE(a, b, by: k) }
            let (a, b) = (try Number.Value(1.375), try Number.Value(-2.0625))
            let (c, d) = try compile(f)(a, b)
            #expect(agrees([Double(c), Double(d)], [1.375 * k, -2.0625 / k], 1e-8))
            #expect(try g(c, d) == (a, b))
        }
        #expect(
            error {
                _ = try ReversibleFunction(checking: "f") { (a: Number, b: Number) in SQUEEZE(a, b, by: 0) }
            }?
            .message == "numbers cannot be squeezed by 0.0, which must be finite and not 0")
    }

    @Test func scratchNumbers() throws {
        let norm = ReversibleFunction { (out: Number, v: FixedPointVector<Q32>) in
            let (total, squares) = (Number.ancilla("total"), FixedPointVector<Q32>.ancilla(count: v.count))
            Compute {
                squares += v * v
                For(v.indices) { i in total += squares[i] }
            } apply: {
                out += total
            }
        }
        let v = try FixedPointVector<Q32>.Value([1.5, -2, 0.25])
        #expect(try norm(Number.Value(0), v) == (try Number.Value(6.3125), v))
        #expect(try compile(~norm)(Number.Value(6.3125), v) == (try Number.Value(0), v))
    }

    @Test func sumsAndConstants() throws {
        let f = ReversibleFunction { (y: Number, x: Number, out: Scalar) in
            y += 2 * x - (x + 0.25) + (1.5 - x) * -x
            y -= 0.1
            y += 1
            out += y.real
        }
        let (y, _, out) = try f(.init(bits: 0), try .init(3), 0)
        #expect(agrees([Double(y), out], [8.15, Double(y)], 1e-9))
        try checkInverse(f, .init(bits: 5), try .init(3), 0)
    }

    /// Everything in one program: engines agree in every bit, and it comes back.
    @Test func vectorsInStructs() throws {
        let f = ReversibleFunction { (state: State, n: Integer) in
            For(0..<n) { _ in
                state.v -= 0.01 * state.x
                state.x += 0.01 * state.v
                For(state.x.indices) { i in ROT(state.x[i], state.v[i], 0.2) }
                SQUEEZE(state.x[0], state.v[0], by: 1.5)
                UNSQUEEZE(state.x[1], state.v[1], by: 0.75)
            }
        }
        let start = State.Value(x: try .init([1, -2.5]), v: try .init([0.1, 0.3]))
        let (end, _) = try f(start, 5)
        let far = try compile(f)(start, 5).0
        #expect(far.x == end.x && far.v == end.v && far.x != start.x)
        let back = try compile(~f)(far, 5).0
        #expect(back.x == start.x && back.v == start.v)
    }
}
