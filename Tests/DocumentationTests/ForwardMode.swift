// document: Sources/AD/AD.docc/ForwardMode.md

import AD
import Testing

/// The programs of `Sources/AD/AD.docc/ForwardMode.md`.
@Suite struct ForwardMode {
    @Test func blocks() throws {
        let session = try Session()
        let print = session.print
        // block 1
        let spiral = ReversibleFunction("spiral", parameters: ["p", "q", "t"]) {
            (p: Scalar, q: Scalar, t: Scalar) in
            p += t * cos(t)
            q += t * sin(t)
        }
        let (dp, dq, _) = try jvp(spiral, 0.0, 0.0, 0.0, tangent: (0, 0, 1)).product
        print(dp, dq)  // 1.0 0.0
        // end of block
        session.check(1)
        // block 2
        let stretch = ReversibleFunction("stretch", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
            y += x * x
            y *= x
        }
        let forward = tangent(stretch)
        print(forward)
        // ReversibleFunction("tangent(stretch)") { (y: DualVar<Scalar>, x: DualVar<Scalar>) in
        //     y.tangent += x.primal * x.tangent + x.primal * x.tangent
        //     y.primal += x.primal * x.primal
        //     y.tangent *= x.primal
        //     y.tangent += y.primal * x.tangent
        //     y.primal *= x.primal
        // }
        let (y, x) = try forward(DualVar(0.0), DualVar(2.0, tangent: 1))
        print(y)  // 8.0 (tangent 12.0)
        let (y0, _) = try (~forward)(y, x)
        print(y0)  // 0.0 (tangent 0.0)
        // end of block
        session.check(2)
        // block 3
        let potential = ReversibleFunction("potential", parameters: ["p", "x"]) { (p: Scalar, x: Scalar) in
            p += x * x * x * x / 4
        }
        let moved = tangent(potential)
        let force = ReversibleFunction("force", parameters: ["f", "x"]) { (f: Scalar, x: Scalar) in
            let (p, slope) = (Scalar.ancilla("p"), Scalar.ancilla("slope"))
            let direction = Scalar.ancilla("direction")
            Compute {
                direction += 1
                moved(DualVar(p, tangent: slope), DualVar(x, tangent: direction))
            } apply: {
                f -= slope
            }
        }
        let (pull, _) = try force(0.0, 2.0)
        let (_, change) = try grad(force, 0.0, 2.0)
        let (faster, _) = try jvp(force, 0.0, 2.0, tangent: (0, 1)).product
        print(pull, change, faster)  // -8.0 -12.0 -12.0
        // end of block
        session.check(3)
        // block 4
        let columns = try jacobian(spiral, 0.0, 0.0, 0.0, of: 0, with: 2)
        print(columns)  // [[1.0]]
        // end of block
        session.check(4)
    }
}
