import AD
import Testing

/// Indices outside arrays, and arrays that differ in size.
struct ArrayTests {
    @Test func indexIsNegative() throws {
        let f = ReversibleFunction("f", parameters: ["v", "k"]) { (v: Vector, k: Integer) in
            v[k] += 1
        }
        expectFailure(
            f, [1, 2, 3], -1, kind: .indexOutOfRange, at: #line - 3,
            says: """
                in `f`, `v[k] += 1`: index -1 is outside `v`, which has 3 elements
                  (k = -1)
                """)
        expectFailure(
            ~f, [1, 2, 3], -1, kind: .indexOutOfRange, at: #line - 9,
            says: """
                in `f`, `v[k] -= 1`: index -1 is outside `v`, which has 3 elements
                  (k = -1)
                """)
        expectFailure(
            f, [], 0, kind: .indexOutOfRange, at: #line - 15,
            says: """
                in `f`, `v[k] += 1`: index 0 is outside `v`, which has 0 elements
                  (k = 0)
                """)
        #expect(try f([1, 2, 3], 2) == ([1, 2, 4], 2))
    }

    @Test func indexIsTooLarge() throws {
        let f = ReversibleFunction("f", parameters: ["out", "v"]) { (out: Scalar, v: Vector) in
            For(0..<3) { i in
                out += v[i] * v[i + 1]
            }
        }
        expectFailure(
            f, 0, [1, 2, 3], kind: .indexOutOfRange, at: #line - 4, column: 17,
            says: """
                in `f`, `out += v[i] * v[i + 1]`: index 3 is outside `v`, which has 3 elements
                  (out = 8.0, v[i] = 3.0, i = 2)
                """)
        expectFailure(
            ~f, 0, [1, 2, 3], kind: .indexOutOfRange, at: #line - 10, column: 17,
            says: """
                in `f`, `out -= v[i] * v[i + 1]`: index 3 is outside `v`, which has 3 elements
                  (out = 0.0, v[i] = 3.0, i = 2)
                """)
        expectFailure(
            f, 0, [1], kind: .indexOutOfRange, at: #line - 16, column: 17,
            says: """
                in `f`, `out += v[i] * v[i + 1]`: index 1 is outside `v`, which has 1 element
                  (out = 0.0, v[i] = 1.0, i = 0)
                """)
        #expect(try f(0, [1, 2, 3, 4]) == (20, [1, 2, 3, 4]))
    }

    @Test(arguments: [Int.min, Int.max])
    func extremeIndices(index: Int) {
        let f = ReversibleFunction { (x: Scalar, v: Vector, m: Matrix, k: Integer) in
            x += v[k] + m[k, 0] + m[0, k]
        }
        #expect(throws: ReversibilityError.self) { try f(0, [1], [[1]], index) }
    }

    @Test func integerIndexOutside() throws {
        let f = ReversibleFunction("f", parameters: ["p", "v"]) { (p: IntegerVector, v: Vector) in
            v[p[0]] += p[2]
        }
        expectFailure(
            f, [0, 1], [1, 2], kind: .indexOutOfRange, at: #line - 3,
            says: """
                in `f`, `v[p[0]] += p[2]`: index 2 is outside `p`, which has 2 elements
                  (p[0] = 0)
                """)
        expectFailure(
            f, [9, 1, 1], [1, 2], kind: .indexOutOfRange, at: #line - 9,
            says: """
                in `f`, `v[p[0]] += p[2]`: index 9 is outside `v`, which has 2 elements
                  (p[0] = 9, p[2] = 1)
                """)
        #expect(try f([1, 0, 5], [1, 2]) == ([1, 0, 5], [1, 7]))
    }

    @Test func matrixRowAndColumn() throws {
        let f = ReversibleFunction("f", parameters: ["m", "i", "j"]) { (m: Matrix, i: Integer, j: Integer) in
            m[i, j] += 1
        }
        expectFailure(
            f, [[1, 2, 3], [4, 5, 6]], 2, 0, kind: .indexOutOfRange, at: #line - 3,
            says: """
                in `f`, `m[i, j] += 1`: index 2 is outside `m`, which has 2 rows
                  (i = 2, j = 0)
                """)
        expectFailure(
            f, [[1, 2, 3], [4, 5, 6]], 1, 3, kind: .indexOutOfRange, at: #line - 9,
            says: """
                in `f`, `m[i, j] += 1`: index 3 is outside `m`, which has 3 columns
                  (i = 1, j = 3)
                """)
        expectFailure(
            ~f, [[1, 2, 3], [4, 5, 6]], 0, -1, kind: .indexOutOfRange, at: #line - 15,
            says: """
                in `f`, `m[i, j] -= 1`: index -1 is outside `m`, which has 3 columns
                  (i = 0, j = -1)
                """)
        #expect(try f([[1, 2, 3], [4, 5, 6]], 1, 2) == ([[1, 2, 3], [4, 5, 7]], 1, 2))
    }

