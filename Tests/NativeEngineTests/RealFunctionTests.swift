import AD
import Foundation
import NativeEngine
import ReversibleCore
import Testing

/// `fmod`, `round`, `ceil`, `softplus` and `stopGradient` in programs.
@Suite(.enabled(if: compilerIsThere)) struct RealFunctionTests {
    private static let f = ReversibleFunction("f", parameters: ["y", "x", "z"]) {
        (y: Scalar, x: Scalar, z: Scalar) in
        y += fmod(x * x, z) + 2 * softplus(x - z) + round(3 * x) * z + ceil(x) * x + fmod(5, z)
    }

    /// By hand: fmod(x², z) = x² − q z, and the logistic function σ of x − z.
    private func slopes(_ x: Double, _ z: Double) -> (x: Double, z: Double) {
        let logistic = 1 / (1 + exp(z - x))
        return (
            2 * x + 2 * logistic + ceil(x),
            -(x * x / z).rounded(.towardZero) - 2 * logistic + (3 * x).rounded()
                - (5 / z).rounded(.towardZero)
        )
    }

    @Test(arguments: [(1.3, 0.7), (-2.4, 1.1), (0.2, -0.9), (3.3, 2.3)])
    func derivatives(x: Double, z: Double) throws {
        let right = slopes(x, z)
        for way in [Undoing.inverse, .recorded, .checkpoints(2)] {
            for gradient in [
                try grad(Self.f, 0, x, z, undoing: way),
                try native(grad(Self.f, undoing: way), .undoing)(0, x, z),
            ] {
                #expect(abs(gradient.1 - right.x) < 1e-13 * (1 + abs(right.x)))
                #expect(abs(gradient.2 - right.z) < 1e-12 * (1 + abs(right.z)))
            }
        }
        let along = try jvp(Self.f, 0, x, z, tangent: (0, 2, -1)).product.0
        #expect(abs(along - (2 * right.x - right.z)) < 1e-12 * (1 + abs(along)))
        // Only x² and softplus have a curvature: 2 + 2σ(1 − σ), and 2σ(1 − σ) in both others but for the sign.
        let logistic = 1 / (1 + exp(z - x))
        let curvature = 2 * logistic * (1 - logistic)
        #expect(abs(try hessian(Self.f, 0, x, z, with: 1)[0, 0] - 2 - curvature) < 1e-13)
        #expect(abs(try hvp(Self.f, 0, x, z, direction: (0, 0, 1)).2 - curvature) < 1e-13)
        try checkGrads(Self.f, 0, x, z)
    }

    @Test func agreement() throws {
        for (x, z) in [(1.3, 0.7), (-2.5, 1e-3), (0.5, -0.1), (1e9, 3.7), (-1e12, 1e-9), (0, 5)] {
            try Self.f.agreesBothWays([.real(0), .real(x), .real(z)])
        }
        let lanes = ReversibleFunction("lanes", parameters: ["v", "w"]) { (v: Vector, w: Vector) in
            ParallelFor(v.indices) { i in
                v[i] += fmod(w[i], 0.3) + round(w[i]) + ceil(-w[i]) + stopGradient(w[i])
            }
        }
        let w = (0..<40).map { sin(Double($0)) * pow(10, Double($0 - 15)) }
        let zeros = w.map { _ in 0.0 }
        #expect(try native(lanes, lanes: 4)(zeros, w).0 == (try lanes(zeros, w).0))
        #expect(
            Self.f.description.contains(
                "fmod(x * x, z) + 2 * softplus(x - z) + round(3 * x) * z + ceil(x) * x + fmod(5, z)"))
    }

    /// A step of a loop that loses digits jumps elsewhere: the remainder's quotient is compared.
    @Test func quotientsAreCompared() throws {
        let g = ReversibleFunction("g", parameters: ["y", "x", "a"]) { (y: Scalar, x: Scalar, a: Scalar) in
            For(0..<60) { _ in
                y += sin(fmod(x, 1e-9))
                x *= 0.5
                x += a
            }
        }
        let exact = try grad(g, 0, 0.3, 0.25, undoing: .recorded)
        if let found = try? grad(g, 0, 0.3, 0.25) { #expect(abs(found.1 - exact.1) < 1e-6 * abs(exact.1)) }
    }

    // MARK: stopGradient

    private static let stopped = ReversibleFunction("stopped", parameters: ["y", "x", "v"]) {
        (y: Scalar, x: Scalar, v: Vector) in
        y += stopGradient(x * x) * x + sum(stopGradient(v) * v * v)
        x *= 1 + stopGradient(v[0])
    }

    @Test func stops() throws {
        let (x, v) = (3.0, [2.0, -1])
        for way in [Undoing.inverse, .recorded, .checkpoints(2)] {
            for gradient in [
                try grad(Self.stopped, 0, x, v, undoing: way),
                try native(grad(Self.stopped, undoing: way), .undoing)(0, x, v),
            ] {
                #expect(gradient.1 == 9 && gradient.2 == [8, 2])
            }
        }
        #expect(try grad(Self.stopped, 0, x, v, loss: 1).2 == [0, 0])
        #expect(try jvp(Self.stopped, 0, x, v, tangent: (0, 1, [1, 0])).product == (17, 3, [1, 0]))
        // Derivatives of derivatives keep what is stopped constant too.
        #expect(try hessian(Self.stopped, 0, x, v, with: 1)[0, 0] == 0)
        #expect(try hvp(Self.stopped, 0, x, v, direction: (0, 1, [1, 0])).2 == [4, 0])
        try Self.stopped.agreesBothWays([.real(0), .real(x), .reals(v)])
        #expect(
            Self.stopped.description.contains("y += stopGradient(x * x) * x + sum(stopGradient(v) * v * v)"))
        let integer = ReversibleFunction("integer", parameters: ["k", "n"]) { (k: Integer, n: Integer) in
            k += stopGradient(n) + round(n) + ceil(n)
        }
        #expect(try integer(1, 2).0 == 7)
    }
}
