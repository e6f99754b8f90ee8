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
            `While` without `post:` on one stack, so the iterations depend on each other; give the `While` \
            a `post:`, or use `For`
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["v"]) { (v: Vector) in
                ParallelFor(v.indices) { i in
                    While(v[i] > 0) { v[i] -= 1 }
                }
            }
        }
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
