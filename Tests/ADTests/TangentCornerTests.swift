import AD
import Testing

/// The tangent of every elementary function at off-grid points and corners, against dual numbers.
struct TangentCornerTests {
    private let points = [
        0.0, -0.0, 0.37, -0.83, 1, -1, 2.6, -2.6, 3, 40.7, -40.7, 1e-40, 1e300, -1e300,
    ]

    private func same(_ found: Double, _ expected: Double) -> Bool {
        // A few roundings in another order.
        found == expected || (found.isNaN && expected.isNaN) || abs(found - expected) <= 4e-15 * abs(expected)
    }

    @Test(arguments: ElementaryFunction.allCases)
    func agreesWithDuals(_ function: ElementaryFunction) throws {
        let isUnary = function.rawValue < ElementaryFunction.add.rawValue
        let order = function == .polygamma
        let f = ReversibleFunction("f") { (out: Scalar, x: Scalar, y: Scalar) in
            out += Expr(
                isUnary
                    ? .unary(function, x.node) : .binary(function, order ? .real(1) : x.node, y.node))
        }
        let forward = tangent(f)
        for x in points {
            for y in isUnary ? [1] : points {
                // Each alone too, where the other's derivative may be infinite.
                for (dx, dy) in [(0.7, -1.3), (0.7, 0), (0, -1.3)] where !isUnary || dx != 0 {
                    let expected = try jvp(f, 0, x, y, tangent: (0, dx, dy))
                    let found = try forward(DualVar(0), DualVar(x, dx), DualVar(y, dy)).0
                    #expect(same(found.primal, expected.value.0))
                    #expect(
                        same(found.tangent, expected.product.0),
                        "\(function)(\(x), \(y)) along \(dx), \(dy): \(found), \(expected.product.0)")
                }
            }
        }
    }
}
