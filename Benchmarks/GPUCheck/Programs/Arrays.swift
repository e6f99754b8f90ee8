import AD
import ReversibleCore

// Statements on whole arrays, sums over all threads, and gradients that many threads add to.
extension Catalogue {
    static var arrays: [Subject] {
        [
            Subject(
                "wholeArrays", .arrays, wholeArrays, sizes: 1...1_000_000, hasLooseFunctions: true,
                largestInterpreted: 100_003
            ) {
                n in
                [.reals(Numbers.uniform(n)), .reals(Numbers.uniform(n, 0.5, 2, seed: 2)), .real(0.75)]
            },
            Subject("sumOfSquares", .arrays, sumOfSquares, largestInterpreted: 1_000_000) { n in
                [.real(0.5), .reals(Numbers.uniform(n))]
            },
            Subject(
                "integerSum", .arrays, integerSum, aspects: [.forward, .inverse],
                largestInterpreted: 1_000_000
            ) { n in
                [.integer(3), .integers(Numbers.integers(n, below: 1000))]
            },
            Subject("shared", .arrays, shared, sizes: 0...100_003, largestInterpreted: 100_003) { n in
                [
                    .real(0), .reals(Numbers.uniform(n)), .reals(Numbers.uniform(5, seed: 2)), .real(0.7),
                    .integer(1),
                ]
            },
            Subject("gathered", .arrays, gathered, sizes: 0...100_003, largestInterpreted: 100_003) { n in
                [
                    .real(0), .reals(Numbers.uniform(n)), .reals(Numbers.uniform(7, seed: 2)),
                    .integers(Numbers.integers(n, below: 7)),
                ]
            },
            Subject(
                "crowded", .arrays, gathered, aspects: [.gradient], sizes: 0...100_003,
                largestInterpreted: 100_003
            ) { n in
                // Nearly all threads add to the same number.
                [
                    .real(0), .reals(Numbers.uniform(n)), .reals(Numbers.uniform(7, seed: 2)),
                    .integers((0..<n).map { $0 % 1000 == 0 ? 5 : 2 }),
                ]
            },
            Subject("mixed", .arrays, mixed, sizes: 3...1000) { n in
                [
                    .matrix(rows: n, columns: 12, Numbers.uniform(12 * n)),
                    .reals(Numbers.uniform(n, seed: 2)),
                    .reals(Numbers.uniform(12, seed: 3)), .real(0.5), .integer(3),
                ]
            },
        ]
    }

    private static let wholeArrays = ReversibleFunction("wholeArrays", parameters: ["y", "x", "a"]) {
        (y: Vector, x: Vector, a: Scalar) in
        y += a * x + exp(-x)
        y *= x
        SWAP(y, x)
        NEG(y)
        x -= log(1 + y * y)
    }

    private static let sumOfSquares = ReversibleFunction("sumOfSquares", parameters: ["out", "x"]) {
        (out: Scalar, x: Vector) in out += sum(x * x)
    }

    private static let integerSum = ReversibleFunction("integerSum", parameters: ["out", "x"]) {
        (out: Integer, x: IntegerVector) in out += sum(x)
    }

    /// Every iteration reads one number, one element and a whole vector.
    private static let shared = ReversibleFunction("shared", parameters: ["loss", "x", "w", "a", "k"]) {
        (loss: Scalar, x: Vector, w: Vector, a: Scalar, k: Integer) in
        let t = Vector.ancilla(count: x.count, "t")
        Compute {
            ParallelFor(x.indices) { i in
                t[i] += exp(a * x[i]) * w[2] + w[k] * sin(x[i])
                For(w.indices) { j in t[i] += w[j] * w[j] * x[i] }
            }
        } apply: {
            loss += sum(t)
        }
    }

    /// Iterations choose what they read, and some of them read in branches.
    private static let gathered = ReversibleFunction("gathered", parameters: ["loss", "x", "w", "of"]) {
        (loss: Scalar, x: Vector, w: Vector, of: IntegerVector) in
        let t = Vector.ancilla(count: x.count, "t")
        Compute {
            ParallelFor(x.indices) { i in
                t[i] += x[i] * w[of[i]]
                If(x[i] > 0) { For(w.indices) { j in t[i] += w[j] * x[i] } }
            }
        } apply: {
            loss += sum(t)
        }
    }

    /// Loops on the host, statements on whole arrays, and statements for one thread.
    private static let mixed = ReversibleFunction("mixed", parameters: ["m", "v", "w", "a", "n"]) {
        (m: Matrix, v: Vector, w: Vector, a: Scalar, n: Integer) in
        let scale = Scalar.ancilla("scale")
        let t = Vector.ancilla(count: v.count, "t")
        a += v[0] * w[2]
        Compute {
            scale += 1 + a * a
            t += v * scale
        } apply: {
            For(0..<n) { k in
                ParallelFor(v.indices) { i in
                    For(w.indices) { j in m[i, j] += t[i] * w[j] * (k + 1) / scale }
                }
                If(n == 3) { ParallelFor(w.indices) { j in w[j] += m[k, j] * 0.125 } }
            }
        }
        For(1..<v.count) { i in v[i] += v[i - 1] / 2 }
        NEG(w)
    }
}
