import AD

extension LinearAlgebra {
    /// P A = L U in place, by Gaussian elimination with partial pivoting: A ← L and U, pivots ← the exchanges made.
    ///
    /// Afterwards U stands on and above the diagonal, L below it, without its unit diagonal; in step k, row k was
    /// exchanged with row `pivots[k]`. No number is lost on the way, so the inverse multiplies the factors and gets A back.
    /// A singular matrix is an error, unless only the last pivot is 0. Takes 2 n³ / 3 operations and n numbers of scratch (Golub & Van
    /// Loan, §3.4).
    ///
    /// Arguments: A, n × n; n integers that are 0 before.
    public static let luFactorization = ReversibleFunction("luFactorization", parameters: ["a", "pivots"]) {
        (a: Matrix, pivots: IntegerVector) in
        For(0..<a.rows) { k in
            findPivot(pivots[k], a, k)
            If(pivots[k] != k) {
                For(0..<a.columns) { j in SWAP(a[k, j], a[pivots[k], j]) }
            }
            For(k + 1..<a.rows) { i in
                a[i, k] /= a[k, k]
                For(k + 1..<a.columns) { j in a[i, j] -= a[i, k] * a[k, j] }
            }
        }
    }
    .requiring { a, pivots in
        [.square(a), .equal(.elements(pivots), .rows(a)), .zeros(pivots)] + regularity(a)
    }

    /// The row of the largest number on and below the diagonal of column k.
    @Reversible
    private static func findPivot(_ pivot: Integer, _ a: Matrix, _ k: Integer) -> Statement {
        let sizes = Vector.ancilla(count: a.rows - k, "sizes")
        Compute {
            For(sizes.indices) { i in sizes[i] += abs(a[k + i, k]) }
        } apply: {
            pivot += k + argmax(sizes)
        }
    }

    /// x ← A⁻¹ x in place, by ``luFactorization``; the inverse multiplies by A.
    ///
    /// Arguments: x of n numbers; A, n × n, not singular. Takes 2 n³ / 3 operations and a copy of A.
    public static let solve = ReversibleFunction("solve", parameters: ["x", "a"]) { (x: Vector, a: Matrix) in
        withFactors(of: a) { factors, pivots in
            For(pivots.indices) { k in
                If(pivots[k] != k) { SWAP(x[k], x[pivots[k]]) }
            }
            forwardSubstitution(x, factors)
            backSubstitution(x, factors)
        }
    }
    .requiring { x, a in [.square(a), .equal(.elements(x), .rows(a)), .elements(x, .finite)] + regularity(a) }

    private static func regularity(_ a: Matrix) -> [ArgumentRequirement] {
        [
            .elements(a, .finite),
            .outcome("`a` is singular, or its numbers differ so much in size that it is to rounding"),
        ]
    }

    private static let forwardSubstitution = triangularSolve(.lower, unitDiagonal: true)
    private static let backSubstitution = triangularSolve(.upper)

    /// out += log |det A|, by ``luFactorization``, without overflow. A singular matrix is an error.
    ///
    /// Arguments: `out`; A, n × n. The gradient is A⁻ᵀ. Takes 2 n³ / 3 operations and a copy of A.
    public static let logDeterminant = ReversibleFunction("logDeterminant", parameters: ["out", "a"]) {
        (out: Scalar, a: Matrix) in
        withFactors(of: a) { factors, pivots in
            triangularLogDeterminant(out, factors)
        }
    }
    .requiring { _, a in [.square(a)] + regularity(a) }

    /// out += log |det T| for a triangular matrix, the sum of the logarithms of the diagonal.
    ///
    /// Arguments: `out`; T, n × n, of which only the diagonal is read. An element 0 gives −∞.
    public static let triangularLogDeterminant = ReversibleFunction(
        "triangularLogDeterminant", parameters: ["out", "t"]
    ) { (out: Scalar, t: Matrix) in
        For(0..<t.rows) { k in out += log(abs(t[k, k])) }
    }
    .requiring { _, t in [.square(t)] }

    /// Statements that use the factors of A and the pivots, which come from a copy and are undone afterwards.
    @Reversible
    private static func withFactors(
        of a: Matrix, @Reversible _ use: @escaping (Matrix, IntegerVector) -> Statement
    ) -> Statement {
        let factors = Matrix.ancilla(rows: a.rows, columns: a.columns, "factors")
        let pivots = IntegerVector.ancilla(count: a.rows, "pivots")
        Compute {
            factors += a
            luFactorization(factors, pivots)
        } apply: {
            use(factors, pivots)
        }
    }
}
