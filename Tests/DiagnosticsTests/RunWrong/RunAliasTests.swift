import AD
import Testing

/// Equal indices, which only a run can see.
struct RunAliasTests {
    @Test func elementsWithEqualIndices() throws {
        let f = ReversibleFunction("f", parameters: ["v", "k", "j"]) { (v: Vector, k: Integer, j: Integer) in
            v[k] += v[j] * 2
        }
        expectFailure(
            f, [1, 2, 3], 2, 2, kind: .aliasing, at: #line - 3,
            says: """
                in `f`, `v[k] += v[j] * 2`: `v[k]` and `v[j]` are the same element, at index 2; it could \
                not be undone. Use an ancilla, or give the elements different indices
                  (v[k] = 3.0, k = 2, v[j] = 3.0, j = 2)
                """)
        expectFailure(
            ~f, [1, 2, 3], 0, 0, kind: .aliasing, at: #line - 10,
            says: """
                in `f`, `v[k] -= v[j] * 2`: `v[k]` and `v[j]` are the same element, at \
                index 0; it could not be undone. Use an ancilla, or give the elements different indices
                  (v[k] = 1.0, k = 0, v[j] = 1.0, j = 0)
                """)
        #expect(try f([1, 2, 3], 2, 1) == ([1, 2, 7], 2, 1))
    }

    @Test func matrixElementsWithEqualIndexPairs() throws {
        let f = ReversibleFunction("f", parameters: ["m", "i", "j", "k"]) {
            (m: Matrix, i: Integer, j: Integer, k: Integer) in
            m[i, j] += m[j, k]
        }
        expectFailure(
            f, [[1, 2], [3, 4]], 1, 1, 1, kind: .aliasing, at: #line - 3,
            says: """
                in `f`, `m[i, j] += m[j, k]`: `m[i, j]` and `m[j, k]` are the same element, at index [1, \
                1]; it could not be undone. Use an ancilla, or give the elements different indices
                  (m[i, j] = 4.0, i = 1, j = 1, m[j, k] = 4.0, k = 1)
                """)
        expectFailure(
            ~f, [[1, 2], [3, 4]], 0, 0, 0, kind: .aliasing, at: #line - 10,
            says: """
                in `f`, `m[i, j] -= m[j, k]`: `m[i, j]` and `m[j, k]` are the same element, at \
                index [0, 0]; it could not be undone. Use an ancilla, or give the elements different indices
                  (m[i, j] = 1.0, i = 0, j = 0, m[j, k] = 1.0, k = 0)
                """)
        #expect(try f([[1, 2], [3, 4]], 0, 1, 1) == ([[1, 6], [3, 4]], 0, 1, 1))
    }

    @Test func swapOfEqualIndices() throws {
        let f = ReversibleFunction("f", parameters: ["v", "j", "k"]) { (v: Vector, j: Integer, k: Integer) in
            SWAP(v[j], v[k + 1])
        }
        expectFailure(
            f, [1, 2, 3], 2, 1, kind: .aliasing, at: #line - 3,
            says: """
                in `f`, `SWAP(v[j], v[k + 1])`: `v[j]` and `v[k + 1]` are the same element, at \
                index 2; it could not be undone. Use an ancilla, or give the elements different indices
                  (v[j] = 3.0, j = 2, v[k + 1] = 3.0, k = 1)
                """)
        expectFailure(
            ~f, [1, 2, 3], 2, 1, kind: .aliasing, at: #line - 10,
            says: """
                in `f`, `SWAP(v[j], v[k + 1])`: `v[j]` and `v[k + 1]` are the same element, at \
                index 2; it could not be undone. Use an ancilla, or give the elements different indices
                  (v[j] = 3.0, j = 2, v[k + 1] = 3.0, k = 1)
                """)
        #expect(try f([1, 2, 3], 0, 1) == ([3, 2, 1], 0, 1))
    }

