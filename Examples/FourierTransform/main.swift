// The fast Fourier transform in place, from rotations, Hadamard transforms and swaps. Its inverse comes free.

import AD
import Foundation

/// The unitary transform of 2^bits complex numbers (Cooley and Tukey 1965).
let transform = ReversibleFunction("transform", parameters: ["re", "im", "bits"]) {
    (re: Vector, im: Vector, bits: Integer) in
    let power = IntegerVector.ancilla(count: bits + 1, "power")
    let mirror = Integer.ancilla("mirror")
    Compute {
        power[0] += 1
        For(0..<bits) { b in power[b + 1] += 2 * power[b] }
    } apply: {
        // Indices with their bits in reverse order change places.
        For(re.indices) { i in
            Compute {
                For(0..<bits) { b in mirror += i / power[b] % 2 * power[bits - 1 - b] }
            } apply: {
                If(i < mirror) {
                    SWAP(re[i], re[mirror])
                    SWAP(im[i], im[mirror])
                }
            }
        }
        // Butterflies: turn the upper half by the twiddle angle, then mix.
        For(0..<bits) { stage in
            let half = power[stage]
            For(0..<re.count, by: power[stage + 1]) { start in
                For(start..<(start + half)) { a in
                    ROT(re[a + half], im[a + half], -Double.pi * (a - start) / half)
                    HADAMARD(re[a], re[a + half])
                    HADAMARD(im[a], im[a + half])
                }
            }
        }
    }
}

let bits = 6
let n = 1 << bits
let signal = (0..<n).map { i -> Double in
    let t = 2 * Double.pi * Double(i) / Double(n)
    return sin(3 * t) + 0.5 * cos(11 * t) + 0.25 * sin(20 * t)
}
let silence = [Double](repeating: 0, count: n)

do {
    let (re, im, _) = try transform(signal, silence, bits)
    print("The spectrum of sin 3t + ½ cos 11t + ¼ sin 20t:")
    let amplitude = (0...(n / 2)).map { k in 2 * hypot(re[k], im[k]) / Double(n).squareRoot() }
    for (k, height) in amplitude.enumerated() where height > 1e-9 {
        print(String(format: "%4d  %.3f  ", k, height) + String(repeating: "#", count: Int(40 * height)))
    }
    let (back, rest, _) = try (~transform)(re, im, bits)
    let drift = zip(back + rest, signal + silence).map { abs($0 - $1) }.max() ?? .nan
    print("after the inverse, the signal is back to", String(format: "%.1e", drift))

    for (k, height) in [(3, 1.0), (11, 0.5), (20, 0.25), (5, 0)] where abs(amplitude[k] - height) > 1e-13 {
        print("wrong: frequency \(k) has the amplitude \(height), not \(amplitude[k])")
        exit(1)
    }
    guard drift < 1e-14 else {
        print("wrong: the inverse did not bring the signal back")
        exit(1)
    }
} catch {
    // An error that nobody catches is printed above a backtrace, and hard to find there.
    print(error)
    exit(1)
}
