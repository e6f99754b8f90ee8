import AD
import Testing

/// Stacks that do not hold what is asked of them.
struct StackTests {
    @Test func popFromEmpty() throws {
        let f = ReversibleFunction("f", parameters: ["x"]) { (x: Scalar) in
            let s = Stack("s")
            POP(x, from: s)
        }
        expectFailure(
            f, 0, kind: .emptyStack, at: #line - 3,
            says: """
                in `f`, `POP(x, from: s)`: the stack is empty, so nothing can be popped; what was pushed \
                by an earlier run is gone, unless the stack is an argument (a `While` without `post:` \
                also needs its own run's stack)
                  (x = 0.0)
                """)
        #expect(try (~f)(3) == 0)
        expectFailure(
            f, 0, kind: .emptyStack, at: #line - 12,
            says: """
                in `f`, `POP(x, from: s)`: the stack is empty, so nothing can be popped; what was pushed \
                by an earlier run is gone, unless the stack is an argument (a `While` without `post:` \
                also needs its own run's stack)
                  (x = 0.0)
                """)
    }

    @Test func popFromAnEmptyArgument() throws {
        let f = ReversibleFunction("f", parameters: ["x", "s"]) { (x: Scalar, s: Stack) in
            PUSH(x, on: s)
        }
        expectFailure(
            ~f, 0, [], kind: .emptyStack, at: #line - 3,
            says: """
                in `f`, `POP(x, from: s)`: the stack is empty, so nothing can be popped; what was pushed \
                by an earlier run is gone, unless the stack is an argument (a `While` without `post:` \
                also needs its own run's stack)
                  (x = 0.0)
                """)
        #expect(try f(3, [1]) == (0, [1, 3]))
        #expect(try (~f)(0, [1, 3]) == (3, [1]))
    }

    @Test func popIntoAPlaceThatHoldsSomething() throws {
        let f = ReversibleFunction("f", parameters: ["x", "s"]) { (x: Scalar, s: Stack) in
            POP(x, from: s)
        }
        expectFailure(
            f, 2, [1], kind: .popMismatch, at: #line - 3,
            says: """
                in `f`, `POP(x, from: s)`: `POP` needs a place that holds 0, and it holds 2.0
                  (x = 2.0)
                """)
        expectFailure(
            f, .nan, [1], kind: .popMismatch, at: #line - 9,
            says: """
                in `f`, `POP(x, from: s)`: `POP` needs a place that holds 0, and it holds nan
                  (x = nan)
                """)
        #expect(try f(0, [1]) == (1, []))
    }

    @Test func popIntoAnIntegerThatHoldsSomething() throws {
        let f = ReversibleFunction("f", parameters: ["k", "s"]) { (k: Integer, s: Stack) in
            POP(k, from: s)
        }
        expectFailure(
            f, 2, [1], kind: .popMismatch, at: #line - 3,
            says: """
                in `f`, `POP(k, from: s)`: `POP` needs a place that holds 0, and it holds 2
                  (k = 2)
                """)
        expectFailure(
            f, 0, [1.5], kind: .popMismatch, at: #line - 9,
            says: """
                in `f`, `POP(k, from: s)`: the top of the stack is 1.5, which is not an integer
                  (k = 0)
                """)
        expectFailure(
            f, 0, [.nan], kind: .popMismatch, at: #line - 15,
            says: """
                in `f`, `POP(k, from: s)`: the top of the stack is nan, which is not an integer
                  (k = 0)
                """)
        #expect(try f(0, [7]) == (7, []))
    }

    @Test func integerThatTheStackCannotHold() throws {
        let f = ReversibleFunction("f", parameters: ["k", "s"]) { (k: Integer, s: Stack) in
            PUSH(k, on: s)
        }
        expectFailure(
            f, (1 << 53) + 1, [], kind: .popMismatch, at: #line - 3,
            says: """
                in `f`, `PUSH(k, on: s)`: 9007199254740993 cannot be kept on the stack: the number type \
                does not hold it exactly
                  (k = 9007199254740993)
                """)
        expectFailure(
            f, .max, [], kind: .popMismatch, at: #line - 10,
            says: """
                in `f`, `PUSH(k, on: s)`: 9223372036854775807 cannot be kept on the stack: the number \
                type does not hold it exactly
                  (k = 9223372036854775807)
                """)
        #expect(try f(1 << 53, []) == (0, [9007199254740992]))
    }

