// document: Sources/ReversibleCore/ReversibleCore.docc/GettingStarted.md

import AD
import Testing

/// The programs of `Sources/ReversibleCore/ReversibleCore.docc/GettingStarted.md`.
@Suite struct GettingStarted {
    @Test func blocks() throws {
        let session = try Session()
        let print = session.print
        // block 1
        let area = ReversibleFunction(parameters: ["out", "a", "b"]) { (out: Scalar, a: Scalar, b: Scalar) in
            out += a * b / 2
        }
        let (out, a, b) = try area(0.0, 3.0, 4.0)
        print(out, a, b)  // 6.0 3.0 4.0
        // end of block
        session.check(1)
        // block 2
        print(try (~area)(out, a, b))  // (0.0, 3.0, 4.0)
        print(~area)
        // ReversibleFunction { (out: Scalar, a: Scalar, b: Scalar) in
        //     out -= a * b / 2
        // }
        // end of block
        session.check(2)
        // block 3
        let matrixVector = ReversibleFunction { (y: Vector, m: Matrix, x: Vector) in
            For(0..<m.rows) { i in
                For(0..<m.columns) { j in
                    y[i] += m[i, j] * x[j]
                }
            }
        }
        print(try matrixVector([0, 0], [[1, 2], [3, 4]], [5, 6]).0)  // [17.0, 39.0]
        // end of block
        session.check(3)
        // block 4
        let quotients = ReversibleFunction { (a: Scalar, b: Scalar, n: Integer) in
            a += n / 2
            b += n / 2.0
        }
        print(try quotients(0.0, 0.0, 3))  // (1.0, 1.5, 3)
        // end of block
        session.check(4)
        // block 5
        print(try grad(area, 0.0, 3.0, 4.0))  // (1.0, 2.0, 1.5)
        let v = try valueAndGrad(area, 0.0, 3.0, 4.0)
        print(v.value, v.gradient.1)  // 6.0 2.0
        // end of block
        session.check(5)
        // block 6
        @Reversible func accumulate(_ out: Scalar, _ terms: [Expr]) -> Statement {
            for term in terms { out += term }
        }
        let both = ReversibleFunction { (out: Scalar, a: Scalar, b: Scalar) in
            area(out, a, b)
            accumulate(out, [a * a, b * b])
        }
        print(both)
        // ReversibleFunction { ($0: Scalar, $1: Scalar, $2: Scalar) in
        //     f($0, $1, $2)
        //     $0 += $1 * $1
        //     $0 += $2 * $2
        // }
        print(try both(0.0, 3.0, 4.0).0)  // 31.0
        // end of block
        session.check(6)
        // block 7
        struct Complex: Argument {
            var re: Scalar
            var im: Scalar
            struct Value: ArgumentValue {
                var re: Double
                var im: Double
            }
        }
        let square = ReversibleFunction { (out: Scalar, z: Complex) in out += z.re * z.re + z.im * z.im }
        let (_, dz) = try grad(square, 0.0, Complex.Value(re: 3, im: 4))
        print(dz.re, dz.im)  // 6.0 8.0
        // end of block
        session.check(7)
        // block 8
        let w = Vector.constant([0.25, 0.5, 0.25], "w")
        let order = IntegerVector.constant([2, 0, 1])
        let smooth = ReversibleFunction("smooth") { (y: Scalar, x: Vector, n: Integer) in
            For(0..<n) { i in y += w[i] * x[order[i]] * x[i] }
        }
        let first = ReversibleFunction(parameters: ["y", "x"]) { (y: Scalar, x: Vector) in
            smooth(y, x, .constant(2))
        }
        print(first)
        // ReversibleFunction { (y: Scalar, x: Vector) in
        //     smooth(y, x, Integer.constant(2))
        // }
        print(try first(0, [1, 2, 3]).0)  // 1.75
        print(try grad(first, 0, [1, 2, 3]).1)  // [1.75, 0.5, 0.25]
        // end of block
        session.check(8)
    }
}
