import AD
import NativeEngine
import Testing

/// Decisions on numbers that undoing restores: the same as in the program, or the gradient is refused.
extension UndoingTests {
    /// A decision that comes out otherwise after undoing.
    @Test func decisions() throws {
        let branch = ReversibleFunction { (y: Scalar, v: Scalar, w: Scalar, x: Scalar) in
            If(v >= 0.5) {
                y += 100 * x
            } else: {
                y += x
            }
            ROT(v, w, 0.25)
            y += v * v
        }
        let tie = ReversibleFunction { (y: Scalar, v: Scalar, w: Scalar, x: Scalar) in
            y += max(v, 0.5) * x
            ROT(v, w, 0.25)
            y += v * w
        }
        let stair = ReversibleFunction { (y: Scalar, v: Scalar, w: Scalar, x: Scalar) in
            y += floor(2 * v) * x
            ROT(v, w, 0.25)
            y += v * w
        }
        let sign = ReversibleFunction { (y: Scalar, v: Scalar, w: Scalar, x: Scalar) in
            y += abs(v - 0.5) * x
            ROT(v, w, 0.25)
            y += v * w
        }
        let chosen = ReversibleFunction { (y: Scalar, v: Scalar, w: Scalar, x: Scalar) in
            y += select(v >= 0.5, x * x, -x)
            ROT(v, w, 0.25)
            y += v * w
        }
        let extremum = ReversibleFunction { (y: Scalar, v: Scalar, w: Scalar, x: Scalar) in
            let pair = Vector.ancilla(count: 2)
            SWAP(pair[0], v)
            SWAP(pair[1], w)
            y += pair[argmax(pair)] * x
            ROT(pair[0], pair[1], 0.25)
            IROT(pair[0], pair[1], 0.25)
            HADAMARD(pair[0], pair[1])
            SWAP(pair[1], w)
            SWAP(pair[0], v)
            y += v * w
        }
        // Beside the cut the angle changes its sign with that of a zero.
        let angle = ReversibleFunction { (y: Scalar, v: Scalar, w: Scalar, x: Scalar) in
            y += x * atan2(v - 0.5, -3)
            ROT(v, w, 0.25)
            y += v * w
        }
        // An integer that was used before it was chosen again.
        let counted = ReversibleFunction { (y: Scalar, v: Scalar, w: Scalar, x: Scalar) in
            let (k, kept) = (Integer.ancilla(), Stack())
            k += 1
            y += k * x
            k += select(v >= 0.5, 1, 0)
            y += k * x * x
            PUSH(k, on: kept)
            ROT(v, w, 0.25)
            y += v * w
        }
        let listed = ReversibleFunction { (y: Scalar, v: Scalar, w: Scalar, x: Scalar) in
            let (k, kept) = (IntegerVector.ancilla(count: 2), Stack())
            k[0] += 1
            y += k[0] * x
            Compute {
                k[1] += select(v >= 0.5, 1, 0)
            } apply: {
                k[0] += k[1]
            }
            PUSH(k[0], on: kept)
            ROT(v, w, 0.25)
            y += v * w
        }
        for (name, f, v, w) in [
            ("counted", counted, 0.5, 1), ("listed", listed, 0.5, 1),
            ("angle", angle, 0.5, 1), ("angle", angle, 0.5, -1), ("angle", angle, 0.5, 0.3),
            ("branch", branch, 0.5, 1), ("tie", tie, 0.5, 1), ("stair", stair, 0.5, 1),
            ("sign", sign, 0.5, 1),
            ("chosen", chosen, 0.5, 1), ("extremum", extremum, 0.3, 0.3),
        ] {
            let compiled = try compile(grad(f))
            for found in [
                try refusing { try grad(f, 0, v, w, 1).3 }, try refusing { try compiled(0, v, w, 1).3 },
            ] {
                guard let found else { continue }
                let right = try jvp(f, 0, v, w, 1, tangent: (0, 0, 0, 1)).product.0
                #expect(abs(found - right) < 1e-12, "\(name)")
            }
            // Away from the threshold the gradient is what it should be.
            let right = try jvp(f, 0, 0.7, 0.2, 1, tangent: (0, 0, 0, 1)).product.0
            #expect(abs(try grad(f, 0, 0.7, 0.2, 1).3 - right) < 1e-12, "\(name)")
            #expect(abs(try compiled(0, 0.7, 0.2, 1).3 - right) < 1e-12, "\(name)")
        }
        #expect(throws: ReversibilityError.self) { try grad(branch, 0, 0.5, 1, 1) }
    }

