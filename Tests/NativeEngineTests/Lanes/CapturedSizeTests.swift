import AD
import NativeEngine
import Testing

/// Arrays that a parallel loop needs for nothing but their size.
@Suite(.enabled(if: compilerIsThere))
struct CapturedSizeTests {
    @Test func sizesInTheIndexOfWhatChanges() throws {
        let f = ReversibleFunction("turn", parameters: ["x", "m", "v", "p"]) {
            (x: Vector, m: Matrix, v: Vector, p: IntegerVector) in
            ParallelFor(x.indices) { i in x[(i + 1) % v.count] += 1 }
            ParallelFor(0..<m.rows) { i in NEG(m[i, (i + 1) % p.count]) }
        }
        let fast = try native(f)
        let (x, m) = (samples(13), DenseMatrix(samples: 13, 5))
        let expected = try f(x, m, samples(13), [1, 2, 3])
        let found = try fast(x, m, samples(13), [1, 2, 3])
        #expect(found.0 == expected.0 && found.1 == expected.1)
    }

    /// Many calls of elementary functions in one body are compiled in time.
    @Test(.timeLimit(.minutes(30))) func longBodies() throws {
        let f = ReversibleFunction("long", parameters: ["v", "w"]) { (v: Vector, w: Vector) in
            ParallelFor(v.indices) { i in
                for k in 0..<150 { v[i] += sin(w[i] * Double(k)) * 0.001 }
            }
        }
        let (v, w) = (samples(21), samples(21, seed: 3))
        let (expected, found) = (try f(v, w).0, try native(f)(v, w).0)
        // 150 sines, each within 2 ulp of 0.001, are added to values below 2.
        for (a, b) in zip(expected, found) { #expect(abs(a - b) < 1e-15) }
    }
}
