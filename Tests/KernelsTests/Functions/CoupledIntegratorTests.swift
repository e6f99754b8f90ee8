import Foundation
import NativeEngine
import ReversiblePrograms
import TestSupport
import Testing

private typealias E = Examination

@Suite struct CoupledIntegratorTests {
    /// θ″ = −p sin θ.
    private static let pendulum = ReversibleFunction("pendulum", parameters: ["rate", "y", "p"]) {
        (rate: Vector, y: Vector, p: Scalar) in
        rate[0] += y[1]
        rate[1] -= p * sin(y[0])
    }

    private static let pendulumOfStrength1 = ReversibleFunction("pendulum", parameters: ["rate", "y"]) {
        (rate: Vector, y: Vector) in
        rate[0] += y[1]
        rate[1] -= sin(y[0])
    }

    /// x″ = −x − 2 d x′.
    private static let oscillator = ReversibleFunction("oscillator", parameters: ["rate", "y", "d"]) {
        (rate: Vector, y: Vector, d: Scalar) in
        rate[0] += y[1]
        rate[1] -= y[0] + 2 * d * y[1]
    }

    private static let lorenz = ReversibleFunction("lorenz", parameters: ["rate", "y", "p"]) {
        (rate: Vector, y: Vector, p: Scalar) in
        rate[0] += 10 * (y[1] - y[0])
        rate[1] += y[0] * (p - y[2]) - y[1]
        rate[2] += y[0] * y[1] - y[2] * 8 / 3
    }

    /// A step that a user has written: Euler's.
    private static let euler = ReversibleFunction("euler", parameters: ["end", "start", "h"]) {
        (end: Vector, start: Vector, h: Scalar) in
        let rate = Vector.ancilla(count: start.count, "rate")
        Compute {
            pendulumOfStrength1(rate, start)
        } apply: {
            end += start + h * rate
        }
    }

    /// Position and velocity of the damped oscillator from (1, 0).
    static func solution(_ d: Double, _ t: Double) -> [Double] {
        let w = (1 - d * d).squareRoot()
        return [exp(-d * t) * (cos(w * t) + d / w * sin(w * t)), -exp(-d * t) * sin(w * t) / w]
    }

    private static func distance(_ a: [Double], _ b: [Double]) -> Double {
        zip(a, b).map { abs($0 - $1) }.max() ?? 0
    }

    /// The error at time 2, against scipy.integrate.solve_ivp, DOP853 with tolerance 1e-13, falls by 2ᵖ as the step is
    /// halved, for both states.
    @Test(
        arguments: isExhaustive
            ? [(4, 0.999, [20, 40]), (4, 0.9, [20, 40]), (1, 1, [400, 800]), (1, 0.9, [400, 800])]
            : [(4, 0.9, [20, 40]), (1, 1, [400, 800])])
    func order(_ order: Int, _ coupling: Double, _ steps: [Int]) throws {
        let exact = [-0.08254060218603146, -0.9760052788798242]
        let method = order == 1 ? Self.euler : Integrators.rungeKutta4(of: Self.pendulumOfStrength1)
        let run = try compile(Integrators.coupled(method, coupling: coupling))
        let errors = try steps.map { steps in
            let (y, z, _, _) = try run([1, 0.2], [1, 0.2], 2 / Double(steps), steps)
            return (hypot(y[0] - exact[0], y[1] - exact[1]), hypot(z[0] - exact[0], z[1] - exact[1]))
        }
        #expect(abs(log2(errors[0].0 / errors[1].0) - Double(order)) < 0.3)
        #expect(abs(log2(errors[0].1 / errors[1].1) - Double(order)) < 0.3)
    }

    /// The first step by the formulas.
    @Test func oneStep() throws {
        let (y0, z0, h, coupling) = ([1.0, 0.2], [0.9, 0.3], 0.1, 0.8)
        func step(_ x: [Double], _ h: Double) -> [Double] { [h * x[1], h * -sin(x[0])] }
        let forward = step(z0, h)
        let y = (0..<2).map { coupling * y0[$0] + (1 - coupling) * z0[$0] + forward[$0] }
        let backward = step(y, -h)
        let z = (0..<2).map { z0[$0] - backward[$0] }
        let found = try Integrators.coupled(Self.euler, coupling: coupling)(y0, z0, h, 1)
        #expect(E.agree(found.0 + found.1, y + z, 1e-15))
    }

