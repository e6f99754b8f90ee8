import AD
import Testing

/// Branches and loops whose conditions do not tell the inverse what to do.
struct ConditionTests {
    @Test func branchChangesItsCondition() throws {
        let f = ReversibleFunction("f", parameters: ["out", "x"]) { (out: Scalar, x: Scalar) in
            If(out < 4) {
                out += x
            }
        }
        expectFailure(
            f, 0, 7, kind: .postcondition, at: #line - 5,
            says: """
                in `f`, `If(out < 4) { … }`: the precondition was true and the postcondition is false \
                afterwards; they must agree, so that the inverse knows which branch to undo. Give a \
                `post:` that tells
                  (out = 7.0)
                """)
        expectFailure(
            ~f, 3, -7, kind: .postcondition, at: #line - 13,
            says: """
                in `f`, `If(out < 4) { … }`: the precondition was true and the postcondition is false \
                afterwards; they must agree, so that the inverse knows which branch to undo. Give a \
                `post:` that tells
                  (out = 10.0)
                """)
        #expect(try f(0, 3) == (3, 3))
    }

    @Test func postDiffersFromPre() throws {
        let f = ReversibleFunction("f", parameters: ["x", "k"]) { (x: Scalar, k: Integer) in
            If(x > 0, post: k == 1) {
                k += 1
            } else: {
                k += 2
            }
        }
        expectFailure(
            f, 1, 1, kind: .postcondition, at: #line - 7,
            says: """
                in `f`, `If(x > 0, post: k == 1) { … }`: the precondition was true and the postcondition \
                is false afterwards; they must agree, so that the inverse knows which branch to undo. \
                Give a `post:` that tells
                  (x = 1.0, k = 2)
                """)
        expectFailure(
            ~f, -1, 1, kind: .postcondition, at: #line - 15,
            says: """
                in `f`, `If(k == 1, post: x > 0) { … }`: the precondition was true and the postcondition \
                is false afterwards; they must agree, so that the inverse knows which branch to undo. \
                Give a `post:` that tells
                  (k = 0, x = -1.0)
                """)
        expectFailure(
            ~f, 2, 2, kind: .postcondition, at: #line - 23,
            says: """
                in `f`, `If(k == 1, post: x > 0) { … }`: the precondition was false and the postcondition \
                is true afterwards; they must agree, so that the inverse knows which branch to undo. Give \
                a `post:` that tells
                  (k = 0, x = 2.0)
                """)
        #expect(try (~f)(f(1, 0).0, 1) == (1, 0))
        #expect(try f(-1, 0) == (-1, 2))
    }

    @Test func postHoldsOnEntry() throws {
        let f = ReversibleFunction("f", parameters: ["x", "z"]) { (x: Integer, z: Integer) in
            While(x > 0, post: z != 0) {
                x -= 1
                z += 1
            }
        }
        expectFailure(
            f, 5, 1, kind: .loopCondition, at: #line - 6,
            says: """
                in `f`, `While(x > 0, post: z != 0) { … }`: `post` holds before the first turn; it must \
                be false on entry, so that the inverse knows where the loop began
                  (x = 5, z = 1)
                """)
        #expect(try f(5, 0) == (0, 5))
        #expect(try (~f)(0, 5) == (5, 0))
        expectFailure(
            ~f, 3, 5, kind: .loopCondition, at: #line - 15,
            says: """
                in `f`, `While(z != 0, post: x > 0) { … }`: `post` holds before the first turn; it must \
                be false on entry, so that the inverse knows where the loop began
                  (z = 5, x = 3)
                """)
    }

    @Test func postFailsAfterATurn() throws {
        let f = ReversibleFunction("f", parameters: ["x", "z"]) { (x: Integer, z: Integer) in
            While(x > 0, post: z > 2) {
                x -= 1
                z += 1
            }
        }
        expectFailure(
            f, 5, 0, kind: .loopCondition, at: #line - 6,
            says: """
                in `f`, `While(x > 0, post: z > 2) { … }`: `post` is false after a turn; it must be true \
                after every turn
                  (x = 4, z = 1)
                """)
        #expect(try f(5, 2) == (0, 7))
    }

    @Test func inverseReachesAStateTheLoopNeverMade() throws {
        let f = ReversibleFunction("f", parameters: ["x", "z"]) { (x: Integer, z: Integer) in
            While(x > 0, post: z > 0) {
                x -= 1
                z += 1
            }
        }
        expectFailure(
            ~f, -2, 5, kind: .loopCondition, at: #line - 6,
            says: """
                in `f`, `While(z > 0, post: x > 0) { … }`: `post` is false after a turn; it must be true \
                after every turn
                  (z = 4, x = -1)
                """)
    }

    @Test func endlessLoop() throws {
        var f = ReversibleFunction("f", parameters: ["x", "z"]) { (x: Integer, z: Integer) in
            While(x != 0, post: z != 0) {
                x -= 2
                z += 1
            }
        }
        f.options.turnLimit = 1000
        expectFailure(
            f, 5, 0, kind: .turnLimit, at: #line - 7,
            says: """
                in `f`, `While(x != 0, post: z != 0) { … }`: the loop has made more than 1000 turns; if it is not \
                endless, raise `options.turnLimit` of the function
                  (x = -1997, z = 1001)
                """)
        expectFailure(
            ~f, 0, -3, kind: .turnLimit, at: #line - 14,
            says: """
                in `f`, `While(z != 0, post: x != 0) { … }`: the loop has made more than 1000 turns; if it is not \
                endless, raise `options.turnLimit` of the function
                  (z = -1004, x = 2002)
                """)
        #expect(try f(2000, 0) == (0, 1000))
    }

