import AD
import Testing

/// Loops whose bounds, indices or steps cannot be undone.
struct LoopTests {
    @Test func boundChangesInTheBody() {
        expectRefused(
            .loopBoundsChanged, at: #line + 7,
            """
            in `f`, `For(0..<n) { i in … }`: `n` is a bound of the loop and changes in its body; \
            count with a copy, or use `While`
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["x", "n"]) { (x: Scalar, n: Integer) in
                For(0..<n) { i in
                    x += i
                    n += 1
                }
            }
        }
    }

    @Test func stepChangesInANestedBlock() {
        expectRefused(
            .loopBoundsChanged, at: #line + 7,
            """
            in `f`, `For(0..<10, by: n) { i in … }`: `n` is a bound of the loop and changes in its \
            body; count with a copy, or use `While`
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["x", "n"]) { (x: Scalar, n: Integer) in
                For(0..<10, by: n) { i in
                    If(x > 0) { INC(n) }
                }
            }
        }
    }

    @Test func boundChangesInACall() {
        let grow = ReversibleFunction("grow") { (n: Integer) in n += 1 }
        expectRefused(
            .loopBoundsChanged, at: #line + 7,
            """
            in `f`, `For(0...n) { i in … }`: `n` is a bound of the loop and changes in its body; \
            count with a copy, or use `While`
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["n"]) { (n: Integer) in
                For(0...n) { _ in grow(n) }
            }
        }
    }

    @Test func indexIsAssigned() {
        expectRefused(
            .readOnly, at: #line + 7, column: 21,
            """
            in `f`, `i += 1`: `i` is a loop index; the loop changes it, its body may only read it
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["v"]) { (v: Vector) in
                For(v.indices) { i in
                    i += 1
                }
            }
        }
    }

    @Test func indexIsSwapped() {
        expectRefused(
            .readOnly, at: #line + 7, column: 21,
            """
            in `f`, `SWAP(k, i)`: `i` is a loop index; the loop changes it, its body may only read it
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["k"]) { (k: Integer) in
                For(0..<3) { i in
                    SWAP(k, i)
                }
            }
        }
    }

    @Test func indexIsPassedToAFunctionThatWritesIt() {
        let grow = ReversibleFunction("grow") { (n: Integer) in n += 1 }
        expectRefused(
            .readOnly, at: #line + 8, column: 21,
            """
            in `f`, `grow(i)`: `i` is a loop index; the loop changes it, its body may only read it
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["x"]) { (x: Scalar) in
                For(0..<3) { i in
                    x += i
                    grow(i)
                }
            }
        }
    }

    @Test func indexIsPushed() {
        expectRefused(
            .readOnly, at: #line + 8, column: 21,
            """
            in `f`, `PUSH(i, on: s)`: `i` is a loop index; the loop changes it, its body may only \
            read it
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["s"]) { (s: Stack) in
                For(0..<3) { i in
                    PUSH(i, on: s)
                }
            }
        }
    }

    @Test func stepIsZero() {
        expectRefused(
            .zeroStep, at: #line + 6,
            """
            in `f`, `For(0..<10, by: 0) { i in … }`: the step of a `For` cannot be 0
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["x"]) { (x: Scalar) in
                For(0..<10, by: 0) { i in x += i }
            }
        }
    }

    @Test func stepFoldsToZero() {
        expectRefused(
            .zeroStep, at: #line + 7,
            """
            in `f`, `ParallelFor(0..<10, by: 0) { i in … }`: the step of a `For` cannot be 0
            """
        ) {
            let stride = 3
            _ = try ReversibleFunction(checking: "f", parameters: ["x"]) { (x: Scalar) in
                ParallelFor(0..<10, by: stride - 3) { i in x += i }
            }
        }
    }

    @Test func boundIsReal() {
        expectRefused(
            .invalidStatement, at: #line + 6,
            """
            in `f`, `For(0..<x) { i in … }`: the bounds and the step of a `For` must be integers
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["x", "y"]) { (x: Scalar, y: Scalar) in
                For(0..<x) { i in y += i }
            }
        }
    }

    @Test func whileWithOneConditionForBoth() {
        expectRefused(
            .invalidStatement, at: #line + 8,
            """
            in `f`, `While(k > 0, post: k > 0) { … }`: `While` cannot use one condition as both `pre` \
            and `post`: `post` must be false on entry and true after every turn, for example a \
            counter that has left its start
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["k"]) { (k: Integer) in
                While(k > 0, post: k > 0) { k -= 1 }
            }
        }
    }

    /// Swift's own range operator stops the process for bounds that count down; the language's does not.
    @Test func descendingAndEmptyRangesOfLiterals() throws {
        let f = try ReversibleFunction(checking: "f") { (out: Integer, n: Integer) in
            For(n...2, by: -3) { i in out += i }
            For(5...n - 9) { _ in out += 100 }
        }
        #expect(try f(0, 10) == (21, 10))
        #expect(try (~f)(21, 10) == (0, 10))
    }

    /// Each from statements that were made before the block around them was begun, so that no tracing is nested.
    @Test func blocksNestedTooDeep() {
        let words: [(Statement) -> Statement] = [
            { inner in For(0..<1) { _ in inner } },
            { inner in While(Condition(false)) { inner } },
            { inner in
                Compute {
                    inner
                } apply: {
                    Statement.empty
                }
            },
            { inner in
                If(Condition(true)) {
                    Statement.empty
                } else: {
                    inner
                }
            },
        ]
        for word in words {
            do throws(ReversibilityError) {
                _ = try ReversibleFunction(checking: "f") { (x: Scalar) in
                    (0..<1_000).reduce(x += 1) { inner, _ in word(inner) }
                }
                Issue.record("a thousand levels were accepted")
            } catch {
                #expect(error.kind == .invalidStatement)
                #expect(error.message.hasPrefix("blocks are nested more than 128 deep"))
                #expect(error.location?.fileID == #fileID)
            }
        }
    }
}
