import AD
import Testing

/// `ParallelFor` loops whose iterations depend on each other through an array.
struct ParallelRunTests {
    @Test func twoIterationsWriteOneElement() throws {
        let f = ReversibleFunction("f", parameters: ["v", "w"]) { (v: Vector, w: Vector) in
            ParallelFor(w.indices) { i in
                v[i / 2] *= w[i]
            }
        }
        expectFailure(
            f, [1, 1], [1, 2, 3], kind: .parallelConflict, at: #line - 4, column: 17,
            says: """
                in `f`, `v[i / 2] *= w[i]`: iterations 0 and 1 both use element 0 of `v`, and one of them \
                writes it; the iterations of a `ParallelFor` must be independent
                  (i = 1, w[i] = 2.0)
                """)
        expectFailure(
            ~f, [1, 1], [1, 2, 3], kind: .parallelConflict, at: #line - 11, column: 17,
            says: """
                in `f`, `v[i / 2] /= w[i]`: iterations 1 and 0 both use element 0 of `v`, and one of them \
                writes it; the iterations of a `ParallelFor` must be independent
                  (i = 0, w[i] = 1.0)
                """)
        #expect(try f([1], [1]) == ([1], [1]))
    }

    @Test func anIterationReadsWhatAnotherWrites() throws {
        let f = ReversibleFunction("f", parameters: ["v"]) { (v: Vector) in
            ParallelFor(1..<v.count) { i in
                v[i] += v[i - 1]
            }
        }
        expectFailure(
            f, [1, 2, 3], kind: .parallelConflict, at: #line - 4, column: 17,
            says: """
                in `f`, `v[i] += v[i - 1]`: iterations 1 and 2 both use element 1 of `v`, and one of them \
                writes it; the iterations of a `ParallelFor` must be independent
                  (v[i] = 3.0, i = 2, v[i - 1] = 3.0)
                """)
        expectFailure(
            ~f, [1, 2, 3], kind: .parallelConflict, at: #line - 11, column: 17,
            says: """
                in `f`, `v[i] -= v[i - 1]`: iterations 2 and 1 both use element 1 of `v`, and one of them \
                writes it; the iterations of a `ParallelFor` must be independent
                  (v[i] = 2.0, i = 1, v[i - 1] = 1.0)
                """)
        #expect(try f([1, 2]) == [1, 3])
    }

    @Test func throughACall() throws {
        let scale = ReversibleFunction("scale", parameters: ["v", "k"]) { (v: Vector, k: Integer) in v[k] *= 2
        }
        let f = ReversibleFunction("f", parameters: ["v", "p"]) { (v: Vector, p: IntegerVector) in
            ParallelFor(p.indices) { i in
                let k = Integer.ancilla("k")
                k += p[i]
                scale(v, k)
                k -= p[i]
            }
        }
        #expect(try f([1, 1], [1, 0]) == ([2, 2], [1, 0]))
        #expect(throws: ReversibilityError.self) { try f([1, 1], [1, 1]) }
        #expect(throws: ReversibilityError.self) { try (~f)([1, 1], [1, 1]) }
    }

    @Test func innerIterationsWriteOneElement() throws {
        let f = ReversibleFunction("f", parameters: ["v", "w"]) { (v: Vector, w: Vector) in
            ParallelFor(0..<2) { i in
                ParallelFor(w.indices) { j in
                    v[i * 2] *= w[j]
                }
            }
        }
        expectFailure(
            f, [1, 1, 1], [1, 2], kind: .parallelConflict, at: #line - 5, column: 21,
            says: """
                in `f`, `v[i * 2] *= w[j]`: iterations 0 and 1 both use element 0 of `v`, and one of \
                them writes it; the iterations of a `ParallelFor` must be independent
                  (i = 0, w[j] = 2.0, j = 1)
                """)
    }
}
