import AD
import Foundation
import Testing

/// A planet about a fixed star by the leapfrog scheme: half a kick, drifts and kicks in turn, half a kick
/// back.
///
/// Position and velocity are changed in place, each by a function of the other; every such scheme is
/// reversible, and its gradient needs no memory (JuliaReverse/NBodyLeapFrog.jl).
private let orbit = ReversibleFunction("orbit", parameters: ["x", "v", "dt", "steps"]) {
    (x: Vector, v: Vector, dt: Scalar, steps: Integer) in
    let kick = { (part: Double) -> Statement in
        For(0..<2) { d in v[d] -= part * dt * x[d] / pow(x[0] * x[0] + x[1] * x[1], 1.5) }
    }
    kick(0.5)
    For(0..<steps) { _ in
        x += dt * v
        kick(1)
    }
    kick(-0.5)
}

@Suite struct LeapfrogTests {
    private let x = [1.0, 0]
    private let v = [0, 1.1]

    private func energy(_ x: [Double], _ v: [Double]) -> Double {
        0.5 * (v[0] * v[0] + v[1] * v[1]) - 1 / hypot(x[0], x[1])
    }

    /// Energy oscillates with dt² and does not drift: over 1000 steps it stays within dt²/2 = 5e-5.
    @Test func energyStays() throws {
        let (end, velocity, _, _) = try orbit(x, v, 0.01, 1000)
        #expect(abs(energy(end, velocity) - energy(x, v)) < 5e-5)
        #expect(abs(end[0] * velocity[1] - end[1] * velocity[0] - 1.1) < 1e-12)  // kept exactly by the scheme
    }

    @Test func circleAndBack() throws {
        let dt = 2 * Double.pi / 1000
        let (end, _, _, _) = try orbit(x, [0, 1], dt, 1000)
        // The scheme follows the energy H + dt² (vᵀH''v/12 - |∇H|²/24) to order dt⁴ = 2e-9. Linearised about
        // the circle, that turns by dt²/3 less for each radian.
        #expect(agrees(end, [1, -2 * Double.pi * dt * dt / 3], 1e-8))
        try checkInverse(orbit, x, v, 0.01, 1000, tolerance: 1e-11)  // 10^4 operations on numbers near 1
    }

    @Test func gradient() throws {
        try checkGrads(orbit, x, v, 0.05, 20)
        try checkGrads(~orbit, x, v, 0.05, 20)
    }

    /// Liouville: the flow keeps areas in phase space, so its Jacobian has the determinant 1 and is
    /// symplectic.
    @Test func isSymplectic() throws {
        let blocks = try [0, 1].map { output in
            try [0, 1].map { try jacobian(orbit, x, v, 0.05, 50, of: output, with: $0) }
        }
        func entry(_ i: Int, _ j: Int) -> Double { blocks[i / 2][j / 2][i % 2, j % 2] }
        for i in 0..<4 {
            for j in 0..<4 {
                // (Jᵀ Ω J)ᵢⱼ with Ω = [[0, 1], [-1, 0]] in blocks of 2; 50 steps of a dozen roundings, of
                // entries up to 10.
                let form = (0..<2).reduce(0) {
                    $0 + entry($1, i) * entry($1 + 2, j) - entry($1 + 2, i) * entry($1, j)
                }
                #expect(agrees(form, j == i + 2 ? 1 : i == j + 2 ? -1 : 0, 1e-12))
            }
        }
    }
}
