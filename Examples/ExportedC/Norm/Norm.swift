// The function whose C is in the folder CNorm: the length of a vector.
//
// It is part of no program; the tests compare its C with those files, and with REVERSIBLE_REGENERATE=1 write them:
//
//     REVERSIBLE_REGENERATE=1 swift test --filter ExportedCTests

import AD
import NativeEngine

/// Adds the length of `v` to `out`.
public let norm = ReversibleFunction("norm", parameters: ["out", "v"]) { (out: Scalar, v: Vector) in
    let squares = Scalar.ancilla("squares")
    Compute {
        For(v.indices) { i in squares += v[i] * v[i] }
    } apply: {
        out += sqrt(squares)
    }
}

/// Writes `norm` and its gradient as C.
public func exportNorm(to folder: String) throws {
    try norm.exportC(to: folder)
    try grad(norm).exportC(to: folder)
}
