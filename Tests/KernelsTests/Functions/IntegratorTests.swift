import Foundation
import ReversiblePrograms
import Testing

private typealias E = Examination

@Suite struct IntegratorTests {
    /// θ″ = −sin θ as a first-order system.
    private static let pendulum = ReversibleFunction("pendulum", parameters: ["rate", "y"]) {
        (rate: Vector, y: Vector) in
        rate[0] += y[1]
        rate[1] -= sin(y[0])
    }

    /// θ″ = −p sin θ.
    private static let pendulumOfStrength = ReversibleFunction("pendulum", parameters: ["rate", "y", "p"]) {
        (rate: Vector, y: Vector, p: Scalar) in
        rate[0] += y[1]
        rate[1] -= p * sin(y[0])
    }

    /// One step of the formula in NumPy.
    @Test func oneStep() throws {
        let step = Integrators.rungeKutta4(of: Self.pendulum)
        #expect(
            E.agree(try step([0, 0], [1, 0.2], 0.1).0, [1.015776643437254, 0.11539264556734466], 1e-15))
        try E.examineMap(step, [0, 0], [1, 0.2], 0.1, with: [1, 2])
        try E.examineMap(
            Integrators.rungeKutta4(of: Self.pendulumOfStrength), [0, 0], [1, 0.2], 0.1, 1.3, with: [1, 2, 3])
    }

    /// The state at time 2 by scipy.integrate.solve_ivp, DOP853 with tolerance 1e-13: the error falls by 2⁴ as the
    /// step is halved.
    @Test func order() throws {
        let exact = [-0.08254060218603146, -0.9760052788798242]
        let errors = try [20, 40].map { steps in
            var states = DenseMatrix(rows: steps + 1, columns: 2)
            (states[0, 0], states[0, 1]) = (1, 0.2)
            let h = 2 / Double(steps)
            let end = try Integrators.rungeKutta4Trajectory(of: Self.pendulum)(states, h).0
            return hypot(end[steps, 0] - exact[0], end[steps, 1] - exact[1])
        }
        #expect(errors[1] < 1e-6)
        #expect(abs(log2(errors[0] / errors[1]) - 4) < 0.3)
    }

    @Test func trajectory() throws {
        var states = DenseMatrix(rows: 6, columns: 2)
        (states[0, 0], states[0, 1]) = (1, 0.2)
        try E.examineMap(Integrators.rungeKutta4Trajectory(of: Self.pendulum), states, 0.1)
        try E.examineMap(
            Integrators.rungeKutta4Trajectory(of: Self.pendulumOfStrength), states, 0.1, 1.3, with: [0, 1, 2])
        let single = DenseMatrix([[1, 2]])
        #expect(try Integrators.rungeKutta4Trajectory(of: Self.pendulum)(single, 0.1).0 == single)
    }

    /// −1 / |x|.
    private static let kepler = ReversibleFunction("kepler", parameters: ["out", "x"]) {
        (out: Scalar, x: Vector) in
        out -= 1 / sqrt(sum(x * x))
    }

    private static let gravity = ReversibleFunction("gravity", parameters: ["a", "x"]) {
        (a: Vector, x: Vector) in
        For(x.indices) { i in a[i] -= x[i] / pow(sum(x * x), 1.5) }
    }

    @Test func forceIsThatOfThePotential() throws {
        let x = [0.8, -0.5, 1.1]
        let (byHand, byAdjoint) = try (
            Self.gravity([0, 0, 0], x).0, Integrators.force(of: Self.kepler)([0, 0, 0], x).0
        )
        #expect(E.agree(byAdjoint, byHand, 1e-15))
        try E.examineMap(Integrators.force(of: Self.kepler), [0, 0, 0], x)
    }

    @Test func kepler() throws {
        let byForce = Integrators.velocityVerlet(acceleration: Self.gravity)
        let byPotential = Integrators.velocityVerlet(potential: Self.kepler)
        let h = 2 * Double.pi / 1000
        let (x, v, _, _) = try byPotential([1, 0], [0, 1], h, 1000)
        // Linearised about the circle, the scheme turns by h²/3 less for each radian; the rest is of order h⁴.
        #expect(E.agree(x, [1, -2 * Double.pi * h * h / 3], 1e-8))
        #expect(
            E.agree(
                x + v,
                try {
                    let e = try byForce([1, 0], [0, 1], h, 1000); return e.0 + e.1
                }(), 1e-12))
        // 10⁴ operations on numbers near 1.
        try checkInverse(byPotential, [1, 0], [0, 1.2], h, 1000, tolerance: 1e-11)
        try E.examineMap(byForce, [1, 0], [0, 1.2], 0.1, 5)
        try E.examineMap(byPotential, [1, 0], [0, 1.2], 0.1, 5)
        #expect(try byForce([1, 0], [0, 1], h, 0).0 == [1, 0])
    }

    /// The first step by hand, and order 1.
    @Test func symplecticEuler() throws {
        let step = Integrators.symplecticEuler(acceleration: Self.gravity)
        let (x, v, _, _) = try step([1, 0], [0, 1], 0.1, 1)
        #expect(E.agree(v + x, [-0.1, 1, 0.99, 0.1], 1e-15))
        try E.examineMap(step, [1, 0], [0, 1.2], 0.1, 5)
    }

    @Test func parameters() throws {
        let pull = ReversibleFunction("pull", parameters: ["a", "x", "p"]) {
            (a: Vector, x: Vector, p: Scalar) in
            a -= p * x
        }
        let steps = Integrators.velocityVerlet(acceleration: pull)
        try E.examineMap(steps, [1, 0], [0, 1], 0.1, 7, 4.0, with: [0, 1, 2, 4])
        // x″ = −4 x from (1, 0): cos 2t; the scheme's phase error is (2h)² / 24 for each radian.
        #expect(abs(try steps([1], [0], 0.01, 100, 4.0).0[0] - cos(2)) < 1e-4)
    }

    /// With velocity p the leapfrog is velocity Verlet.
    @Test func leapfrog() throws {
        let momentum = ReversibleFunction { (rate: Vector, p: Vector) in rate += p }
        let steps = Integrators.leapfrog(velocity: momentum, force: Self.gravity)
        let verlet = Integrators.velocityVerlet(acceleration: Self.gravity)
        let (a, b) = (try steps([1, 0], [0, 1.2], 0.1, 20), try verlet([1, 0], [0, 1.2], 0.1, 20))
        #expect(E.agree(a.0 + a.1, b.0 + b.1, 1e-14))
        // A kinetic energy √(1 + p²), and the order of the scheme against itself.
        let velocity = ReversibleFunction { (rate: Vector, p: Vector) in
            For(p.indices) { i in rate[i] += p[i] / sqrt(1 + sum(p * p)) }
        }
        let relativistic = Integrators.leapfrog(velocity: velocity, force: Self.gravity)
        try E.examineMap(relativistic, [1, 0], [0, 1.2], 0.1, 5)
        let ends = try [100, 200, 400].map { n in
            try relativistic([1, 0], [0, 1.2], 2 / Double(n), n).0[0]
        }
        #expect(abs(log2((ends[1] - ends[0]) / (ends[2] - ends[1])) - 2) < 0.1)
        try checkInverse(relativistic, [1, 0], [0, 1.2], 0.01, 5000, tolerance: 1e-11)
    }

    @Test func negativeNumberOfSteps() throws {
        for steps in [
            Integrators.velocityVerlet(acceleration: Self.gravity),
            Integrators.symplecticEuler(acceleration: Self.gravity),
        ] {
            let error = #expect(throws: ReversibilityError.self) { try steps([1, 0], [0, 1], 0.1, -1) }
            #expect(error?.message == "`x` has -1 steps to take; it needs at least 0")
            #expect(try steps([1, 0], [0, 1], 0.1, 0).1 == [0, 1])
        }
    }
}