    /// A state that begins on a round number comes back next to it, on either side. Formulas for derivatives that take
    /// another form there have the same value; so has what is made of a number that was 0.
    @Test func roundNumbersThatComeBackNearby() throws {
        func program(_ word: @escaping (Expr) -> Expr) -> ReversibleFunction<Scalar, Scalar, Vector> {
            ReversibleFunction(parameters: Self.parameters) { (loss: Scalar, m: Scalar, v: Vector) in
                let triple = Scalar.ancilla("triple")
                loss += word(m.expression) * v[0]
                Compute {
                    For(0..<3) { _ in triple += m }
                } apply: {
                    loss += triple * triple
                }
                For(v.indices) { i in m += v[i] }
                loss += m
            }
        }
        for (f, state) in [
            (program { tanh($0) }, 0.0), (program { atan($0) }, 0), (program { atan($0) }, 1),
            (program { asinh($0) }, -1),
        ] {
            let compiled = try compile(grad(f))
            for steps in [[0.1, 0.2], [0.3, -0.1, 0.7], [-0.3, 0.1, -0.7], [0.7, 0.1, 0.3], [1.1, -0.4]] {
                let right = try jvp(
                    f, 0, state, steps, tangent: (0, 1, steps.map { _ in 0 })
                ).product.0
                #expect(abs(try grad(f, 0, state, steps).1 - right) < 1e-12)
                #expect(abs(try compiled(0, state, steps).1 - right) < 1e-12)
                // Here the tangent of the state was 0.
                let product = try hvp(f, 0, state, steps, direction: (0, 0, steps)).1
                #expect(abs(product - (right - 18 * state - 1)) < 1e-12)
            }
        }
    }

    /// Of a computation in a loop, which takes another way in every turn.
    @Test func waysOfComputationsInLoops() throws {
        let f = ReversibleFunction { (loss: Scalar, x: Scalar, v: Vector, n: Integer) in
            For(0..<n) { _ in
                let (t, u) = (Scalar.ancilla(), Scalar.ancilla())
                v[0] += sin(x)
                Compute {
                    u += v[1]
                    t += max(v[0], u) + max(v[0], u) * u
                    u *= 1.5
                    t += max(v[0], u)
                } apply: {
                    loss += t * v[2]
                }
            }
        }
        let v = [-1.4417, -0.4927, -0.3007, 0.1473]
        let right = try jvp(f, 0, 0.4, v, 5, tangent: (0, 1, [0, 0, 0, 0], ())).product.0
        #expect(abs(try grad(f, 0, 0.4, v, 5).1 - right) < 1e-12)
        for checks in [Checks.none, .undoing, .all] {
            #expect(abs(try compile(grad(f), checks: checks)(0, 0.4, v, 5).1 - right) < 1e-12)
        }
    }

    /// A computation runs again while what it is for has not been undone: integers among that do not tell its runs apart.
    @Test func computationsForTheCountersOfALoop() throws {
        let f = ReversibleFunction { (loss: Scalar, x: Scalar, v: Vector, n: Integer) in
            let t = Integer.ancilla()
            While(t < 4, post: t > 0) {
                let z = Scalar.ancilla()
                Compute {
                    z += select(v[0] > 0, 3, 4)
                } apply: {
                    n += select(z > 3.5, 2, 1)
                }
                SWAP(v[0], v[3])
                t += 1
            }
            t -= 4
            loss += n * x * v[1]
        }
        let v = [-1.4417, -0.4927, -0.3007, 0.1473]
        // Twice 2 and twice 1.
        #expect(abs(try grad(f, 0, 0.4, v, 0).1 - 6 * v[1]) < 1e-15)
        #expect(abs(try compile(grad(f))(0, 0.4, v, 0).1 - 6 * v[1]) < 1e-15)
    }
}
