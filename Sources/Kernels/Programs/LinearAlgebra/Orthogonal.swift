import AD

extension LinearAlgebra {
    /// x ← x − 2 v (vᵀ x) / (vᵀ v) in place: the Householder reflection at the plane across v, its own inverse.
    ///
    /// The factor is computed from x and, since the reflection turns the sign of vᵀ x, is undone by being computed
    /// again from the reflected x. For v = 0 the program changes nothing. Takes 6 n operations and no memory
    /// (Golub & Van Loan, §5.1).
    ///
    /// Arguments: x and v of n numbers.
    public static let householderReflection = ReversibleFunction(
        "householderReflection", parameters: ["x", "v"]
    ) {
        (x: Vector, v: Vector) in
        let largest = Scalar.ancilla("largest")
        let scale = Scalar.ancilla("scale")
        Compute {
            normInfinity(largest, v)
            scale += safeScale(largest)
        } apply: {
            If(largest > 0) {
                let factor = Scalar.ancilla("factor")
                factor += 2 * sum(scale * v * x) / sum(scale * v * (scale * v))
                x -= factor * (scale * v)
                // Now vᵀ x has the other sign, so the same sum brings the factor back to 0.
                factor += 2 * sum(scale * v * x) / sum(scale * v * (scale * v))
            }
        }
    }
    .requiring { x, v in
        [.equal(.elements(x), .elements(v)), .elements(x, .finite), .elements(v, .finite)]
    }

    /// x ← H₁ H₂ … Hₖ x in place, for the Householder reflections at the planes across the rows of a k × n matrix.
    ///
    /// Any orthogonal matrix is a product of at most n such reflections; the inverse multiplies by the transpose. A
    /// row of zeros stands for the identity. Takes 6 k n operations and n numbers of scratch.
    ///
    /// Arguments: x of n numbers; the matrix.
    public static let householderProduct = ReversibleFunction(
        "householderProduct", parameters: ["x", "vectors"]
    ) {
        (x: Vector, vectors: Matrix) in
        For(vectors.rows - 1...0, by: -1) { k in
            let v = Vector.ancilla(count: vectors.columns, "v")
            Compute {
                For(v.indices) { i in v[i] += vectors[k, i] }
            } apply: {
                householderReflection(x, v)
            }
        }
    }
    .requiring { x, vectors in
        [.equal(.elements(x), .columns(vectors)), .elements(x, .finite), .elements(vectors, .finite)]
    }

    /// x ← Q x in place, for the orthogonal matrix that n (n − 1) / 2 angles stand for.
    ///
    /// Q is a product of Givens rotations, one for each pair i < j of elements: first (0, 1), (0, 2), …, last
    /// (n − 2, n − 1); each turns (xᵢ, xⱼ) by its angle. Every rotation matrix is such a product. The inverse multiplies by
    /// Qᵀ. Takes 3 n (n − 1) operations, a sine and a cosine for each angle, and no memory.
    ///
    /// Arguments: x of n numbers; the n (n − 1) / 2 angles in radians.
    public static let givensProduct = ReversibleFunction("givensProduct", parameters: ["x", "angles"]) {
        (x: Vector, angles: Vector) in
        forEachPair(x.count) { i, j, k in ROT(x[i], x[j], angles[k]) }
    }
    .requiring { x, angles in
        [
            .equal(
                .elements(angles),
                .count(x.count * (x.count - 1) / 2, of: x, "pair of elements", "pairs of elements"))
        ]
    }

    /// X ← Q X in place: ``givensProduct`` on every column of an n × k matrix.
    public static let givensMatrixProduct = ReversibleFunction(
        "givensMatrixProduct", parameters: ["x", "angles"]
    ) {
        (x: Matrix, angles: Vector) in
        forEachPair(x.rows) { i, j, k in
            For(0..<x.columns) { c in ROT(x[i, c], x[j, c], angles[k]) }
        }
    }
    .requiring { x, angles in
        [.equal(.elements(angles), .count(x.rows * (x.rows - 1) / 2, of: x, "pair of rows", "pairs of rows"))]
    }

    /// A statement for each pair i < j of `count` indices and its number k, in lexicographic order.
    private static func forEachPair(
        _ count: Expr, @Reversible _ body: (_ i: Integer, _ j: Integer, _ k: Expr) -> Statement
    ) -> Statement {
        For(0..<count) { i in
            For(i + 1..<count) { j in body(i, j, i * (2 * count - i - 1) / 2 + j - i - 1) }
        }
    }
}
