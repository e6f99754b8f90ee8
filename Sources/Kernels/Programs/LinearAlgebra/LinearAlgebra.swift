import AD

/// Dense linear algebra on vectors and matrices.
///
/// Programs that add their result to a place (`y += A x`) leave the other arguments alone. Programs that work in
/// place (`x ← A x`) have the inverse map as their inverse: what undoes a product with a triangular matrix is a
/// triangular solve, and needs no memory.
public enum LinearAlgebra {
    /// out += Σ xᵢ yᵢ. Takes 2 n operations.
    public static let dot = ReversibleFunction("dot", parameters: ["out", "x", "y"]) {
        (out: Scalar, x: Vector, y: Vector) in
        out += sum(x * y)
    }
    .requiring { _, x, y in [.equal(.elements(x), .elements(y))] }

    /// A += α x yᵀ, the rank-one update of an m × n matrix. Takes 2 m n operations.
    ///
    /// Arguments: A, α, x of m numbers and y of n.
    public static let rankOneUpdate = ReversibleFunction(
        "rankOneUpdate", parameters: ["a", "alpha", "x", "y"]
    ) {
        (a: Matrix, alpha: Scalar, x: Vector, y: Vector) in
        For(0..<a.rows) { i in
            For(0..<a.columns) { j in a[i, j] += alpha * x[i] * y[j] }
        }
    }
    .requiring { a, _, x, y in [.equal(.rows(a), .elements(x)), .equal(.columns(a), .elements(y))] }

    /// y += A x, for A of m × n. Takes 2 m n operations.
    ///
    /// Arguments: y of m numbers, A, and x of n.
    public static let matrixVectorProduct = ReversibleFunction(
        "matrixVectorProduct", parameters: ["y", "a", "x"]
    ) { (y: Vector, a: Matrix, x: Vector) in
        For(0..<a.rows) { i in
            For(0..<a.columns) { j in y[i] += a[i, j] * x[j] }
        }
    }
    .requiring { y, a, x in [.equal(.elements(y), .rows(a)), .equal(.elements(x), .columns(a))] }

    /// y += Aᵀ x, for A of m × n. Takes 2 m n operations.
    ///
    /// Arguments: y of n numbers, A, and x of m.
    public static let transposedMatrixVectorProduct = ReversibleFunction(
        "transposedMatrixVectorProduct", parameters: ["y", "a", "x"]
    ) { (y: Vector, a: Matrix, x: Vector) in
        For(0..<a.rows) { i in
            For(0..<a.columns) { j in y[j] += a[i, j] * x[i] }
        }
    }
    .requiring { y, a, x in
        [.equal(.elements(y), .columns(a)), .equal(.elements(x), .rows(a))]
    }

    /// y += A x + b, for A of m × n. Takes 2 m n operations.
    ///
    /// Arguments: y of m numbers, A, x of n numbers and b of m.
    public static let affineMap = ReversibleFunction("affineMap", parameters: ["y", "a", "x", "b"]) {
        (y: Vector, a: Matrix, x: Vector, b: Vector) in
        y += b
        matrixVectorProduct(y, a, x)
    }
    .requiring { y, a, x, b in
        [
            .equal(.elements(y), .rows(a)), .equal(.elements(x), .columns(a)),
            .equal(.elements(b), .rows(a)),
        ]
    }
}
