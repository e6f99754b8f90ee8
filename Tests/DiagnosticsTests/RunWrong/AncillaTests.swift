import AD
import Testing

/// Scratch places that are not 0 at the end of their block.
struct AncillaTests {
    @Test func residueAboveTheTolerance() throws {
        let f = ReversibleFunction("f", parameters: ["x", "residue"]) { (x: Scalar, residue: Scalar) in
            let t = Scalar.ancilla("t")
            t += x + residue
            x += 0.5
            t -= x - 0.5
        }
        expectFailure(
            f, 1, 1e-7, kind: .ancillaNotRestored, at: #line - 3,
            says: """
                in `f`, `t -= x - 0.5`: the ancilla `t` is 1.0000000005838672e-07 at the end of its block and \
                must be 0 (within 1.0000001e-08); undo what was done to it before the block ends, or use \
                `Compute { } apply: { }`
                  (t = 1.0000000005838672e-07)
                """)
        expectFailure(
            ~f, 1, 1e-7, kind: .ancillaNotRestored, at: #line - 13,
            says: """
                in `f`, `t -= x + residue`: the ancilla `t` is -9.999999994736442e-08 at the end of its block \
                and must be 0 (within 1e-08); undo what was done to it before the block ends, or use \
                `Compute { } apply: { }`
                  (t = -9.999999994736442e-08)
                """)
        #expect(try f(1, 1e-9) == (1.5, 1e-9))
        #expect(try (~f)(1, 1e-9) == (0.5, 1e-9))
    }

    @Test func residueIsJudgedByTheSizeOfWhatWasHeld() throws {
        let f = ReversibleFunction("f", parameters: ["x", "residue"]) { (x: Scalar, residue: Scalar) in
            let t = Scalar.ancilla("t")
            t += x
            t -= x - residue
        }
        #expect(try f(1e6, 1e-3) == (1e6, 1e-3))
        expectFailure(
            f, 1e6, 1, kind: .ancillaNotRestored, at: #line - 4,
            says: """
                in `f`, `t -= x - residue`: the ancilla `t` is 1.0 at the end of its block and must be 0 \
                (within 0.01); undo what was done to it before the block ends, or use `Compute { } apply: \
                { }`
                  (t = 1.0)
                """)
    }

    @Test func toleranceIsAnOption() throws {
        var f = ReversibleFunction("f") { (x: Scalar) in
            let t = Scalar.ancilla("t")
            t += x
        }
        f.options.tolerance = 0.5
        #expect(try f(0.25) == 0.25)
        f.options.tolerance = 0
        expectFailure(
            f, 1e-300, kind: .ancillaNotRestored, at: #line - 6,
            says: """
                in `f`, `t += $0`: the ancilla `t` is 1e-300 at the end of its block and must be 0 (within \
                0.0); undo what was done to it before the block ends, or use `Compute { } apply: { }`
                  (t = 1e-300)
                """)
        #expect(try f(0) == 0)
    }

    @Test func notANumber() throws {
        let f = ReversibleFunction("f", parameters: ["x"]) { (x: Scalar) in
            let t = Scalar.ancilla("t")
            t += x
            t -= x
        }
        expectFailure(
            f, .nan, kind: .ancillaNotRestored, at: #line - 3,
            says: """
                in `f`, `t -= x`: the ancilla `t` is nan at the end of its block and must be 0 (within \
                1e-08); undo what was done to it before the block ends, or use `Compute { } apply: { }`
                  (t = nan)
                """)
        #expect(throws: ReversibilityError.self) { try (~f)(.infinity) }
        #expect(try f(3) == 3)
    }

    @Test func integerAncilla() throws {
        let f = ReversibleFunction("f", parameters: ["n"]) { (n: Integer) in
            If(n >= 0) {
                let k = Integer.ancilla("k")
                k += n
                k -= n / 2 * 2
            }
        }
        #expect(try f(4) == 4)
        expectFailure(
            f, 5, kind: .ancillaNotRestored, at: #line - 5, column: 17,
            says: """
                in `f`, `k -= n / 2 * 2`: the ancilla `k` is 1 at the end of its block and must be 0; undo \
                what was done to it before the block ends, or use `Compute { } apply: { }`
                  (k = 1)
                """)
    }

    @Test func elementOfAVector() throws {
        let f = ReversibleFunction("f", parameters: ["v"]) { (v: Vector) in
            let t = Vector.ancilla(count: v.count, "t")
            t += v
            For(1..<v.count) { i in t[i] -= v[i] }
        }
        #expect(try f([0, 2, 3]) == [0, 2, 3])
        expectFailure(
            f, [4, 2, 3], kind: .ancillaNotRestored, at: #line - 4,
            says: """
                in `f`, `For(1..<v.count) { i in … }`: element 0 of the ancilla `t` is 4.0 at the end of \
                its block and must be 0 \
                (within 4e-08); undo what was done to it before the block ends, or use `Compute { } apply: \
                { }`
                """)
        expectFailure(
            ~f, [4, 2, 3], kind: .ancillaNotRestored, at: #line - 13,
            says: """
                in `f`, `t -= v`: element 0 of the ancilla `t` is -4.0 at the end of its block and must be 0 \
                (within 4e-08); undo what was done to it before the block ends, or use `Compute { } \
                apply: { }`
                """)
    }

