import AD
import ReversiblePrograms
import NativeEngine
import Testing

/// Sums inside elementwise expressions, and their derivatives to the second order.
///
/// A sum runs over all elements in the middle of the evaluation of one, so nothing that is known of that one
/// element may be taken for known of the others.
struct SumTests {
    private static let formulas: [@Sendable (Vector) -> Expr] = [
        { x in x * sum(x * x) },
        { x in x * sum(x * x) + x * sum(x * x) },
        { x in sum(x) * x + sum(x) * x },
        { x in (x + x) * sum((x + x) * x) },
        { x in x * select(sum(x * x) == 0, 0, 0.5 / sum(x * x)) },
        { x in x * select(x[0] > 5, 0.0, 0.5 / sqrt(sum(x * x))) },
        { x in x * select(x[0] < 5, sum(x * x * x), 1) + select(x[1] < 5, sum(x * x * x), 1) },
        { x in x * x / sum(x * x / sum(x * x)) },
        { x in exp(x) / sum(exp(x)) },
        { x in sum(x * sum(x * x)) * x * x },
        { x in tanh(x) * sum(tanh(x) * tanh(x)) },
        { x in x * x[argmax(x * sum(x))] },
        { x in max(x, sum(x)) * sum(max(x, 0.25)) },
    ]

    private static let x = [0.35, -0.8, 0.6, 1.375]

    private func function(_ number: Int) -> ReversibleFunction<Scalar, Vector> {
        let formula = SumTests.formulas[number]
        return ReversibleFunction("f", parameters: ["out", "x"]) { (out: Scalar, x: Vector) in
            let y = Vector.ancilla(count: x.count, "y")
            Compute {
                y += formula(x)
            } apply: {
                out += y[0] * y[1] + y[2] - y[3] * y[3]
            }
        }
    }

    @Test(arguments: formulas.indices) func derivatives(_ number: Int) throws {
        try checkGrads(function(number), 0, SumTests.x)
    }

    @Test(.enabled(if: compilerIsThere), arguments: formulas.indices) func nativeCodeAgrees(_ number: Int)
        throws
    {
        let f = function(number)
        #expect(try native(f)(0, SumTests.x).0 == f(0, SumTests.x).0)
        let (found, expected) = (try native(grad(f))(0, SumTests.x).1, try grad(f, 0, SumTests.x).1)
        for (a, b) in zip(found, expected) { #expect(abs(a - b) <= 1e-14 * max(1, abs(b))) }
        let direction = [1, 0.5, -0.25, 0.125]
        let product = try withOptions { try compile(hvp(f), options: $0) }
        let second = try product(0, SumTests.x, direction: (0, direction)).1
        for (a, b) in zip(second, try hvp(f, 0, SumTests.x, direction: (0, direction)).1) {
            #expect(abs(a - b) <= 1e-12 * max(1, abs(b)))
        }
    }

    /// The Hessian of |x| is (1 − x xᵀ / |x|²) / |x|.
    @Test(.enabled(if: compilerIsThere)) func curvatureOfANorm() throws {
        let (x, d) = ([0.3, -0.8, 0.5], [1, 0.5, -0.25])
        let product = try withOptions { try compile(hvp(LinearAlgebra.norm2), options: $0) }
        let found = try product(0, x, direction: (0, d)).1
        let length = 0.98.squareRoot()
        let along = (0.3 - 0.4 - 0.125) / 0.98
        for (a, (x, d)) in zip(found, zip(x, d)) { #expect(abs(a - (d - along * x) / length) <= 1e-14) }
    }
}
