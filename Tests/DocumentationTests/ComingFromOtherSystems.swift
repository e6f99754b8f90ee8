// document: Sources/AD/AD.docc/ComingFromOtherSystems.md

import AD
import NativeEngine
import Testing

/// The program of `Sources/AD/AD.docc/ComingFromOtherSystems.md`.
@Suite struct ComingFromOtherSystems {
    @Test func blocks() throws {
        let session = try Session()
        let print = session.print
        // block 1
        let logistic = ReversibleFunction("logistic", parameters: ["loss", "w", "b", "x", "t"]) {
            (loss: Scalar, w: Vector, b: Scalar, x: Matrix, t: Vector) in
            For(0..<x.rows) { i in
                let z = Scalar.ancilla("z")
                Compute {
                    z += b
                    For(w.indices) { j in z += x[i, j] * w[j] }
                } apply: {
                    loss += log(1 + exp(z)) - t[i] * z
                }
            }
        }
        let x: DenseMatrix = [[0.5, 1], [1.5, -1], [2.5, 0.5], [3, 2]]
        let slope = try compile(grad(logistic))
        print(try logistic(0, [0.1, -0.2], 0.05, x, [0, 0, 1, 1]).0)  // 2.8740104298684015
        let (_, dw, db, _, _) = try slope(0, [0.1, -0.2], 0.05, x, [0, 0, 1, 1])
        print(dw, db)  // [-1.527365299742228, -1.3737446419035737] 0.11104507346177961
        // end of block
        session.check(1)
    }
}
