import AD
import Testing

/// The forward-mode program of every kind of statement, against dual numbers, there and back.
struct TangentTests {
    struct Pair: Argument {
        var a: Scalar
        var b: Scalar
        struct Value: ArgumentValue {
            var a: Double
            var b: Double
        }
    }

    /// Runs the forward-mode program and its inverse, and the inverse's program and its inverse.
    ///
    /// The operations are those on dual numbers; only their arrangement may differ, by a few roundings of numbers of
    /// order 1. Going back, quotients of differences lose some digits again.
    private func expectAgreement<each A: Argument>(
        _ f: ReversibleFunction<repeat each A>, _ arguments: repeat (each A).Value,
        tangent direction: (repeat (each A).Value.Gradient),
        at caller: Testing.SourceLocation = #_sourceLocation
    ) throws {
        let definition = try f.definition
        var (values, directions) = (ValueWriter(), ValueWriter())
        repeat try (each A).pack(each arguments, into: &values)
        repeat try (each A).packGradient(each direction, into: &directions)
        let given = definition.interleave(values.leaves, directions.leaves)
        let forward = try AD.tangent(f).definition
        let there = try forward.run(given, inverted: f.isInverted, options: f.options)
        let expected = try jvp(f, repeat each arguments, tangent: (repeat each direction))
        var (finalValues, finalTangents) = (ValueWriter(), ValueWriter())
        repeat try (each A).pack(each expected.value, into: &finalValues)
        repeat try (each A).packGradient(each expected.product, into: &finalTangents)
        let wanted = definition.interleave(finalValues.leaves, finalTangents.leaves)
        #expect(agrees(there.flatMap(\.numbers), wanted.flatMap(\.numbers), 1e-13), sourceLocation: caller)
        let back = try forward.run(there, inverted: !f.isInverted, options: f.options)
        #expect(agrees(back.flatMap(\.numbers), given.flatMap(\.numbers), 1e-10), sourceLocation: caller)
    }

    @Test func numbers() throws {
        let f = ReversibleFunction { (x: Scalar, y: Scalar, z: Scalar, k: Integer) in
            x += y * sin(z) / (2 + y * y) + k * z
            y -= select(x > z, x * z, pow(2 + x * x, z)) + pow(x, k)
            x *= 1.5 + z * z
            z /= 2 + cos(y)
            k ^= 5
            INC(k)
            z *= -2.0
            NEG(x)
            SWAP(x, y)
            ROT(x, y, z * 0.3)
            IROT(y, z, x)
            ROT(x, y, 0.7)
            HADAMARD(x, z)
            x += max(y, z) - min(y, z) + abs(z) + hypot(y, z) + atan2(y, 2 + z * z)
            y /= k
            NEG(k)
        }
        try expectAgreement(f, 0.3, -0.7, 1.1, 2, tangent: (0.5, -0.2, 0.9, ()))
        try expectAgreement(~f, 0.3, -0.7, 1.1, -4, tangent: (0.5, -0.2, 0.9, ()))
    }

    @Test func arrays() throws {
        let f = ReversibleFunction { (v: Vector, w: Vector, m: Matrix, x: Scalar, p: IntegerVector) in
            v += w * 2
            v -= exp(-w) / (x * x + 1)
            w *= 1.2 + v * v
            w /= 2 + x * x
            m += 0.3 * x
            m *= 1.5 + x * x
            v[p[0]] += m[1, p[1]] * w[2]
            m[0, 0] *= 2 + v[1]
            x += sum(v * w) + sum(m * m) * 0.1 + sum(p * v)
            NEG(v)
            SWAP(v, w)
            SWAP(v[0], m[1, 1])
            HADAMARD(v, w)
            ROT(v[1], v[2], x)
            ROT(v, w, 0.4)
            v += x
            w += p
        }
        let m = DenseMatrix([[0.2, -0.5, 0.3], [0.8, 0.3, -0.1]])
        let dm = DenseMatrix([[0.1, 0.4, -0.3], [0.2, -0.6, 0.5]])
        let direction = ([0.3, 0.1, -0.5], [0.2, -0.4, 0.6], dm, -0.7, ())
        try expectAgreement(f, [0.7, -0.4, 0.9], [0.1, 0.5, -0.2], m, 0.4, [2, 0, 1], tangent: direction)
        try expectAgreement(~f, [0.7, -0.4, 0.9], [0.1, 0.5, -0.2], m, 0.4, [2, 0, 1], tangent: direction)
    }

