// The first program: the length of a vector, forward, backward and differentiated.
//
// A reversible program is data. This one is printed, then its inverse, then its adjoint, which is the inverse
// over pairs (value, gradient) and is all there is to reverse-mode differentiation here.

import AD
import Foundation

let norm = ReversibleFunction("norm", parameters: ["out", "v"]) { (out: Scalar, v: Vector) in
    let square = Scalar.ancilla("square")
    Compute {
        For(v.indices) { i in square += v[i] * v[i] }
    } apply: {
        out += sqrt(square)
    }
}

print("The program:\n\(norm)\n")
print("Its inverse:\n\(~norm)\n")
print("Its adjoint:\n\(adjoint(norm))\n")

do {
    let (length, v) = try norm(0, [3, 4, 12])
    let (zero, same) = try (~norm)(length, v)
    let (_, gradient) = try grad(norm, 0, [3, 4, 12])
    print("norm of [3, 4, 12]    \(length)")
    print("after its inverse     \(zero), and \(same) as before")
    print("gradient              \(gradient)")

    let expected = [3.0, 4, 12].map { $0 / 13 }
    let error = zip(gradient, expected).map { abs($0 - $1) }.max() ?? .nan
    guard length == 13, zero == 0, same == [3, 4, 12], error < 1e-15 else {
        print("wrong: the length of [3, 4, 12] is 13 and its gradient is the unit vector")
        exit(1)
    }
} catch {
    // An error that nobody catches is printed above a backtrace, and hard to find there.
    print(error)
    exit(1)
}