    @Test func elementOfAMatrix() throws {
        let f = ReversibleFunction("f", parameters: ["x", "n"]) { (x: Scalar, n: Integer) in
            let t = Matrix.ancilla(rows: n, columns: n, "t")
            t[0, 1] += x
        }
        #expect(try f(0, 2) == (0, 2))
        expectFailure(
            f, 3, 2, kind: .ancillaNotRestored, at: #line - 4,
            says: """
                in `f`, `t[0, 1] += x`: element [0, 1] of the ancilla `t` is 3.0 at the end of its \
                block and \
                must be 0 (within 3.0000000000000004e-08); undo what was done to it before the block \
                ends, or use `Compute { } apply: { }`
                """)
    }

    @Test func elementOfAnIntegerVector() throws {
        let f = ReversibleFunction("f", parameters: ["k"]) { (k: Integer) in
            let t = IntegerVector.ancilla(count: 3, "t")
            t[2] += k
        }
        #expect(try f(0) == 0)
        expectFailure(
            f, 7, kind: .ancillaNotRestored, at: #line - 4,
            says: """
                in `f`, `t[2] += k`: element 2 of the ancilla `t` is 7 at the end of its block and must be 0; \
                undo what was done to it before the block ends, or use `Compute { } apply: { }`
                """)
    }

    @Test func ancillaOfALoopTurn() throws {
        let f = ReversibleFunction("f", parameters: ["v"]) { (v: Vector) in
            For(v.indices) { i in
                let t = Scalar.ancilla("t")
                t += v[i]
            }
        }
        #expect(try f([0, 0]) == [0, 0])
        expectFailure(
            f, [0, 2], kind: .ancillaNotRestored, at: #line - 5, column: 17,
            says: """
                in `f`, `t += v[i]`: the ancilla `t` is 2.0 at the end of its block and must be 0 (within \
                2e-08); undo what was done to it before the block ends, or use `Compute { } apply: { }`
                  (t = 2.0, i = 1)
                """)
    }

    @Test func applyDisturbsTheComputation() throws {
        let f = ReversibleFunction("f", parameters: ["out", "x"]) { (out: Scalar, x: Scalar) in
            let t = Scalar.ancilla("t")
            Compute {
                t += x * x
            } apply: {
                out += t
                x += out
            }
        }
        #expect(try f(0, 0) == (0, 0))
        expectFailure(
            f, 0, 3, kind: .ancillaNotRestored, at: #line - 9,
            says: """
                in `f`, `Compute { … }`: the ancilla `t` is -135.0 at the end of its block and must be 0 \
                (within 1.35e-06); `x` is used by the computation and changed by `apply`
                  (t = -135.0)
                """)
        expectFailure(
            ~f, 1, 3, kind: .ancillaNotRestored, at: #line - 16,
            says: """
                in `f`, `Compute { … }`: the ancilla `t` is 5.0 at the end of its block and must be 0 (within \
                9e-08); `x` is used by the computation and changed by `apply`
                  (t = 5.0)
                """)
    }

    @Test func applyDisturbsWhatTheComputationMade() throws {
        let f = ReversibleFunction("f", parameters: ["out", "x"]) { (out: Scalar, x: Scalar) in
            let t = Scalar.ancilla("t")
            Compute {
                t += x
            } apply: {
                out += t
                t += 1
            }
        }
        expectFailure(
            f, 0, 3, kind: .ancillaNotRestored, at: #line - 8,
            says: """
                in `f`, `Compute { … }`: the ancilla `t` is 1.0 at the end of its block and must be 0 (within \
                4e-08); `t` is used by the computation and changed by `apply`
                  (t = 1.0)
                """)
        expectFailure(
            ~f, 0, 3, kind: .ancillaNotRestored, at: #line - 15,
            says: """
                in `f`, `Compute { … }`: the ancilla `t` is -1.0 at the end of its block and must be 0 \
                (within 3.0000000000000004e-08); `t` is used by the computation and changed by `apply`
                  (t = -1.0)
                """)
    }

    @Test func stackIsNotEmpty() throws {
        let f = ReversibleFunction("f", parameters: ["x"]) { (x: Scalar) in
            let s = Stack.ancilla("s")
            PUSH(x, on: s)
            If(x == 0) { x += 0 }
        }
        expectFailure(
            f, 3, kind: .ancillaNotRestored, at: #line - 4,
            says: """
                in `f`, `PUSH(x, on: s)`: the stack `s` still holds 1 number at the end of its block; pop \
                what was pushed, or use `Stack()`, which lasts for the run
                """)
        expectFailure(
            ~f, 0, kind: .emptyStack, at: #line - 10,
            says: """
                in `f`, `POP(x, from: s)`: the stack is empty, so nothing can be popped; what was pushed \
                by an earlier run is gone, unless the stack is an argument (a `While` without `post:` \
                also needs its own run's stack)
                  (x = 0.0)
                """)
    }
}
