@testable import AD
import NativeEngine
import ReversibleCore
import TestSupport
import Testing

/// Loops whose turns run again from copies.
@Suite(.enabled(if: compilerIsThere)) struct CheckpointTests {
    private func expectClose(
        _ a: [Double], _ b: [Double], _ tolerance: Double = 1e-13,
        _ source: Testing.SourceLocation = #_sourceLocation
    ) {
        #expect(a.count == b.count, sourceLocation: source)
        let largest = b.map(abs).max() ?? 0
        for (a, b) in zip(a, b) {
            #expect(abs(a - b) <= tolerance * max(largest, 1e-300), sourceLocation: source)
        }
    }

    // MARK: For

    /// A number that shrinks, a sum that nobody reads, and a row of the state.
    static func recurrence(_ way: Undoing? = nil) -> ReversibleFunction<Scalar, Scalar, Vector, Vector> {
        ReversibleFunction("recurrence", parameters: ["loss", "m", "h", "v"]) {
            (loss: Scalar, m: Scalar, h: Vector, v: Vector) in
            For(v.indices, undoing: way) { i in
                m *= 0.5
                m += v[i] * v[i]
                h *= 0.9
                h += sin(m)
                loss += sum(h) * v[i]
            }
        }
    }

    /// The gradient in m and v, by forward accumulation of the same recurrence.
    private func slopes(_ m0: Double, _ h0: [Double], _ v: [Double]) -> (m: Double, v: [Double]) {
        func loss(_ m0: Dual, _ v: [Dual]) -> Double {
            var (m, h) = (m0, h0.map { Dual($0, 0) })
            var slope = 0.0
            for x in v {
                m = Dual(m.0 * 0.5 + x.0 * x.0, m.1 * 0.5 + 2 * x.0 * x.1)
                h = h.map { Dual($0.0 * 0.9 + _sin(m.0), $0.1 * 0.9 + _cos(m.0) * m.1) }
                let sum = h.reduce(Dual(0, 0)) { Dual($0.0 + $1.0, $0.1 + $1.1) }
                slope += sum.1 * x.0 + sum.0 * x.1
            }
            return slope
        }
        let plain = v.map { Dual($0, 0) }
        return (
            loss(Dual(m0, 1), plain),
            v.indices.map { k in loss(Dual(m0, 0), v.enumerated().map { Dual($1, $0 == k ? 1 : 0) }) }
        )
    }

    private typealias Dual = (Double, Double)
    private func _sin(_ x: Double) -> Double { ElementaryFunction.sin.value(x) }
    private func _cos(_ x: Double) -> Double { ElementaryFunction.cos.value(x) }

    @Test(arguments: isExhaustive ? [1, 2, 3, 5, 100] : [1, 3, 100])
    func countedLoops(copies: Int) throws {
        let h = [0.1, -0.2, 0.3]
        for n in [0, 1, 2, 3, 10, 41] {
            let v = (0..<n).map { 0.3 + 0.1 * Double($0 % 7) }
            let right = slopes(0.25, h, v)
            let recorded = try valueAndGrad(Self.recurrence(), 0, 0.25, h, v, undoing: .recorded)
            let found = try valueAndGrad(Self.recurrence(), 0, 0.25, h, v, undoing: .checkpoints(copies))
            #expect(found.drift == 0)
            #expect(found.value == recorded.value)
            expectClose([found.gradient.1] + found.gradient.3, [right.m] + right.v)
            // Bit for bit the same states.
            expectClose(found.gradient.3, recorded.gradient.3, 1e-15)
            let own = try grad(Self.recurrence(.checkpoints(copies)), 0, 0.25, h, v)
            expectClose(own.3, found.gradient.3, 1e-15)
        }
        let v = (0..<41).map { 0.3 + 0.1 * Double($0 % 7) }
        let right = slopes(0.25, h, v)
        for checks in [Checks.none, .undoing, .all] {
            let compiled = try compile(grad(Self.recurrence(), undoing: .checkpoints(copies)), checks: checks)
            expectClose(try compiled(0, 0.25, h, v).3, right.v)
        }
    }

    /// Backward, in steps, and closed ranges.
    @Test func ranges() throws {
        func f(_ way: Undoing?) -> ReversibleFunction<Scalar, Scalar, Vector, Integer> {
            ReversibleFunction { (loss: Scalar, m: Scalar, v: Vector, step: Integer) in
                For((v.count - 1)...0, by: -2, undoing: way) { i in
                    m *= v[i]
                    m += sin(v[i])
                }
                For(0..<v.count, by: step, undoing: way) { i in
                    m *= cos(v[i])
                    m += v[i] * v[i]
                }
                loss += m * m
            }
        }
        let v = (0..<17).map { 0.5 + 0.02 * Double($0) }
        for step in [1, 3, 40] {
            let right = try grad(f(.recorded), 0, 1, v, step)
            let found = try grad(f(.checkpoints(3)), 0, 1, v, step)
            expectClose(found.2, right.2, 1e-15)
            let back = try grad(~f(.checkpoints(2)), 0, 1, v, step)
            expectClose(back.2, try grad(~f(.recorded), 0, 1, v, step).2, 1e-14)
        }
        let error = #expect(throws: ReversibilityError.self) { try grad(f(.checkpoints(3)), 0, 1, v, 0) }
        #expect(error?.kind == .zeroStep)
    }

    // MARK: While

    static func decay(_ way: Undoing?, counted: Bool) -> ReversibleFunction<Scalar, Scalar, Scalar, Integer> {
        ReversibleFunction("decay", parameters: ["loss", "x", "k", "t"]) {
            (loss: Scalar, x: Scalar, k: Scalar, t: Integer) in
            While(x > 0.01, post: counted ? nil : t > 0, undoing: way) {
                x *= 0.9
                x -= 0.001 * k
                loss += x * x * k
                t += 1
            }
        }
    }

    @Test(arguments: [true, false])
    func loopsOfUnknownLength(counted: Bool) throws {
        let right = try grad(Self.decay(.recorded, counted: counted), 0, 1, 0.7, 0)
        for copies in [1, 2, 7] {
            let f = Self.decay(.checkpoints(copies), counted: counted)
            let found = try grad(f, 0, 1, 0.7, 0)
            expectClose([found.1, found.2], [right.1, right.2])
            let compiled = try compile(grad(f))(0, 1, 0.7, 0)
            expectClose([compiled.1, compiled.2], [right.1, right.2])
        }
        // No turn at all.
        #expect(try grad(Self.decay(.checkpoints(2), counted: counted), 0, 0, 0.7, 0).1 == 0)
    }

    // MARK: Second derivatives, computations, what changes later

    @Test func secondDerivatives() throws {
        let (h, v) = ([0.1, 0.2], (0..<9).map { 0.3 + 0.1 * Double($0) })
        let direction = (0.0, 1.0, [0.5, -1], v.map { 1 - $0 })
        let right = try hvp(Self.recurrence(), 0, 0.25, h, v, direction: direction, undoing: .recorded)
        let found = try hvp(Self.recurrence(), 0, 0.25, h, v, direction: direction, undoing: .checkpoints(2))
        expectClose([found.1] + found.2 + found.3, [right.1] + right.2 + right.3)
        let compiled = try compile(hvp(Self.recurrence(), undoing: .checkpoints(2)))(
            0, 0.25, h, v, direction: direction)
        expectClose([compiled.1] + compiled.2 + compiled.3, [right.1] + right.2 + right.3)
    }

    /// A loop in a computation, alone and in a loop, and one that reads what changes after it.
    @Test func surroundings() throws {
        let inner = ReversibleFunction("inner", parameters: ["out", "x", "w"]) {
            (out: Scalar, x: Scalar, w: Scalar) in
            let s = Scalar.ancilla("s")
            Compute {
                s += x
                For(0..<6, undoing: .checkpoints(2)) { i in
                    s *= 0.5 + w * w
                    s += sin(w * i)
                }
            } apply: {
                out += s * s
            }
        }
        let f = ReversibleFunction("f", parameters: ["loss", "x", "w"]) {
            (loss: Scalar, x: Scalar, w: Scalar) in
            let total = Scalar.ancilla("total")
            Compute {
                For(0..<4) { _ in inner(total, x, w) }
                For(0..<3) { _ in inner(total, w, x) }
            } apply: {
                loss += cos(total)
            }
            inner(loss, x, w)
            w += 0.1 * x
            w *= 3
        }
        let (x, w, e) = (0.4, 0.3, 1e-6)
        let found = try grad(f, 0, x, w)
        func value(_ x: Double, _ w: Double) throws -> Double { try f(0, x, w).0 }
        #expect(abs(found.1 - (try value(x + e, w) - value(x - e, w)) / (2 * e)) < 1e-7)
        #expect(abs(found.2 - (try value(x, w + e) - value(x, w - e)) / (2 * e)) < 1e-7)
        let recorded = try grad(f.undoing(.recorded), 0, x, w)
        expectClose([found.1, found.2], [recorded.1, recorded.2])
        let compiled = try compile(grad(f))(0, x, w)
        expectClose([compiled.1, compiled.2], [found.1, found.2])
    }

    /// A computation around a call, in a loop of a function that is called in a computation.
    @Test(arguments: [Undoing.recorded, .checkpoints(1), .checkpoints(2)])
    func nestedComputations(way: Undoing) throws {
        let step = ReversibleFunction("step", parameters: ["end", "start", "h"]) {
            (end: Scalar, start: Scalar, h: Scalar) in
            let k = Scalar.ancilla("k")
            Compute {
                k -= sin(start)
            } apply: {
                end += h * k
            }
        }
        let many = ReversibleFunction("many", parameters: ["y", "z", "h", "n"]) {
            (y: Scalar, z: Scalar, h: Scalar, n: Integer) in
            For(0..<n) { _ in
                let t = Scalar.ancilla("t")
                y *= 0.5
                Compute {
                    step(t, z, h)
                } apply: {
                    y += t
                }
                z -= y
            }
        }
        let loss = ReversibleFunction("loss", parameters: ["out", "x", "n"]) {
            (out: Scalar, x: Scalar, n: Integer) in
            let y = Scalar.ancilla("y")
            let z = Scalar.ancilla("z")
            let h = Scalar.ancilla("h")
            Compute {
                y += x
                z += x
                h += 0.1
                many(y, z, h, n)
            } apply: {
                out += y
            }
        }
        let right = try jvp(loss, 0, 1, 5, tangent: (0, 1, ())).product.0
        #expect(abs(try grad(loss, 0, 1, 5, undoing: way).1 - right) < 1e-15)
        #expect(abs(try compile(grad(loss, undoing: way))(0, 1, 5).1 - right) < 1e-15)
    }

    /// A zero keeps its sign in a copy and in a record.
    @Test func signsOfZeros() throws {
        let turning = ReversibleFunction { (l: Scalar, m: Scalar, w: Scalar) in
            For(0..<6) { _ in
                w *= 0.5
                w += atan2(m, -1)
                l += w * w
                NEG(m)
            }
        }
        let plain = ReversibleFunction { (l: Scalar, m: Scalar, w: Scalar) in
            m *= w
            l += atan2(m, -1) * w
            l += m * m
        }
        let right = try jvp(turning, 0, 0, 0.7, tangent: (0, 1, 0)).product.0
        for way in [Undoing.recorded, .checkpoints(1), .checkpoints(2), .checkpoints(6)] {
            #expect(abs(try grad(turning, 0, 0.0, 0.7, undoing: way).1 - right) < 1e-12)
            #expect(abs(try compile(grad(turning, undoing: way))(0, 0.0, 0.7).1 - right) < 1e-12)
            let found = try valueAndGrad(plain, 0, 0, -0.7, undoing: way)
            #expect(found.value == (try plain(0, 0, -0.7).0))
            #expect(abs(found.gradient.2 + Double.pi) < 1e-15)
        }
    }

    // MARK: What is refused

    @Test func refused() throws {
        let v = [1.0, 2.0]
        func message(_ body: () throws -> Void) -> String {
            do {
                try body()
                return ""
            } catch { return "\(error)" }
        }
        #expect(
            message { _ = try grad(Self.recurrence(), 0, 0, v, v, undoing: .checkpoints(0)) }
                .contains("`undoing: .checkpoints(0)` keeps no copy"))
        #expect(
            message { _ = try grad(Self.recurrence(.checkpoints(-1)), 0, 0, v, v) }
                .contains("CheckpointTests.swift"))
        let pushing = ReversibleFunction("pushing", parameters: ["m", "x", "s"]) {
            (m: Scalar, x: Scalar, s: Stack) in
            For(0..<3) { _ in
                m *= x
                m += 0.1
                PUSH(m, on: s)
            }
        }
        let refusal = message { _ = try grad(pushing, 1, 2, [], undoing: .checkpoints(2)) }
        #expect(refusal.contains("the stack `s` would be pushed on every time"))
        let calling = message {
            let f = Self.recurrence().undoing(.checkpoints(2))
            _ = try ReversibleFunction(checking: "g", parameters: ["l", "m", "h", "v"]) {
                (l: Scalar, m: Scalar, h: Vector, v: Vector) in f(l, m, h, v)
            }
        }
        #expect(calling.contains("is for derivatives of `recurrence` itself"))
        #expect {
            try grad(Self.reading(popping: true), 0, 1, v, 9, undoing: .checkpoints(2))
        } throws: {
            ($0 as? ReversibilityError)?.message.contains("which they read, changes after the loop") == true
        }
        let derivative = adjoint(Self.decay(.checkpoints(2), counted: true).undoing(.inverse))
        #expect(throws: ReversibilityError.self) { _ = try adjoint(derivative).untyped.definition }
    }

    /// A loop that reads a stack from outside.
    static func reading(popping: Bool) -> ReversibleFunction<Scalar, Scalar, Vector, Integer> {
        ReversibleFunction("reading", parameters: ["y", "m", "v", "n"]) {
            (y: Scalar, m: Scalar, v: Vector, n: Integer) in
            let s = Stack("s")
            For(v.indices) { i in PUSH(v[i], on: s) }
            For(0..<n) { _ in
                m *= 0.5
                m += s.top
                y += m * m * s.count
            }
            if popping {
                POP(v[0], from: s)
                v[0] *= 0.1
            }
        }
    }

    @Test func stacksThatAreRead() throws {
        let (f, v, n) = (Self.reading(popping: false), [1, 2, 0.3], 40)
        // After k turns m is 2⁻ᵏ + 2 (1 − 2⁻ᵏ) v, and y = 3 Σ m².
        var (rest, byTop, byStart) = (1.0, 0.0, 0.0)
        for _ in 0..<n {
            rest /= 2
            let m = rest + 2 * (1 - rest) * 0.3
            byTop += 6 * m * 2 * (1 - rest)
            byStart += 6 * m * rest
        }
        for gradient in [
            try grad(f, 0, 1, v, n, undoing: .checkpoints(3)),
            try compile(grad(f, undoing: .checkpoints(3)))(0, 1, v, n),
        ] {
            #expect(abs(gradient.2[2] - byTop) < 1e-12 * byTop)
            #expect(abs(gradient.1 - byStart) < 1e-12 * byStart)
            #expect(gradient.2[0] == 0 && gradient.2[1] == 0)
        }
    }
}
