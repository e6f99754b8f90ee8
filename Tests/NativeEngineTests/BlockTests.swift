import AD
import Foundation
import NativeEngine
import ReversibleCore
import Testing

/// `Block { … }` and `~Block { … }`.
@Suite(.enabled(if: compilerIsThere)) struct BlockTests {
    /// (y, x) turns, y is scaled, and (y, x) turns back: a conjugation, written out.
    private static let conjugated = ReversibleFunction("conjugated", parameters: ["y", "x", "k"]) {
        (y: Scalar, x: Scalar, k: Scalar) in
        let turn = Block {
            let angle = Scalar.ancilla("angle")
            angle += k * k
            ROT(y, x, angle)
            NEG(x)
            angle -= k * k
        }
        turn
        y *= 2
        ~turn
    }

    /// With c = cos k², s = sin k²: the reflection (c, −s; −s, −c) is its own inverse, so that y becomes
    /// (2c² + s²) y − c s x.
    private static func expected(_ y: Double, _ x: Double, _ k: Double) -> Double {
        let (c, s) = (cos(k * k), sin(k * k))
        return (2 * c * c + s * s) * y - c * s * x
    }

    @Test func valuesBothWays() throws {
        let (y, x, _) = try Self.conjugated(3, 4, 0.8)
        #expect(abs(y - Self.expected(3, 4, 0.8)) < 1e-14)
        let (c, s) = (cos(0.64), sin(0.64))
        #expect(abs(x - ((2 * s * s + c * c) * 4 - c * s * 3)) < 1e-14)
        try checkInverse(Self.conjugated, 3, 4, 0.8)
        try Self.conjugated.agreesBothWays([.real(3), .real(4), .real(0.8)])
        #expect(try native(Self.conjugated, threads: 2)(3, 4, 0.8).0 == y)
    }

    /// dy/dk = −2k (2cs y + (c² − s²) x) with c and s of k², of all orders and by all ways of undoing.
    @Test func derivatives() throws {
        let (y, x, k) = (3.0, 4.0, 0.8)
        let (c, s) = (cos(k * k), sin(k * k))
        let slope = -2 * k * (2 * c * s * y + (c * c - s * s) * x)
        for way in [Undoing.inverse, .recorded, .checkpoints(2)] {
            let gradient = try grad(Self.conjugated, y, x, k, undoing: way)
            #expect(abs(gradient.0 - (2 * c * c + s * s)) < 1e-14 && abs(gradient.1 + c * s) < 1e-14)
            #expect(abs(gradient.2 - slope) < 1e-13)
            #expect(abs(try native(grad(Self.conjugated, undoing: way), .undoing)(y, x, k).2 - slope) < 1e-13)
        }
        #expect(abs(try jvp(Self.conjugated, y, x, k, tangent: (0, 0, 1)).product.0 - slope) < 1e-13)
        let curvature =
            slope / k - 4 * k * k * (2 * (c * c - s * s) * y - 4 * c * s * x)
        #expect(abs(try hessian(Self.conjugated, y, x, k, with: 2)[0, 0] - curvature) < 1e-12)
        try checkGrads(Self.conjugated, y, x, k)
    }

    /// Loops, branches, calls and whole arrays, undone in the middle of a program.
    @Test func statementsInside() throws {
        let scale = ReversibleFunction("scale", parameters: ["a", "k"]) { (a: Scalar, k: Integer) in
            a *= 1 + k
        }
        let f = ReversibleFunction("f", parameters: ["v", "n"]) { (v: Vector, n: Integer) in
            v += 1
            ~Block {
                v -= 2
                For(0..<v.count - 1) { i in
                    v[i + 1] += v[i] * v[i]
                    If(n > 0) {
                        n += i + 1
                    } else: {
                        NEG(v[i])
                    }
                    scale(v[i], i)
                }
                Compute {
                    n += 2
                } apply: {
                    v[0] += n
                }
            }
        }
        // Backward: v₀ − (n + 2), then for i = 1, 0: vᵢ / (1 + i), n − (i + 1), vᵢ₊₁ − vᵢ², then + 2.
        let (v, n) = try f([1, 5, 9], 7)
        #expect(n == 4)
        let start = [2.0 - 9, 6, 10]
        let second = start[1] / 2
        let third = start[2] - second * second
        #expect(v == [start[0] + 2, second - start[0] * start[0] + 2, third + 2])
        try checkInverse(f, [1, 5, 9], 7)
        try f.agreesBothWays([.reals([1, 5, 9]), .integer(7)])
    }

    /// A block that is undone is the program that it was traced to, once, and prints as it.
    @Test func tracing() throws {
        var count = 0
        let f = ReversibleFunction("f", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
            let step = Block {
                let t = Scalar.ancilla()
                let _ = count += 1
                t += x
                y += t
                t -= x
            }
            step
            ~step
            ~(~Block { y += x })
        }
        #expect(count == 1)
        #expect(
            f.description == """
                ReversibleFunction { (y: Scalar, x: Scalar) in
                    do {
                        let t1 = Scalar.ancilla()
                        t1 += x
                        y += t1
                        t1 -= x
                    }
                    do {
                        let t1 = Scalar.ancilla()
                        t1 += x
                        y -= t1
                        t1 -= x
                    }
                    y += x
                }
                """)
        try f.agreesBothWays([.real(1), .real(2)])
    }

    /// An ancilla that a block leaves is an error at the block's end, whichever way it runs.
    @Test func leftOver() throws {
        let f = ReversibleFunction("f", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
            ~Block {
                let t = Scalar.ancilla("t")
                t += x
                y += t
            }
        }
        for g in [f, ~f] {
            let error = #expect(throws: ReversibilityError.self) { try g(0, 3) }
            #expect(error?.kind == .ancillaNotRestored)
        }
        try expectSameError(.ancillaNotRestored, f, .real(0), .real(3))
    }

    /// A recorded decision is taken back by the block's inverse.
    @Test func recordedDecision() throws {
        let f = ReversibleFunction("f", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
            let fold = Block {
                If(x > 0, post: .recorded) {
                    x -= 5
                } else: {
                    x *= -3
                }
            }
            fold
            y += x * x
            ~fold
        }
        #expect(try f(0, 2) == (9, 2))
        #expect(try f(0, -2) == (36, -2))
        #expect(try grad(f, 0, 2).1 == -6)
        #expect(try grad(f, 0, -2).1 == -36)
        #expect(try native(grad(f), .undoing)(0, -2).1 == -36)
        try f.agreesBothWays([.real(0), .real(2)], [.real(0), .real(-2)])
    }
}
