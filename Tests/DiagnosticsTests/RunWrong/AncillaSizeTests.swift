import AD
import Testing

/// Scratch arrays that cannot be made.
struct AncillaSizeTests {
    @Test func negativeSize() throws {
        let f = ReversibleFunction("f", parameters: ["n"]) { (n: Integer) in
            let t = Vector.ancilla(count: n - 3, "t")
            t += 1
            t -= 1
        }
        #expect(try f(3) == 3)
        expectFailure(
            f, 1, kind: .invalidSize, at: #line - 6, column: 35,
            says: """
                in `f`, `let t = Vector.ancilla(count: n - 3)`: the size of the ancilla is -2, and must \
                not be negative
                  (n = 1)
                """)
    }

    @Test func tooLarge() throws {
        let f = ReversibleFunction("f", parameters: ["n"]) { (n: Integer) in
            let t = Matrix.ancilla(rows: n, columns: 2 * n, "t")
            t[0, 0] += 1
            t[0, 0] -= 1
        }
        #expect(try f(3) == 3)
        expectFailure(
            f, 1 << 40, kind: .invalidSize, at: #line - 6, column: 35,
            says: """
                in `f`, `let t = Matrix.ancilla(rows: n, columns: 2 * n)`: there is not enough memory for \
                the 1099511627776×2199023255552 elements of the ancilla
                  (n = 1099511627776)
                """)
    }

    @Test(arguments: [Int.max, Int.min, -1, 1 << 60])
    func impossibleSizes(size: Int) {
        let vector = ReversibleFunction { (n: Integer) in
            let t = Vector.ancilla(count: n)
            t += 1
            t -= 1
        }
        let integers = ReversibleFunction { (n: Integer) in
            let t = IntegerVector.ancilla(count: n)
            t += 1
            t -= 1
        }
        let matrix = ReversibleFunction { (n: Integer) in
            let t = Matrix.ancilla(rows: n, columns: n)
            t += 1
            t -= 1
        }
        for f in [vector, integers, matrix] {
            for function in [f, ~f] {
                do {
                    _ = try function(size)
                    Issue.record("an ancilla of size \(size) was made")
                } catch {
                    #expect(error.kind == .invalidSize)
                }
            }
        }
    }
}
