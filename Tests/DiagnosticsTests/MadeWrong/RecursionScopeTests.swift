import AD
import Synchronization
import Testing

/// The parameter that stands for a recursive function, used where it does not stand for it.
struct RecursionScopeTests {
    @Test func recursiveSelfCalledOnValuesInItsClosure() {
        let inner = Mutex<ReversibilityError?>(nil)
        _ = ReversibleFunction.recursive("fib", parameters: ["out", "n"]) {
            (fib, out: Integer, n: Integer) in
            let _ = inner.withLock { error in
                do throws(ReversibilityError) { _ = try fib(0, 3) } catch let thrown { error = thrown }
            }
            out += n
        }
        expectRefused(
            .invalidArgument, at: nil,
            """
            in `fib`: inside its own closure a recursive function can be called on places, not run on \
            values
            """
        ) {
            if let error = inner.withLock({ $0 }) { throw error }
        }
    }

    @Test func recursiveSelfEscapesItsClosure() {
        let escaped = Mutex<ReversibleFunction<Integer, Integer>?>(nil)
        _ = ReversibleFunction.recursive("fib") { (fib, out: Integer, n: Integer) in
            let _ = escaped.withLock { $0 = fib }
            out += n
        }
        guard let fib = escaped.withLock({ $0 }) else { return }
        expectRefused(
            .outOfScope, at: #line + 8,
            """
            in `f`, `fib(k, n)`: the parameter that stands for a recursive function can be called in \
            its own closure only; call the function that `recursive` returns
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["x", "k", "n"]) {
                (x: Scalar, k: Integer, n: Integer) in
                fib(k, n)
            }
        }
    }
}
