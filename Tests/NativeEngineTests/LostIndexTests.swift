import AD
import NativeEngine
import Testing

/// A lost decision that changes an integer: until the verdict at the end it is no index.
@Suite struct LostIndexTests {
    /// After the turn `a` is no longer 0.5, and n, which was 0, is 1 where elements are found again.
    static let single = ReversibleFunction("single") {
        (y: Scalar, a: Scalar, b: Scalar, n: Integer, v: Vector) in
        y += v[n * 1_000_000_000] * v[0]
        n += select(a >= 0.5, 1, 0)
        ROT(a, b, 0.25)
        y += a * a
    }

    static let inParallel = ReversibleFunction("inParallel") {
        (y: Scalar, a: Scalar, b: Scalar, n: Integer, v: Vector) in
        ParallelFor(v.indices) { i in y += v[i] * v[i] * v[n * 1_000_000_000] }
        n += select(a >= 0.5, 1, 0)
        ROT(a, b, 0.25)
        y += a * a
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
        n += select(a >= 0.5, 1, 0)
        ROT(a, b, 0.25)
        y += a * a
    }

    @Test(arguments: [single, inParallel, called])
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
