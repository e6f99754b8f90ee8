import AD
import NativeEngine
import Testing

/// Every statement on every kind of place, both ways, against the interpreter.
@Suite(.enabled(if: compilerIsThere))
struct StatementTests {
    @Test func updatesOfNumbers() throws {
        let f = ReversibleFunction("updates", parameters: ["x", "y", "k", "n"]) {
            (x: Scalar, y: Scalar, k: Integer, n: Integer) in
            x += y * 3 - k
            y -= x / 7
            x *= y + 2
            y /= x - 0.1
            x *= -2
            NEG(y)
            k += n * n - 3
            k -= n
            k ^= 21 + n
            n += k / 4
            n -= k % 4
            INC(k)
            DEC(n)
            NEG(k)
            SWAP(x, y)
            SWAP(k, n)
            HADAMARD(x, y)
            ROT(x, y, 0.3 * k)
            IROT(y, x, sqrt(abs(n)) * 0.1)
        }
        // Integers of all signs: division truncates towards zero.
        try f.agreesBothWays(
            [.real(0.3), .real(1.7), .integer(5), .integer(-7)],
            [.real(-2.5), .real(0.1), .integer(-40), .integer(3)],
            [.real(1e10), .real(-1e-10), .integer(1 << 40), .integer(1 << 20)],
            [.real(0.7), .real(-0.4), .integer(0), .integer(0)])
    }

    @Test func elements() throws {
        let f = ReversibleFunction("elements", parameters: ["v", "m", "p", "k"]) {
            (v: Vector, m: Matrix, p: IntegerVector, k: Integer) in
            v[0] += v[1] * m[1, 0]
            v[k + 1] -= m[k, p[0]] / 3
            m[p[1] % 2, k] *= v[2] + 3
            m[0, 2] /= v[p[2]] + 4
            p[k] += p[k + 1] * 2
            p[2] ^= k + 9
            SWAP(v[0], m[1, 1])
            SWAP(p[0], p[2])
            HADAMARD(m[0, 0], m[1, 2])
            ROT(v[1], v[2], m[0, 1])
            NEG(m[k, 2])
            NEG(p[1])
            INC(p[0])
        }
        try f.agreesBothWays(
            [.reals(samples(3)), sampleMatrix(2, 3), .integers([2, 1, 0]), .integer(1)],
            [.reals(samples(3, seed: 3)), sampleMatrix(2, 3, seed: 9), .integers([0, 3, 2]), .integer(0)])
    }

    @Test func wholeArrays() throws {
        let f = ReversibleFunction("arrays", parameters: ["v", "w", "m", "n", "p", "q", "x", "k"]) {
            (
                v: Vector, w: Vector, m: Matrix, n: Matrix, p: IntegerVector, q: IntegerVector, x: Scalar,
                k: Integer
            ) in
            v += w * x + 1
            w -= v * v / 3 - k
            m += n * 2 - x
            n -= m / (2 + m * m)
            m *= x
            v /= 3
            w *= 1 + 0.01 * k
            p += q * 2 - k
            q -= p / 3 + p % 3
            p ^= q + 8
            NEG(v)
            NEG(p)
            NEG(m)
            SWAP(v, w)
            SWAP(m, n)
            SWAP(p, q)
            HADAMARD(v, w)
            HADAMARD(m, n)
            ROT(v, w, x)
            IROT(m, n, k * 0.1)
            x += sum(v) - sum(v * w + 1) + sum(m) * 2 + sum(p)
            k += sum(p) - sum(q * q)
            x -= v.count + m.rows * 10 + m.columns * 100
            k += m.rows * m.columns - p.count
        }
        for count in [0, 1, 5, 67] {
            try f.agreesBothWays(
                [
                    .reals(samples(count)), .reals(samples(count, seed: 4)), sampleMatrix(count, 2),
                    sampleMatrix(count, 2, seed: 1), .integers((0..<count).map { 3 * $0 - 7 }),
                    .integers((0..<count).map { 11 - 5 * $0 }), .real(0.7), .integer(3),
                ])
        }
    }

