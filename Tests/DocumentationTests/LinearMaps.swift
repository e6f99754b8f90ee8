// document: Sources/AD/AD.docc/LinearMaps.md

import AD
import Testing

/// The programs of `Sources/AD/AD.docc/LinearMaps.md`.
@Suite struct LinearMaps {
    @Test func blocks() throws {
        let session = try Session()
        let print = session.print
        // block 1
        let residuals = ReversibleFunction("residuals", parameters: ["r", "p", "t"]) {
            (r: Vector, p: Vector, t: Vector) in
            For(t.indices) { i in r[i] += p[0] * exp(-p[1] * t[i]) - 1 }
        }
        let (r, J) = try linearize(residuals, [0, 0], [2, 0.5], [0, 1], of: 0, with: 1)
        print(r)  // [1.0, 0.2130613194252668]
        print(J.matrix)  // [[1.0, -0.0], [0.6065306597126334, -1.2130613194252668]]
        print(try J([1, 0]))  // [1.0, 0.6065306597126334]
        print(try J.transposed([1, 1]))  // [1.6065306597126334, -1.2130613194252668]
        // end of block
        session.check(1)
        // block 2
        let normal = J.normal
        print(try normal([1, 0]))  // [1.3678794411714423, -0.7357588823428847]
        print(try (normal + 0.1 * normal)([1, 0]).map { ($0 * 1e6).rounded() / 1e6 })
        // [1.504667, -0.809335]
        // end of block
        session.check(2)
        // block 3
        let energy = ReversibleFunction("energy", parameters: ["e", "x"]) { (e: Scalar, x: Vector) in
            For(1..<x.count) { i in e += pow(x[i] - x[i - 1], 4) }
        }
        let (slope, H) = try linearize(grad(energy), 0, [0, 1, 3], with: 1)
        print(slope)  // [-4.0, -28.0, 32.0]
        print(H.matrix)  // [[12.0, -12.0, 0.0], [-12.0, 60.0, -48.0], [0.0, -48.0, 48.0]]
        // end of block
        session.check(3)
    }
}
