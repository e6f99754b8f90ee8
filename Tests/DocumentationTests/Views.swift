// document: Sources/ReversibleCore/ReversibleCore.docc/Views.md

import AD
import Testing

/// The programs of `Sources/ReversibleCore/ReversibleCore.docc/Views.md`.
@Suite struct Views {
    @Test func blocks() throws {
        let session = try Session()
        let print = session.print
        // block 1
        let eliminate = ReversibleFunction("eliminate", parameters: ["m", "b"]) { (m: Matrix, b: Vector) in
            m[row: 1] -= 4 * m[row: 0]
            b[1..<2] -= 4 * b[0..<1]
            SWAP(m[column: 0], m[column: 1])
        }
        let (m, b) = try eliminate(DenseMatrix([[1, 2], [4, 5]]), [3, 6])
        print(m, b)  // [[2.0, 1.0], [-3.0, 0.0]] [3.0, -6.0]
        print(try (~eliminate)(m, b))  // ([[1.0, 2.0], [4.0, 5.0]], [3.0, 6.0])
        print(eliminate)
        // ReversibleFunction("eliminate") { (m: Matrix, b: Vector) in
        //     For(0..<m.columns) { i in
        //         m[1, i] -= 4 * m[0, i]
        //     }
        //     Assert(2 <= b.count, "`b[1..<2]` is a part of `b`")
        //     Assert(1 <= b.count, "`b[0..<1]` is a part of `b`")
        //     For(0..<1) { i in
        //         b[1 + i] -= 4 * b[i]
        //     }
        //     For(0..<m.rows) { i in
        //         SWAP(m[i, 0], m[i, 1])
        //     }
        // }
        // end of block
        session.check(1)
        // block 2
        let squaredLength = ReversibleFunction("squaredLength", parameters: ["out", "v"]) {
            (out: Scalar, v: Vector) in
            For(v.indices) { i in out += v[i] * v[i] }
        }
        let rows = ReversibleFunction("rows", parameters: ["y", "m"]) { (y: Vector, m: Matrix) in
            ParallelFor(0..<m.rows) { i in squaredLength(y[i], m[row: i]) }
        }
        let table = DenseMatrix([[1, 2, 3], [4, 5, 6]])
        print(try rows([0, 0], table).0)  // [14.0, 77.0]
        print(try vjp(rows, [0, 0], table, cotangent: [1, 10], of: 0).product.1)
        // [[2.0, 4.0, 6.0], [80.0, 100.0, 120.0]]
        // end of block
        session.check(2)
        // block 3
        let reverse = ReversibleFunction.recursive("reverse", parameters: ["v"]) { (reverse, v: Vector) in
            If(v.count > 1) {
                reverse(v[0..<v.count / 2])
                reverse(v[v.count / 2..<v.count])
                SWAP(v[0..<v.count / 2], v[v.count / 2..<v.count])
            }
        }
        print(try reverse([1, 2, 3, 4, 5, 6, 7, 8]))  // [8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0]
        // end of block
        session.check(3)
        // block 4
        let product = ReversibleFunction("product", parameters: ["c", "a", "b"]) {
            (c: Matrix, a: Matrix, b: Matrix) in
            For(0..<b.columns) { j in c[column: j] += a * b[column: j] }
        }
        let c = try product(
            DenseMatrix([[0, 0], [0, 0]]), table, DenseMatrix([[1, 0], [0, 1], [1, 1]])
        ).0
        print(c)  // [[4.0, 5.0], [10.0, 11.0]]
        // end of block
        session.check(4)
    }
}
