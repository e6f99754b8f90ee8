import AD
import NativeEngine
import Testing

/// What code without checks does where the checks would have failed: nothing that ends the process.
@Suite struct UncheckedTests {
    @Test func integerDivision() throws {
        let f = ReversibleFunction { (n: Integer, m: Integer, k: Integer, j: Integer) in
            n += k / j
            m += k % j
        }
        try withOptions { options in
            let fast = try compile(f, checks: .none, options: options)
            for (k, j, quotient, remainder) in [
                (Int.min, -1, Int.min, 0), (7, 0, 0, 7), (-7, 2, -3, -1), (7, -2, -3, 1),
            ] {
                let (n, m, _, _) = try fast(0, 0, k, j)
                #expect(n == quotient && m == remainder, "\(k) and \(j)")
            }
        }
    }

    @Test func integerDivisionInLanes() throws {
        let f = ReversibleFunction {
            (n: IntegerVector, m: IntegerVector, k: IntegerVector, j: IntegerVector) in
            ParallelFor(n.indices) { i in
                n[i] += k[i] / j[i]
                m[i] += k[i] % j[i]
            }
        }
        try withOptions { options in
            let (n, m, _, _) = try compile(f, checks: .none, options: options)(
                [0, 0, 0, 0, 0], [0, 0, 0, 0, 0], [Int.min, 7, -7, 7, 9], [-1, 0, 2, -2, 4])
            #expect(n == [Int.min, 0, -3, -3, 2] && m == [0, 7, -1, 1, 1])
        }
    }

    @Test(arguments: [Checks.none, .undoing, .all])
    func aMatrixThatCannotBe(checks: Checks) throws {
        let f = ReversibleFunction("f", parameters: ["y", "n"]) { (y: Scalar, n: Integer) in
            let m = Matrix.ancilla(rows: n, columns: n, "m")
            y += sum(m)
        }
        try withOptions { options in
            let code = try compile(f, checks: checks, options: options)
            for size in [1 << 32, -1, -(1 << 33)] {
                let error = failure { try code(0, size) }
                #expect(error?.kind == .invalidSize)
                #expect(
                    error?.message
                        == (size < 0
                            ? "the size of the ancilla is \(size), and must not be negative"
                            : "there is not enough memory for the \(size)×\(size) elements of the ancilla"))
            }
        }
    }

    @Test func anIntegerHasNoDerivativeToAskFor() throws {
        let f = ReversibleFunction("f", parameters: ["y", "k"]) { (y: Scalar, k: Integer) in y += 2 * k }
        func refused(_ body: () throws -> Void) {
            do {
                try body()
                Issue.record("nothing was thrown")
            } catch {
                #expect("\(error)" == "in `f`: `with: 1` is of type Integer; integers have no derivative")
            }
        }
        refused { _ = try compile(grad(f), with: [1]) }
        refused { _ = try compile(hvp(f), with: [0, 1]) }
        refused { _ = try compile(jvp(f), with: [1]) }
        refused { try grad(f).exportC(to: "/nowhere", with: [1]) }
        refused { _ = try compile(jacobian(f, of: 0, with: 1)) }
    }
}
