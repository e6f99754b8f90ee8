import AD
import ReversibleCore

// Programs with every kind of statement that kernels have.
extension Catalogue {
    static var language: [Subject] {
        [
            Subject("saxpy", .language, saxpy) { n in
                [.reals(Numbers.uniform(n)), .reals(Numbers.uniform(n, seed: 2)), .real(0.3)]
            },
            Subject("rows", .language, rows) { n in
                let to = Numbers.permutation(n, seed: 4)
                return [
                    .matrix(rows: n, columns: 3, Numbers.uniform(3 * n, seed: 3)),
                    .reals(Numbers.uniform(n)), .integers(to),
                    .integers(Numbers.integers(n, below: n, seed: 5)),
                ]
            },
            Subject("branches", .language, branches, sizes: 1...100_003) { n in
                [
                    .reals(Numbers.uniform(n, -2, 2)), .integers(Numbers.integers(n, below: 7)),
                    .integers(Numbers.integers(n, below: 1000, seed: 2)), .reals(.zeros(n)),
                ]
            },
            Subject("counting", .language, counting, aspects: [.forward, .inverse], sizes: 0...10_000) { n in
                let zeros = [Int](repeating: 0, count: n)
                return [.integers(zeros), .reals(.zeros(n)), .integers((0..<n).map { $0 % 700 })]
            },
            Subject("ownArrays", .language, ownArrays, aspects: [.forward, .inverse], sizes: 0...100_003) {
                n in
                [
                    .reals(.zeros(n)), .integers([Int](repeating: 0, count: n)),
                    .matrix(rows: n, columns: 5, Numbers.uniform(5 * n)),
                ]
            },
            Subject("smallArrays", .language, smallArrays, sizes: 0...100_003) { n in
                [.reals(.zeros(n)), .matrix(rows: n, columns: 5, Numbers.uniform(5 * n))]
            },
            Subject("triangle", .language, triangle, aspects: [.forward, .inverse], sizes: 1...3000) { n in
                [.matrix(rows: n, columns: 4, Numbers.uniform(4 * n)), .real(0.5), .integer(n % 5)]
            },
            Subject("ordinaryLoops", .language, ordinaryLoops, sizes: 1...3000) { n in
                [.matrix(rows: n, columns: 6, Numbers.uniform(6 * n)), .reals(Numbers.uniform(n, seed: 2))]
            },
        ]
    }

    package static let saxpy = ReversibleFunction("saxpy", parameters: ["y", "x", "a"]) {
        (y: Vector, x: Vector, a: Scalar) in
        ParallelFor(y.indices) { i in y[i] += a * x[i] }
    }

    /// Rows go where `to` says and are swapped, turned and scaled there.
    private static let rows = ReversibleFunction("rows", parameters: ["rows", "x", "to", "from"]) {
        (rows: Matrix, x: Vector, to: IntegerVector, from: IntegerVector) in
        ParallelFor(x.indices) { i in
            rows[to[i], 0] += x[i] * x[from[i]]
            rows[to[i], 1] -= x[i] + 1
            rows[to[i], 2] *= 1.5 + x[i] * x[i]
            SWAP(rows[to[i], 0], rows[to[i], 1])
            ROT(rows[to[i], 1], rows[to[i], 2], x[i])
            NEG(rows[to[i], 0])
            HADAMARD(rows[to[i], 0], rows[to[i], 2])
        }
    }

    private static let branches = ReversibleFunction("branches", parameters: ["x", "kinds", "counts", "out"])
    {
        (x: Vector, kinds: IntegerVector, counts: IntegerVector, out: Vector) in
        ParallelFor(x.indices) { i in
            If(kinds[i] == 0 || (x[i] > 0 && kinds[i] < 3)) {
                out[i] += x[i] / 3
            } else: {
                out[i] -= select(kinds[i] >= 5, x[(i + 1) % x.count], 2 * i)
            }
            For(0..<counts[i] % 5) { k in out[i] += (k + 1) * x[i] }
            For(10...counts[i] % 4, by: -3) { k in out[i] -= k / 7 + min(k, 6) - max(i, 3) % 4 }
            For(0..<3) { k in out[i] += (k - i) / 4 + (k - i) % 8 + (i - k) / 1 }
            counts[i] ^= 21 + kinds[i] * kinds[i]
            out[i] += floor(x[i] * 10) + sign(x[i]) * abs(x[i]) + min(x[i], 0.5) - max(x[i], 0)
        }
    }

