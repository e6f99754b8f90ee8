import AD
import CUDAEngine
import Kernels
import NativeEngine
import ReversibleCore
import Testing

/// Remainders, roundings, `softplus`, `stopGradient` and functions with derivatives of their own in kernels.
@Suite("Functions of real numbers on a device") struct RealFunctionCallTests {
    private static let blend = UserBinaryFunction("blend") { x, y in
        softplus(x) * y
    } derivatives: { x, y in
        (y / (1 + exp(-x)), softplus(x))
    }

    private static let f = ReversibleFunction("f", parameters: ["y", "v", "w"]) {
        (y: Scalar, v: Vector, w: Vector) in
        ParallelFor(v.indices) { i in
            y += fmod(v[i], w[i]) * round(v[i]) + ceil(w[i]) * stopGradient(v[i]) * w[i]
            y += blend(v[i], w[i])
        }
    }

    @Test func valuesAndGradients() throws {
        let v = (0..<45).map { 1.7 * Double($0) - 30.2 }
        let w = (0..<45).map { 0.3 * Double($0 % 7) - 1.05 }
        let expected = try Self.f(0, v, w).0
        let slope = try grad(Self.f, 0, v, w)
        try withEmulatedDevice { device, _ in
            let value = try compile(Self.f, on: .cuda(device), options: smallBlocks)(0, v, w).0
            #expect(abs(value - expected) < 1e-12 * (1 + abs(expected)))
            let found = try compile(grad(Self.f), on: .cuda(device), options: smallBlocks)(0, v, w)
            #expect(
                zip(found.1 + found.2, slope.1 + slope.2).allSatisfy { abs($0 - $1) < 1e-12 * (1 + abs($1)) })
        }
    }

    /// Quotients beyond all digits of a number: the remainder has no rounding.
    @Test func remainders() throws {
        let g = ReversibleFunction("g", parameters: ["r", "v", "w"]) { (r: Vector, v: Vector, w: Vector) in
            ParallelFor(v.indices) { i in r[i] += fmod(v[i], w[i]) }
        }
        let v = [1e300, -1e300, 7.5, -7.5, 1e17, 5e-324, 1.7976931348623157e308, 0.3]
        let w = [7, 7, 2, -2, 3.1, 3, 5e-324, 0.1]
        let zeros = v.map { _ in 0.0 }
        let expected = try g(zeros, v, w).0
        try withEmulatedDevice { device, _ in
            let found = try compile(g, on: .cuda(device), options: smallBlocks)(zeros, v, w).0
            #expect(found == expected)
        }
    }
}
