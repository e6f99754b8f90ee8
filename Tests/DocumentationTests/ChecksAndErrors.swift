// document: Sources/NativeEngine/NativeEngine.docc/ChecksAndErrors.md

import AD
import NativeEngine
import Testing

/// The programs of `Sources/NativeEngine/NativeEngine.docc/ChecksAndErrors.md`.
@Suite struct ChecksAndErrors {
    @Test func blocks() throws {
        let session = try Session()
        let print = session.print
        // block 1
        let pick = ReversibleFunction("pick", parameters: ["y", "v", "k"]) {
            (y: Scalar, v: Vector, k: Integer) in
            y += v[k]
        }
        let picked = try compile(pick)
        print(try picked(0.0, [1, 2], 1))  // (2.0, [1.0, 2.0], 1)
        // end of block
        session.check(1)
        session.fails(2, .indexOutOfRange) {
            // block 2
            try picked(0.0, [1, 2], 5)
            // error: App/main.swift:6:5: in `pick`, `y += v[k]`: index 5 is outside `v`, which has 2 elements
            //   (y = 0.0, k = 5)
            // end of block
        }
        // block 3
        let sums = ReversibleFunction("sums", parameters: ["y", "x"]) { (y: Vector, x: Vector) in
            ParallelFor(y.indices) { i in y[i] += exp(x[i]) }
        }
        let (checked, trusting) = (try compile(sums), try compile(sums, checks: .none))
        print(try checked([1, 2], [0, 0]), try trusting([1, 2], [0, 0]))
        // ([2.0, 3.0], [0.0, 0.0]) ([2.0, 3.0], [0.0, 0.0])
        // end of block
        session.check(3)
        session.fails(4, .indexOutOfRange) {
            // block 4
            let slope = try compile(grad(pick), checks: .all)
            _ = try slope(0.0, [1, 2], 5)
            // error: App/main.swift:6:5: in `pick`, `y += v[k]`: index 5 is outside `v`, which has 2 elements
            //   (y = 0.0, k = 5)
            // end of block
        }
        // block 5
        let move = ReversibleFunction("move", parameters: ["to", "from"]) { (to: Vector, from: Vector) in
            For(from.indices) { i in to[i] += from[i] }
        }
        let checkedMove = try compile(move)
        var (to, from) = ([0.0], [1.0, 2.0])
        do {
            try to.withUnsafeMutableBufferPointer { to in
                try from.withUnsafeMutableBufferPointer { from in
                    try checkedMove.run(inPlace: [.reals(to), .reals(from)])
                }
            }
        } catch let error as ReversibilityError {
            print(error.kind)  // indexOutOfRange
        }
        print(to)  // [0.0]
        // end of block
        session.check(5)
        session.fails(6, NativeError.Kind.invalidOption) {
            // block 6
            var options = CompileOptions()
            options.lanes = 3
            _ = try compile(sums, checks: .none, options: options)
            // error: `lanes` is 3; it must be a power of 2 between 2 and 64
            // end of block
        }
    }
}
