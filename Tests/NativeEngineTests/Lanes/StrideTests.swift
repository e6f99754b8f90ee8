import AD
import NativeEngine
import Testing

/// Elements a distance apart that only the arguments tell; it may be 0, negative, or the length of a row.
@Suite(.enabled(if: compilerIsThere))
struct StrideTests {
    @Test func distancesKnownOnlyAtRunTime() throws {
        let f = ReversibleFunction("f", parameters: ["loss", "x", "m", "k", "s"]) {
            (loss: Scalar, x: Vector, m: Matrix, k: Integer, s: Integer) in
            let y = Vector.ancilla(count: 11, "y")
            Compute {
                ParallelFor(0..<11) { i in
                    y[i] += x[s + k * i] * i
                    y[i] += m[k * i + s, 1] * m[1, s + i * k] + m[s + k * i, s + i * k]
                    If(i > 3) { y[i] -= x[i * k + s] * m[i, 10 - i] }
                }
            } apply: {
                loss += sum(y * y)
            }
        }
        let g = ReversibleFunction("g", parameters: ["loss", "x", "m", "k", "s"]) {
            (loss: Scalar, x: Vector, m: Matrix, k: Integer, s: Integer) in
            let y = Vector.ancilla(count: 11, "y")
            Compute {
                ParallelFor(0..<11) { i in y[i] += x[i - i + 1] * (i + 1) + m[2, i - i] * m[i * 0, 3] }
            } apply: {
                loss += sum(y * y)
            }
        }
        for f in [f, g] {
            for lanes in [2, 4, 8] {
                let (forward, gradient) = (try native(f, lanes: lanes), try native(grad(f), lanes: lanes))
                for (k, s) in [(0, 0), (0, 3), (1, 0), (1, 2), (2, 1), (-1, 10), (-2, 22)] {
                    let (x, m) = (samples(23), DenseMatrix(samples: 23, 23))
                    // Sums of products are rounded like the interpreter's.
                    let expected = try f(0, x, m, k, s)
                    #expect(try forward(0, x, m, k, s).0 == expected.0)
                    let slopes = try grad(f, 0, x, m, k, s)
                    let found = try gradient(0, x, m, k, s)
                    let same =
                        agree(found.1, slopes.1, 1e-13) && agree(found.2.elements, slopes.2.elements, 1e-13)
                    #expect(same, "k = \(k), s = \(s), \(lanes) lanes")
                }
            }
        }
    }

    /// Private elements in reverse, by twos, and in columns; both ways.
    @Test func writesOfEveryDistance() throws {
        let f = ReversibleFunction("f", parameters: ["v", "w", "m", "n", "k"]) {
            (v: Vector, w: Vector, m: Matrix, n: Integer, k: Integer) in
            ParallelFor(0..<n) { i in
                v[n - 1 - i] += w[i] * w[w.count - 1 - i]
                SWAP(m[i, 0], m[i, 2])
                m[i, 1] -= v[n - 1 - i]
                If(i % 3 != 1) {
                    HADAMARD(m[i, 0], v[n - 1 - i])
                } else: {
                    NEG(m[i, 2])
                }
            }
            ParallelFor(0..<n / 2) { i in
                SWAP(v[2 * i], v[2 * i + 1])
                w[k * i + 1] += v[2 * i] / (1 + w[k * i] * w[k * i])
            }
            ParallelFor(1...n - 1) { i in w[i - 1] += 0.5 * v[i] }
        }
        for lanes in [2, 4, 8, 16] {
            let (there, back) = (try native(f, lanes: lanes), try native(~f, lanes: lanes))
            for n in 1...19 {
                let a = (samples(n), samples(2 * n + 2, seed: 3), DenseMatrix(samples: n, 3), n, 2 + n % 2)
                if a.4 * (n / 2) + 1 >= 2 * n + 2 { continue }
                let expected = try f(a.0, a.1, a.2, a.3, a.4)
                #expect(try there(a.0, a.1, a.2, a.3, a.4) == expected, "n = \(n), \(lanes) lanes")
                let origin = try (~f)(expected.0, expected.1, expected.2, n, a.4)
                #expect(
                    try back(expected.0, expected.1, expected.2, n, a.4) == origin, "n = \(n), \(lanes) lanes"
                )
            }
        }
    }
}
