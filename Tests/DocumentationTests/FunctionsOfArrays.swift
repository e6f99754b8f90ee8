// document: Sources/Arrays/Arrays.docc/FunctionsOfArrays.md

import AD
import Arrays
import Testing

/// The programs of `Sources/Arrays/Arrays.docc/FunctionsOfArrays.md`.
@Suite struct FunctionsOfArrays {
    @Test func blocks() throws {
        let session = try Session()
        let print = session.print
        // block 1
        let variance = ArrayFunction("variance", parameters: ["samples"]) { (samples: VectorTerm) in
            let mean = samples.sum() / ScalarTerm(samples.count)
            return samples.map { ($0 - mean) * ($0 - mean) }.sum() / ScalarTerm(samples.count)
        }
        print(try variance([1, 2, 3, 4]) as Double)  // 1.25
        let table = ArrayFunction("table") { (u: VectorTerm, n: IndexTerm) in
            MatrixTerm(rows: n, columns: u.count) { i, j in u[j] * ScalarTerm(i + 1) }
        }
        print(table)  // build(n) { i in build(u.count) { j in u[j] * (i + 1) } }
        print(try table([0.5, 1], 2) as DenseMatrix)  // [[0.5, 1.0], [1.0, 2.0]]
        // end of block
        session.checkJoined(1)
        session.fails(2, .lengthMismatch) {
            // block 2
            let distance = ArrayFunction("distance") { (u: VectorTerm, v: VectorTerm) in
                ((u - v) * (u - v)).sum()
            }
            print(try distance([1, 2, 3], [1, 2]) as Double)
            // error: in `distance`: `u.count` must be `v.count`
            //   (u.count = 3, v.count = 2)
            // end of block
        }
        // block 3
        let entropy = ArrayFunction("entropy", parameters: ["p"]) { (p: VectorTerm) in
            let total = p.sum()
            return -p.map { x in bind(x / total) { q in q * log(q) } }.sum()
        }
        let program: ReversibleFunction<Scalar, Vector> = try entropy.program()
        print(program)
        // ReversibleFunction("entropy") { (out: Scalar, p: Vector) in
        //     Compute {
        //         let t1 = Scalar.ancilla()
        //         Compute {
        //             let t2 = Scalar.ancilla()
        //             For(0..<p.count) { i in
        //                 t2 += p[i]
        //             }
        //         } apply: {
        //             For(0..<p.count) { i in
        //                 Compute {
        //                     let t3 = Scalar.ancilla()
        //                     t3 += p[i] / t2
        //                 } apply: {
        //                     t1 += t3 * log(t3)
        //                 }
        //             }
        //         }
        //     } apply: {
        //         out += -t1
        //     }
        // }
        let (value, p) = try program(0, [1, 1, 2])
        print(value, try (~program)(value, p).0)  // 1.0397207708399179 0.0
        print(try grad(program, 0, [1, 1, 2]).1)
        // [0.08664339756999316, 0.08664339756999316, -0.08664339756999316]
        // end of block
        session.checkJoined(3)
    }
}
