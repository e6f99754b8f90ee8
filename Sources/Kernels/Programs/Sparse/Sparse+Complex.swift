import AD
import Numbers

extension Sparse {
    /// y += α A x over complex numbers.
    public static let complexMatrixVector = ReversibleFunction(
        "complexSparseMatrixVector", parameters: ["y", "alpha", "A", "x"]
    ) { (y: ComplexVector, alpha: Complex, a: ComplexSparseMatrix, x: ComplexVector) in
        For(0..<a.columns) { column in
            let scaled = Complex.ancilla("scaled")
            Compute {
                scaled += alpha * x[column]
            } apply: {
                For(a.entries(ofColumn: column)) { k in
                    y[a.rowIndices[k]] += a.values[k] * scaled
                }
            }
        }
    }
    .requiring { y, alpha, a, x in
        complexRequirements(y, .rows(a), x, .columns(a), alpha, a)
    }

    /// y += α Aᵀ x over complex numbers; nothing is conjugated.
    public static let complexTransposedMatrixVector = ReversibleFunction(
        "complexSparseTransposedMatrixVector", parameters: ["y", "alpha", "A", "x"]
    ) { (y: ComplexVector, alpha: Complex, a: ComplexSparseMatrix, x: ComplexVector) in
        gather(y, alpha, a, x) { $0.complex }
    }
    .requiring { y, alpha, a, x in
        complexRequirements(y, .columns(a), x, .rows(a), alpha, a)
    }

    /// y += α Aᴴ x over complex numbers: Aᴴ is the conjugate of Aᵀ.
    public static let complexAdjointMatrixVector = ReversibleFunction(
        "complexSparseAdjointMatrixVector", parameters: ["y", "alpha", "A", "x"]
    ) { (y: ComplexVector, alpha: Complex, a: ComplexSparseMatrix, x: ComplexVector) in
        gather(y, alpha, a, x) { conj($0) }
    }
    .requiring { y, alpha, a, x in
        complexRequirements(y, .columns(a), x, .rows(a), alpha, a)
    }

    /// Adds to each element of y the products of a column's entries, or of what is made of them, and the elements of x that
    /// they meet.
    @Reversible
    private static func gather(
        _ y: ComplexVector, _ alpha: Complex, _ a: ComplexSparseMatrix, _ x: ComplexVector,
        _ entry: @escaping (Complex) -> ComplexExpr
    ) -> Statement {
        For(0..<a.columns) { column in
            let met = Complex.ancilla("met")
            Compute {
                For(a.entries(ofColumn: column)) { k in met += entry(a.values[k]) * x[a.rowIndices[k]] }
            } apply: {
                y[column] += alpha * met
            }
        }
    }

    private static func complexRequirements(
        _ y: ComplexVector, _ yCount: ArgumentRequirement.Extent, _ x: ComplexVector,
        _ xCount: ArgumentRequirement.Extent, _ alpha: Complex, _ a: ComplexSparseMatrix
    ) -> [ArgumentRequirement] {
        [
            .equal(
                .count(y.re.count, of: y.re, "real part", "real parts"),
                .count(y.im.count, of: y.im, "imaginary part", "imaginary parts")),
            .equal(
                .count(x.re.count, of: x.re, "real part", "real parts"),
                .count(x.im.count, of: x.im, "imaginary part", "imaginary parts")),
            .equal(.elements(y.re), yCount), .equal(.elements(x.re), xCount),
            .afterFailure(.number(alpha.re, .finite)), .afterFailure(.number(alpha.im, .finite)),
            .afterFailure(.elements(x.re, .finite)), .afterFailure(.elements(x.im, .finite)),
            .afterFailure(.elements(a.values.re, .finite)), .afterFailure(.elements(a.values.im, .finite)),
        ]
    }
}
