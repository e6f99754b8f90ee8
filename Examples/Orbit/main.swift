// A planet about its star by leapfrog steps: conserved energy, exact return, and shooting at a target.

import AD
import Foundation

/// Half a kick, drifts and kicks in turn, half a kick back; position and velocity change in place.
let orbit = ReversibleFunction("orbit", parameters: ["x", "v", "dt", "steps"]) {
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

/// The squared distance from a target at the end of the flight.
let miss = ReversibleFunction("miss", parameters: ["out", "x", "v", "dt", "steps", "target"]) {
    (out: Scalar, x: Vector, v: Vector, dt: Scalar, steps: Integer, target: Vector) in
    Compute {
        orbit(x, v, dt, steps)
    } apply: {
        out += sum((x - target) * (x - target))
    }
}

func energy(_ x: [Double], _ v: [Double]) -> Double {
    0.5 * (v[0] * v[0] + v[1] * v[1]) - 1 / hypot(x[0], x[1])
}

let (start, push) = ([1.0, 0], [0, 1.2])
let (dt, steps) = (0.01, 1000)
print(" time        x        y     energy")
do {
    for turn in 0...5 {
        let (x, v, _, _) = try orbit(start, push, dt, turn * steps)
        print(String(format: "%5.0f %8.4f %8.4f %10.7f", dt * Double(turn * steps), x[0], x[1], energy(x, v)))
        guard abs(energy(x, v) - energy(start, push)) < 1e-4 else {
            print("wrong: the energy drifts")
            exit(1)
        }
    }

    let (far, fast, _, _) = try orbit(start, push, dt, 5 * steps)
    let (home, slow, _, _) = try (~orbit)(far, fast, dt, 5 * steps)
    let drift = zip(home + slow, start + push).map { abs($0 - $1) }.max() ?? .nan
    print("5000 steps back: off by", String(format: "%.1e", drift))
    // 10^4 operations with rounding of 1e-16, stretched by the shear of the orbits.
    guard drift < 1e-10 else {
        print("wrong: the flight was not undone")
        exit(1)
    }

    // Which push hits (-1, 0.5) at time 2? Gauss–Newton with the exact Jacobian of 200 steps.
    let target = [-1, 0.5]
    var aim = [0, 1.0]
    print("\naiming at \(target):")
    for round in 0..<8 {
        let (x, _, _, _) = try orbit(start, aim, dt, 200)
        let distance = try miss(0, start, aim, dt, 200, target).0.squareRoot()
        print(String(format: "%3d  push (%.6f, %.6f)  misses by %.1e", round, aim[0], aim[1], distance))
        let j = try jacobian(orbit, start, aim, dt, 200, of: 0, with: 1)
        let determinant = j[0, 0] * j[1, 1] - j[0, 1] * j[1, 0]
        let (a, b) = (x[0] - target[0], x[1] - target[1])
        aim[0] -= (j[1, 1] * a - j[0, 1] * b) / determinant
        aim[1] -= (j[0, 0] * b - j[1, 0] * a) / determinant
    }
    guard try miss(0, start, aim, dt, 200, target).0 < 1e-24 else {
        print("wrong: the target was missed")
        exit(1)
    }
} catch {
    // An error that nobody catches is printed above a backtrace, and hard to find there.
    print(error)
    exit(1)
}
