// document: Sources/Optimizers/Optimizers.docc/Optimizers.md

import NativeEngine
import Optimizers
import Testing

/// The programs of `Sources/Optimizers/Optimizers.docc/Optimizers.md`.
@Suite struct LandingPageOptimizers {
    @Test func blocks() throws {
        let session = try Session()
        let print = session.print
        // block 1
        let rosenbrock = ReversibleFunction("rosenbrock", parameters: ["loss", "x"]) {
            (loss: Scalar, x: Vector) in
            loss += pow(1 - x[0], 2) + 100 * pow(x[1] - x[0] * x[0], 2)
        }
        let both = try compile(valueAndGrad(rosenbrock), with: [1])
        var method = LimitedMemoryBFGS()
        method.gradientTolerance = 1e-9
        let found = try method.minimize(both, 0.0, [-1.2, 1], with: [1])
        print(found.point.1.map { ($0 * 1e6).rounded() / 1e6 }, found.reason)
        // [1.0, 1.0] the gradient is small
        let bounded = try method.minimize(
            both, 0.0, [-1.2, 1], with: [1], bounds: Bounds(lower: [-2, -2], upper: [0.5, 2]))
        print(bounded.point.1.map { ($0 * 1e6).rounded() / 1e6 })  // [0.5, 0.25]
        // end of block
        session.check(1)
    }
}
