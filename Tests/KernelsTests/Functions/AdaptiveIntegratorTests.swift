import Foundation
import NativeEngine
import ReversiblePrograms
import Testing

private typealias E = Examination

@Suite struct AdaptiveIntegratorTests {
    /// A body about a star, as a first-order system: positions, then velocities.
    private static let comet = ReversibleFunction("comet", parameters: ["rate", "y"]) {
        (rate: Vector, y: Vector) in
        For(0..<2) { i in
            rate[i] += y[i + 2]
            rate[i + 2] -= y[i] / pow(y[0] * y[0] + y[1] * y[1], 1.5)
        }
    }

    /// x″ = −x − 2 d x′.
    private static let oscillator = ReversibleFunction("oscillator", parameters: ["rate", "y", "d"]) {
        (rate: Vector, y: Vector, d: Scalar) in
        rate[0] += y[1]
        rate[1] -= y[0] + 2 * d * y[1]
    }

    private static func comet(_ tolerance: Double) -> ReversibleFunction<
        Vector, Vector, Scalar, Stack, Stack
    > {
        Integrators.adaptive(
            Integrators.rungeKutta4(of: comet), order: 4, tolerance: tolerance, halvings: 3...16)
    }

    /// From the far point of an orbit, half an orbit: the near point follows from energy and angular momentum.
    @Test func keplersOrbit() throws {
        let (far, speed) = (1.0, 0.5)
        let axis = 1 / (2 / far - speed * speed)
        let near = 2 * axis - far
        let exact = [-near, 0, 0, -far * speed / near]
        var before = (error: Double.infinity, steps: 0)
        for tolerance in [1e-6, 1e-8, 1e-10] {
            let run = try compile(Self.comet(tolerance))
            let (y, _, _, sizes, estimates) = try run(
                [far, 0, 0, speed], [far, 0, 0, speed], .pi * pow(axis, 1.5), [], [])
            let error = zip(y, exact).map { abs($0 - $1) }.max() ?? 0
            #expect(error < before.error / 10 && sizes.count > before.steps)
            before = (error, sizes.count)
            #expect(sizes.reduce(0, +) == 65536)
            #expect(estimates.count(where: { $0 <= tolerance }) == sizes.count)
            // Sizes are powers of two, and every step begins at a multiple of its size.
            var clock = 0.0
            for size in sizes {
                #expect(size == exp2(log2(size).rounded()) && size <= 8192)
                #expect(clock.truncatingRemainder(dividingBy: size) == 0)
                clock += size
            }
            #expect((sizes.max() ?? 0) / (sizes.min() ?? 1) >= 8)
        }
        #expect(before.error < 1e-6)
    }

    /// The stacks carry the sizes from a run to a later one.
    @Test func thereAndBack() throws {
        let start = [1, 0, 0, 0.5]
        let run = Self.comet(1e-8)
        for duration in [3.0, -3.0] {
            let end = try run(start, start, duration, [], [])
            let native = try compile(run)(start, start, duration, [], [])
            #expect(native.0 == end.0 && native.3 == end.3 && native.4 == end.4)
            let back = try (~run)(end.0, end.1, duration, end.3, end.4)
            let nativeBack = try compile(~run)(end.0, end.1, duration, end.3, end.4)
            for back in [back, nativeBack] {
                #expect(E.agree(back.0 + back.1, start + start, 1e-12))
                #expect(back.3.isEmpty && back.4.isEmpty)
            }
        }
        try checkInverse(run, start, start, 3, [], [], tolerance: 1e-12)
    }

    /// Derivatives in the damping and the start: those of the known solution, and forward mode's.
    @Test func dampedOscillator() throws {
        let (t, d) = (3.0, 0.2)
        let run = Integrators.adaptive(
            Integrators.rungeKutta4(of: Self.oscillator), order: 4, tolerance: 1e-9)
        let loss = ReversibleFunction("loss", parameters: ["out", "y", "z", "time", "d"]) {
            (out: Scalar, y: Vector, z: Vector, time: Scalar, d: Scalar) in
            run(y, z, time, Stack("sizes"), Stack("estimates"), d)
            out += y[0]
        }
        func exact(_ d: Double) -> Double { CoupledIntegratorTests.solution(d, t)[0] }
        let first = (exact(d + 1e-5) - exact(d - 1e-5)) / 2e-5
        let second = (exact(d + 1e-3) - 2 * exact(d) + exact(d - 1e-3)) / 1e-6
        let rate = CoupledIntegratorTests.solution(d, t)[1]
        let slope = try grad(loss, 0, [1, 0], [1, 0], t, d)
        #expect(abs(slope.4 - first) < 1e-6)
        #expect(abs(slope.1[0] + slope.2[0] - exact(d)) < 1e-6)
        #expect(abs(slope.3 - rate) < 1e-5)
        let native = try compile(grad(loss))(0, [1, 0], [1, 0], t, d)
        #expect(
            E.agree(
                native.1 + native.2 + [native.3, native.4], slope.1 + slope.2 + [slope.3, slope.4], 1e-12))
        let forward = try jvp(loss, 0, [1, 0], [1, 0], t, d, tangent: (0, [0, 0], [0, 0], 0, 1)).product.0
        #expect(abs(forward - slope.4) < 1e-12)
        let curvature = try hvp(loss, 0, [1, 0], [1, 0], t, d, direction: (0, [0, 0], [0, 0], 0, 1)).4
        #expect(abs(curvature - second) < 1e-4)
    }

    @Test func badInput() throws {
        let run = Self.comet(1e-8)
        let start = [1, 0, 0, 0.5]
        let native = try compile(run, checks: .none)
        for error in [
            #expect(throws: ReversibilityError.self) { try run(start, start, 0, [], []) },
            #expect(throws: ReversibilityError.self) { try native(start, start, 0, [], []) },
        ] {
            #expect(error?.kind == .zeroFactor)
            #expect(error?.message == "`duration` is 0.0; it must be finite and not 0")
        }
        let coarse = Integrators.adaptive(
            Integrators.rungeKutta4(of: Self.comet), order: 4, tolerance: 1e-8, halvings: 0...4)
        let checked = try compile(coarse)
        for error in [
            #expect(throws: ReversibilityError.self) { try coarse(start, start, 3, [], []) },
            #expect(throws: ReversibilityError.self) { try checked(start, start, 3, [], []) },
        ] {
            #expect(error?.kind == .assertion)
            #expect(error?.statement?.contains("the smallest step is small enough for the tolerance") == true)
        }
    }

    /// A function that is made wrong stops the process.
    @Test func badControl() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let step = ReversibleFunction { (end: Vector, start: Vector, h: Scalar) in end += start + h }
            _ = Integrators.adaptive(step, order: 1, tolerance: -1)
        }
        let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(
            text.contains("in `adaptive`: the tolerance is -1.0; it must be above 0 and finite"), "\(text)")
    }
}
