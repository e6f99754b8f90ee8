import AD
import Testing

/// y += W x + b (NiLang's `i_affine!`).
private let affine = ReversibleFunction("affine", parameters: ["y", "W", "b", "x"]) {
    (y: Vector, w: Matrix, b: Vector, x: Vector) in
    y += b
    For(0..<w.rows) { i in
        For(0..<w.columns) { j in y[i] += w[i, j] * x[j] }
    }
}

@Suite struct LinearMapTests {
    private let w: DenseMatrix = [[1, 2], [3, -1], [0.5, 0]]

    @Test func affineMap() throws {
        let (y, _, _, _) = try affine([0, 0, 0], w, [0.1, -0.2, 0.3], [2, -1])
        #expect(agrees(y, [0.1, 6.8, 1.3], 1e-15))
        try checkInverse(affine, [0.5, 0.6, 0.7], w, [0.1, -0.2, 0.3], [2, -1], tolerance: 1e-14)
        try checkGrads(affine, [0.5, 0.6, 0.7], w, [0.1, -0.2, 0.3], [2, -1])
    }

    /// The pullback of v is v xᵀ, v and Wᵀv; all numbers are small multiples of 1/4.
    @Test func pullback() throws {
        let zeros = [0.0, 0, 0]
        let back = try vjp(
            affine, zeros, w, zeros, [2, -1],
            cotangent: ([1, -2, 4], DenseMatrix(rows: 3, columns: 2), zeros, [0, 0])
        ).product
        #expect(back.1 == [[2, -1], [-4, 2], [8, -4]])
        #expect(back.2 == [1, -2, 4])
        #expect(back.3 == [-3, 4])
    }

    /// The Jacobian in x is W, and a Jacobian in a matrix has a column for each of its elements.
    @Test func jacobians() throws {
        let zeros = [0.0, 0, 0]
        #expect(try jacobian(affine, zeros, w, zeros, [2, -1], of: 0, with: 3) == w)
        let inW = try jacobian(affine, zeros, w, zeros, [2, -1], of: 0, with: 1)
        #expect(inW == [[2, -1, 0, 0, 0, 0], [0, 0, 2, -1, 0, 0], [0, 0, 0, 0, 2, -1]])
    }

    @Test func noRowsOrNoColumns() throws {
        #expect(try affine([], DenseMatrix(rows: 0, columns: 2), [], [1, 2]).0.isEmpty)
        #expect(try affine([1], DenseMatrix(rows: 1, columns: 0), [2], []).0 == [3])
    }

    @Test func wrongSizesAreErrors() {
        #expect(throws: ReversibilityError.self) { try affine([0, 0], w, [0, 0, 0], [1, 2]) }
        #expect(throws: ReversibilityError.self) { try affine([0, 0, 0], w, [0, 0, 0], [1]) }
    }
}
