// document: Sources/ReversibleCore/ReversibleCore.docc/ScratchVariables.md

import AD
import Testing

/// The programs of `Sources/ReversibleCore/ReversibleCore.docc/ScratchVariables.md`.
@Suite struct ScratchVariables {
    @Test func blocks() throws {
        let session = try Session()
        let print = session.print
        // block 1
        let quadratic = ReversibleFunction("quadratic", parameters: ["out", "x", "y"]) {
            (out: Scalar, x: Scalar, y: Scalar) in
            let difference = Scalar.ancilla("difference")
            difference += x - y
            out += difference * difference
            difference -= x - y
        }
        print(try quadratic(0.0, 5.0, 3.0))  // (4.0, 5.0, 3.0)
        // end of block
        session.check(1)
        // block 2
        let spread = ReversibleFunction("spread", parameters: ["out", "v"]) { (out: Scalar, v: Vector) in
            let mean = Scalar.ancilla("mean")
            Compute {
                mean += sum(v) / v.count
            } apply: {
                For(v.indices) { i in
                    let d = Scalar.ancilla("d")
                    Compute {
                        d += v[i] - mean
                    } apply: {
                        out += d * d
                    }
                }
            }
        }
        print(try spread(0.0, [1, 2, 3, 6]))  // (14.0, [1.0, 2.0, 3.0, 6.0])
        print(try grad(spread, 0.0, [1, 2, 3, 6]))  // (1.0, [-4.0, -2.0, 0.0, 6.0])
        // end of block
        session.check(2)
        // block 3
        struct Complex: Argument {
            var re: Scalar
            var im: Scalar
            struct Value: ArgumentValue {
                var re: Double
                var im: Double
            }
        }
        let realPartOfSquare = ReversibleFunction { (out: Scalar, z: Complex) in
            let square = Complex(re: .ancilla("square.re"), im: .ancilla("square.im"))
            Compute {
                square.re += z.re * z.re - z.im * z.im
                square.im += 2 * z.re * z.im
            } apply: {
                out += square.re
            }
        }
        print(try realPartOfSquare(0.0, Complex.Value(re: 2, im: 1)).0)  // 3.0
        // end of block
        session.check(3)
        // block 4
        var strict = spread
        strict.options.tolerance = 0
        print(try strict(0.0, [1, 2, 3, 6]).0)  // 14.0
        // end of block
        session.check(4)
    }
}
