// document: Sources/Arrays/Arrays.docc/GradientsByDualNumbers.md

import Arrays
import NativeEngine
import Testing

/// The programs of `Sources/Arrays/Arrays.docc/GradientsByDualNumbers.md`.
@Suite struct GradientsByDualNumbers {
    @Test func blocks() throws {
        let session = try Session()
        let print = session.print
        // block 1
        let logSumExp = ArrayFunction("logSumExp") { (u: VectorTerm) in
            log(u.map { exp($0) }.sum())
        }
        let slow = forwardGradient(logSumExp, with: 0)
        print(slow.optimized(by: .fused))
        // build(u.count) { i in 1 / sum(u.count) { j in exp(u[j]) } *
        //     sum(u.count) { j in exp(u[j]) * select(j == i, 1, 0) } }
        let fast = slow.optimized(by: .arrays)
        print(fast)
        // let t1 = 1 / sum(u.count) { i in exp(u[i]) };
        // build(u.count) { i in t1 * exp(u[i]) }
        print(slow.optimized(by: .fused).cost(sizes: [1000]))
        // 6002000 operations, 2001000 turns, 1000 elements
        print(fast.cost(sizes: [1000]))
        // 4001 operations, 2000 turns, 1000 elements
        // end of block
        session.checkJoined(1)
        // block 2
        let program: ReversibleFunction<Vector, Vector> = try fast.program()
        print(program)
        // ReversibleFunction("logSumExp.forwardGradient") { (out: Vector, u: Vector) in
        //     Assert(out.count == u.count, "the result has `u.count` elements")
        //     Compute {
        //         let t1 = Scalar.ancilla()
        //         Compute {
        //             let t2 = Scalar.ancilla()
        //             For(0..<u.count) { i in
        //                 t2 += exp(u[i])
        //             }
        //         } apply: {
        //             t1 += 1.0 / t2
        //         }
        //     } apply: {
        //         For(0..<u.count) { i in
        //             out[i] += t1 * exp(u[i])
        //         }
        //     }
        // }
        let native = try compile(program)
        print(try native([0, 0, 0], [0.5, -1, 2]).0)
        // [0.1752903921400367, 0.039112573270687456, 0.7855970345892759]
        // end of block
        session.checkJoined(2)
        // block 3
        let softmax = ArrayFunction("softmax") { (u: VectorTerm) in
            let total = u.map { exp($0) }.sum()
            return u.map { exp($0) / total }
        }
        let jacobian = forwardJacobian(softmax, with: 0).optimized(by: .arrays)
        print(jacobian)
        // let t1 = sum(u.count) { i in exp(u[i]) };
        // let t2 = build(u.count) { i in exp(u[i]) };
        // build(u.count) { i in let t3 = exp(u[i]) / t1;
        //     build(u.count) { j in select(i == j, t3, 0) - t3 * t2[j] / t1 } }
        let cubes = ArrayFunction("cubes") { (u: VectorTerm) in (u * u * u).sum() }
        let hessian = forwardJacobian(forwardGradient(cubes, with: 0), with: 0).optimized(by: .arrays)
        print(hessian)
        // build(u.count) { i in build(u.count) { j in
        //     select(i == j, u[i] + u[j] + (u[i] + u[i]) + (u[j] + u[j]), 0) } }
        print(try hessian([1, 2]) as DenseMatrix)  // [[6.0, 0.0], [0.0, 12.0]]
        // end of block
        session.checkJoined(3)
    }
}