    @Test func rotationOfEqualIndices() throws {
        let f = ReversibleFunction("f", parameters: ["v", "k"]) { (v: Vector, k: Integer) in
            ROT(v[0], v[k], 0.5)
        }
        expectFailure(
            f, [1, 2], 0, kind: .aliasing, at: #line - 3,
            says: """
                in `f`, `ROT(v[0], v[k], 0.5)`: `v[0]` and `v[k]` are the same element, at \
                index 0; it could not be undone. Use an ancilla, or give the elements different indices
                  (v[0] = 1.0, v[k] = 1.0, k = 0)
                """)
        expectFailure(
            ~f, [1, 2], 0, kind: .aliasing, at: #line - 10,
            says: """
                in `f`, `IROT(v[0], v[k], 0.5)`: `v[0]` and `v[k]` are the same element, at \
                index 0; it could not be undone. Use an ancilla, or give the elements different indices
                  (v[0] = 1.0, v[k] = 1.0, k = 0)
                """)
        #expect(throws: Never.self) { try f([1, 2], 1) }
    }

    @Test func callWithEqualIndices() throws {
        let product = ReversibleFunction("product") { (out: Scalar, x: Scalar) in out += x * x }
        let f = ReversibleFunction("f", parameters: ["v", "j", "k"]) { (v: Vector, j: Integer, k: Integer) in
            product(v[j], v[k])
        }
        expectFailure(
            f, [1, 2, 3], 1, 1, kind: .aliasing, at: #line - 3,
            says: """
                in `f`, `product(v[j], v[k])`: `v[j]` and `v[k]` are the same element, at \
                index 1; it could not be undone. Use an ancilla, or give the elements different indices
                  (v[j] = 2.0, j = 1, v[k] = 2.0, k = 1)
                """,
        )
        expectFailure(
            ~f, [1, 2, 3], 1, 1, kind: .aliasing, at: #line - 11,
            says: """
                in `f`, `(~product)(v[j], v[k])`: `v[j]` and `v[k]` are the same element, at \
                index 1; it could not be undone. Use an ancilla, or give the elements different indices
                  (v[j] = 2.0, j = 1, v[k] = 2.0, k = 1)
                """,
        )
        #expect(try f([1, 2, 3], 0, 1) == ([5, 2, 3], 0, 1))
    }

    @Test func elementThatIsItsOwnIndex() throws {
        let f = ReversibleFunction("f", parameters: ["p"]) { (p: IntegerVector) in
            p[p[0]] += 1
        }
        expectFailure(
            f, [0, 5], kind: .aliasing, at: #line - 3,
            says: """
                in `f`, `p[p[0]] += 1`: `p[p[0]]` and `p[0]` are the same element, at \
                index 0; it could not be undone. Use an ancilla, or give the elements different indices
                  (p[0] = 0)
                """)
        expectFailure(
            ~f, [0, 5], kind: .aliasing, at: #line - 10,
            says: """
                in `f`, `p[p[0]] -= 1`: `p[p[0]]` and `p[0]` are the same element, at \
                index 0; it could not be undone. Use an ancilla, or give the elements different indices
                  (p[0] = 0)
                """)
        #expect(try f([1, 5]) == [1, 6])
    }

    @Test func xorOfEqualIndices() throws {
        let f = ReversibleFunction("f", parameters: ["p", "k"]) { (p: IntegerVector, k: Integer) in
            p[k] ^= p[0]
        }
        expectFailure(
            f, [6, 5], 0, kind: .aliasing, at: #line - 3,
            says: """
                in `f`, `p[k] ^= p[0]`: `p[k]` and `p[0]` are the same element, at \
                index 0; it could not be undone. Use an ancilla, or give the elements different indices
                  (p[k] = 6, k = 0, p[0] = 6)
                """)
        #expect(try f([6, 5], 1) == ([6, 3], 1))
    }

