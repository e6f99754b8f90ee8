import AD
import NativeEngine
import ReversibleCore
import Testing

/// A `Compute` whose use changes what it has changed: undoing the computation is not what it was.
@Suite(.enabled(if: compilerIsThere)) struct ConjugationTests {
    typealias Step = ReversibleFunction<Scalar, Scalar, Scalar>

    static let scale = ReversibleFunction("scale", parameters: ["x", "k"]) { (x: Scalar, k: Scalar) in x *= k
    }

    /// y += (x + 1/k)², in ways that come to the same.
    static let once: [Step] = [
        Step("f", parameters: ["y", "x", "k"]) { (y: Scalar, x: Scalar, k: Scalar) in
            Compute {
                x *= k
            } apply: {
                x += 1
            }
            y += x * x
        },
        Step("f", parameters: ["y", "x", "k"]) { (y: Scalar, x: Scalar, k: Scalar) in
            Compute {
                scale(x, k)
            } apply: {
                x += 1
            }
            y += x * x
        },
        Step("f", parameters: ["y", "x", "k"]) { (y: Scalar, x: Scalar, k: Scalar) in
            Compute {
                For(0..<1, undoing: .recorded) { _ in x *= k }
            } apply: {
                x += 1
            }
            y += x * x
        },
        Step("f", parameters: ["y", "x", "k"]) { (y: Scalar, x: Scalar, k: Scalar) in
            Compute {
                If(k > 0) {
                    x /= k
                } else: {
                    x *= k
                }
            } apply: {
                Compute {
                    k *= 2
                } apply: {
                    x += 1 / (k * k) * 2
                }
                Compute {
                    k *= 2
                } apply: {
                    x += 1 / (k * k) * 2
                }
            }
            // (x/k + 1/k²) k = x + 1/k.
            y += x * x
        },
    ]

    @Test func gradients() throws {
        // At 3 and 2: 3.5², whose slopes are 7 and −7/k².
        for f in Self.once {
            #expect(try f(0, 3, 2).0 == 12.25)
            for way in [Undoing.inverse, .recorded, .checkpoints(2)] {
                for gradient in [
                    try grad(f, 0, 3, 2, undoing: way), try compile(grad(f, undoing: way))(0, 3, 2),
                    try compile(grad(f, undoing: way), checks: .all)(0, 3, 2),
                ] {
                    #expect(gradient.1 == 7 && gradient.2 == -1.75)
                }
                let rows = try jacobian(f, 0, 3, 2, of: 0, with: 1, undoing: way)
                #expect(rows == [[7]])
                // The second derivative by x is 2, that by x and k −2/k².
                let product = try hvp(f, 0, 3, 2, direction: (0, 1, 0), undoing: way)
                #expect(product.1 == 2 && product.2 == -0.5)
            }
        }
    }

    /// In iterations, and again and again: x + n/k after n turns, so that y is n x + n (n + 1)/(2 k) for each.
    @Test func inLoops() throws {
        let f = ReversibleFunction("f", parameters: ["y", "x", "k", "n"]) {
            (y: Scalar, x: Vector, k: Scalar, n: Integer) in
            ParallelFor(x.indices) { i in
                For(0..<n) { _ in
                    Compute {
                        x[i] *= k
                    } apply: {
                        x[i] += 1
                    }
                    y += x[i]
                }
            }
        }
        for way in [Undoing.inverse, .recorded, .checkpoints(2)] {
            for gradient in [
                try grad(f, 0, [3, -2], 2, 4, undoing: way),
                try compile(grad(f, undoing: way))(0, [3, -2], 2, 4),
            ] {
                #expect(gradient.1 == [4, 4] && abs(gradient.2 + 2 * 10 / 4.0) < 1e-14)
            }
        }
    }

    /// Elements of one array that differ are no conjugation: what is kept is what was kept before.
    @Test func historiesAreComputations() throws {
        let f = ReversibleFunction("f", parameters: ["y", "h"]) { (y: Scalar, h: Vector) in
            For(0..<h.count - 1) { i in
                let t = Scalar.ancilla("t")
                Compute {
                    t += sin(h[i])
                } apply: {
                    h[i + 1] += t
                }
            }
            y += h[h.count - 1]
        }
        #expect(try valueAndGrad(f, 0, [0.3, 0, 0]).drift == 0)
        #expect(f.undoing(.recorded).description.contains("Compute {"))
    }
}
