import AD
import Testing

/// Six statements that use each kind of update once (NiLang's second-order test): the loss is a at the end.
private let sixLines = ReversibleFunction("sixLines", parameters: ["a", "b", "c", "d"]) {
    (a: Scalar, b: Scalar, c: Scalar, d: Scalar) in
    a += b * c
    a += pow(b, d)
    c += b / d
    ROT(a, c, d)
    b += d * d
    a += c * d
}

@Suite struct SixLinesTests {
    /// Value by mpmath at 50 digits; first derivatives by complex step, second by differences of those.
    @Test func gradient() throws {
        let both = try valueAndGrad(sixLines, 0, 2, 1, 3)
        #expect(agrees(both.value, -10.851487220643777, 1e-15))
        let (da, db, dc, dd) = both.gradient
        let expected = [-0.56663247242084379, -8.4032546407580371, -4.2443624427028912, -32.856097544165739]
        #expect(agrees([da, db, dc, dd], expected, 1e-15))
        try checkGrads(sixLines, 0, 2, 1, 3)
        try checkInverse(sixLines, 0, 2, 1, 3, tolerance: 1e-14)
    }

    @Test func secondDerivatives() throws {
        let found = try hessian(sixLines, 0, 2, 1, 3)
        let expected: DenseMatrix = [
            [0, 0, 0, -2.96997748980134],
            [0, -6.79958966905013, -0.566632472420844, -45.3847961734649],
            [0, -0.566632472420844, 0, -6.36331500378227],
            [-2.96997748980134, -45.3847961734649, -6.36331500378227, -44.8075326678863],
        ]
        #expect(agrees(found, expected, 1e-14))  // the expected digits end there
    }

    /// A Hessian–vector product is the Hessian times the vector.
    @Test func hessianProduct() throws {
        let direction = (0.3, -0.2, 0.7, 0.4)
        let (pa, pb, pc, pd) = try hvp(sixLines, 0, 2, 1, 3, direction: direction)
        let h = try hessian(sixLines, 0, 2, 1, 3)
        let v = [direction.0, direction.1, direction.2, direction.3]
        let expected = (0..<4).map { row in (0..<4).reduce(0) { $0 + h[row, $1] * v[$1] } }
        #expect(agrees([pa, pb, pc, pd], expected, 1e-14))
    }
}
