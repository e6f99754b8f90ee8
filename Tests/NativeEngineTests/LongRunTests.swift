import AD
import LongRuns
import NativeEngine
import ReversibleCore
import Testing

/// Gradients through long runs of programs that forget, against numbers from elsewhere.
///
/// The expected numbers are those of JAX 0.10.2 on a CPU with `jax_enable_x64`: the same steps as a function of one
/// state, repeated by `jax.lax.scan`, under `jax.value_and_grad`. Nothing in it is stored or run again by hand.
@Suite(.enabled(if: compilerIsThere)) struct LongRunTests {
    /// Compares what every way gives, relative to the largest number of a list.
    private func expect(
        _ expected: [Double], _ tolerance: Double, _ ways: [Undoing?], apart: Double = 1e-12,
        _ location: Testing.SourceLocation,
        _ gradient: (Undoing?) throws -> [Double]
    ) throws {
        let size = expected.map(abs).max() ?? 0
        var first: [Double]?
        for way in ways {
            let found = try gradient(way)
            #expect(found.count == expected.count, sourceLocation: location)
            for (a, b) in zip(found, expected) {
                #expect(abs(a - b) <= tolerance * size, "\(way.debugDescription)", sourceLocation: location)
            }
            // Turns that run again find the same bits, so that the ways differ in the order of sums at most.
            for (a, b) in zip(found, first ?? found) {
                #expect(abs(a - b) <= apart * size, "\(way.debugDescription)", sourceLocation: location)
            }
            first = first ?? found
        }
    }

    // MARK: Lorenz 63

    //     def step(u, _):
    //         a = f(u); b = f(u + h/2*a); c = f(u + h/2*b); d = f(u + h*c)
    //         return u + h/6*(a + 2*b + 2*c + d), u[2]
    //     def mean(start, rho): return jnp.sum(jax.lax.scan(step, start, None, length=n)[1]) / n

    /// Ends in a fixed point; the gradient is in rho, x, y and z.
    ///
    /// The slope in rho is a sum of 4·10⁵ numbers, of which most are equal: each is rounded the same way, by up to half a
    /// unit in the last place of the sum, 5.5e-17. Its order differs between the ways and JAX.
    @Test func lorenzThatSettles() throws {
        let n = 100_000
        let value = try compile(Lorenz.program(nil), checks: .none)(0, Lorenz.start, 12, n).0
        #expect(abs(value - 10.994099323371929) < 1e-11)
        let expected = [
            0.9997775231330855, -0.0014978030987745357, 0.0029751360409055855, -0.0005156905062715278,
        ]
        try expect(expected, 1e-11, [.recorded, .checkpoints(20), nil], apart: 1e-11, #_sourceLocation) {
            way in
            let (_, start, rho, _) = try compile(grad(Lorenz.program(way)))(0, Lorenz.start, 12, n)
            return [rho] + start.numbers
        }
    }

    /// Ten units of time of the chaotic system stretch what differs by e^(0.9·10), some 8,000 times: of the start, and of the
    /// rounding in every step, which JAX has in another order.
    @Test func lorenzThatDoesNot() throws {
        let expected = [41.39123452811624, -64.54412252156757, -94.8967875794409, -23.644636871419248]
        try expect(expected, 1e-10, [.recorded, .checkpoints(10)], #_sourceLocation) { way in
            let (_, start, rho, _) = try compile(grad(Lorenz.program(way)))(0, Lorenz.start, 28, 2000)
            return [rho] + start.numbers
        }
    }

    @Test func interpretedLorenz() throws {
        let expected = [1.0249020405258562, -0.1621051059116951, 0.319863414752026, -0.06161869171108233]
        try expect(expected, 1e-12, [.recorded, .checkpoints(10)], #_sourceLocation) { way in
            let (_, start, rho, _) = try grad(Lorenz.program(way), 0, Lorenz.start, 12, 1000)
            return [rho] + start.numbers
        }
    }

    // MARK: Heat

    //     def step(u, _): return u.at[1:-1, 1:-1].add(k[1:-1, 1:-1] * (u[:-2, 1:-1] + … - 4*u[1:-1, 1:-1])), None
    //     def misfit(start, k): return .5 * jnp.mean((jax.lax.scan(step, start, None, length=n)[0] - measured)**2)

    /// Two entries, the sums and the sums of squares of both gradients. The sum of all 256 entries cancels, so that it
    /// is compared to some digits less than a number.
    @Test func heat() throws {
        let plate = Heat.plate(16)
        let expected = [
            -9.452674330554386e-05, -1.3384849544895819e-05, -0.029633141594117278, -0.2727315354983827,
            1.876549876936784e-05, 0.001620428307795622,
        ]
        let value = try compile(Heat.program(nil), checks: .none)(
            0, plate.start, plate.k, plate.measured, 500
        ).0
        #expect(abs(value - 0.0564610560792382) < 1e-14)
        try expect(expected, 1e-12, [.recorded, .checkpoints(10)], #_sourceLocation) { way in
            let (_, start, k, _, _) = try compile(grad(Heat.program(way)))(
                0, plate.start, plate.k, plate.measured, 500)
            func squares(_ m: DenseMatrix) -> Double { m.elements.reduce(0) { $0 + $1 * $1 } }
            return [
                k[8, 8], start[4, 4], k.elements.reduce(0, +), start.elements.reduce(0, +), squares(k),
                squares(start),
            ]
        }
    }

    // MARK: Training

    //     def step(s, t):
    //         w, v = s; x = X[t % 24]; e = 1/(1 + jnp.exp(-w@x)) - Y[t % 24]
    //         v = momentum*v - rate*e*x
    //         return (w + v, v), None

    /// In the rate, the momentum, the first weights and velocities. Undoing goes as far as its verification lets it.
    @Test(arguments: [
        (
            100, 0.3572879137522009,
            [
                -0.2621857043681443, -0.17676579344568852, 0.00015028427287540124, 0.00027828125570164103,
                -0.00011876806046799854, -0.006927141500171118, -0.004931337757719473, 0.0007463964780332426,
            ]
        ),
        (
            1000, 0.3519155967304906,
            [
                0.01808984874044769, 0.000496372753455075, 3.477342995248196e-09, 4.835264304987249e-09,
                -2.7701882638256024e-09, -1.2681535309738428e-07, -1.0543274790711054e-07,
                3.5943300862922544e-09,
            ]
        ),
    ])
    func training(steps: Int, loss: Double, expected: [Double]) throws {
        let (x, y) = Training.data(rows: 24)
        let zero = [0.0, 0, 0]
        #expect(abs(try Training.program(nil)(0, zero, zero, 0.05, 0.9, x, y, steps).0 - loss) < 1e-14)
        // A sum over steps that cancels to a hundredth of its terms, in both.
        try expect(expected, 1e-11, [.recorded, .checkpoints(10)], #_sourceLocation) { way in
            let all = try compile(grad(Training.program(way)))(0, zero, zero, 0.05, 0.9, x, y, steps)
            return [all.3, all.4] + all.1 + all.2
        }
        let inverse = try compile(grad(Training.program(.inverse)))
        let short = try inverse(0, zero, zero, 0.05, 0.9, x, y, 20).3
        let recorded = try grad(Training.program(.recorded), 0, zero, zero, 0.05, 0.9, x, y, 20).3
        #expect(abs(short - recorded) < 1e-9 * abs(recorded))
        let error = #expect(throws: ReversibilityError.self) {
            try inverse(0, zero, zero, 0.05, 0.9, x, y, 1000)
        }
        #expect(error?.kind == .drift)
    }

    // MARK: Recurrent network

    //     def step(s, x):
    //         h, l = s; e = o@h - x
    //         return (jnp.tanh(b + u*x + W@h), l + .5*e*e), None

    /// Five entries, and the sums of squares of the weights' parts.
    @Test func network() throws {
        let (weights, series) = Network.model(units: 8, steps: 1000)
        let start = Network.State.Value(units: 8)
        let value = try compile(Network.program(nil), checks: .none)(0, start, weights, series).0
        #expect(abs(value - 0.10613939578391898) < 1e-13)
        let expected = [
            -0.038806739433813596, 0.021019181040603675, -0.04816195589131241, 0.019178069206600184,
            -0.21795376460495583, 0.030362464330903387, 0.010885040730338861, 0.0011816750648963737,
            0.17747043592670841,
        ]
        try expect(expected, 1e-11, [.recorded, nil], #_sourceLocation) { way in
            let all = try compile(grad(Network.program(way)))(0, start, weights, series).2
            func squares(_ v: [Double]) -> Double { v.reduce(0) { $0 + $1 * $1 } }
            return [all.hidden[0, 0], all.hidden[1, 2], all.input[0], all.bias[0], all.output[0]]
                + [all.hidden.elements, all.input, all.bias, all.output].map(squares)
        }
    }
}