    @Test func endlessRecordedLoop() throws {
        var f = ReversibleFunction("f", parameters: ["x"]) { (x: Scalar) in
            While(x > 0) { x += 1 }
        }
        f.options.turnLimit = 50
        expectFailure(
            f, 5, kind: .turnLimit, at: #line - 4,
            says: """
                in `f`, `While(x > 0) { … }`: the loop has made more than 50 turns; if it is not endless, raise \
                `options.turnLimit` of the function
                  (x = 56.0)
                """)
        #expect(try f(-5) == -5)
    }

    @Test func recordOfAnotherRun() throws {
        let f = ReversibleFunction("f", parameters: ["x"]) { (x: Scalar) in
            While(x > 0) { x -= 1 }
        }
        #expect(try f(2.5) == -0.5)
        expectFailure(
            ~f, -0.5, kind: .emptyStack, at: #line - 4,
            says: """
                in `f`, `While(x > 0 /* backward, the recorded turns */) { … }`: no turns of this loop are \
                recorded in this \
                run; give the `While` a `post:`, or run it and its inverse in one run (a `Compute`, a \
                gradient)
                  (x = -0.5)
                """,
        )
        expectFailure(
            ~f, 0.5, kind: .loopCondition, at: #line - 14,
            says: """
                in `f`, `While(x > 0 /* backward, the recorded turns */) { … }`: the loop is not where it \
                ended, so its recorded turns cannot be undone
                  (x = 0.5)
                """)
    }

    @Test func nanInABranch() throws {
        let f = ReversibleFunction("f", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
            If(x > 0) { y += 1 }
        }
        expectFailure(
            f, 0, .nan, kind: .nanInCondition, at: #line - 3,
            says: """
                in `f`, `If(x > 0) { … }`: the condition compares a NaN, so neither branch would be \
                right; find where it arose, or guard it
                  (x = nan)
                """)
        expectFailure(
            ~f, 0, .nan, kind: .nanInCondition, at: #line - 10,
            says: """
                in `f`, `If(x > 0) { … }`: the condition compares a NaN, so neither branch would be \
                right; find where it arose, or guard it
                  (x = nan)
                """)
        #expect(try f(0, Double.infinity) == (1, Double.infinity))
    }

    @Test func nanInALoop() throws {
        let f = ReversibleFunction("f", parameters: ["x", "k"]) { (x: Scalar, k: Integer) in
            While(x < 10, post: k != 0) {
                x *= 2
                k += 1
            }
        }
        expectFailure(
            f, .nan, 0, kind: .nanInCondition, at: #line - 6,
            says: """
                in `f`, `While(x < 10, post: k != 0) { … }`: the condition compares a NaN, so neither \
                branch would be right; find where it arose, or guard it
                  (x = nan, k = 0)
                """)
        #expect(try f(3, 0) == (12, 2))
    }

    @Test func nanInASelection() throws {
        let f = ReversibleFunction("f", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
            y += select(log(x) < 1, 1, 2)
        }
        expectFailure(
            f, 0, -1, kind: .nanInCondition, at: #line - 3,
            says: """
                in `f`, `y += select(log(x) < 1, 1, 2)`: the condition compares a NaN, so neither branch \
                would be right; find where it arose, or guard it
                  (y = 0.0, x = -1.0)
                """)
        expectFailure(
            ~f, 0, -1, kind: .nanInCondition, at: #line - 10,
            says: """
                in `f`, `y -= select(log(x) < 1, 1, 2)`: the condition compares a NaN, so neither branch \
                would be right; find where it arose, or guard it
                  (y = 0.0, x = -1.0)
                """)
        #expect(try f(0, 1) == (1, 1))
    }

    @Test func nanInEveryComparison() throws {
        let comparisons: [(Scalar) -> Condition] = [
            { $0 < 0 }, { $0 <= 0 }, { $0 > 0 }, { $0 >= 0 }, { $0 == 0 }, { $0 != 0 }, { !($0 < 0) },
            { $0 < 0 || $0 > 0 }, { $0 < 0 && $0 > 0 },
        ]
        for comparison in comparisons {
            let f = ReversibleFunction { (y: Scalar, x: Scalar) in If(comparison(x)) { y += 1 } }
            #expect(throws: ReversibilityError.self) { try f(0, .nan) }
        }
    }

    @Test func endlessRecursion() throws {
        var f = ReversibleFunction.recursive("f", parameters: ["k"]) { (f, k: Integer) in
            If(k != 0) {
                k -= 2
                f(k)
                k += 2
            }
        }
        f.options.callDepthLimit = 100
        expectFailure(
            f, 5, kind: .callDepth, at: #line - 6, column: 17,
            says: """
                in `f`, `f(k)`: calls are nested 100 deep; if the recursion is not endless, raise \
                `options.callDepthLimit`
                  (k = -197)
                  called by `f`, `f(k)`, at DiagnosticsTests/ConditionTests.swift:\(#line - 11):17, 100 times
                """)
        expectFailure(
            ~f, 5, kind: .callDepth, at: #line - 14, column: 17,
            says: """
                in `f`, `(~f)(k)`: calls are nested 100 deep; if the recursion is not endless, raise \
                `options.callDepthLimit`
                  (k = -197)
                  called by `f`, `(~f)(k)`, at DiagnosticsTests/ConditionTests.swift:\(#line - 19):17, 100 \
                times
                """)
        #expect(try f(198) == 198)
        var deep = f
        deep.options = RunOptions()
        #expect(throws: ReversibilityError.self) { try deep(5) }
    }
}