    /// The least k with k² ≥ n, and a sum of as many terms: loops of different length.
    private static let counting = ReversibleFunction("counting", parameters: ["root", "total", "n"]) {
        (root: IntegerVector, total: Vector, n: IntegerVector) in
        ParallelFor(n.indices) { i in
            let k = Integer.ancilla("k")
            let part = Scalar.ancilla("part")
            Compute {
                While(k * k < n[i], post: k > 0) {
                    k += 1
                    part += sqrt(k) / (k + i)
                }
            } apply: {
                root[i] += k
                total[i] += part * part
            }
        }
    }

    /// Own arrays of run-time size, sums and extrema over them.
    private static let ownArrays = ReversibleFunction("ownArrays", parameters: ["out", "best", "m"]) {
        (out: Vector, best: IntegerVector, m: Matrix) in
        ParallelFor(out.indices) { i in
            let row = Vector.ancilla(count: m.columns, "row")
            let table = Matrix.ancilla(rows: m.columns, columns: 2, "table")
            Compute {
                For(row.indices) { j in
                    row[j] += m[i, j]
                    table[j, 1] += row[j] * row[j]
                }
                row *= 2.0
            } apply: {
                out[i] += sum(row) + sum(exp(row)) + table[m.columns - 1, 1]
                best[i] += argmax(row) * 100 + argmin(row)
            }
        }
    }

    /// Arrays of a few elements, which are registers where all their indices are known.
    private static let smallArrays = ReversibleFunction("smallArrays", parameters: ["out", "m"]) {
        (out: Vector, m: Matrix) in
        ParallelFor(out.indices) { i in
            let a = Vector.ancilla(count: 3, "a")
            let b = Vector.ancilla(count: 4, "b")
            Compute {
                for j in 0..<3 { a[j] += m[i, j] }
                For(0..<4) { j in b[j] += m[i, j] * a[1] }
            } apply: {
                out[i] += a[0] * a[2] + b[2] + sum(b)
                For(0..<4) { j in out[i] += b[3 - j] * j }
            }
        }
    }

    /// Elimination: in every turn on the host fewer rows are left, and threads have memory of their own.
    private static let triangle = ReversibleFunction("triangle", parameters: ["m", "total", "n"]) {
        (m: Matrix, total: Scalar, n: Integer) in
        For(0..<m.columns) { k in
            ParallelFor(k + 1..<m.rows) { i in
                let row = Vector.ancilla(count: m.columns, "row")
                Compute {
                    For(row.indices) { j in row[j] += m[k, j] / (3 + k) }
                } apply: {
                    For(row.indices) { j in m[i, j] -= row[j] * 0.25 }
                }
            }
            If(n > 2) {
                ParallelFor(0..<m.rows, by: 2) { i in m[i, k] += 1 }
            } else: {
                total += k
            }
        }
        total += m[m.rows - 1, 0]
    }

    /// An ordinary loop over rows that do not use each other, one over columns that do, and one that must stay in order.
    private static let ordinaryLoops = ReversibleFunction("ordinaryLoops", parameters: ["m", "v"]) {
        (m: Matrix, v: Vector) in
        For(0..<m.rows) { i in For(1..<m.columns) { j in m[i, j] += m[i, j - 1] * v[i] } }
        For(1..<m.columns) { j in For(0..<m.rows) { i in m[i, j] -= m[i, j - 1] / 3 } }
        For(1..<v.count) { i in v[i] += v[i - 1] / 2 }
        v *= 2.0
    }
}
