import AD
import Testing

/// The wave equation with fixed ends, by the leapfrog scheme, in place.
///
/// u(t + 1) = 2u(t) - u(t - 1) + s (u's second difference): the new level is written over the one before the
/// last, so the state is two levels however many steps are taken, and running backward is as exact as
/// forward.
private let propagate = ReversibleFunction("propagate", parameters: ["u", "last", "s", "steps"]) {
    (u: Vector, last: Vector, s: Scalar, steps: Integer) in
    For(0..<steps) { _ in
        NEG(last)
        last += 2 * u
        For(1..<(u.count - 1)) { i in last[i] += s * (u[i - 1] - 2 * u[i] + u[i + 1]) }
        SWAP(u, last)
    }
}

/// Half the squared distance to a record of the last level.
private let misfit = ReversibleFunction("misfit", parameters: ["out", "u", "last", "s", "record", "steps"]) {
    (out: Scalar, u: Vector, last: Vector, s: Scalar, record: Vector, steps: Integer) in
    Compute {
        propagate(u, last, s, steps)
    } apply: {
        out += 0.5 * sum((u - record) * (u - record))
    }
}

@Suite struct WaveEquationTests {
    /// A pulse with its ends at 0, at rest.
    private let pulse = [0, 0.1, 0.35, 0.7, 0.9, 1, 0.8, 0.4, 0.2, 0.1, 0.05, 0]

    /// With s = 1 every sine of the grid comes back after 2(n - 1) steps.
    @Test func comesBackAfterAPeriod() throws {
        // At rest: the level before is the mean of the neighbours for s = 1.
        let before = pulse.indices.map { i in
            i == 0 || i == 11 ? 0 : 0.5 * (pulse[i - 1] + pulse[i + 1])
        }
        let (u, _, _, _) = try propagate(pulse, before, 1, 22)
        #expect(agrees(u, pulse, 1e-14))
    }

    /// 10^4 steps and back. The scheme is stable, so rounding grows like its number of steps: 10^4 · 1e-16.
    @Test func tenThousandStepsAndBack() throws {
        let drift = try checkInverse(propagate, pulse, pulse, 0.64, 10_000, tolerance: 1e-11)
        #expect(drift > 0, "floating-point addition should have rounded somewhere")
    }

    /// The scheme is linear, u(T) = P u(0) + Q u(-1): the pullback of a cotangent w must satisfy
    /// w·u(T) = (Pᵀw)·u(0) + (Qᵀw)·u(-1).
    @Test func pullbackThroughTenThousandSteps() throws {
        let weights = sample(12)
        let zeros = [Double](repeating: 0, count: 12)
        let back = try vjp(propagate, pulse, pulse, 0.64, 10_000, cotangent: (weights, zeros, 0, ()))
        func inner(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
        let left = inner(weights, back.value.0)
        let right = inner(back.product.0, pulse) + inner(back.product.1, pulse)
        #expect(agrees(left, right, 1e-10))  // 10^4 steps of rounding in each of three computations
    }

    @Test(arguments: [0, 1, 7]) func gradient(steps: Int) throws {
        try checkGrads(misfit, 0, sample(6), sample(6, seed: 0.1), 0.6, sample(6, seed: 0.8), steps)
        try checkInverse(
            misfit, 0.5, sample(6), sample(6, seed: 0.1), 0.6, sample(6, seed: 0.8), steps, tolerance: 1e-14)
    }
}