    @Test func inverseAndDerivatives() throws {
        let plain = Integrators.coupled(Integrators.rungeKutta4(of: Self.pendulumOfStrength1))
        try E.examineMap(plain, [1, 0.2], [1, 0.2], 0.1, 5, with: [0, 1, 2])
        let strong = Integrators.coupled(Integrators.rungeKutta4(of: Self.pendulum), coupling: 0.9)
        try E.examineMap(strong, [1, 0.2], [1, 0.3], -0.1, 4, 1.3, with: [0, 1, 2, 4])
        #expect(try plain([1, 0.2], [1, 0.2], 0.1, 0).0 == [1, 0.2])
    }

    /// 5,000 steps there and back, by both engines: λ⁻ⁿ is 149, and 10⁴ operations round numbers near 1.
    @Test func thereAndBack() throws {
        let run = Integrators.coupled(Integrators.rungeKutta4(of: Self.pendulumOfStrength1))
        try checkInverse(run, [1, 0.2], [1, 0.2], 0.01, 5000, tolerance: 1e-11)
        let end = try compile(run)([1, 0.2], [1, 0.2], 0.01, 5000)
        let back = try compile(~run)(end.0, end.1, 0.01, 5000)
        #expect(E.agree(back.0 + back.1, [1, 0.2, 1, 0.2], 1e-11))
    }

    /// x″ = −x turns the state by t: the derivatives in the start are the rotation, the one in h is n x′.
    @Test func harmonicOscillator() throws {
        let (h, n) = (0.01, 300)
        let t = h * Double(n)
        let run = Integrators.coupled(Integrators.rungeKutta4(of: Self.oscillator))
        let loss = ReversibleFunction("loss", parameters: ["out", "y", "z", "h", "steps", "d"]) {
            (out: Scalar, y: Vector, z: Vector, h: Scalar, steps: Integer, d: Scalar) in
            run(y, z, h, steps, d)
            out += y[0]
        }
        let (_, inY, inZ, inH, _, _) = try grad(loss, 0, [1, 0], [1, 0], h, n, 0)
        #expect(E.agree([inY[0] + inZ[0], inY[1] + inZ[1]], [cos(t), sin(t)], 1e-8))
        #expect(abs(inH - Double(n) * -sin(t)) < 1e-5)
        let (_, nativeY, nativeZ, _, _, _) = try compile(grad(loss))(0, [1, 0], [1, 0], h, n, 0)
        #expect(E.agree(nativeY + nativeZ, inY + inZ, 1e-12))
    }

    /// The position in its damping: first and second derivatives of the known solution, by differences of it.
    @Test func dampedOscillator() throws {
        let (h, n, d) = (0.01, 300, 0.2)
        let t = h * Double(n)
        let run = Integrators.coupled(Integrators.rungeKutta4(of: Self.oscillator))
        let loss = ReversibleFunction("loss", parameters: ["out", "y", "z", "h", "steps", "d"]) {
            (out: Scalar, y: Vector, z: Vector, h: Scalar, steps: Integer, d: Scalar) in
            run(y, z, h, steps, d)
            out += y[0]
        }
        func exact(_ d: Double) -> Double { Self.solution(d, t)[0] }
        let first = (exact(d + 1e-5) - exact(d - 1e-5)) / 2e-5
        let second = (exact(d + 1e-3) - 2 * exact(d) + exact(d - 1e-3)) / 1e-6
        let result = try valueAndGrad(loss, 0, [1, 0], [1, 0], h, n, d)
        #expect(abs(result.value - exact(d)) < 1e-9)
        #expect(abs(result.gradient.5 - first) < 1e-8)
        let product = try hvp(loss, 0, [1, 0], [1, 0], h, n, d, direction: (0, [0, 0], [0, 0], 0, (), 1))
        #expect(abs(product.5 - second) < 1e-4)
        let native = try compile(hvp(loss))(
            0, [1, 0], [1, 0], h, n, d, direction: (0, [0, 0], [0, 0], 0, (), 1))
        #expect(abs(native.5 - product.5) < 1e-10)
    }

    /// The difference of the states grows by h k − (1 − λ) of its size each step, or dies out.
    @Test func stability() throws {
        func difference(_ coupling: Double, _ steps: Int) throws -> Double {
            let run = Integrators.coupled(Integrators.rungeKutta4(of: Self.oscillator), coupling: coupling)
            let (y, z, _, _, _) = try compile(run)([1, 0], [1, 0], 0.01, steps, 0.5)
            return Self.distance(y, z)
        }
        for (coupling, rate) in [(1, 0.005), (0.999, 0.004)] {
            let growth = try log(difference(coupling, 4000) / difference(coupling, 2000)) / 2000
            #expect(abs(growth - rate) < 0.0015)
        }
        #expect(try difference(0.99, 4000) < 1e-18)
    }

