import AD
import Testing

/// `ParallelFor` loops whose iterations can be seen to depend on each other.
struct ParallelLoopTests {
    @Test func everyIterationWritesAScalar() {
        expectRefused(
            .parallelConflict, at: #line + 9,
            """
            in `f`, `ParallelFor(0..<v.count) { i in … }`: every iteration writes `out`, so the \
            iterations depend on each other; write to an element of a vector and add up afterwards, \
            declare it as an ancilla inside the loop, or use `For`. A `Scalar` that the body only changes by \
            `+=` and `-=`, in no call, becomes the sum
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["out", "v"]) { (out: Scalar, v: Vector) in
                ParallelFor(v.indices) { i in
                    out += v[i]
                    NEG(out)
                }
            }
        }
    }

    @Test func aCallWritesAScalar() {
        let add = ReversibleFunction("add") { (out: Scalar, x: Scalar) in out += x }
        expectRefused(
            .parallelConflict, at: #line + 9,
            """
            in `f`, `ParallelFor(0..<v.count) { i in … }`: every iteration writes `out`, so the \
            iterations depend on each other; write to an element of a vector and add up afterwards, \
            declare it as an ancilla inside the loop, or use `For`. A `Scalar` that the body only changes by \
            `+=` and `-=`, in no call, becomes the sum
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["out", "v"]) { (out: Scalar, v: Vector) in
                ParallelFor(v.indices) { i in add(out, v[i]) }
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