    @Test func lengthsDiffer() throws {
        let f = ReversibleFunction("f", parameters: ["v", "w"]) { (v: Vector, w: Vector) in
            v += 2 * w
        }
        expectFailure(
            f, [1, 2, 3], [1, 2], kind: .lengthMismatch, at: #line - 3,
            says: """
                in `f`, `v += 2 * w`: `v` has 3 elements and `w` has 2 elements; they must agree: give arrays of one size
                """)
        expectFailure(
            ~f, [1, 2, 3], [1, 2], kind: .lengthMismatch, at: #line - 8,
            says: """
                in `f`, `v -= 2 * w`: `v` has 3 elements and `w` has 2 elements; they must agree: give arrays of one size
                """)
        #expect(try f([1], [2]) == ([5], [2]))
    }

    @Test func lengthsDifferInASum() throws {
        let f = ReversibleFunction("f", parameters: ["out", "v", "w"]) {
            (out: Scalar, v: Vector, w: Vector) in
            out += sum(v * w)
        }
        expectFailure(
            f, 0, [1], [], kind: .lengthMismatch, at: #line - 3,
            says: """
                in `f`, `out += sum(v * w)`: `v` has 1 element and `w` has 0 elements; they must agree: give arrays of one size
                  (out = 0.0)
                """)
        #expect(try f(0, [], []) == (0, [], []))
    }

    @Test func matricesOfDifferentShapeSwap() throws {
        let f = ReversibleFunction("f", parameters: ["a", "b"]) { (a: Matrix, b: Matrix) in
            SWAP(a, b)
        }
        expectFailure(
            f, [[1, 2]], [[1], [2]], kind: .lengthMismatch, at: #line - 3,
            says: """
                in `f`, `SWAP(a, b)`: `a` has 1×2 elements and `b` has 2×1 elements; they must agree: give arrays of one size
                """)
        expectFailure(
            ~f, [[1, 2]], [[1], [2]], kind: .lengthMismatch, at: #line - 8,
            says: """
                in `f`, `SWAP(a, b)`: `a` has 1×2 elements and `b` has 2×1 elements; they must agree: give arrays of one size
                """)
        #expect(try f([[1, 2]], [[3, 4]]) == ([[3, 4]], [[1, 2]]))
    }

    @Test func errorsInACalleeNameTheCallee() throws {
        let get = ReversibleFunction("get", parameters: ["out", "v", "k"]) {
            (out: Scalar, v: Vector, k: Integer) in
            out += v[k]
        }
        let f = ReversibleFunction("f", parameters: ["out", "w", "n"]) {
            (out: Scalar, w: Vector, n: Integer) in
            get(out, w, n)
        }
        #expect(try f(0, [1, 2], 1) == (2, [1, 2], 1))
        expectFailure(
            f, 0, [1, 2], 2, kind: .indexOutOfRange, at: #line - 8,
            says: """
                in `get`, `out += v[k]`: index 2 is outside `v`, which has 2 elements
                  (out = 0.0, k = 2)
                  called by `f`, `get(out, w, n)`, at DiagnosticsTests/ArrayTests.swift:\(#line - 8):13
                """)
    }

    /// Calls on the way, of a recursion as a number, and of a long chain both ends.
    @Test func errorsInACalleeNameTheWayThere() throws {
        let get = ReversibleFunction.recursive("get", parameters: ["out", "v", "k"]) {
            (get, out: Scalar, v: Vector, k: Integer) in
            If(k < 5) {
                k += 1
                get(out, v, k)
                k -= 1
            } else: {
                out += v[k]
            }
        }
        var chain = ReversibleFunction("step0", parameters: ["out", "v", "k"]) {
            (out: Scalar, v: Vector, k: Integer) in get(out, v, k)
        }
        for number in 1...5 {
            let next = chain
            chain = ReversibleFunction("step\(number)", parameters: ["out", "v", "k"]) {
                (out: Scalar, v: Vector, k: Integer) in next(out, v, k)
            }
        }
        let here = "DiagnosticsTests/ArrayTests.swift"
        let (inRecursion, first, chained) = (#line - 16, #line - 9, #line - 4)
        expectFailure(
            chain, 0, [1, 2], 2, kind: .indexOutOfRange, at: #line - 15, column: 17,
            says: """
                in `get`, `out += v[k]`: index 5 is outside `v`, which has 2 elements
                  (out = 0.0, k = 5)
                  called by `get`, `get(out, v, k)`, at \(here):\(inRecursion):17, 3 times
                  called by `step0`, `get(out, v, k)`, at \(here):\(first):53
                  called by `step1`, `step0(out, v, k)`, at \(here):\(chained):57
                  called by `step2`, `step1(out, v, k)`, at \(here):\(chained):57
                  … 2 calls between …
                  called by `step5`, `step4(out, v, k)`, at \(here):\(chained):57
                """)
        do {
            _ = try chain(0, [1, 2], 2)
        } catch {
            #expect(error.callers.map(\.function) == ["get", "step0", "step1", "step2", "step5"])
            #expect(error.callers.first?.count == 3 && error.omittedCallers == 2)
        }
    }
}
