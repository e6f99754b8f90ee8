import AD
import ReversibleCore

/// Small programs whose kernels are looked at, assembled and executed.
enum Programs {
    static let saxpy = ReversibleFunction("saxpy", parameters: ["y", "x", "a"]) {
        (y: Vector, x: Vector, a: Scalar) in
        ParallelFor(y.indices) { i in y[i] += a * x[i] }
    }

    static let total = ReversibleFunction("total", parameters: ["y", "k"]) {
        (y: Scalar, k: IntegerVector) in
        y += sum(k) * 0.5
    }

    /// Rows go where `to` says, scaled; every element of `to` is another row.
    static let gather = ReversibleFunction("gather", parameters: ["rows", "x", "to", "from"]) {
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

    static let branches = ReversibleFunction("branches", parameters: ["x", "kinds", "counts", "out"]) {
        (x: Vector, kinds: IntegerVector, counts: IntegerVector, out: Vector) in
        ParallelFor(0...x.count - 1) { i in
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
    static let roots = ReversibleFunction("roots", parameters: ["root", "total", "n"]) {
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
    static let rows = ReversibleFunction("rows", parameters: ["out", "best", "m"]) {
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

    /// Arrays of a few elements: with constant indices, and with others.
    static let smallArrays = ReversibleFunction("smallArrays", parameters: ["out", "m"]) {
        (out: Vector, m: Matrix) in
        ParallelFor(out.indices) { i in
            let a = Vector.ancilla(count: 3, "a")
            let b = Vector.ancilla(count: 4, "b")
            Compute {
                for j in 0..<3 { a[j] += m[i, j] }
                For(0..<4) { j in b[j] += m[i, j] * a[1] }
            } apply: {
                out[i] += a[0] * a[2] + b[2] + sum(b) + sum(a * a)
                For(0..<4) { j in out[i] += b[3 - j] * j }
            }
        }
    }

    /// An ordinary loop over rows that do not use each other, one over columns that do, and one that must stay in order.
    static let ordinaryLoops = ReversibleFunction("ordinaryLoops", parameters: ["m", "v"]) {
        (m: Matrix, v: Vector) in
        For(0..<m.rows) { i in For(1..<m.columns) { j in m[i, j] += m[i, j - 1] * v[i] } }
        For(1..<m.columns) { j in For(0..<m.rows) { i in m[i, j] -= m[i, j - 1] / 3 } }
        For(1..<v.count) { i in v[i] += v[i - 1] }
        v *= 2.0
    }

    /// Loops on the host, statements on whole arrays, and statements for one thread.
    static let mixed = ReversibleFunction("mixed", parameters: ["m", "v", "w", "a", "n"]) {
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

    /// Elimination: in every turn on the host fewer rows are left, and the rows' threads have memory of their own.
    static let triangle = ReversibleFunction("triangle", parameters: ["m", "total", "n"]) {
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

    /// Relaxation until little is left, or some turns are over; how often, only the device knows.
    static let relax = ReversibleFunction("relax", parameters: ["x", "turns", "w", "most"]) {
        (x: Vector, turns: Integer, w: Vector, most: Integer) in
        While(turns < most && sum(x * x) > 0.5, post: turns > 0) {
            ParallelFor(x.indices) { i in x[i] *= 0.5 + 0.1 * w[i] * w[i] }
            turns += 1
        }
    }

    /// `out += f(x)`, or `f(x, y)`.
    static func elementary(_ function: ElementaryFunction) -> ReversibleFunction<Vector, Vector, Vector>? {
        try? ReversibleFunction(checking: function.name, parameters: ["out", "x", "y"]) {
            (out: Vector, x: Vector, y: Vector) in
            ParallelFor(out.indices) { i in
                let first = function == .polygamma ? Expr(.real(0)) : Expr(x[i].node)
                let second = function == .polygamma ? Expr(x[i].node) : Expr(y[i].node)
                let value: Expr =
                    function.arity == 1 ? .evaluate(function, first) : .evaluate(function, first, second)
                out[i] += value
            }
        }
    }
}
