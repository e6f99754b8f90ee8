import AD
import ReversibleCore

/// Programs whose iterations have rows of their own.
enum RowPrograms {
    /// A row of four columns an iteration.
    static let four = ReversibleFunction("four", parameters: ["rows", "x"]) { (rows: Matrix, x: Vector) in
        ParallelFor(x.indices) { i in for c in 0..<4 { rows[i, c] += x[i] * Double(c + 1) } }
    }

    /// Two rows an iteration, of which the first three columns.
    static let pairs = ReversibleFunction("pairs", parameters: ["rows", "x"]) { (rows: Matrix, x: Vector) in
        ParallelFor(x.indices) { i in
            for r in 0..<2 { for c in 0..<3 { rows[2 * i + r, c] += x[i] * Double(3 * r + c + 1) } }
        }
    }

    /// Rows and columns that are left out, sums that read other elements, and changes that are no sums.
    static let gaps = ReversibleFunction("gaps", parameters: ["rows", "x", "k"]) {
        (rows: Matrix, x: Vector, k: IntegerVector) in
        ParallelFor(x.indices) { i in
            rows[3 * i + 2, 0] += x[i] * x[i]
            rows[3 * i, 1] -= rows[3 * i + 2, 0] / 3 + rows[3 * i, 7]
            rows[3 * i, 4] *= 1.5 + x[i] * x[i]
            SWAP(rows[3 * i, 1], rows[3 * i, 2])
            NEG(rows[i * 3 + 2, 5])
            ROT(rows[3 * i, 4], rows[3 * i + 2, 5], x[i])
            for j in 0..<4 { k[4 * i + j] += i * j + 1 }
            k[4 * i + 3] ^= 5
        }
    }

    /// A vector, every third index, from another one than 0 on.
    static let steps = ReversibleFunction("steps", parameters: ["v", "x", "n"]) {
        (v: Vector, x: Vector, n: Integer) in
        ParallelFor(2..<n, by: 3) { i in
            for k in [0, 1, 2, 4, 5] { v[7 * i + k - 3] += x[i] * Double(k + 1) }
        }
    }

    /// Only some iterations change their rows, and some more often than others.
    static let branches = ReversibleFunction("someRows", parameters: ["rows", "x"]) {
        (rows: Matrix, x: Vector) in
        ParallelFor(x.indices) { i in
            rows[i, 5] += x[i]
            If(x[i] > 0) {
                for c in 0..<5 { rows[i, c] -= x[i] * Double(c) }
            } else: {
                For(0..<3) { k in rows[i, 2] += k * x[i] }
            }
        }
    }

    /// More elements than a warp has lanes, beside fewer.
    static func wide(_ count: Int) -> ReversibleFunction<Vector, Matrix, Vector> {
        ReversibleFunction("wide", parameters: ["v", "few", "x"]) { (v: Vector, few: Matrix, x: Vector) in
            ParallelFor(x.indices) { i in
                for k in 0..<count { v[i * count + k] += x[i] * Double(k + 1) }
                for c in 0..<2 { few[i, c] -= x[i] + Double(c) }
            }
        }
    }

    /// Iterations with arrays of their own, so that a thread takes several of them.
    static let ownArrays = ReversibleFunction("ownArrays", parameters: ["rows", "m"]) {
        (rows: Matrix, m: Matrix) in
        ParallelFor(0..<m.rows) { i in
            let row = Vector.ancilla(count: m.columns, "row")
            Compute {
                For(row.indices) { j in row[j] += m[i, j] * m[i, j] }
            } apply: {
                for c in 0..<4 { rows[i, c] += sum(row) * Double(c + 1) }
            }
        }
    }

    /// A loss that reads elements which neighbours read too.
    static let overlapping = ReversibleFunction("overlapping", parameters: ["loss", "x"]) {
        (loss: Scalar, x: Vector) in
        let t = Vector.ancilla(count: x.count / 4 - 1, "t")
        Compute {
            ParallelFor(t.indices) { i in
                for k in 0..<5 { t[i] += x[4 * i + k] * x[4 * i + k] * Double(k + 1) }
            }
        } apply: {
            loss += sum(t)
        }
    }

    /// A loss whose gradient has rows of each iteration's own, and sums over all of them.
    static let loss = ReversibleFunction("rowLoss", parameters: ["loss", "rows", "w"]) {
        (loss: Scalar, rows: Matrix, w: Vector) in
        let t = Vector.ancilla(count: rows.rows / 2, "t")
        Compute {
            ParallelFor(t.indices) { i in
                for r in 0..<2 { for c in 0..<3 { t[i] += rows[2 * i + r, c] * rows[2 * i + r, c] * w[c] } }
            }
        } apply: {
            loss += sum(t)
        }
    }
}