    @Test func popIntoTheElementThatIsItsIndex() throws {
        let f = ReversibleFunction("f", parameters: ["p", "s"]) { (p: IntegerVector, s: Stack) in
            POP(p[p[0]], from: s)
        }
        expectFailure(
            f, [0, 5], [1], kind: .aliasing, at: #line - 3,
            says: """
                in `f`, `POP(p[p[0]], from: s)`: `p[p[0]]` and `p[0]` are the same element, at index 0; \
                it could not be undone. Use an ancilla, or give the elements different indices
                  (p[0] = 0)
                """)
        #expect(try f([1, 0], [7]) == ([1, 7], []))
        #expect(try (~f)([1, 7], []) == ([1, 0], [7]))
    }

    @Test func callThatChangesTheIndexOfItsArgument() throws {
        let grow = ReversibleFunction("grow") { (k: Integer) in k += 1 }
        let f = ReversibleFunction("f", parameters: ["p"]) { (p: IntegerVector) in
            grow(p[p[0]])
        }
        expectFailure(
            f, [0, 5], kind: .aliasing, at: #line - 3,
            says: """
                in `f`, `grow(p[p[0]])`: `p[p[0]]` and `p[0]` are the same element, at index 0; it \
                could not be undone. Use an ancilla, or give the elements different indices
                  (p[0] = 0)
                """)
        #expect(try f([1, 5]) == [1, 6])
    }

    @Test func callThatChangesTheIndexOfAnotherArgument() throws {
        let both = ReversibleFunction("both") { (k: Integer, x: Scalar) in
            k += 1
            x += 10
        }
        let f = ReversibleFunction("f", parameters: ["v", "p", "j"]) {
            (v: Vector, p: IntegerVector, j: Integer) in
            both(p[j], v[p[0]])
        }
        #expect(try f([1, 2, 3], [0, 0], 1) == ([11, 2, 3], [0, 1], 1))
        expectFailure(
            f, [1, 2, 3], [0, 0], 0, kind: .aliasing, at: #line - 4,
            says: """
                in `f`, `both(p[j], v[p[0]])`: `p[j]` and `p[0]` are the same element, at index 0; it \
                could not be undone. Use an ancilla, or give the elements different indices
                  (p[j] = 0, j = 0, p[0] = 0)
                """)
    }

    /// Of which rows or columns are named by one expression, the place that they share is told all the same.
    @Test func matrixElementsInOneRowOrColumn() throws {
        let f = ReversibleFunction("f", parameters: ["m", "j", "k"]) { (m: Matrix, j: Integer, k: Integer) in
            m[j, 1] += m[k, 1]
            m[0, j] += m[0, k]
        }
        expectFailure(
            f, [[1, 2], [3, 4]], 1, 1, kind: .aliasing, at: #line - 4,
            says: """
                in `f`, `m[j, 1] += m[k, 1]`: `m[j, 1]` and `m[k, 1]` are the same element, at index [1, \
                1]; it could not be undone. Use an ancilla, or give the elements different indices
                  (m[j, 1] = 4.0, j = 1, m[k, 1] = 4.0, k = 1)
                """)
        expectFailure(
            ~f, [[1, 2], [3, 4]], 1, 1, kind: .aliasing, at: #line - 10,
            says: """
                in `f`, `m[0, j] -= m[0, k]`: `m[0, j]` and `m[0, k]` are the same element, at index [0, \
                1]; it could not be undone. Use an ancilla, or give the elements different indices
                  (m[0, j] = 2.0, j = 1, m[0, k] = 2.0, k = 1)
                """)
        #expect(try f([[1, 2], [3, 4]], 0, 1) == ([[7, 6], [3, 4]], 0, 1))
    }

    /// A whole array that a call changes, and an index that reads it.
    @Test func callThatIsGivenTheArrayOfAnIndex() {
        let both = ReversibleFunction("both") { (p: IntegerVector, x: Scalar) in
            p[0] += 1
            x += 10
        }
        expectRefused(
            .aliasing, at: #line + 6,
            "in `f`, `both(p, v[p[1]])`: `p` and `p[1]` share memory; it could not be undone. Copy what you "
                + "need into an ancilla first"
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["v", "p"]) {
                (v: Vector, p: IntegerVector) in
                both(p, v[p[1]])
            }
        }
    }
}