    /// λ⁻ⁿ roundings.
    @Test func whatUndoingLoses() throws {
        let method = Integrators.rungeKutta4(of: Self.pendulumOfStrength1)
        for (coupling, steps) in [(0.99, 2000), (0.9, 250)] {
            let run = Integrators.coupled(method, coupling: coupling)
            let end = try compile(run)([1, 0], [1, 0], 0.01, steps)
            let back = try compile(~run)(end.0, end.1, 0.01, steps)
            let lost = Self.distance(back.0 + back.1, [1, 0, 1, 0])
            let predicted = 1e-16 * pow(coupling, -Double(steps))
            #expect(lost > predicted / 100 && lost < predicted * 100)
        }
    }

    /// A system that forgets: undoing is refused, a record and checkpoints give what forward mode gives.
    @Test func lorenz() throws {
        let run = Integrators.coupled(Integrators.rungeKutta4(of: Self.lorenz), coupling: 0.5)
        let loss = ReversibleFunction("loss", parameters: ["out", "y", "z", "h", "steps", "p"]) {
            (out: Scalar, y: Vector, z: Vector, h: Scalar, steps: Integer, p: Scalar) in
            run(y, z, h, steps, p)
            out += y[2]
        }
        let start = [1.0, 1, 1]
        let error = #expect(throws: ReversibilityError.self) {
            try grad(loss, 0, start, start, 0.01, 200, 28)
        }
        #expect(error?.kind == .drift)
        let expected = try jvp(
            loss, 0, start, start, 0.01, 200, 28, tangent: (0, [0, 0, 0], [0, 0, 0], 0, (), 1)
        ).product.0
        for undoing in [Undoing.recorded, .checkpoints(5)] {
            let found = try grad(loss, 0, start, start, 0.01, 200, 28, undoing: undoing).5
            #expect(E.agree(found, expected, 1e-11))
            let native = try compile(grad(loss, undoing: undoing))(0, start, start, 0.01, 200, 28).5
            #expect(E.agree(native, expected, 1e-11))
        }
    }

    @Test func badInput() throws {
        let run = Integrators.coupled(Self.euler)
        let native = try compile(run, checks: .none)
        func refuses(
            _ kind: ReversibilityError.Kind, _ message: String, _ y: [Double], _ z: [Double], _ h: Double,
            _ steps: Int
        ) {
            let first = #expect(throws: ReversibilityError.self) { try run(y, z, h, steps) }
            let second = #expect(throws: ReversibilityError.self) { try native(y, z, h, steps) }
            for error in [first, second] {
                #expect(error?.kind == kind)
                #expect(error?.message == message)
            }
        }
        refuses(.zeroFactor, "`h` is 0.0; it must be finite and not 0", [1, 0], [1, 0], 0, 3)
        refuses(
            .invalidArgument, "`h` is nan; it must be finite and not 0", [1, 0], [1, 0], .nan, 3)
        refuses(
            .invalidArgument, "`y` has -3 steps to take; it needs at least 0", [1, 0], [1, 0], 0.1, -3)
        refuses(
            .lengthMismatch, "`y` has 2 elements and `z` has 1 element; they must agree", [1, 0], [1], 0.1,
            3)
        refuses(.invalidArgument, "`z[0]` is inf; it must be finite", [1, 0], [.infinity, 0], 0.1, 3)
        let explosion = ReversibleFunction("explosion", parameters: ["end", "start", "h"]) {
            (end: Vector, start: Vector, h: Scalar) in
            For(start.indices) { i in end[i] += start[i] + h * start[i] * start[i] }
        }
        let error = #expect(throws: ReversibilityError.self) {
            try Integrators.coupled(explosion)([1e80], [1e80], 1e80, 9)
        }
        #expect(
            error?.message
                == "the two coupled states do not stay finite; a smaller `h`, or a smaller coupling, may help"
        )
    }

    /// A coupling that cannot be undone is a program that is made wrong.
    @Test func badCoupling() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let step = ReversibleFunction { (end: Vector, start: Vector, h: Scalar) in end += start + h }
            _ = Integrators.coupled(step, coupling: 0)
        }
        let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(
            text.contains("in `coupled`: the coupling is 0.0; it must be above 0 and at most 1"), "\(text)")
    }
}
