// document: Sources/ReversibleCore/ReversibleCore.docc/WhenACheckFails.md

import AD
import Eager
import Testing

/// The programs of `Sources/ReversibleCore/ReversibleCore.docc/WhenACheckFails.md`.
@Suite struct WhenACheckFails {
    @Test func blocks() throws {
        let session = try Session()
        let print = session.print
        session.fails(1, .invalidStatement) {
            // block 1
            _ = try ReversibleFunction(checking: "f", parameters: ["out", "v"]) { (out: Scalar, v: Vector) in
                out += v * v
            }
            // error: App/main.swift:2:5: in `f`, `out += v * v`: a real number cannot change by a vector; use `sum(…)`
            //   to add up elements
            // end of block
        }
        session.fails(2, .outOfScope) {
            // block 2
            _ = try ReversibleFunction(checking: "f", parameters: ["out", "v"]) { (out: Scalar, v: Vector) in
                var last = out
                For(v.indices) { i in
                    let double = Scalar.ancilla("double")
                    last = double
                    Compute {
                        double += 2 * v[i]
                    } apply: {
                        out += double
                    }
                }
                out -= last
            }
            // error: App/main.swift:12:5: in `f`, `out -= double`: `double` is used outside the block that declared it;
            //   declare it in a block that encloses all its uses
            // end of block
        }
        session.fails(3, .readOnly) {
            // block 3
            _ = try ReversibleFunction(checking: "f", parameters: ["out"]) { (out: Scalar) in
                For(0..<10) { i in
                    out += i
                    i += 1
                }
            }
            // error: App/main.swift:4:9: in `f`, `i += 1`: `i` is a loop index; the loop changes it, its body may only
            //   read it
            // end of block
        }
        session.fails(4, .aliasing) {
            // block 4
            let add = ReversibleFunction(parameters: ["v", "i", "j"]) { (v: Vector, i: Integer, j: Integer) in
                v[i] += v[j]
            }
            print(try add([1, 2, 3], 0, 2).0)  // [4.0, 2.0, 3.0]
            try add([1, 2, 3], 1, 1)
            // error: App/main.swift:2:5: in `f`, `v[i] += v[j]`: `v[i]` and `v[j]` are the same element, at index 1;
            //   it could not be undone. Use an ancilla, or give the elements different indices
            //   (v[i] = 2.0, i = 1, v[j] = 2.0, j = 1)
            // end of block
        }
        session.fails(5, .loopBoundsChanged) {
            // block 5
            _ = try ReversibleFunction(checking: "f", parameters: ["n", "k"]) { (n: Integer, k: Integer) in
                For(0..<n) { i in
                    k += i
                    n -= 1
                }
            }
            // error: App/main.swift:2:5: in `f`, `For(0..<n) { i in … }`: `n` is a bound of the loop and changes in its
            //   body; count with a copy, or use `While`
            // end of block
        }
        session.fails(6, .zeroStep) {
            // block 6
            let count = ReversibleFunction(parameters: ["out", "step"]) { (out: Integer, step: Integer) in
                For(0..<10, by: step) { _ in out += 1 }
            }
            print(try count(0, 5))  // (2, 5)
            try count(0, 0)
            // error: App/main.swift:2:5: in `f`, `For(0..<10, by: step) { i in … }`: the step of the loop is 0; it must
            //   be a positive or negative integer (step = 0)
            // end of block
        }
        session.fails(7, .zeroFactor) {
            // block 7
            let scale = ReversibleFunction(parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in y *= x }
            try scale(2.0, 0.0)
            // error: App/main.swift:1:84: in `f`, `y *= x`: a place is multiplied or divided by 0.0; the factor must be
            //   finite and not 0 to be undone (y = 2.0, x = 0.0)
            // end of block
        }
        session.fails(8, .parallelConflict) {
            // block 8
            _ = try ReversibleFunction(checking: "f", parameters: ["out", "v"]) { (out: Scalar, v: Vector) in
                ParallelFor(v.indices) { i in out *= v[i] }
            }
            // error: App/main.swift:2:5: in `f`, `ParallelFor(0..<v.count) { i in … }`: every iteration writes `out`, so
            //   the iterations depend on each other; write to an element of a vector and add up afterwards, declare it as
            //   an ancilla inside the loop, or use `For`
            // end of block
        }
        session.fails(9, .assertion) {
            // block 9
            let half = ReversibleFunction(parameters: ["y", "mass"]) { (y: Scalar, mass: Scalar) in
                Assert(mass > 0, "masses are positive")
                y += 0.5 / mass
            }
            try half(0.0, -2.0)
            // error: App/main.swift:2:5: in `f`, `Assert(mass > 0, "masses are positive")`: the condition does not hold
            //   (mass = -2.0)
            // end of block
        }
        session.fails(10, .postcondition) {
            // block 10
            let step = ReversibleFunction(parameters: ["x", "y"]) { (x: Scalar, y: Scalar) in
                If(x > 0) { x -= y }
            }
            try step(1.0, 2.0)
            // error: App/main.swift:2:5: in `f`, `If(x > 0) { … }`: the precondition was true and the postcondition is
            //   false afterwards; they must agree, so that the inverse knows which branch to undo. Give a `post:` that
            //   tells (x = -1.0)
            // end of block
        }
        session.fails(11, .loopCondition) {
            // block 11
            let countDown = ReversibleFunction(parameters: ["n", "turns"]) { (n: Integer, turns: Integer) in
                While(n > 0, post: turns > 0) {
                    n -= 1
                    turns += 1
                }
            }
            print(try countDown(5, 0))  // (0, 5)
            try countDown(5, 1)
            // error: App/main.swift:2:5: in `f`, `While(n > 0, post: turns > 0) { … }`: `post` holds before the first
            //   turn; it must be false on entry, so that the inverse knows where the loop began (n = 5, turns = 1)
            // end of block
        }
        session.fails(12, .turnLimit) {
            // block 12
            var halving = ReversibleFunction(parameters: ["x"]) { (x: Scalar) in
                While(x >= 0, post: x < 4) { x /= 2 }
            }
            halving.options.turnLimit = 1000
            try halving(4.0)
            // error: App/main.swift:2:5: in `f`, `While(x >= 0, post: x < 4) { … }`: the loop has made more than 1000 turns; if it is
            //   not endless, raise `options.turnLimit` of the function
            //   (x = 1.8665272370064378e-301)
            // end of block
        }
        session.fails(13, .ancillaNotRestored) {
            // block 13
            let forgetful = ReversibleFunction(parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
                let t = Scalar.ancilla("t")
                t += x * x
                y += sin(t)
            }
            try forgetful(0.0, 3.0)
            // error: App/main.swift:3:5: in `f`, `t += x * x`: the ancilla `t` is 9.0 at the end of its block and must be
            //   0 (within 9e-08); undo what was done to it before the block ends, or use `Compute { } apply: { }`
            //   (t = 9.0)
            // end of block
        }
        session.fails(14, .indexOutOfRange) {
            // block 14
            let total = ReversibleFunction(parameters: ["out", "v"]) { (out: Scalar, v: Vector) in
                For(0...v.count) { i in out += v[i] }
            }
            try total(0.0, [1, 2, 3])
            // error: App/main.swift:2:29: in `f`, `out += v[i]`: index 3 is outside `v`, which has 3 elements (out =
            //   6.0, i = 3)
            // end of block
        }
        session.fails(15, .lengthMismatch) {
            // block 15
            let double = ReversibleFunction(parameters: ["y", "x"]) { (y: Vector, x: Vector) in
                y += 2 * x
            }
            try double([0, 0], [1, 2, 3])
            // error: App/main.swift:2:5: in `f`, `y += 2 * x`: `y` has 2 elements and `x` has 3 elements; they must
            //   agree: give arrays of one size
            // end of block
        }
        session.fails(16, .invalidSize) {
            // block 16
            let differences = ReversibleFunction(parameters: ["out", "v"]) { (out: Scalar, v: Vector) in
                let d = Vector.ancilla(count: v.count - 1)
                Compute {
                    For(d.indices) { i in d[i] += v[i + 1] - v[i] }
                } apply: {
                    out += sum(d * d)
                }
            }
            print(try differences(0.0, [1, 4, 6]).0)  // 13.0
            try differences(0.0, [])
            // error: App/main.swift:2:27: in `f`, `let t1 = Vector.ancilla(count: v.count - 1)`: the size of the ancilla
            //   is -1, and must not be negative
            // end of block
        }
        session.fails(17, .integerOverflow) {
            // block 17
            let squareOf = ReversibleFunction(parameters: ["n", "m"]) { (n: Integer, m: Integer) in
                n += m * m
            }
            try squareOf(0, 1 << 40)
            // error: App/main.swift:2:5: in `f`, `n += m * m`: the integer result is outside the range of Int; it could
            //   not be undone (n = 0, m = 1099511627776)
            // end of block
        }
        session.fails(18, .divisionByZero) {
            // block 18
            let share = ReversibleFunction(parameters: ["n", "parts"]) { (n: Integer, parts: Integer) in
                n += 100 / parts
            }
            try share(0, 0)
            // error: App/main.swift:2:5: in `f`, `n += 100 / parts`: an integer is divided by 0 (n = 0, parts = 0)
            // end of block
        }
        session.fails(19, .emptyStack) {
            // block 19
            let replace = ReversibleFunction(parameters: ["x", "y"]) { (x: Scalar, y: Scalar) in
                let old = Stack("old")
                PUSH(x, on: old)
                x += y
            }
            print(try grad(replace, 1.0, 2.0))  // (0.0, 1.0)
            let (x, y) = try replace(1.0, 2.0)
            try (~replace)(x, y)
            // error: App/main.swift:3:5: in `f`, `POP(x, from: old)`: the stack is empty, so nothing can be popped; what
            //   was pushed by an earlier run is gone, unless the stack is an argument (a `While` without `post:` also
            //   needs its own run's stack) (x = 0.0)
            // end of block
        }
        session.fails(20, .popMismatch) {
            // block 20
            let take = ReversibleFunction(parameters: ["x", "s"]) { (x: Scalar, s: Stack) in POP(x, from: s) }
            print(try take(0.0, [1, 2]))  // (2.0, [1.0])
            try take(7.0, [1, 2])
            // error: App/main.swift:1:82: in `f`, `POP(x, from: s)`: `POP` needs a place that holds 0, and it holds 7.0
            //   (x = 7.0)
            // end of block
        }
        session.fails(21, .nanInCondition) {
            // block 21
            let grow = ReversibleFunction(parameters: ["x", "y"]) { (x: Scalar, y: Scalar) in
                If(sqrt(y) > 1) { x += 1 }
            }
            try grow(1.0, -1.0)
            // error: App/main.swift:2:5: in `f`, `If(sqrt(y) > 1) { … }`: the condition compares a NaN, so neither
            //   branch would be right; find where it arose, or guard it (y = -1.0)
            // end of block
        }
        session.fails(22, .callDepth) {
            // block 22
            var even = ReversibleFunction.recursive("even", parameters: ["out", "n"]) {
                (even, out: Integer, n: Integer) in
                If(n == 0) {
                    out += 1
                } else: {
                    n -= 2
                    even(out, n)
                    n += 2
                }
            }
            print(try even(0, 4))  // (1, 4)
            even.options.callDepthLimit = 1000
            try even(0, 3)
            // error: App/main.swift:7:9: in `even`, `even(out, n)`: calls are nested 1000 deep; if the recursion is not
            //   endless, raise `options.callDepthLimit`
            //   (out = 0, n = -1999)
            //   called by `even`, `even(out, n)`, at App/main.swift:7:9, 1000 times
            // end of block
        }
        session.fails(23, .continuationReused) {
            // block 23
            func twice(_ x: borrowing Active, _ rest: (borrowing Active) -> Void) {
                shift(2 * x.value) { y in
                    rest(y)
                    rest(y)
                    x.gradient += 2 * y.gradient
                }
            }
            try reset { end in
                shift(3) { x in twice(x) { end($0) } }
            }
            // error: App/main.swift:8:11: in `reset`: the program reaches its end more than once, as the rest of it is run again;
            //   every operation runs its rest once. Add up what several runs give within one program
            //   (first end = 6.0, second end = 6.0)
            // end of block
        }
        session.fails(24, .invalidArgument) {
            // block 24
            let product = ReversibleFunction(parameters: ["n", "y"]) { (n: Integer, y: Scalar) in y += n }

            print(try grad(product, 2, 1.0, loss: 1))  // ((), 1.0)
            _ = try grad(product, 2, 1.0)
            // error: in `f`: the loss must be a Scalar, and argument 0 is of type Integer; name another with `loss:`, or use
            //   `vjp` or `jacobian` for more than one number
            // end of block
        }
        session.fails(25, .drift) {
            // block 25
            let decay = ReversibleFunction(parameters: ["loss", "x", "n"]) {
                (loss: Scalar, x: Scalar, n: Integer) in
                For(0..<n) { _ in
                    x *= 0.5
                    x += 0.1
                    loss += x * x
                }
            }
            print(try grad(decay, 0, 1, 3))  // (1.0, 0.875, ())
            _ = try grad(decay, 0, 1, 100)
            // error: App/main.swift:6:9: in `f`, `loss += x * x`: undoing lost digits: the gradient reads `x` as 0.2, and it was
            //   0.20000001192092898 when the program ran. Undoing a step that shrinks a number multiplies its rounding error; take
            //   the derivative with `undoing: .recorded`, or keep the numbers in an array with a row for every step
            //   (i = 25)
            // end of block
        }
        session.fails(26, .notLinear) {
            // block 26
            let squared = ReversibleFunction("squared", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
                y += 3 * x
                y += x * x
            }
            _ = try transpose(squared, in: 0, with: 1)
            // error: App/main.swift:3:5: in `squared`, `y += x * x`: `x` and `x`, which are both linear, are multiplied
            // end of block
        }
        session.fails(27, .gradientMismatch) {
            // block 27
            let tent = ReversibleFunction(parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
                y += max(x, -x)
            }
            try checkGrads(tent, 0.0, 1.0)
            try checkGrads(tent, 0.0, 0.0)
            // error: in `f`: the gradient in `x` of the weighted sum of all results is 1.4021286236252204 by the inverse
            //   program, and differences give 0.09868443825035689
            // end of block
        }
        session.fails(28, .inverseMismatch) {
            // block 28
            let sum = ReversibleFunction(parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in y += x }
            try checkInverse(sum, 0.1, 1.0)
            try checkInverse(sum, 0.1, 1e12)
            // error: in `f`: `y` is 0.0999755859375 after running forward and back, and was 0.1; the difference is more
            //   than 1e-08 of its size
            // end of block
        }
    }
}
