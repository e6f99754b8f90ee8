// What was the pulse, if one listener heard it for 10,000 steps?
//
// Full waveform inversion in small: the gradient runs back through all steps of the wave equation, and needs
// the memory of two time levels, because the leapfrog scheme is its own inverse in reverse.

import AD
import Foundation

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

    // Descent along conjugate directions: the misfit is quadratic, and each Hessian–vector product is one more
    // pass.
    let clock = ContinuousClock()
    let began = clock.now
    var guess = silence
    var both = try valueAndGrad(listen, 0, guess, silence, s, listener, record)
    var slope = inside(both.gradient.1)
    var direction = slope.map { -$0 }
    let first = both.value
    /// The ends stay at 0: they are no unknowns.
    func inside(_ v: [Double]) -> [Double] { [0] + v[1..<(cells - 1)] + [0] }
    func inner(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    print("round      misfit   largest error of the pulse")
    for round in 0...24 {
        let error = zip(guess, pulse).map { abs($0 - $1) }.max() ?? .nan
        if round % 4 == 0 { print(String(format: "%5d  %10.3e   %10.3e", round, both.value, error)) }
        let nothing = [Double](repeating: 0, count: steps)
        let bend = inside(
            try hvp(
                listen, 0, guess, silence, s, listener, record,
                direction: (0, direction, silence, 0, (), nothing)
            ).1)
        let step = -inner(slope, direction) / inner(direction, bend)
        for i in guess.indices { guess[i] += step * direction[i] }
        both = try valueAndGrad(listen, 0, guess, silence, s, listener, record)
        let next = inside(both.gradient.1)
        let turn = inner(next, next) / inner(slope, slope)
        direction = zip(next, direction).map { -$0 + turn * $1 }
        slope = next
    }

    print("\n 50 passes through \(steps) steps and back took \(clock.now - began)")
    for i in 0..<cells {
        let bar = String(repeating: "#", count: Int((30 * abs(guess[i])).rounded()))
        print(String(format: "%3d  %7.4f  %7.4f  ", i, pulse[i], guess[i]) + bar)
    }
    let error = zip(guess, pulse).map { abs($0 - $1) }.max() ?? .nan
    guard both.value < 1e-12 * first, error < 1e-5 else {
        print("wrong: the pulse was not recovered")
        exit(1)
    }
} catch {
    // An error that nobody catches is printed above a backtrace, and hard to find there.
    print(error)
    exit(1)
}
