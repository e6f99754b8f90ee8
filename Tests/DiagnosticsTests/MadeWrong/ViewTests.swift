import AD
import ReversibleCore
import Testing

/// What is wrong with views, when a function is made and when it runs.
@Suite struct ViewTests {
    private static let add = ReversibleFunction("add", parameters: ["a", "b"]) { (a: Vector, b: Vector) in
        For(a.indices) { i in a[i] += b[i] }
    }

    @Test func rowsAndColumnsMeet() {
        expectRefused(
            .aliasing, at: #line + 7,
            """
            in `f`, `m[row: i] += m[column: 0]`: `m[row: i]` and `m[column: 0]` share memory; it could not be undone. \
            Use an ancilla, or the words made for it (`*=`, `NEG`, `SWAP`, `ROT`)
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["m", "i"]) { (m: Matrix, i: Integer) in
                m[row: i] += m[column: 0]
            }
        }
    }

    @Test func aPartChangesByAnother() {
        expectRefused(
            .aliasing, at: #line + 7,
            """
            in `f`, `v[0..<3] += v[2..<5]`: `v[0..<3]` and `v[2..<5]` share memory; it could not be undone. Use an \
            ancilla, or the words made for it (`*=`, `NEG`, `SWAP`, `ROT`)
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["v"]) { (v: Vector) in
                v[0..<3] += v[2..<5]
            }
        }
    }

    @Test func oneRowGivenTwice() {
        expectRefused(
            .aliasing, at: #line + 7,
            """
            in `f`, `add(m[row: 0], m[row: 0])`: `add` is given `m[row: 0]` and `m[row: 0]`, which share memory, and \
            changes one of them; pass a copy, kept in an ancilla
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["m"]) { (m: Matrix) in
                Self.add(m[row: 0], m[row: 0])
            }
        }
    }

    @Test func aConditionOnAView() {
        expectRefused(
            .invalidStatement, at: #line + 7,
            """
            in `f`, `If(sum(v[0..<2]) > 0) { … }`: `sum(v[0..<2]) > 0` reads a view, which a condition and a bound \
            cannot; add it up before: `Compute { t += sum(…) } apply: { … }`
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["v", "y"]) { (v: Vector, y: Scalar) in
                If(sum(v[0..<2]) > 0) { y += 1 }
            }
        }
    }

    @Test func theVectorAProductIsAddedTo() {
        expectRefused(
            .invalidStatement, at: #line + 7,
            """
            in `f`: `x` is changed and used by the same product; it could not be undone. Add the product to another \
            vector, and copy what is needed into an ancilla first
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["x", "a"]) { (x: Vector, a: Matrix) in
                x += a * x
            }
        }
    }

    @Test func sizesThatDiffer() {
        let f = ReversibleFunction("f", parameters: ["m", "v"]) { (m: Matrix, v: Vector) in
            m[row: 0] += v
        }
        expectFailure(
            f, DenseMatrix([[1, 2, 3]]), [1, 2], kind: .lengthMismatch, at: #line - 3,
            says: """
                in `f`, `Assert(m.columns == v.count, "`m[row: 0]` and `v` have one size")`: arrays and views that a \
                statement takes element by element differ in size; give them one size
                  (m.columns = 3, v.count = 2)
                """)
    }

    @Test func aPartBeyondItsVector() {
        let f = ReversibleFunction("f", parameters: ["v", "w", "n"]) { (v: Vector, w: Vector, n: Integer) in
            v[n..<n + 3] += w
        }
        expectFailure(
            f, [1, 2, 3, 4], [1, 2, 3], 2, kind: .indexOutOfRange, at: #line - 3,
            says: """
                in `f`, `Assert(n + 3 <= v.count, "`v[n..<n + 3]` is a part of `v`")`: a part of a vector reaches \
                beyond it, or ends before it begins
                  (v.count = 4, n = 2)
                """)
    }

    @Test func partsThatMeetWhenItRuns() throws {
        let f = ReversibleFunction("f", parameters: ["v", "n"]) { (v: Vector, n: Integer) in
            v[0..<2] += v[n..<n + 2]
        }
        #expect(try f([1, 2, 3, 4], 2).0 == [4, 6, 3, 4])
        expectFailure(
            f, [1, 2, 3, 4], 1, kind: .aliasing, at: #line - 4,
            says: """
                in `f`, `Assert(2 <= n || n + 2 <= 0, "`v[0..<2]` and `v[n..<n + 2]` share no elements")`: two views of \
                one array share elements, and one of them changes; it could not be undone. Use views that are apart, or \
                copy one of them into an ancilla first
                  (n = 1)
                """)
    }

    /// A function that is given a part does not reach beyond it, where the vector goes on.
    @Test func anIndexOutsideOfAPart() {
        let third = ReversibleFunction("third", parameters: ["y", "p"]) { (y: Scalar, p: Vector) in
            y += p[2]
        }
        let f = ReversibleFunction("f", parameters: ["y", "v"]) { (y: Scalar, v: Vector) in
            third(y, v[1..<3])
        }
        let call = #line - 2
        expectFailure(
            f, 0, [1, 2, 3, 4], kind: .indexOutOfRange, at: call - 3,
            says: """
                in `third`, `y += p[start + 2]`: index 2 is outside a part of a vector that has 2 elements
                  (y = 0.0, start = 1, count = 2)
                  called by `f`, `third(y, v[t1..<t1 + t2])`, at DiagnosticsTests/ViewTests.swift:\(call):13
                """)
    }

    @Test func aRowThatIsNotThere() {
        let add = ReversibleFunction("add", parameters: ["a", "b"]) { (a: Vector, b: Vector) in
            a += b
        }
        let f = ReversibleFunction("f", parameters: ["m", "v"]) { (m: Matrix, v: Vector) in
            add(m[row: 2], v)
        }
        let call = #line - 2
        expectFailure(
            f, DenseMatrix([[1, 2]]), [1, 2], kind: .indexOutOfRange, at: call - 3,
            says: """
                in `add`, `a[row, e] += b[e]`: index 2 is outside `a`, which has 1 row
                  (row = 2, e = 0, b[e] = 1.0)
                  called by `f`, `add(m[row: t1], v)`, at DiagnosticsTests/ViewTests.swift:\(call):13
                """)
    }
}
