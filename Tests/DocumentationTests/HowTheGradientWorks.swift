// document: Sources/AD/AD.docc/HowTheGradientWorks.md

import AD
import Testing

/// The programs of `Sources/AD/AD.docc/HowTheGradientWorks.md`.
@Suite struct HowTheGradientWorks {
    @Test func blocks() throws {
        let session = try Session()
        let print = session.print
        // block 1
        let square = ReversibleFunction(parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
            y += x * x
        }
        let back = adjoint(square)
        print(back)
        // ReversibleFunction("adjoint(f)") { (y: GVar<Scalar>, x: GVar<Scalar>) in
        //     y.value -= x.value * x.value
        //     x.gradient += y.gradient * (x.value + x.value)
        // }
        let (y, x) = try back(GVar(9.0, gradient: 1), GVar(3.0))
        print(y)  // 0.0 (gradient 1.0)
        print(x)  // 3.0 (gradient 6.0)
        // end of block
        session.check(1)
        // block 2
        let turn = ReversibleFunction(parameters: ["a", "b", "t"]) { (a: Scalar, b: Scalar, t: Scalar) in
            ROT(a, b, t)
        }
        print(adjoint(turn))
        // ReversibleFunction("adjoint(f)") { (a: GVar<Scalar>, b: GVar<Scalar>, t: GVar<Scalar>) in
        //     t.gradient += b.gradient * a.value - a.gradient * b.value
        //     IROT(a.value, b.value, t.value)
        //     IROT(a.gradient, b.gradient, t.value)
        // }
        // end of block
        session.check(2)
        // block 3
        let polynomial = ReversibleFunction(parameters: ["y", "x", "n"]) {
            (y: Scalar, x: Scalar, n: Integer) in
            For(0..<n) { k in y += pow(x, k) }
        }
        print(try grad(polynomial, 0.0, 2.0, 4))  // (1.0, 17.0, ())
        // end of block
        session.check(3)
        // block 4
        print(try hessian(polynomial, 0.0, 2.0, 4, with: 1))  // [[14.0]]
        print(try hvp(polynomial, 0.0, 2.0, 4, direction: (0, 1, ())))  // (0.0, 14.0, ())
        // end of block
        session.check(4)
        // block 5
        let length = ReversibleFunction("length", parameters: ["out", "v"]) { (out: Scalar, v: Vector) in
            let t = Scalar.ancilla("t")
            Compute {
                For(v.indices) { i in t += v[i] * v[i] }
            } apply: {
                out += log(t)
            }
        }
        print(grad(length))
        // ReversibleFunction("gradient(length)") { (out: GVar<Scalar>, v: GVar<Vector>) in
        //     let t = Scalar.ancilla()
        //     let tGradient = Scalar.ancilla()  // dropped at the end
        //     out.gradient += 1.0
        //     For(0..<v.value.count) { i in
        //         t += v.value[i] * v.value[i]
        //     }
        //     tGradient += chain(out.gradient, 1.0 / t)
        //     For(0..<v.value.count) { /* backward */ i in
        //         t -= v.value[i] * v.value[i]
        //         v.gradient[i] += tGradient * (v.value[i] + v.value[i])
        //     }
        // }
        // end of block
        session.check(5)
    }
}
