// What was the pulse, if one listener heard it for 10,000 steps?
//
// Full waveform inversion in small: the gradient runs back through all steps of the wave equation, and needs
// the memory of two time levels, because the leapfrog scheme is its own inverse in reverse.

import Foundation
import Optimizers

/// `steps` steps of the wave equation with fixed ends. The new level is written over the one before the last;
/// `out` gains half the squared difference between what is heard at `listener` and the record.
let listen = ReversibleFunction("listen", parameters: ["out", "u", "last", "s", "listener", "record"]) {
    (out: Scalar, u: Vector, last: Vector, s: Scalar, listener: Integer, record: Vector) in
    For(record.indices) { t in
        NEG(last)
        last += 2 * u
        For(1..<(u.count - 1)) { i in last[i] += s * (u[i - 1] - 2 * u[i] + u[i + 1]) }
        SWAP(u, last)
        out += 0.5 * (u[listener] - record[t]) * (u[listener] - record[t])
    }
}

/// What the listener hears.
let hear = ReversibleFunction("hear", parameters: ["record", "u", "last", "s", "listener"]) {
    (record: Vector, u: Vector, last: Vector, s: Scalar, listener: Integer) in
    For(record.indices) { t in
        NEG(last)
        last += 2 * u
        For(1..<(u.count - 1)) { i in last[i] += s * (u[i - 1] - 2 * u[i] + u[i + 1]) }
        SWAP(u, last)
        record[t] += u[listener]
    }
}

let (cells, steps, s, listener) = (26, 10_000, 0.8, 1)
let pulse = (0..<cells).map { i -> Double in
    guard i > 0, i < cells - 1 else { return 0 }
    let (a, b) = (Double(i) - 8, Double(i) - 17)
    return exp(-a * a / 8) - 0.6 * exp(-b * b / 3)
}
let silence = [Double](repeating: 0, count: cells)
do {
    let (record, _, _, _, _) = try hear([Double](repeating: 0, count: steps), pulse, silence, s, listener)

    // Newton's method: the misfit is quadratic, and each product with its Hessian is one more pass.
    let clock = ContinuousClock()
    let began = clock.now
    // The ends stay at 0: they are no unknowns.
    var ends = Bounds(count: cells)
    for end in [0, cells - 1] { (ends.lower[end], ends.upper[end]) = (0, 0) }
    let both = try compile(valueAndGrad(listen), with: [1])
    let first = try both(0, silence, silence, s, listener, record).value
    var method = NewtonCG()
    method.gradientTolerance = 1e-10 * first
    print("round      misfit   largest error of the pulse")
    let found = try method.minimize(
        both, compile(hvp(listen), with: [1]), 0, silence, silence, s, listener, record, with: [1],
        bounds: ends,
        progress: { round in
            let error = zip(round.point, pulse).map { abs($0 - $1) }.max() ?? .nan
            print(String(format: "%5d  %10.3e   %10.3e", round.iteration, round.value, error))
        })
    let guess = found.point.1
    print("\n\(found)\n\(steps) steps and back in each, all in \(clock.now - began)")
    for i in 0..<cells {
        let bar = String(repeating: "#", count: Int((30 * abs(guess[i])).rounded()))
        print(String(format: "%3d  %7.4f  %7.4f  ", i, pulse[i], guess[i]) + bar)
    }
    let error = zip(guess, pulse).map { abs($0 - $1) }.max() ?? .nan
    guard found.value < 1e-12 * first, error < 1e-5 else {
        print("wrong: the pulse was not recovered")
        exit(1)
    }
} catch {
    // An error that nobody catches is printed above a backtrace, and hard to find there.
    print(error)
    exit(1)
}
