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
                """,
            known: "the elements are named among the values only, without advice")
        expectFailure(
            ~f, [1, 2, 3], 0, 0, kind: .aliasing, at: #line - 11,
            says: """
                in `f`, `v[k] -= v[j] * 2`: two elements that the statement names are the same one, at \
                index 0; it could not be undone
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
                """,
            known:
                "one index of two is named, the elements only among the values"
        )
        expectFailure(
            ~f, [[1, 2], [3, 4]], 0, 0, 0, kind: .aliasing, at: #line - 13,
            says: """
                in `f`, `m[i, j] -= m[j, k]`: two elements that the statement names are the same one, at \
                index 0; it could not be undone
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
                in `f`, `SWAP(v[j], v[k + 1])`: two elements that the statement names are the same one, \
                at index 2; it could not be undone
                  (v[j] = 3.0, j = 2, v[k + 1] = 3.0, k = 1)
                """)
        expectFailure(
            ~f, [1, 2, 3], 2, 1, kind: .aliasing, at: #line - 10,
            says: """
                in `f`, `SWAP(v[j], v[k + 1])`: two elements that the statement names are the same one, \
                at index 2; it could not be undone
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
                in `f`, `ROT(v[0], v[k], 0.5)`: two elements that the statement names are the same one, \
                at index 0; it could not be undone
                  (v[0] = 1.0, v[k] = 1.0, k = 0)
                """)
        expectFailure(
            ~f, [1, 2], 0, kind: .aliasing, at: #line - 10,
            says: """
                in `f`, `IROT(v[0], v[k], 0.5)`: two elements that the statement names are the same one, \
                at index 0; it could not be undone
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
                in `f`, `product(v[j], v[k])`: two elements that the statement names are the same one, at \
                index 1; it could not be undone
                  (v[j] = 2.0, j = 1, v[k] = 2.0, k = 1)
                """,
        )
        expectFailure(
            ~f, [1, 2, 3], 1, 1, kind: .aliasing, at: #line - 11,
            says: """
                in `f`, `(~product)(v[j], v[k])`: two elements that the statement names are the same one, \
                at index 1; it could not be undone
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
                in `f`, `p[p[0]] += 1`: two elements that the statement names are the same one, at index \
                0; it could not be undone
                  (p[0] = 0)
                """)
        expectFailure(
            ~f, [0, 5], kind: .aliasing, at: #line - 10,
            says: """
                in `f`, `p[p[0]] -= 1`: two elements that the statement names are the same one, at index \
                0; it could not be undone
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
                in `f`, `p[k] ^= p[0]`: two elements that the statement names are the same one, at index \
                0; it could not be undone
                  (p[k] = 6, k = 0, p[0] = 6)
                """)
        #expect(try f([6, 5], 1) == ([6, 3], 1))
    }

    @Test func popIntoTheElementThatIsItsIndex() throws {
        let f = ReversibleFunction("f", parameters: ["p", "s"]) { (p: IntegerVector, s: Stack) in
            POP(p[p[0]], from: s)
        }
        withKnownIssue("`POP` changes the index of its own place, and the inverse pushes another element") {
            expectFailure(
                f, [0, 5], [1], kind: .aliasing, at: #line - 4,
                says: """
                    in `f`, `POP(p[p[0]], from: s)`: `p[p[0]]` and `p[0]` are the same element, at index 0; \
                    it could not be undone. Use an ancilla, or give the elements different indices
                    """)
        }
    }

    @Test func callThatChangesTheIndexOfItsArgument() throws {
        let grow = ReversibleFunction("grow") { (k: Integer) in k += 1 }
        let f = ReversibleFunction("f", parameters: ["p"]) { (p: IntegerVector) in
            grow(p[p[0]])
        }
        withKnownIssue("a call changes the index of its own argument") {
            expectFailure(
                f, [0, 5], kind: .aliasing, at: #line - 4,
                says: """
                    in `f`, `grow(p[p[0]])`: `p[p[0]]` and `p[0]` are the same element, at index 0; it \
                    could not be undone. Use an ancilla, or give the elements different indices
                    """)
        }
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
        withKnownIssue("a call changes the index of another argument, by equal indices") {
            expectFailure(
                f, [1, 2, 3], [0, 0], 0, kind: .aliasing, at: #line - 5,
                says: """
                    in `f`, `both(p[j], v[p[0]])`: `p[j]` and `p[0]` are the same element, at index 0; it \
                    could not be undone. Use an ancilla, or give the elements different indices
                      (p[j] = 0, j = 0, v[p[0]] = 1.0, p[0] = 0)
                    """)
        }
    }
}