    @Test func integerThatTheNumberTypeCannotHold() throws {
        let f = ReversibleFunction("f", parameters: ["k", "s"]) { (k: Integer, s: Stack) in
            PUSH(k, on: s)
        }
        #expect(throws: ReversibilityError.self) {
            try f.run([.integer((1 << 24) + 1), .reals([Float]())])
        }
        #expect(try f.run([.integer(1 << 24), .reals([Float]())]) == [.integer(0), .reals([16_777_216])])
    }

    @Test func theTopOfAnEmptyStack() throws {
        let f = ReversibleFunction("f", parameters: ["y", "x", "s"]) { (y: Scalar, x: Scalar, s: Stack) in
            y += s.top * x
        }
        expectFailure(
            f, 0, 2, [], kind: .emptyStack, at: #line - 3,
            says: """
                in `f`, `y += s.top * x`: `s.top` is read, and the stack `s` is empty; ask first, as in \
                `select(s.isEmpty, 0, s.top)`
                  (y = 0.0, x = 2.0)
                """)
        let g = ReversibleFunction("g", parameters: ["x"]) { (x: Scalar) in
            let past = Stack.ancilla("past")
            PUSH(x, on: past)
            POP(x, from: past)
            If(past.top > 0) { x += 1 }
        }
        expectFailure(
            g, 2, kind: .emptyStack, at: #line - 3,
            says: """
                in `g`, `If(past.top > 0) { … }`: `past.top` is read, and the stack `past` is empty; ask \
                first, as in `select(past.isEmpty, 0, past.top)`
                """)
    }

    @Test func anArrayThatTheStackIsTooShortFor() throws {
        let f = ReversibleFunction("f", parameters: ["v", "s"]) { (v: Vector, s: Stack) in
            POP(v, from: s)
        }
        expectFailure(
            f, [0, 0, 0], [1, 2], kind: .emptyStack, at: #line - 3,
            says: """
                in `f`, `POP(v[i], from: s)`: the stack is empty, so nothing can be popped; what was pushed \
                by an earlier run is gone, unless the stack is an argument (a `While` without `post:` \
                also needs its own run's stack)
                  (v[i] = 0.0, i = 0)
                """)
        #expect(try f([0, 0], [1, 2, 3]) == ([2, 3], [1]))
    }

    @Test func aCopyOfSomethingElse() throws {
        let f = ReversibleFunction("f", parameters: ["x", "s"]) { (x: Scalar, s: Stack) in
            COPYPOP(x, from: s)
        }
        expectFailure(
            f, 2, [1, 5], kind: .ancillaNotRestored, at: #line - 3,
            says: """
                in `f`, `copy -= x`: the ancilla `copy` is 3.0 at the end of its block and must be 0 (within \
                5e-08); `COPYPOP` needs the top of the stack `s` to be what `x` holds, and that is how far they \
                are apart
                  (copy = 3.0)
                """)
        let g = ReversibleFunction("g", parameters: ["p", "s"]) { (p: IntegerVector, s: Stack) in
            COPYPOP(p, from: s)
        }
        expectFailure(
            g, [4, 7], [5, 7], kind: .ancillaNotRestored, at: #line - 3,
            says: """
                in `g`, `copy -= p[i]`: the ancilla `copy` is 1 at the end of its block and must be 0; \
                `COPYPOP` needs the top of the stack `s` to be what `p[i]` holds, and that is how far they \
                are apart
                  (copy = 1, i = 0)
                """)
        #expect(try f(5, [1, 5]) == (5, [1]))
    }
}
