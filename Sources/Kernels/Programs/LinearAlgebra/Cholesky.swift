import AD

extension LinearAlgebra {
    /// L += the Cholesky factor of A: lower triangular, with L Lᵀ = A.
    ///
    /// Arguments: L, n × n, which is 0 before; A, symmetric and positive definite, of which only the diagonal and what
    /// is below are read, so that the gradient in A stands there alone. Another A gives NaN or an error. The factor
    /// is its own record of the way: takes n³ / 3 operations and no memory besides (Golub & Van Loan, §4.2).
    public static let cholesky = ReversibleFunction("cholesky", parameters: ["l", "a"]) {
        (l: Matrix, a: Matrix) in
        For(0..<a.rows) { i in
            For(0..<i) { j in
                let products = Scalar.ancilla("products")
                Compute {
                    For(0..<j) { k in products += l[i, k] * l[j, k] }
                } apply: {
                    l[i, j] += (a[i, j] - products) / l[j, j]
                }
            }
            let squares = Scalar.ancilla("squares")
            Compute {
                For(0..<i) { k in squares += l[i, k] * l[i, k] }
            } apply: {
                l[i, i] += sqrt(a[i, i] - squares)
            }
        }
    }
    .requiring { l, a in
        [
            .square(a), .equal(.rows(l), .rows(a)), .equal(.columns(l), .columns(a)),
        ] + definiteness(a)
    }

    /// x ← A⁻¹ x in place for a symmetric positive definite matrix, by ``cholesky``; the inverse multiplies by A.
    ///
    /// Arguments: x of n numbers; A, n × n, of which only the diagonal and what is below are read. Takes n³ / 3 operations
    /// and n² numbers for the factor.
    public static let positiveDefiniteSolve = ReversibleFunction(
        "positiveDefiniteSolve", parameters: ["x", "a"]
    ) {
        (x: Vector, a: Matrix) in
        let factor = Matrix.ancilla(rows: a.rows, columns: a.columns, "factor")
        Compute {
            cholesky(factor, a)
        } apply: {
            choleskyForward(x, factor)
            choleskyBack(x, factor)
        }
    }
    .requiring { x, a in
        [.square(a), .equal(.elements(x), .rows(a)), .elements(x, .finite)] + definiteness(a)
    }

    private static func definiteness(_ a: Matrix) -> [ArgumentRequirement] {
        [
            .elements(a, .lowerTriangle, .finite),
            .outcome(
                "`a` is not positive definite, to rounding at least; the diagonal and what is below it are read"
            ),
        ]
    }

    private static let choleskyForward = triangularSolve(.lower)
    private static let choleskyBack = triangularSolve(.lowerTransposed)

    /// out += log det A for a symmetric positive definite matrix, by ``cholesky``.
    ///
    /// Arguments: `out`; A, n × n, of which only the diagonal and what is below are read. Takes n³ / 3 operations and n²
    /// numbers for the factor.
    public static let positiveDefiniteLogDeterminant = ReversibleFunction(
        "positiveDefiniteLogDeterminant", parameters: ["out", "a"]
    ) { (out: Scalar, a: Matrix) in
        let factor = Matrix.ancilla(rows: a.rows, columns: a.columns, "factor")
        Compute {
            cholesky(factor, a)
        } apply: {
            For(0..<a.rows) { i in out += 2 * log(factor[i, i]) }
        }
    }
    .requiring { _, a in [.square(a)] + definiteness(a) }
}
