// document: Sources/NativeEngine/NativeEngine.docc/ReadingTheC.md

import AD
import NativeEngine
import Testing

/// The programs of `Sources/NativeEngine/NativeEngine.docc/ReadingTheC.md`.
@Suite struct ReadingTheC {
    @Test func blocks() throws {
        let session = try Session()
        let print = session.print
        // block 1
        let norm = ReversibleFunction("norm", parameters: ["out", "v"]) { (out: Scalar, v: Vector) in
            let squares = Scalar.ancilla("squares")
            Compute {
                For(v.indices) { i in squares += v[i] * v[i] }
            } apply: {
                out += sqrt(squares)
            }
        }
        let trusting = try compile(norm, checks: .none)
        print(trusting.source.contains("static double run_norm("))  // true
        // end of block
        session.check(1)
        session.checkC(1, in: trusting.source)
        // block 2
        let checked = try compile(norm)
        print(checked.source.contains("require("))  // true
        // end of block
        session.check(2)
        session.checkC(2, in: checked.source)
        // block 3
        let slope = try compile(grad(norm))
        print(slope.source.contains("out_value +="))  // false
        // end of block
        session.check(3)
        session.checkC(3, in: slope.source)
        // block 4
        let growth = ReversibleFunction("growth", parameters: ["y", "a", "x"]) {
            (y: Vector, a: Scalar, x: Vector) in
            ParallelFor(y.indices) { i in y[i] += a * exp(x[i]) }
        }
        let fast = try compile(growth, checks: .none)
        print(fast.source.contains("run_growth_loop_lanes"))  // true
        // end of block
        session.check(4)
        session.checkC(4, in: fast.source)
        session.checkC(5, in: fast.source)
    }
}
