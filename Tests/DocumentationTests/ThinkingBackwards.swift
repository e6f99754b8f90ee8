// document: Sources/ReversibleCore/ReversibleCore.docc/ThinkingBackwards.md

import AD
import Testing

/// The programs of `Sources/ReversibleCore/ReversibleCore.docc/ThinkingBackwards.md`.
@Suite struct ThinkingBackwards {
    @Test func blocks() throws {
        let session = try Session()
        let print = session.print
        // block 1
        let f = ReversibleFunction(parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
            y += x * x
            x += 2 * y
        }
        print(~(~f) == f)  // true
        print(~f)
        // ReversibleFunction { (y: Scalar, x: Scalar) in
        //     x -= 2 * y
        //     y -= x * x
        // }
        // end of block
        session.check(1)
        // block 2
        let logistic = ReversibleFunction { (x: Vector, rate: Scalar) in
            For(1..<x.count) { i in
                x[i] += rate * x[i - 1] * (1 - x[i - 1])
            }
        }
        print(try logistic([0.5, 0, 0], 3.2).0)  // [0.5, 0.8, 0.512]
        // end of block
        session.check(2)
        // block 3
        let rowNorms = ReversibleFunction { (out: Scalar, m: Matrix) in
            For(0..<m.rows) { i in
                let row = Scalar.ancilla("row")
                Compute {
                    For(0..<m.columns) { j in row += m[i, j] * m[i, j] }
                } apply: {
                    out += sqrt(row)
                }
            }
        }
        print(try rowNorms(0.0, [[3, 4], [6, 8]]).0)  // 15.0
        // end of block
        session.check(3)
        session.fails(4, .ancillaNotRestored) {
            // block 4
            let wrong = ReversibleFunction(parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
                let t = Scalar.ancilla("t")
                Compute {
                    t += x * x
                } apply: {
                    y += sin(t)
                    x += 1
                }
            }
            try wrong(0.0, 3.0)
            // error: App/main.swift:3:5: in `f`, `Compute { … }`: the ancilla `t` is -7.0 at the end of its block and must
            //   be 0 (within 9e-08); `x` is used by the computation and changed by `apply`
            //   (t = -7.0)
            // end of block
        }
        // block 5
        let shrink = ReversibleFunction(parameters: ["x", "y", "shrunk"]) {
            (x: Scalar, y: Scalar, shrunk: Integer) in
            If(x > y, post: shrunk == 1) {
                x -= y
                shrunk += 1
            }
        }
        print(try shrink(3.0, 2.0, 0))  // (1.0, 2.0, 1)
        print(try (~shrink)(1.0, 2.0, 1))  // (3.0, 2.0, 0)
        // end of block
        session.check(5)
    }
}
