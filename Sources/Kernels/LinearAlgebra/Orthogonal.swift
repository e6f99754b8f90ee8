import AD

extension LinearAlgebra {
    /// x ← x − 2 v (vᵀ x) / (vᵀ v) in place: the Householder reflection at the plane across v, its own inverse.
    ///
    /// The factor is computed from x and, since the reflection turns the sign of vᵀ x, is undone by being computed
    /// again from the reflected x. For v = 0 the program changes nothing. Takes 6 n operations and no memory.
    ///
    /// Arguments: x and v of n numbers, the squares of v within the range of numbers (Golub & Van Loan, §5.1).
    public static let householderReflection = ReversibleFunction(
        "householderReflection", parameters: ["x", "v"]
    ) {
        (x: Vector, v: Vector) in
        reflect(x.indices, x: { x[$0] }, v: { v[$0] })
    }

    /// x ← H₁ H₂ … Hₖ x in place, for the Householder reflections at the planes across the rows of a k × n matrix.
    ///
    /// Any orthogonal matrix is a product of at most n such reflections; the inverse multiplies by the transpose. A row
    /// of zeros stands for the identity. Takes 6 k n operations and no memory.
    ///
    /// Arguments: x of n numbers; the matrix.
    public static let householderProduct = ReversibleFunction(
        "householderProduct", parameters: ["x", "vectors"]
    ) {
        (x: Vector, vectors: Matrix) in
        For(vectors.rows - 1...0, by: -1) { k in
            reflect(x.indices, x: { x[$0] }, v: { vectors[k, $0] })
        }
    }

    @Reversible
    private static func reflect(
        _ indices: IndexRange, x: @escaping (Integer) -> Scalar, v: @escaping (Integer) -> Scalar
    ) -> Statement {
        let factor = Scalar.ancilla("factor")
        addFactor(factor, indices, x, v)
        For(indices) { i in x(i) -= factor * v(i) }
        // Now vᵀ x has the other sign, so the same sum brings the factor back to 0.
        addFactor(factor, indices, x, v)
    }

    /// factor += 2 (vᵀ x) / (vᵀ v), and nothing for v = 0.
    @Reversible
    private static func addFactor(
        _ factor: Scalar, _ indices: IndexRange, _ x: @escaping (Integer) -> Scalar,
        _ v: @escaping (Integer) -> Scalar
    ) -> Statement {
        let along = Scalar.ancilla("along")
        let square = Scalar.ancilla("square")
        Compute {
            For(indices) { i in
                along += v(i) * x(i)
                square += v(i) * v(i)
            }
        } apply: {
            If(square > 0) { factor += 2 * along / square }
        }
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

    /// X ← Q X in place: ``givensProduct`` on every column of an n × k matrix.
    public static let givensMatrixProduct = ReversibleFunction(
        "givensMatrixProduct", parameters: ["x", "angles"]
    ) {
        (x: Matrix, angles: Vector) in
        forEachPair(x.rows) { i, j, k in
            For(0..<x.columns) { c in ROT(x[i, c], x[j, c], angles[k]) }
        }
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
