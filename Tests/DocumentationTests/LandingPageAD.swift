// document: Sources/AD/AD.docc/AD.md

import AD
import Testing

/// The programs of `Sources/AD/AD.docc/AD.md`.
@Suite struct LandingPageAD {
    @Test func blocks() throws {
        let session = try Session()
        let print = session.print
        // block 1
        let f = ReversibleFunction(parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
            y += x * x + sin(x)
        }
        let (dy, dx) = try grad(f, 0.0, 3.0)
        print(dy, dx)  // 1.0 5.010007503399555
        print(adjoint(f))
        // ReversibleFunction("adjoint(f)") { (y: GVar<Scalar>, x: GVar<Scalar>) in
        //     y.value -= x.value * x.value + sin(x.value)
        //     x.gradient += y.gradient * (cos(x.value) + x.value + x.value)
        // }
        // end of block
        session.check(1)
    }
}