    @Test func controlFlowLooksAtValues() throws {
        let f = ReversibleFunction { (x: Scalar, y: Scalar, n: Integer) in
            If(x > 0) {
                y += x * x
            } else: {
                y -= sin(x)
            }
            While(y < 3, post: n > 0) {
                y += 0.5 + x * x
                n += 1
            }
            For(0..<n) { i in x += y * (i + 1) * 0.1 }
            For(4..<0, by: -2) { i in y *= 1 + 0.01 * i * x * x }
            let t = Scalar.ancilla("t")
            Compute {
                t += 1 + x * x
                While(t < 100) { t *= 1.7 }
            } apply: {
                y += log(t) * x
            }
        }
        try expectAgreement(f, 0.3, 0.1, 0, tangent: (1, -0.5, ()))
        try expectAgreement(f, -0.3, 0.1, 0, tangent: (1, -0.5, ()))
        // A branch on a value whose tangent points across: the branch taken counts.
        try expectAgreement(f, 1e-300, 5, 0, tangent: (-1, 0, ()))
    }

    @Test func parallelLoops() throws {
        let f = ReversibleFunction { (out: Scalar, v: Vector, m: Matrix) in
            let rows = Vector.ancilla(count: m.rows, "rows")
            Compute {
                ParallelFor(0..<m.rows) { i in
                    let pair = Pair.ancilla("pair")
                    Compute {
                        For(0..<m.columns) { j in pair.a += m[i, j] * v[j] }
                        pair.b += exp(-pair.a * pair.a)
                    } apply: {
                        rows[i] += pair.a * pair.b
                    }
                }
            } apply: {
                out += sum(rows * rows)
            }
        }
        let m = DenseMatrix([[0.2, -0.5], [0.8, 0.3], [-0.1, 0.6]])
        let dm = DenseMatrix([[0.1, 0.4], [-0.3, 0.2], [-0.6, 0.5]])
        try expectAgreement(f, 0, [0.7, -0.4], m, tangent: (0, [0.3, 0.1], dm))
        #expect("\(tangent(f))".contains("ParallelFor"))
        // What does not depend on the matrix stays as it is, and is undone by its `Compute`.
        #expect("\(tangent(f))".components(of: "Compute {") == 2)
    }

    @Test func callsAndRecursion() throws {
        let inner = ReversibleFunction("inner") { (y: Scalar, a: Scalar, b: Scalar, v: Vector) in
            y += a * sin(b) + sum(v * v) * a
            v[0] *= 1.5 + b * b
        }
        let power = ReversibleFunction.recursive("power") { (power, out: Scalar, y: Scalar, n: Integer) in
            If(n == 0) {
                out += 1
            } else: {
                let rest = Scalar.ancilla("rest")
                Compute {
                    n -= 1
                    power(rest, y, n)
                    n += 1
                } apply: {
                    out += rest * y
                }
            }
        }
        let f = ReversibleFunction { (out: Scalar, x: Scalar, v: Vector, n: Integer) in
            inner(out, x, x, v)
            (~inner)(x, out, out, v)
            power(out, x, n)
            (~power)(x, out, n)
        }
        let reached = try f(0.2, 0.6, [0.3, -0.5], 3)
        try expectAgreement(f, 0.2, 0.6, [0.3, -0.5], 3, tangent: (0.1, 1, [0.4, -0.2], ()))
        try expectAgreement(
            ~f, reached.0, reached.1, reached.2, 3, tangent: (0.1, 1, [0.4, -0.2], ()))
    }

