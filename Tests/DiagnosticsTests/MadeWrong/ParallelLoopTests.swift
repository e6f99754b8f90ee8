import AD
import Testing

/// `ParallelFor` loops whose iterations can be seen to depend on each other.
struct ParallelLoopTests {
    @Test func everyIterationWritesAScalar() {
        expectRefused(
            .parallelConflict, at: #line + 8,
            """
            in `f`, `ParallelFor(0..<v.count) { i in … }`: every iteration writes `out`, so the \
            iterations depend on each other; write to an element of a vector and add up afterwards, \
            declare it as an ancilla inside the loop, or use `For`
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["out", "v"]) { (out: Scalar, v: Vector) in
                ParallelFor(v.indices) { i in out *= v[i] }
            }
        }
    }

    /// What is done besides adding is named.
    @Test func sumsAreUsedOtherwise() {
        func expectRefusal(
            _ reason: String, caller: Testing.SourceLocation = #_sourceLocation,
            @Reversible _ body: (Scalar, Vector, Integer, Integer) -> Statement
        ) {
            let error = #expect(throws: ReversibilityError.self, sourceLocation: caller) {
                _ = try ReversibleFunction(checking: "f", parameters: ["out", "v", "n"]) {
                    (out: Scalar, v: Vector, n: Integer) in
                    ParallelFor(v.indices) { i in body(out, v, n, i) }
                }
            }
            #expect(error?.kind == .parallelConflict, sourceLocation: caller)
            #expect(error?.message == reason + ", or use `For`", sourceLocation: caller)
        }
        expectRefusal(
            "the iterations add to `out`, which makes it a sum over all of them, and `NEG(out)` changes it in another way; "
                + "change it before the loop or after it"
        ) { out, v, _, i in
            out += v[i]
            NEG(out)
        }
        expectRefusal(
            "the iterations add to `out`, which makes it a sum over all of them, and `v[i] -= out` reads it; read it after "
                + "the loop"
        ) { out, v, _, i in
            out += 1
            v[i] -= out
        }
        expectRefusal(
            "the iterations add to `n`, which makes it a sum over all of them, and `If(n > 3) { … }` reads it; read it after "
                + "the loop"
        ) { _, v, n, i in
            n += 1
            If(n > 3) { v[i] *= 2 }
        }
        let double = ReversibleFunction("double") { (y: Scalar) in y *= 2 }
        expectRefusal(
            "the iterations add to `out`, which makes it a sum over all of them, and the function that is called in "
                + "`double(out)` does more to it than to add; add in the loop itself"
        ) { out, v, _, i in
            out += v[i]
            double(out)
        }
        expectRefusal(
            "the iterations add to `out`, which makes it a sum over all of them, and the computation of a `Compute` is "
                + "undone before others have added; add in its `apply:`"
        ) { out, v, _, i in
            Compute {
                out += v[i]
            } apply: {
                v[i] *= 2
            }
        }
    }

    /// All iterations add to one element, and use others of the array.
    @Test func anElementIsASum() {
        expectRefused(
            .parallelConflict, at: #line + 8,
            """
            in `f`, `ParallelFor(0..<v.count) { i in … }`: the iterations add to `h`, which makes it a sum over all of them, \
            and `h[n] += v[i] * h[i]` reads it; read it after the loop, or use `For`
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["h", "v", "n"]) {
                (h: Vector, v: Vector, n: Integer) in
                ParallelFor(v.indices) { i in h[n] += v[i] * h[i] }
            }
        }
    }

    /// What a loop inside adds to, the iterations around it may not use either.
    @Test func innerSumsAreUsedOutside() {
        expectRefused(
            .parallelConflict, at: #line + 8,
            """
            in `f`, `ParallelFor(0..<v.count) { i in … }`: the iterations add to `h`, which makes it a sum over all of them, \
            and `v[i] += h[k[i]]` reads it; read it after the loop, or use `For`
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["h", "v", "k"]) {
                (h: Vector, v: Vector, k: IntegerVector) in
                ParallelFor(v.indices) { i in
                    ParallelFor(v.indices) { j in h[k[i]] += 1 }
                    v[i] += h[k[i]]
                }
            }
        }
    }

    @Test func everyIterationPushes() {
        expectRefused(
            .parallelConflict, at: #line + 8,
            """
            in `f`, `ParallelFor(0..<v.count) { i in … }`: every iteration writes `s`, so the \
            iterations depend on each other; write to an element of a vector and add up afterwards, \
            declare it as an ancilla inside the loop, or use `For`
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["v", "s"]) { (v: Vector, s: Stack) in
                ParallelFor(v.indices) { i in PUSH(v[i], on: s) }
            }
        }
    }

    @Test func everyIterationKeepsARecord() {
        expectRefused(
            .parallelConflict, at: #line + 8,
            """
            in `f`, `ParallelFor(0..<v.count) { i in … }`: every iteration records the turns of a \
            `While` without `post:`, or the way of an `If(…, post: .recorded)`, on one stack, so the iterations \
            depend on each other; give it a `post:` condition, or use `For`
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["v"]) { (v: Vector) in
                ParallelFor(v.indices) { i in
                    While(v[i] > 0) { v[i] -= 1 }
                }
            }
        }
    }

    /// What is refused in the loop is refused in a function that the loop calls, and in one that that calls.
    @Test func everyIterationCallsWhatKeepsARecord() {
        let down = ReversibleFunction("down") { (x: Scalar) in
            While(x > 0) { x -= 1 }
        }
        let away = ReversibleFunction("away") { (x: Scalar) in
            let s = Stack()
            PUSH(x, on: s)
        }
        for inner in [down, away] {
            let outer = ReversibleFunction("outer") { (x: Scalar) in inner(x) }
            expectRefused(
                .parallelConflict, at: #line + 9, column: 21,
                """
                in `f`, `ParallelFor(0..<v.count) { i in … }`: every iteration calls `outer`, which records \
                the turns of a `While` without `post:` or the way of an `If(…, post: .recorded)`, or moves numbers \
                to a `Stack()`; there is one stack for the whole run, so the iterations depend on each other. Give \
                the `While` or the `If` a `post:` condition, use `Stack.ancilla()`, or use `For`
                """
            ) {
                _ = try ReversibleFunction(checking: "f", parameters: ["v"]) { (v: Vector) in
                    ParallelFor(v.indices) { i in If(v[i] > 0, post: v[i] > 0) { outer(v[i]) } }
                }
            }
        }
    }

    /// A stack that lives as long as the iteration, and one that the loop's function hands on.
    @Test func stacksOfOneIterationAreAllowed() throws {
        let there = ReversibleFunction("there") { (x: Scalar, s: Stack) in PUSH(x, on: s) }
        let around = ReversibleFunction("around") { (x: Scalar) in
            let s = Stack.ancilla("s")
            there(x, s)
            (~there)(x, s)
            x += 1
        }
        let f = try ReversibleFunction(checking: "f") { (v: Vector) in
            ParallelFor(v.indices) { i in around(v[i]) }
        }
        #expect(try f([1, 2]) == [2, 3])
    }

    /// An ancilla inside the loop belongs to one iteration.
    @Test func anAncillaOfTheIterationIsAllowed() throws {
        let f = try ReversibleFunction(checking: "f") { (v: Vector, w: Vector) in
            ParallelFor(v.indices) { i in
                let t = Scalar.ancilla("t")
                t += w[i]
                v[i] += t * t
                t -= w[i]
            }
        }
        #expect(try f([0, 0], [2, 3]) == ([4, 9], [2, 3]))
    }
}
