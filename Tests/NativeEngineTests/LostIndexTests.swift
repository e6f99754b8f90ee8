import AD
import NativeEngine
import Testing

/// A lost decision that changes an integer: until the verdict at the end it is no index.
@Suite struct LostIndexTests {
    /// Counts by a decision, and turns what was decided on: undone, 0.5 lies on the other side.
    @Reversible
    private static func lose(_ y: Scalar, _ a: Scalar, _ b: Scalar, _ n: Integer) -> Statement {
        n += select(a >= 0.5, 1, 0)
        ROT(a, b, 0.25)
        y += a * a
    }

    /// After the turn `a` is no longer 0.5, and n, which was 0, is 1 where elements are found again.
    static let single = ReversibleFunction("single") {
        (y: Scalar, a: Scalar, b: Scalar, n: Integer, v: Vector) in
        y += v[n * 1_000_000_000] * v[0]
        lose(y, a, b, n)
    }

    static let inParallel = ReversibleFunction("inParallel") {
        (y: Scalar, a: Scalar, b: Scalar, n: Integer, v: Vector) in
        ParallelFor(v.indices) { i in y += v[i] * v[i] * v[n * 1_000_000_000] }
        lose(y, a, b, n)
    }

    static let called = ReversibleFunction("called") {
        (y: Scalar, a: Scalar, b: Scalar, n: Integer, v: Vector) in
        let reader = ReversibleFunction.recursive("reader") {
            (reader, y: Scalar, k: Integer, n: Integer, v: Vector) in
            If(k > 0) {
                k -= 1
                reader(y, k, n, v)
                k += 1
            }
            y += v[n * 1_000_000_000] * v[0]
        }
        let k = Integer.ancilla("k")
        k += 2
        reader(y, k, n, v)
        k -= 2
        lose(y, a, b, n)
    }

    /// A decision that is an index itself.
    static let decided = ReversibleFunction("decided") {
        (y: Scalar, a: Scalar, b: Scalar, n: Integer, v: Vector) in
        y += v[select(a >= 0.5, 0, 1_000_000_000)] * v[0]
        ROT(a, b, 0.25)
        y += a * a
    }

    /// The index of a loop that an integer ends.
    static let inLoop = ReversibleFunction("inLoop") {
        (y: Scalar, a: Scalar, b: Scalar, n: Integer, v: Vector) in
        For(0..<(3 + n * 1_000_000_000)) { i in
            For(i...i) { j in y += v[j] * v[0] }
        }
        lose(y, a, b, n)
    }

    /// Elements of scratch whose size reads an integer, here and in a function that is handed the scratch.
    static let ofScratch = ReversibleFunction("ofScratch") {
        (y: Scalar, a: Scalar, b: Scalar, n: Integer, v: Vector) in
        let reader = ReversibleFunction.recursive("reader") {
            (reader, y: Scalar, k: Integer, r: Vector) in
            If(k > 0) {
                k -= 1
                reader(y, k, r)
                k += 1
            }
            y += r[2 + (r.count - 3) * 1_000_000_000] * r[0]
        }
        For(0..<1) { _ in
            let k = Integer.ancilla("k")
            let r = Vector.ancilla(count: 3 - 3 * n, "r")
            k += 2
            For(0..<3) { i in r[i] += v[i] }
            reader(y, k, r)
            y += r[(r.count - 3) * 1_000_000_000]
            For(0..<3) { i in r[i] -= v[i] }
            k -= 2
        }
        lose(y, a, b, n)
    }

    /// Scratch that goes with an array no longer.
    static let ofAllScratch = ReversibleFunction("ofAllScratch") {
        (y: Scalar, a: Scalar, b: Scalar, n: Integer, v: Vector) in
        For(0..<1) { _ in
            let r = Vector.ancilla(count: 3 - 4 * n, "r")
            r += v * v
            y += sum(r * v)
            r -= v * v
        }
        lose(y, a, b, n)
    }

    @Test(arguments: [single, inParallel, called, decided, inLoop, ofScratch, ofAllScratch])
    func isRefused(_ f: ReversibleFunction<Scalar, Scalar, Scalar, Integer, Vector>) throws {
        let v = [2.0, 3, 5]
        func check(_ run: () throws -> Void) {
            let error = #expect(throws: ReversibilityError.self) { try run() }
            #expect(error?.kind == .drift, "\(String(describing: error))")
        }
        check { _ = try grad(f, 0, 0.5, 1, 0, v) }
        for threads in [1, 2] {
            let gradient = try compile(grad(f), threads: threads)
            check { _ = try gradient(0, 0.5, 1, 0, v) }
            // Where the decision is kept all is well.
            #expect(try gradient(0, 0.625, 1, 0, v).4 == grad(f, 0, 0.625, 1, 0, v).4)
            let second = try compile(hvp(f), threads: threads)
            check { _ = try second(0, 0.5, 1, 0, v, direction: (0, 0, 0, (), [1, 0, 0])) }
        }
    }
}
