// document: Sources/Eager/Eager.docc/CallbacksAndKernels.md

import Eager
import Testing

/// The programs of `Sources/Eager/Eager.docc/CallbacksAndKernels.md`.
@Suite struct CallbacksAndKernels {
    @Test func blocks() throws {
        let session = try Session()
        let print = session.print
        // block 1
        var slope = 0.0
        let result = try reset { end in
            shift(3) { x in
                x.times(x) { square in
                    square.plus(x) { sum in end(sum) }
                }
                slope = x.gradient
            }
        }
        print(result ?? 0, slope)  // 12.0 7.0
        // end of block
        session.check(1)
        // block 2
        func cube(_ x: borrowing Active, _ rest: (borrowing Active) -> Void) {
            shift(x.value * x.value * x.value) { y in
                rest(y)
                x.gradient += 3 * x.value * x.value * y.gradient
            }
        }
        // end of block
        session.check(2)
        // block 3
        var cubed = 0.0
        try reset { end in
            shift(2) { x in
                cube(x) { y in y.apply(.log) { end($0) } }
                cubed = x.gradient
            }
        }
        print(cubed)  // 1.5
        // end of block
        session.check(3)
        // block 4
        func steps(_ n: Int, _ x: borrowing Active, _ rest: (borrowing Active) -> Void) {
            if n == 0 { rest(x) } else { x.scaled(by: 0.5) { half in steps(n - 1, half, rest) } }
        }
        // end of block
        session.check(4)
        session.fails(5, .callDepth) {
            // block 5
            try reset(stack: 1 << 20) { end in
                shift(1) { x in steps(1_000_000, x) { end($0) } }
            }
            // error: App/main.swift:1:10: in `reset`: callbacks are nested deeper than a stack of 1048576 bytes allows; give
            //   `reset(stack:)` more, which costs nothing where it is not used, or let a kernel do many operations at once
            // end of block
        }
        // block 6
        let step = ReversibleFunction("step", parameters: ["s", "w"]) { (s: Vector, w: Vector) in
            ROT(s[0], s[1], w[0])
            s[0] += sin(w[1] * s[1])
        }
        let cell = try kernel(step)
        let (state, weights) = (try State([1, 0.5]), try State([0.3, 0.7]))

        func walk(_ n: Int, _ rest: () throws -> Void) throws {
            if n == 0 { try rest() } else { try cell(state, weights) { try walk(n - 1, rest) } }
        }
        try walk(3) {
            print(try state.value)  // [2.2328449825751777, 1.5950989377029212]
            try state.setGradient([1, 0])
        }
        print(try weights.gradient)  // [-2.0221169047109115, 2.2937069356500492]
        // end of block
        session.check(6)
    }
}
