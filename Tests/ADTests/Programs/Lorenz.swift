import AD
import Testing

/// The Lorenz system by the classical Runge–Kutta method: `end` gains the state after `steps` steps.
///
/// A step of Runge and Kutta's method cannot be undone from its result, so states stand in the rows of a
/// matrix, each computed from the one before, and are all taken back once the last has been copied. (The
/// chaotic test system of Lorenz 1963, at ρ = 27.)
private let lorenz = ReversibleFunction("lorenz", parameters: ["end", "start", "θ", "dt", "steps"]) {
    (end: Vector, start: Vector, theta: Vector, dt: Scalar, steps: Integer) in
    let state = Matrix.ancilla(rows: steps + 1, columns: 3, "state")
    let slope = Matrix.ancilla(rows: 4, columns: 3, "slope")
    Compute {
        For(0..<3) { d in state[0, d] += start[d] }
        For(0..<steps) { t in
            Compute {
                for stage in 0..<4 {
                    rightHandSide(slope, stage, theta) { d in
                        switch stage {
                        case 0: state[t, d].expression
                        case 3: state[t, d] + dt * slope[2, d]
                        default: state[t, d] + 0.5 * dt * slope[stage - 1, d]
                        }
                    }
                }
            } apply: {
                For(0..<3) { d in
                    state[t + 1, d] += state[t, d]
                    state[t + 1, d] +=
                        dt / 6 * (slope[0, d] + 2 * slope[1, d] + 2 * slope[2, d] + slope[3, d])
                }
            }
        }
    } apply: {
        For(0..<3) { d in end[d] += state[steps, d] }
    }
}

/// Row `stage` of `slope` gains the Lorenz vector field at a point.
private func rightHandSide(
    _ slope: Matrix, _ stage: Int, _ theta: Vector, at point: (Int) -> Expr
) -> [Statement] {
    let (x, y, z) = (point(0), point(1), point(2))
    return [
        slope[stage, 0] += theta[0] * (y - x),
        slope[stage, 1] += x * (theta[1] - z) - y,
        slope[stage, 2] += x * y - theta[2] * z,
    ]
}

@Suite struct LorenzTests {
    private struct Case {
        var steps: Int
        var state: [Double]
        /// Of the first coordinate, in the start and in the parameters.
        var gradient: [Double]
        var tolerance: Double
    }

    private let theta: [Double] = [10, 27, 8 / 3]
    private let start = [1.0, 0, 0]

    /// Recomputed with mpmath at 50 digits, derivatives by complex step at the same precision. Errors grow
    /// with the system's Lyapunov exponent, 0.9 for each unit of time of 333 steps: by a factor e^2.7 at 1000
    /// steps.
    @Test(arguments: 0..<3) func published(index: Int) throws {
        let cases = [
            Case(
                steps: 20, state: [0.89858084741645836, 1.377705658671255, 0.034707300353472295],
                gradient: [
                    0.8984077898211299, 0.51019725972806040, -0.01330924182090018, -0.008314248693197426,
                    0.014019674288851015, 1.050833803026286e-6,
                ], tolerance: 1e-14),
            Case(
                steps: 126, state: [18.65196118740738, 24.48209115538069, 35.1278254430613],
                gradient: [
                    5.0565312422707936, 4.0320960444232817, -0.57845071493457498, 1.039340698823392,
                    0.9677785089915302, 0.30059256788472157,
                ], tolerance: 1e-14),
            Case(
                steps: 1000, state: [-8.8922116300689852, -7.3861956564789267, 28.517617736437672],
                gradient: [
                    1.30586407933779, 1.0414370554194811, -0.29397931299886692, 0.1111294725756047,
                    0.93894001487209717, 4.4285985068472088,
                ], tolerance: 1e-12),
        ]
        let expected = cases[index]
        let back = try vjp(
            lorenz, [0, 0, 0], start, theta, 3e-3, expected.steps,
            cotangent: ([1, 0, 0], [0, 0, 0], [0, 0, 0], 0, ()))
        #expect(agrees(back.value.0, expected.state, expected.tolerance))
        #expect(agrees(back.product.1 + back.product.2, expected.gradient, expected.tolerance))
    }

    @Test func inverseAndDifferences() throws {
        try checkInverse(lorenz, [0.1, 0.2, 0.3], start, theta, 3e-3, 100, tolerance: 1e-14)
        try checkGrads(lorenz, [0, 0, 0], [1.1, 0.3, 0.7], theta, 0.01, 5)
    }

    /// Fourth order: halving the step divides the error by about 16.
    @Test func isOfFourthOrder() throws {
        let exact = try lorenz([0, 0, 0], start, theta, 0.2 / 256, 256).0[0]
        let errors = try [8, 16].map {
            try lorenz([0, 0, 0], start, theta, 0.2 / Double($0), $0).0[0] - exact
        }
        #expect(errors[0] / errors[1] > 12 && errors[0] / errors[1] < 24)
    }
}
