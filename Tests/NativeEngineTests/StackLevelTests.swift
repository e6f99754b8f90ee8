import AD
import Foundation
import NativeEngine
import Testing

/// Derivatives of derivatives of functions that leave numbers on stacks of their own: of each differentiation the
/// numbers meet those of the same, and of no other.
@Suite struct StackLevelTests {
    /// a becomes a · b, and what it was is kept.
    static let multiplied = ReversibleFunction("multiplied") { (a: Scalar, b: Scalar) in
        let t = Scalar.ancilla()
        t += a * b
        SWAP(a, t)
        PUSH(t, on: Stack())
    }

    static let product = ReversibleFunction("product") { (y: Scalar, a: Scalar, b: Scalar) in
        multiplied(a, b)
        y += a * a
    }

    /// y = a² b², and its Hessian.
    @Test(arguments: [(0.5, 0.7), (0, 0.3), (-1e-3, 2e5), (0, 0)])
    func secondDerivatives(a: Double, b: Double) throws {
        let direction = (0.0, 1.0, 0.25)
        let expected = (2 * b * b + a * b, 4 * a * b + 0.5 * a * a)
        func check(_ found: (Double, Double, Double), _ engine: String) {
            #expect(
                abs(found.1 - expected.0) <= 1e-14 * abs(expected.0)
                    && abs(found.2 - expected.1) <= 1e-14 * abs(expected.1), "\(engine): \(found)")
        }
        check(try hvp(Self.product, 0, a, b, direction: direction), "interpreter")
        for checks in [Checks.undoing, .none, .all] {
            check(
                try compile(hvp(Self.product), checks: checks)(0, a, b, direction: direction), "\(checks)")
        }
    }

    /// a grows by b³, and b is moved away.
    static let moved = ReversibleFunction("moved") { (a: Scalar, b: Scalar) in
        a += b * b * b
        PUSH(b, on: Stack())
    }

    /// A program that holds the adjoint of a function, and is differentiated itself: with a gradient of a + b³ in a, the
    /// adjoint makes that in b 3 b² (a + b³).
    static let inner = ReversibleFunction("inner") { (y: Scalar, a: GVar<Scalar>, b: GVar<Scalar>) in
        moved(a.value, b.value)
        a.gradient += a.value
        adjoint(moved)(a, b)
        y += b.gradient * b.gradient
    }

    /// y = 9 b⁴ (a + b³)².
    @Test(arguments: [(0.5, 0.7), (1.25, -0.5)])
    func adjointsInsideAdjoints(a: Double, b: Double) throws {
        let f = Self.inner
        let s = a + b * b * b
        let expected = (18 * pow(b, 4) * s, 36 * pow(b, 3) * s * s + 54 * pow(b, 6) * s)
        func check(_ found: (Double, GVar<Double>, GVar<Double>), _ engine: String) {
            #expect(
                abs(found.1.value - expected.0) <= 1e-14 * abs(expected.0)
                    && abs(found.2.value - expected.1) <= 1e-14 * abs(expected.1), "\(engine): \(found)")
        }
        check(try grad(f, 0, GVar(a), GVar(b)), "interpreter")
        for checks in [Checks.undoing, .none, .all] {
            check(try compile(grad(f), checks: checks)(0, GVar(a), GVar(b)), "\(checks)")
        }
        let step = try jvp(f, 0, GVar(a), GVar(b), tangent: (0, GVar(1), GVar(0.5))).product.0
        #expect(abs(step - expected.0 - expected.1 / 2) <= 1e-14 * abs(step), "\(step)")
    }
}
