import AD
import Testing

/// Stacks that are asked where the answer could not be given again.
struct StackQuestionTests {
    @Test func anIndexThatAsksForTheStackItself() {
        expectRefused(
            .aliasing, at: #line + 7,
            """
            in `f`, `PUSH(v[s.count], on: s)`: `s` is changed and used by the same statement; it could not be \
            undone. Copy what you need into an ancilla first
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["v", "s"]) { (v: Vector, s: Stack) in
                PUSH(v[s.count], on: s)
            }
        }
    }

    @Test func aBoundThatChanges() {
        expectRefused(
            .loopBoundsChanged, at: #line + 7,
            """
            in `f`, `For(0..<s.count) { i in … }`: `s` is a bound of the loop and changes in its body; count \
            with a copy, or use `While`
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["v", "s"]) { (v: Vector, s: Stack) in
                For(0..<s.count) { i in POP(v[i], from: s) }
            }
        }
    }

    @Test func everyIterationAsks() {
        expectRefused(
            .parallelConflict, at: #line + 7,
            """
            in `f`, `ParallelFor(0..<v.count) { i in … }`: every iteration asks what is on the stack `s`; put \
            that into a place of its own before the loop, or use `For`
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["v", "s"]) { (v: Vector, s: Stack) in
                ParallelFor(v.indices) { i in v[i] += s.top }
            }
        }
    }

    @Test func aStackOnAStack() {
        expectRefused(
            .invalidStatement, at: #line + 4,
            "in `f`: `PUSH` needs numbers or arrays, and is given a Stack"
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["s", "past"]) { (s: Stack, past: Stack) in
                PUSH(s, on: past)
            }
        }
    }
}
