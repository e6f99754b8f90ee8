import AD
import Testing

/// Stacks: for one run, for one block, and as arguments.
struct StackTests {
    static let keep = ReversibleFunction("keep", parameters: ["y", "x", "kept"]) {
        (y: Scalar, x: Scalar, kept: Stack) in
        PUSH(y, on: kept)
        y += x * x
    }

    @Test func asAnArgumentItCarriesFromRunToRun() throws {
        let (y, x, kept) = try Self.keep(3, 2, [7])
        #expect(y == 4 && kept == [7, 3])
        let (y0, x0, kept0) = try (~Self.keep)(y, x, kept)
        #expect(y0 == 3 && x0 == 2 && kept0 == [7])
        let (dy, dx, dkept) = try grad(Self.keep, 3, 2, [7])
        // y is replaced, so its old value does not count; nothing on the stack does.
        #expect(dy == 0 && dx == 4 && dkept == [0])
    }

    @Test func whatIsPoppedHasAGradient() throws {
        let pop = ReversibleFunction { (y: Scalar, stack: Stack) in
            let t = Scalar.ancilla()
            POP(t, from: stack)
            y += 5 * t
            PUSH(t, on: stack)
        }
        #expect(try grad(pop, 0, [1, 2]).1 == [0, 5])
        try checkGrads(pop, 0.5, [1, 2])
    }

    @Test func integersAreKeptExactly() throws {
        let f = ReversibleFunction { (k: Integer, n: Integer) in
            let stack = Stack.ancilla()
            PUSH(k, on: stack)
            n += 3
            POP(k, from: stack)
        }
        let (k, n) = try f(9_007_199_254_740_992, 0)
        #expect(k == 9_007_199_254_740_992 && n == 3)
        let error = #expect(throws: ReversibilityError.self) { try f(9_007_199_254_740_993, 0) }
        #expect(error?.kind == .popMismatch)
    }

    /// An integer between two numbers has no cotangent and no tangent of its own.
    @Test func integersBetweenNumbers() throws {
        let f = ReversibleFunction("f", parameters: ["out", "x"]) { (out: Scalar, x: Scalar) in
            let (a, b, n) = (Scalar.ancilla("a"), Scalar.ancilla("b"), Integer.ancilla("n"))
            let past = Stack.ancilla("past")
            Compute {
                a += x * x
                b += cos(x)
                PUSH(a, on: past)
                n += 3
                PUSH(n, on: past)
                n += 4
                PUSH(n, on: past)
                PUSH(b, on: past)
                a += sin(x)
                POP(b, from: past)
                POP(n, from: past)
            } apply: {
                out += a * b + n
            }
        }
        #expect(abs(try f(0, 0.5).0 - 4.420_735_492_403_948) <= 1e-15)
        try checkGrads(f, 0, 0.5)
        let forward = tangent(f)
        let moved = try forward(DualVar(0), DualVar(0.5, tangent: 1))
        let cosine = 0.540_302_305_868_139_8
        #expect(abs(moved.0.tangent - cosine) <= 1e-15)
        let undone = tangent(~f)
        let pushed = try undone(DualVar(moved.0.primal, tangent: cosine), DualVar(0.5, tangent: 1))
        #expect(abs(pushed.0.tangent) <= 1e-15)
    }
}
