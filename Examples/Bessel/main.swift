// Bessel functions by their power series (as in arXiv 2003.04617), with two derivatives.

import AD
import Foundation

/// J of integer order `order` at z: the terms of the series are multiplied and divided in place, so the loop
/// needs no memory for its backward pass, whatever its length.
let besselJ = ReversibleFunction("besselJ", parameters: ["out", "order", "z"]) {
    (out: Scalar, order: Integer, z: Scalar) in
    let k = Integer.ancilla("k")
    let (term, series) = (Scalar.ancilla("term"), Scalar.ancilla("series"))
    Compute {
        term += 1
        For(1...order) { i in term *= z / (2 * i) }
        series += term
        While(abs(term) > 1e-17, post: k != 0) {
            k += 1
            term *= -(z * z) / (4 * k * (k + order))
            series += term
        }
    } apply: {
        out += series
    }
}

func column(_ x: Double) -> String { String(format: "%19.15f", x) }

print("order     z                  J                 J′                J″")
var largest = 0.0
do {
    for order in 0...3 {
        for z in [0.5, 1, 2.5, 5] {
            let first = try valueAndGrad(besselJ, 0, order, z)
            let (value, slope) = (first.value, first.gradient.2)
            let bend = try hessian(besselJ, 0, order, z, with: 2)[0, 0]
            print(String(format: "%5d %5.1f", order, z), column(value), column(slope), column(bend))
            // Bessel's equation, and the value of another implementation.
            let equation = z * z * bend + z * slope + (z * z - Double(order * order)) * value
            largest = max(largest, abs(equation), abs(value - jn(Int32(order), z)))
        }
    }
    print("\nlargest deviation from Bessel's equation and the C library:", String(format: "%.1e", largest))
    // At z = 5 the largest term of the series is about 10, and the equation multiplies by z² = 25.
    guard largest < 1e-12 else {
        print("wrong: the series is not the Bessel function")
        exit(1)
    }
} catch {
    // An error that nobody catches is printed above a backtrace, and hard to find there.
    print(error)
    exit(1)
}