    @Test func stacks() throws {
        let f = ReversibleFunction { (x: Scalar, y: Scalar, k: Integer, kept: Stack) in
            let t = Scalar.ancilla("t")
            let own = Stack.ancilla("own")
            PUSH(k, on: own)
            t += x * x
            SWAP(x, t)
            PUSH(t, on: own)
            x += y
            POP(t, from: own)
            y += t
            x -= y - t
            SWAP(x, t)
            t -= x * x
            POP(k, from: own)
            PUSH(x, on: kept)
            x += sin(y)
        }
        try expectAgreement(f, 0.6, 0.2, 3, [9], tangent: (0.4, -0.3, (), [0.7]))
        // Only directions in which x is 0 again before the pop are directions of the inverse.
        let there = try jvp(f, 0.6, 0.2, 3, [9], tangent: (0.4, -0.3, (), [0.7]))
        try expectAgreement(
            ~f, there.value.0, there.value.1, there.value.2, there.value.3, tangent: there.product)
    }

    @Test func structs() throws {
        let f = ReversibleFunction { (p: Pair, q: Pair, out: Pair) in
            let r = Pair.ancilla("r")
            Compute {
                r.a += p.a * q.b
                r.b += p.b / (2 + q.a * q.a)
            } apply: {
                out.a += r.a * r.b
                out.b -= exp(r.a)
            }
            SWAP(p, q)
            HADAMARD(p, out)
            ROT(q, out, p.a)
            NEG(q)
        }
        let (p, q) = (Pair.Value(a: 0.3, b: -0.4), Pair.Value(a: 0.8, b: 0.1))
        try expectAgreement(f, p, q, p, tangent: (q, p, q))
        try expectAgreement(~f, p, q, p, tangent: (q, p, q))
    }

    /// A program of its own: printed, in the place of another, equal to its inverse's inverse.
    @Test func printing() throws {
        let f = ReversibleFunction("f", parameters: ["y", "x", "n"]) { (y: Scalar, x: Scalar, n: Integer) in
            let t = Scalar.ancilla("t")
            Compute {
                t += x * n
            } apply: {
                y += sin(t)
            }
            y *= x
        }
        let expected = """
            ReversibleFunction("tangent(f)") { (y: DualVar<Scalar>, x: DualVar<Scalar>, n: DualVar<Integer>) in
                let t = Scalar.ancilla()
                let tTangent = Scalar.ancilla()
                Compute {
                    tTangent += n.primal * x.tangent
                    t += x.primal * n.primal
                } apply: {
                    y.tangent += cos(t) * tTangent
                    y.primal += sin(t)
                }
                y.tangent *= x.primal
                y.tangent += y.primal * x.tangent
                y.primal *= x.primal
            }
            """
        #expect("\(tangent(f))" == expected)
        #expect("\(jvp(f))" == expected)
        let (forward, inverse) = (tangent(f), tangent(~f))
        #expect(~forward == inverse)
    }

    @Test func derivativesThatAreZero() throws {
        // No tangent reaches what counts only, and an infinite derivative does not meet a tangent of 0.
        let f = ReversibleFunction { (y: Scalar, x: Scalar, p: Scalar) in
            y += floor(x) + sqrt(x - x) + pow(x, p) + select(x > 0, 1 / x, 0)
        }
        let forward = tangent(f)
        let (y, _, _) = try forward(DualVar(0), DualVar(-2, tangent: 1), DualVar(2))
        #expect(y.tangent == -4)
        let chosen = tangent(
            ReversibleFunction("g") { (y: Scalar, x: Scalar) in y += asin(select(x > 0, x, 1)) })
        #expect(try chosen(DualVar(0), DualVar(-2, tangent: 1)).0.tangent == 0)
    }
}

extension String {
    /// How often `part` occurs.
    fileprivate func components(of part: String) -> Int { split(separator: part).count - 1 }
}
