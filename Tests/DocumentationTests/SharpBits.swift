// document: Sources/ReversibleCore/ReversibleCore.docc/SharpBits.md

import AD
import Testing

/// The programs of `Sources/ReversibleCore/ReversibleCore.docc/SharpBits.md`.
@Suite struct SharpBits {
    @Test func blocks() throws {
        let session = try Session()
        let print = session.print
        // block 1
        let terms = 3
        let series = ReversibleFunction("series", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
            for k in 1...terms { y += pow(x, k) / k }
        }
        print(series)
        // ReversibleFunction("series") { (y: Scalar, x: Scalar) in
        //     y += x
        //     y += pow(x, 2) / 2
        //     y += pow(x, 3) / 3
        // }
        // end of block
        session.check(1)
        session.fails(2, .invalidStatement) {
            // block 2
            _ = try ReversibleFunction(checking: "weighted", parameters: ["y", "v"]) {
                (y: Scalar, v: Vector) in
                var weight = 1.0
                For(v.indices) { i in
                    let _ = (weight *= 0.5)
                    y += weight * v[i]
                }
            }
            // error: App/main.swift:4:5: in `weighted`: the body of a loop is traced once, for all its turns, and here it
            //   depends on a Swift variable that it changes: it would be `y += 0.5 * v[i]`, and then `y += 0.25 * v[i]`.
            //   What changes from turn to turn is a place: use the loop's index, an ancilla or an argument
            // end of block
        }
        // block 3
        let late = ReversibleFunction("late", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
            let square = x * x
            x += 1
            y += square
        }
        print(try late(0, 3))  // (16.0, 4.0)

        let early = ReversibleFunction("early", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
            let square = Scalar.ancilla("square")
            Compute {
                square += x * x
            } apply: {
                y += square
            }
            x += 1
        }
        print(try early(0, 3))  // (9.0, 4.0)
        // end of block
        session.check(3)
        // block 4
        let twice = ReversibleFunction("twice", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
            let add: Statement = y += x
            add
            add
        }
        print(try twice(0, 3))  // (6.0, 3.0)
        // end of block
        session.check(4)
        // block 5
        let absolute = ReversibleFunction("absolute", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
            y += select(x > 0, x, -x)
        }
        print(try grad(absolute, 0, -2))  // (1.0, -1.0)
        // end of block
        session.check(5)
        // block 6
        let halves = ReversibleFunction("halves", parameters: ["y", "x", "n"]) {
            (y: Scalar, x: Scalar, n: Integer) in
            y += 1 / 2 * x
            y += x / 2
            y += n / 2
        }
        print(halves)
        // ReversibleFunction("halves") { (y: Scalar, x: Scalar, n: Integer) in
        //     y += 0 * x
        //     y += x / 2
        //     y += n / 2
        // }
        print(try halves(0, 5, 7))  // (5.5, 5.0, 7)
        // end of block
        session.check(6)
        // block 7
        let power = ReversibleFunction.recursive("power", parameters: ["y", "x", "n"]) {
            (power, y: Scalar, x: Scalar, n: Integer) in
            If(n == 0) {
                y += 1
            } else: {
                let (lower, m) = (Scalar.ancilla("lower"), Integer.ancilla("m"))
                Compute {
                    m += n - 1
                    power(lower, x, m)
                } apply: {
                    y += lower * x
                }
            }
        }
        print(try power(0, 2, 10))  // (1024.0, 2.0, 10)
        print(try grad(power, 0, 2, 10).1)  // 5120.0
        // end of block
        session.check(7)
    }
}
