import AD

extension LinearAlgebra {
    /// out += det A; of a 0 × 0 matrix 1, and of a singular one 0.
    ///
    /// The gradient is the matrix of cofactors, det A · A⁻ᵀ where A has an inverse. It and the second derivatives are
    /// right for singular matrices too: elimination pivots on the largest number that is left, so that a pivot of 0
    /// means that all that is left is 0, and the last 2 × 2 block is not eliminated but multiplied out.
    ///
    /// Arguments: `out`; A, n × n. A determinant beyond the range of numbers is an error. Takes 2 n³ / 3 operations and as
    /// many comparisons as n³ / 3, two copies of A, and as much again for the gradient.
    public static let determinant = ReversibleFunction("determinant", parameters: ["out", "a"]) {
        (out: Scalar, a: Matrix) in
        let count = max(a.rows - 2, 0)
        let rest = Matrix.ancilla(rows: a.rows, columns: a.columns, "rest")
        let multipliers = Matrix.ancilla(rows: a.rows, columns: a.columns, "multipliers")
        let rowPivots = IntegerVector.ancilla(count: max(a.rows - 2, 0), "rowPivots")
        let columnPivots = IntegerVector.ancilla(count: max(a.rows - 2, 0), "columnPivots")
        let products = Vector.ancilla(count: max(a.rows - 2, 0) + 1, "products")
        Compute {
            rest += a
            For(0..<count) { k in
                eliminate(rest, multipliers, rowPivots[k], columnPivots[k], k)
            }
            multiplyLastBlock(products[0], rest)
            For(0..<count) { k in
                // The last block is the smallest. Small and large in turn: the products stay near the middle.
                let m = select(k % 2 == 0, k / 2, count - 1 - k / 2)
                products[k + 1] +=
                    products[k] * rest[m, m] * select(rowPivots[m] != m, -1.0, 1.0)
                    * select(columnPivots[m] != m, -1.0, 1.0)
            }
        } apply: {
            out += products[count]
        }
    }
    .requiring { _, a in
        [
            .square(a), .elements(a, .finite),
            .outcome(
                "the determinant of `a` is beyond the range of numbers; `logDeterminant` has its logarithm"),
        ]
    }

    /// One step of Gaussian elimination with complete pivoting.
    ///
    /// The multipliers have places of their own: divided in place, a number could become too small to come back.
    @Reversible
    private static func eliminate(
        _ a: Matrix, _ multipliers: Matrix, _ rowPivot: Integer, _ columnPivot: Integer, _ k: Integer
    ) -> Statement {
        findPivot(rowPivot, columnPivot, a, k)
        If(rowPivot != k) {
            For(0..<a.columns) { j in SWAP(a[k, j], a[rowPivot, j]) }
        }
        If(columnPivot != k) {
            For(0..<a.rows) { i in SWAP(a[i, k], a[i, columnPivot]) }
        }
        If(a[k, k] != 0) {
            For(k + 1..<a.rows) { i in
                multipliers[i, k] += a[i, k] / a[k, k]
                For(k + 1..<a.columns) { j in a[i, j] -= multipliers[i, k] * a[k, j] }
            }
        }
    }

    /// Row and column of the largest number on and below row k and column k.
    @Reversible
    private static func findPivot(
        _ row: Integer, _ column: Integer, _ a: Matrix, _ k: Integer
    ) -> Statement {
        let sizes = Vector.ancilla(count: (a.rows - k) * (a.rows - k), "sizes")
        let largest = Integer.ancilla("largest")
        Compute {
            For(0..<a.rows - k) { i in
                For(0..<a.rows - k) { j in sizes[i * (a.rows - k) + j] += abs(a[k + i, k + j]) }
            }
            largest += argmax(sizes)
        } apply: {
            row += k + largest / (a.rows - k)
            column += k + largest % (a.rows - k)
        }
    }

    /// out += the determinant of the last two rows and columns, or of as many as there are.
    @Reversible
    private static func multiplyLastBlock(_ out: Scalar, _ a: Matrix) -> Statement {
        let n = a.rows
        If(n == 0) { out += 1 }
        If(n == 1) { out += a[0, 0] }
        If(n >= 2) {
            out += a[n - 2, n - 2] * a[n - 1, n - 1]
            out -= a[n - 2, n - 1] * a[n - 1, n - 2]
        }
    }
}
