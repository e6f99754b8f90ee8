// document: Sources/AD/AD.docc/WhatUndoingLoses.md

import AD
import Testing

/// The programs of `Sources/AD/AD.docc/WhatUndoingLoses.md`.
@Suite struct WhatUndoingLoses {
    @Test func blocks() throws {
        let session = try Session()
        let print = session.print
        let average = ReversibleFunction(parameters: ["loss", "m", "v"]) {
            (loss: Scalar, m: Scalar, v: Vector) in
            For(v.indices) { i in
                m *= 0.5
                m += v[i]
                loss += m * m
            }
        }
        session.fails(1, .drift) {
            // block 1
            let average = ReversibleFunction(parameters: ["loss", "m", "v"]) {
                (loss: Scalar, m: Scalar, v: Vector) in
                For(v.indices) { i in
                    m *= 0.5
                    m += v[i]
                    loss += m * m
                }
            }
            let short = try valueAndGrad(average, 0, 0, [1, 2, 3])
            print(short.gradient.2)  // [6.625, 9.25, 8.5]
            print(short.drift < 1e-15)  // true
            _ = try valueAndGrad(average, 0, 0, (0..<100).map { 0.1 + 0.01 * Double($0 % 3) })
            // error: App/main.swift:8:9: in `f`, `loss += m * m`: undoing lost digits: the gradient reads `m` as
            //   0.21428571854318892, and it was 0.2142857142857143 when the program ran. Undoing a step that shrinks a number
            //   multiplies its rounding error; take the derivative with `undoing: .recorded`, or keep the numbers in an array with
            //   a row for every step
            //   (i = 69)
            // end of block
        }
        // block 2
        let v = (0..<100).map { 0.1 + 0.01 * Double($0 % 3) }
        let recorded = try valueAndGrad(average, 0, 0, v, undoing: .recorded)
        print(recorded.gradient.2[0])  // 0.563809523809524
        print(recorded.drift)  // 0.0
        // end of block
        session.check(2)
        // block 3
        let again = try valueAndGrad(average, 0, 0, v, undoing: .checkpoints(5))
        print(again.gradient.2[0])  // 0.563809523809524
        print(Undoing.cost(steps: 1000, checkpoints: 10).advances)  // 3636
        print(Undoing.cost(steps: 100_000, checkpoints: 20).advances)  // 534220
        // end of block
        session.check(3)
        // block 4
        // x′ = −x³ by the midpoint rule.
        let flow = ReversibleFunction(parameters: ["end", "start"]) { (end: Scalar, start: Scalar) in
            Iterate(end, from: start, times: 1000) { next, current in
                let half = Scalar.ancilla("half")
                Compute {
                    half += current - 0.005 * current * current * current
                } apply: {
                    next += current - 0.01 * half * half * half
                }
            }
        }
        let (_, slope) = try grad(flow, 0, 2)
        print(abs(slope - 0.00137607755) < 1e-11)  // true
        // end of block
        session.check(4)
        // block 5
        print(Undoing.cost(steps: 81, ways: 3))  // Cost(advances: 625, copies: 8)
        let root = ReversibleFunction(parameters: ["y", "a"]) { (y: Scalar, a: Scalar) in
            Iterate(y, from: a, times: 9, undoing: .bennett(ways: 3)) { next, current in
                next += 0.5 * (current + a / current)
            }
        }
        print(abs(try grad(root, 0, 4).1 - 0.25) < 1e-15)  // true
        // end of block
        session.check(5)
        // block 6
        let kept = ReversibleFunction(parameters: ["loss", "m", "v"]) {
            (loss: Scalar, m: Scalar, v: Vector) in
            let old = Stack()
            For(v.indices) { i in
                let next = Scalar.ancilla("next")
                next += 0.5 * m + v[i]
                SWAP(m, next)
                PUSH(next, on: old)
                loss += m * m
            }
        }
        let long = try valueAndGrad(kept, 0, 0, v)
        print(long.gradient.2[0])  // 0.563809523809524
        print(long.drift)  // 0.0
        // end of block
        session.check(6)
    }
}
