// document: Sources/AD/AD.docc/Transposing.md

import AD
import Testing

/// The programs of `Sources/AD/AD.docc/Transposing.md`.
@Suite struct Transposing {
    @Test func blocks() throws {
        let session = try Session()
        let print = session.print
        // block 1
        let differences = ReversibleFunction("differences", parameters: ["y", "x", "h"]) {
            (y: Vector, x: Vector, h: Scalar) in
            For(y.indices) { i in y[i] += h * (x[i + 1] - x[i]) }
        }
        let back = try transpose(differences, in: 0, with: 1)
        print(back)
        // ReversibleFunction("transpose(differences)") { (y: Vector, x: Vector, h: Scalar) in
        //     For(0..<y.count) { /* backward */ i in
        //         x[i + 1] += y[i] * h
        //         x[i] += -(y[i] * h)
        //     }
        // }
        print(try back([1, 0, 2], [0, 0, 0, 0], 2).1)  // [-2.0, 2.0, -4.0, 4.0]
        // end of block
        session.check(1)
        // block 2
        let energy = ReversibleFunction("energy", parameters: ["e", "x"]) { (e: Scalar, x: Vector) in
            e += sum(x)
            e += sum(x * x)
        }
        do {
            try checkLinear(energy, in: [1])
        } catch {
            print(error.message)  // `x` and `x`, which are both linear, are multiplied
        }
        // end of block
        session.check(2)
        // block 3
        let f = ReversibleFunction("f", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in y += x * sin(x) }
        let derived = try transpose(tangent(f))
        let (y, x) = try f(0, 2)
        print(try derived(GVar(y, 1), GVar(x, 0)).1.gradient)  // 0.0770037537313969
        print(try adjoint(f)(GVar(y, 1), GVar(x, 0)).1.gradient)  // 0.0770037537313969
        // end of block
        session.check(3)
    }
}