    @Test func ancillas() throws {
        let f = ReversibleFunction("ancillas", parameters: ["x", "v", "k"]) {
            (x: Scalar, v: Vector, k: Integer) in
            let (t, n) = (Scalar.ancilla("t"), Integer.ancilla("n"))
            t += x * 3
            n += k + 1
            v[0] += t * n
            t -= x * 3
            n -= k + 1
            If(k > 0) {
                let long = Vector.ancilla(count: k * 100, "long")
                let short = Vector.ancilla(count: 3, "short")
                let counts = IntegerVector.ancilla(count: k + 1, "counts")
                let table = Matrix.ancilla(rows: k, columns: 3, "table")
                let empty = Vector.ancilla(count: k - k, "empty")
                Compute {
                    long += x
                    short += sum(long) + sum(empty)
                    counts += 7
                    counts[k] += k
                    For(0..<k) { i in table[i, i % 3] += short[i % 3] * counts[i] }
                } apply: {
                    v[1] += sum(table) - counts[k] + short[1]
                    v[2] -= long[k * 100 - 1]
                }
            }
        }
        try f.agreesBothWays(
            [.real(0.3), .reals([1, 2, 3]), .integer(0)], [.real(0.3), .reals([1, 2, 3]), .integer(4)],
            [.real(-1.3), .reals([1, 2, 3]), .integer(40)])
    }

    @Test func nestedComputations() throws {
        let f = ReversibleFunction("nested", parameters: ["out", "v"]) { (out: Scalar, v: Vector) in
            let (a, b, c) = (Scalar.ancilla("a"), Scalar.ancilla("b"), Scalar.ancilla("c"))
            Compute {
                a += sum(v)
                Compute {
                    b += a * a + v[0]
                } apply: {
                    c += sqrt(1 + b)
                    a += 0.5 * b
                }
            } apply: {
                out += a * c
                For(v.indices) { i in
                    let d = Scalar.ancilla("d")
                    Compute {
                        d += v[i] - a
                        d *= 2
                    } apply: {
                        out -= d * d * c
                        Compute {
                            c += 1
                        } apply: {
                            out += c * d
                        }
                    }
                }
            }
        }
        try f.agreesBothWays([.real(0.5), .reals(samples(6))], [.real(-1), .reals([2])])
    }

    @Test func stacks() throws {
        let f = ReversibleFunction("stacks", parameters: ["x", "k", "v", "s"]) {
            (x: Scalar, k: Integer, v: Vector, s: Stack) in
            let kept = Stack("kept")
            let local = Stack.ancilla("local")
            PUSH(x, on: s)
            PUSH(k, on: s)
            PUSH(v[1], on: s)
            x += v[0]
            PUSH(x, on: kept)
            For(v.indices) { i in PUSH(v[i], on: local) }
            k += v.count
            PUSH(k, on: local)
            x += sum(v) + 2
            POP(k, from: local)
            For((v.count - 1)...0, by: -1) { i in POP(v[i], from: local) }
            x -= 2
            POP(x, from: kept)
        }
        try f.agreesBothWays(
            [.real(0.25), .integer(3), .reals([1, 0, 2]), .reals([])],
            [.real(-0.0), .integer(1 << 50), .reals(samples(40)), .reals(samples(100))])
    }

    /// More than the first piece of memory that a stack gets.
    @Test func longStacks() throws {
        let f = ReversibleFunction("long", parameters: ["x", "k", "s"]) {
            (x: Scalar, k: Integer, s: Stack) in
            For(0..<k) { i in
                x += i
                PUSH(x, on: s)
            }
        }
        try f.agreesBothWays([.real(0), .integer(0), .reals([])], [.real(0), .integer(5000), .reals([1])])
    }
}
