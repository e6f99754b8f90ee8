import AD
import NativeEngine
import Testing

/// What is on a stack where undoing is verified, and where derivatives are differentiated.
extension StackContentTests {
    /// What is read where undoing loses digits is verified, and recorded.
    @Test func verifiedAndRecorded() throws {
        let f = ReversibleFunction("f", parameters: ["y", "x", "s"]) { (y: Scalar, x: Scalar, s: Stack) in
            let t = Scalar.ancilla("t")
            For(0..<40) { _ in
                POP(t, from: s)
                t *= 0.3
                t += x * x
                PUSH(t, on: s)
                y += s.top * s.top
            }
        }
        // t ↦ 0.3 t + x²; dt/dt₀ = 0.3ⁿ.
        var (t, slope, dx, expected) = (0.75, 1.0, 0.0, (x: 0.0, s: 0.0))
        for _ in 0..<40 {
            (t, slope, dx) = (0.3 * t + 1.44, 0.3 * slope, 0.3 * dx + 2.4)
            expected.x += 2 * t * dx
            expected.s += 2 * t * slope
        }
        let found = try grad(f, 0, 1.2, [0.75], undoing: .recorded)
        #expect(abs(found.1 - expected.x) <= 1e-12 * abs(expected.x))
        #expect(abs(found.2[0] - expected.s) <= 1e-12 * abs(expected.s))
        let error = #expect(throws: ReversibilityError.self) { try grad(f, 0, 1.2, [0.75]) }
        #expect(error?.kind == .drift)
        #expect(error?.message.contains("`s.top`") == true, "\(error?.message ?? "")")
    }

    /// A stack that a loop only reads is there when its turns are undone from a record.
    @Test(arguments: engines)
    func aStackThatIsOnlyRead(_ engine: Checks?) throws {
        let f = ReversibleFunction("f", parameters: ["y", "x", "s"]) { (y: Scalar, x: Scalar, s: Stack) in
            For(0..<60) { _ in
                x *= 0.3
                x += s.top * s.count
                y += x * x * s.top
            }
        }
        // x ↦ 0.3 x + 2 t for two numbers with t on top
        let t = 0.5
        var (x, byX, byTop, expected) = (1.25, 1.0, 0.0, (x: 0.0, top: 0.0))
        for _ in 0..<60 {
            (x, byX, byTop) = (0.3 * x + 2 * t, 0.3 * byX, 0.3 * byTop + 2)
            expected.x += 2 * x * byX * t
            expected.top += 2 * x * byTop * t + x * x
        }
        let found =
            if let engine {
                try compile(grad(f, undoing: .recorded), checks: engine)(0, 1.25, [7, t])
            } else {
                try grad(f, 0, 1.25, [7, t], undoing: .recorded)
            }
        #expect(abs(found.1 - expected.x) <= 1e-13 * abs(expected.x))
        #expect(found.2[0] == 0 && abs(found.2[1] - expected.top) <= 1e-13 * abs(expected.top))
    }

    /// The same of a computation that runs again from what undoing has restored; where there is no top, none is looked at.
    @Test(arguments: someEngines)
    func verifiedInComputations(_ engine: Checks?) throws {
        let f = ReversibleFunction("f", parameters: ["y", "x", "s"]) { (y: Scalar, x: Scalar, s: Stack) in
            let (t, u) = (Scalar.ancilla("t"), Scalar.ancilla("u"))
            Compute {
                For(0..<s.count) { _ in u += s.top * s.top }
            } apply: {
                y += u * x
            }
            If(!s.isEmpty) {
                POP(t, from: s)
                t += x * x * x
                PUSH(t, on: s)
            }
        }
        // y = n s² x for n numbers
        #expect(try Self.gradient(f, 0, 2, [], engine) == (1, 0, []))
        let found = try Self.gradient(f, 0, 2, [1, 3], engine)
        #expect(found.1 == 18 && found.2 == [0, 24])
    }

    /// A program that holds the adjoint of a function whose stack lasts for the run.
    static func inner(
        _ g: ReversibleFunction<Scalar, Scalar>
    ) -> ReversibleFunction<Scalar, GVar<Scalar>, GVar<Scalar>> {
        ReversibleFunction("inner") { (y: Scalar, a: GVar<Scalar>, b: GVar<Scalar>) in
            g(a.value, b.value)
            b.gradient += b.value
            adjoint(g)(a, b)
            y += a.gradient * a.gradient
        }
    }

    @Test(arguments: someEngines)
    func adjointsInsideAdjoints(_ engine: Checks?) throws {
        let numbers = ReversibleFunction("numbers") { (a: Scalar, b: Scalar) in
            let s = Stack("s")
            COPYPUSH(a, on: s)
            b += s.top * s.top
        }
        let integers = ReversibleFunction("integers") { (a: Scalar, b: Scalar) in
            let (s, n) = (Stack("s"), Integer.ancilla("n"))
            n += 3
            PUSH(n, on: s)
            b += s.top * a
        }
        // An integer that is popped takes the derivative with it that fell on it.
        let both = ReversibleFunction("both") { (a: Scalar, b: Scalar) in
            let (s, n) = (Stack("s"), Integer.ancilla("n"))
            Compute {
                n += 3
                PUSH(n, on: s)
            } apply: {
                b += s.top * a
            }
            COPYPUSH(a, on: s)
            b += s.top * s.top
        }
        for (a, b) in [(0.5, 0.75), (1.25, -0.5)] {
            // y = (2 a + 3)² (b + a² + 3 a)²
            let (p, q) = (2 * a + 3, b + a * a + 3 * a)
            let known = [4 * p * q * q + 2 * p * p * p * q, 2 * p * p * q]
            let slopes = try StackLevelTests.gradients(Self.inner(both), a, b, engine)
            #expect(StackLevelTests.areClose(slopes, known), "\(slopes) \(known)")
            // y = 4 a² (b + a²)²
            let c = b + a * a
            var expected = [8 * a * c * c + 16 * a * a * a * c, 8 * a * a * c]
            var found = try StackLevelTests.gradients(Self.inner(numbers), a, b, engine)
            #expect(StackLevelTests.areClose(found, expected), "\(found) \(expected)")
            // y = 9 (b + 3 a)²
            expected = [54 * (b + 3 * a), 18 * (b + 3 * a)]
            found = try StackLevelTests.gradients(Self.inner(integers), a, b, engine)
            #expect(StackLevelTests.areClose(found, expected), "\(found) \(expected)")
        }
    }
}
