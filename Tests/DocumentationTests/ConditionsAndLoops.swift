// document: Sources/ReversibleCore/ReversibleCore.docc/ConditionsAndLoops.md

import AD
import Testing

/// The programs of `Sources/ReversibleCore/ReversibleCore.docc/ConditionsAndLoops.md`.
@Suite struct ConditionsAndLoops {
    @Test func blocks() throws {
        let session = try Session()
        let print = session.print
        // block 1
        let huber = ReversibleFunction(parameters: ["out", "x"]) { (out: Scalar, x: Scalar) in
            If(abs(x) <= 1) {
                out += x * x / 2
            } else: {
                out += abs(x) - 0.5
            }
        }
        print(try huber(0.0, 0.5), try huber(0.0, -3.0))  // (0.125, 0.5) (2.5, -3.0)
        print(try grad(huber, 0.0, -3.0))  // (1.0, -1.0)
        // end of block
        session.check(1)
        // block 2
        let fold = ReversibleFunction(parameters: ["x"]) { (x: Scalar) in
            For(0..<4) { _ in
                If(x > 1, post: .recorded) {
                    x *= 0.5
                } else: {
                    x += 1
                }
            }
        }
        print(try fold(4.0), try grad(fold, 4.0))  // 1.0 0.125
        // end of block
        session.check(2)
        // block 3
        let visits = ReversibleFunction { (seen: IntegerVector, position: Integer, n: Integer) in
            For(n...1, by: -3) { i in
                seen[position] += i
                position += 1
            }
        }
        print(try visits([0, 0, 0, 0], 0, 10))  // ([10, 7, 4, 1], 4, 10)
        print(try (~visits)([10, 7, 4, 1], 4, 10))  // ([0, 0, 0, 0], 0, 10)
        // end of block
        session.check(3)
        // block 4
        let axpy = ReversibleFunction { (y: Vector, a: Scalar, x: Vector) in
            ParallelFor(y.indices) { i in y[i] += a * x[i] }
        }
        print(try axpy([1, 2], 10.0, [3, 4]).0)  // [31.0, 42.0]
        print(try vjp(axpy, [1, 2], 10.0, [3, 4], cotangent: ([1, 1], 0, [0, 0])).product)
        // ([1.0, 1.0], 7.0, [10.0, 10.0])
        // end of block
        session.check(4)
        // block 5
        let doublings = ReversibleFunction(parameters: ["count", "x", "limit"]) {
            (count: Integer, x: Scalar, limit: Scalar) in
            While(x < limit, post: count > 0) {
                x *= 2
                count += 1
            }
        }
        print(try doublings(0, 1.0, 100.0))  // (7, 128.0, 100.0)
        print(try (~doublings)(7, 128.0, 100.0))  // (0, 1.0, 100.0)
        print(~doublings)
        // ReversibleFunction { (count: Integer, x: Scalar, limit: Scalar) in
        //     While(count > 0, post: x < limit) {
        //         count -= 1
        //         x /= 2
        //     }
        // }
        // end of block
        session.check(5)
        // block 6
        let grow = ReversibleFunction(parameters: ["x", "limit"]) { (x: Scalar, limit: Scalar) in
            While(x < limit) { x *= 2 }
        }
        print(try grad(grow, 1.0, 100.0))  // (128.0, 0.0)
        // end of block
        session.check(6)
        // block 7
        let collatz = ReversibleFunction("collatz", parameters: ["steps", "start"]) {
            (steps: Integer, start: Integer) in
            let n = Integer.ancilla("n")
            let turns = Integer.ancilla("turns")
            let path = Stack.ancilla("path")
            Compute {
                n += start
                While(n != 1, post: turns > 0) {
                    let odd = Integer.ancilla("odd")
                    let t = Integer.ancilla("t")
                    odd += n % 2
                    If(odd == 1) {
                        t += n
                        n += 2 * t + 1
                        t -= (n - 1) / 3
                    } else: {
                        t += n / 2
                        n -= t
                        t -= n
                    }
                    PUSH(odd, on: path)
                    turns += 1
                }
            } apply: {
                steps += turns
            }
        }
        print(try collatz(0, 27))  // (111, 27)
        // end of block
        session.check(7)
        // block 8
        let scaled = ReversibleFunction(parameters: ["out", "x", "s"]) { (out: Scalar, x: Scalar, s: Stack) in
            out += select(s.isEmpty, 0, s.top * x) + s.count
        }
        print(try scaled(0.0, 3.0, [7, 5]))  // (17.0, 3.0, [7.0, 5.0])
        print(try grad(scaled, 0.0, 3.0, [7, 5]))  // (1.0, 5.0, [0.0, 3.0])
        print(try scaled(0.0, 3.0, []))  // (0.0, 3.0, [])
        // end of block
        session.check(8)
        // block 9
        let halve = ReversibleFunction(parameters: ["v", "past"]) { (v: Vector, past: Stack) in
            COPYPUSH(v, on: past)
            v *= 0.5
        }
        print(try halve([4, 6], []))  // ([2.0, 3.0], [4.0, 6.0])
        print(try (~halve)([2, 3], [4, 6]))  // ([4.0, 6.0], [])
        // end of block
        session.check(9)
        // block 10
        let fibonacci = ReversibleFunction.recursive("fib", parameters: ["out", "n"]) {
            (fib, out: Integer, n: Integer) in
            If(n <= 2) {
                out += 1
            } else: {
                n -= 1
                fib(out, n)
                n -= 1
                fib(out, n)
                n += 2
            }
        }
        print(try fibonacci(0, 10))  // (55, 10)
        // end of block
        session.check(10)
    }
}
