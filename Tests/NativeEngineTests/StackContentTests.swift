import AD
import Foundation
import NativeEngine
import TestSupport
import Testing

/// What is on a stack, in expressions: how many numbers, and which is on top.
@Suite(.enabled(if: compilerIsThere)) struct StackContentTests {
    static let engines: [Checks?] = [nil, .undoing, Checks.none, .all]
    /// Where what compiled code does with checks and without is the same as in the tests that try all.
    static let someEngines: [Checks?] = isExhaustive ? engines : [nil, .undoing]

    /// y grows by top² x.
    static let square = ReversibleFunction("square", parameters: ["y", "x", "s"]) {
        (y: Scalar, x: Scalar, s: Stack) in
        y += s.top * s.top * x
    }

    static func gradient(
        _ f: ReversibleFunction<Scalar, Scalar, Stack>, _ y: Double, _ x: Double, _ s: [Double],
        _ engine: Checks?
    ) throws -> (Double, Double, [Double]) {
        if let engine { return try compile(grad(f), checks: engine)(y, x, s) }
        return try grad(f, y, x, s)
    }

    static func product(
        _ f: ReversibleFunction<Scalar, Scalar, Stack>, _ y: Double, _ x: Double, _ s: [Double],
        _ direction: (Double, Double, [Double]), _ engine: Checks?
    ) throws -> (Double, Double, [Double]) {
        if let engine { return try compile(hvp(f), checks: engine)(y, x, s, direction: direction) }
        return try hvp(f, y, x, s, direction: direction)
    }

    @Test(arguments: engines)
    func theTopHasDerivatives(_ engine: Checks?) throws {
        let f = Self.square
        let value = try engine.map { try compile(f, checks: $0)(1, 3, [7, 5]) } ?? f(1, 3, [7, 5])
        #expect(value == (76, 3, [7, 5]))
        #expect(try Self.gradient(f, 0, 3, [7, 5], engine) == (1, 25, [0, 30]))
        // The Hessian in (x, top) is [[0, 10], [10, 6]].
        #expect(try Self.product(f, 0, 3, [7, 5], (0, 1, [1, 2]), engine) == (0, 20, [0, 22]))
        let moved = try engine.map {
            try compile(jvp(f), checks: $0)(0, 3, [7, 5], tangent: (0, 1, [1, 2])).product
        }
        #expect(try moved ?? jvp(f, 0, 3, [7, 5], tangent: (0, 1, [1, 2])).product == (85, 1, [1, 2]))
        try checkGrads(f, 0.5, 3, [7, 5])
        try checkInverse(f, 0.5, 3, [7, 5])
    }

    /// y = Σ sₖ xᵏ by Horner's rule over a stack that is emptied, and its Hessian.
    static let polynomial = ReversibleFunction("polynomial", parameters: ["y", "x", "s"]) {
        (y: Scalar, x: Scalar, s: Stack) in
        let past = Stack.ancilla("past")
        let (power, t, n) = (Scalar.ancilla("power"), Scalar.ancilla("t"), Integer.ancilla("n"))
        Compute {
            While(!s.isEmpty, post: !past.isEmpty) {
                POP(t, from: s)
                PUSH(t, on: past)
            }
        } apply: {
            For(0..<1) { _ in y += past.top }
        }
        Compute {
            n += s.count
        } apply: {
            For(0..<n) { k in
                y += select(k + 1 < s.count, 0, s.top * pow(x, k))
            }
        }
    }

    /// y = s₀ + s₃ x³ for four numbers.
    @Test(arguments: engines)
    func inLoopsAndConditions(_ engine: Checks?) throws {
        let f = Self.polynomial
        let value =
            try engine.map { try compile(f, checks: $0)(0, 2, [1, 2, 3, 4]) } ?? f(0, 2, [1, 2, 3, 4])
        #expect(value == (33, 2, [1, 2, 3, 4]))
        #expect(try Self.gradient(f, 0, 2, [1, 2, 3, 4], engine) == (1, 48, [1, 0, 0, 8]))
        // d²y/dx² = 6 s₃ x, d²y/dx ds₃ = 3 x².
        #expect(
            try Self.product(f, 0, 2, [1, 2, 3, 4], (0, 1, [0, 0, 0, 1]), engine) == (0, 60, [0, 0, 0, 12]))
        try checkGrads(f, 0.5, 1.5, [1, 2, 3, 4])
    }

    /// What a choice guards is read, and has a derivative, where it is chosen.
    @Test(arguments: engines)
    func theTopUnderACondition(_ engine: Checks?) throws {
        let f = ReversibleFunction("f", parameters: ["y", "x", "s"]) { (y: Scalar, x: Scalar, s: Stack) in
            y += select(s.isEmpty, x, s.top * sin(x)) + s.count * x
        }
        #expect(try Self.gradient(f, 0, 2, [], engine) == (1, 1, []))
        let found = try Self.gradient(f, 0, 2, [3, 5], engine)
        #expect(abs(found.1 - (5 * cos(2) + 2)) <= 1e-14 && found.2[0] == 0)
        #expect(abs(found.2[1] - sin(2)) <= 1e-15)
    }

    /// What is pushed can be read at once, and again after more has been pushed and popped: y = x + 2 x³ + x⁶.
    @Test(arguments: someEngines)
    func stacksOfBlocksAndRuns(_ engine: Checks?) throws {
        for isOfRun in [false, true] {
            let f = ReversibleFunction("f", parameters: ["y", "x", "rest"]) {
                (y: Scalar, x: Scalar, rest: Stack) in
                let s = isOfRun ? Stack("s") : Stack.ancilla("s")
                let (a, b) = (Scalar.ancilla("a"), Scalar.ancilla("b"))
                Compute {
                    a += x * x * x
                    PUSH(a, on: s)
                    b += s.top * s.top
                    PUSH(b, on: s)
                } apply: {
                    y += s.top + s.count - 2
                }
                Compute {
                    a += x
                    PUSH(a, on: s)
                } apply: {
                    y += s.top
                }
                Compute {
                    a += x * x * x
                    PUSH(a, on: s)
                } apply: {
                    y += 2 * s.top
                }
            }
            let x = 1.25
            func close(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-14 * abs(b) }
            let slope = 1 + 6 * x * x + 6 * pow(x, 5)
            let bend = 12 * x + 30 * pow(x, 4)
            #expect(close(try Self.gradient(f, 0, x, [], engine).1, slope))
            #expect(close(try Self.product(f, 0, x, [], (0, 1, []), engine).1, bend))
        }
    }

    /// An integer on top is read as a number, and the derivative that falls on it goes with it.
    @Test(arguments: someEngines)
    func integersOnTop(_ engine: Checks?) throws {
        for isOfRun in [false, true] {
            let f = ReversibleFunction("f", parameters: ["y", "x", "rest"]) {
                (y: Scalar, x: Scalar, rest: Stack) in
                let s = isOfRun ? Stack("s") : Stack.ancilla("s")
                let (k, a) = (Integer.ancilla("k"), Scalar.ancilla("a"))
                Compute {
                    k += 3
                    PUSH(k, on: s)
                } apply: {
                    y += s.top * x
                }
                Compute {
                    a += x * x
                    PUSH(a, on: s)
                } apply: {
                    y += s.top
                }
                Compute {
                    k += 5
                    PUSH(k, on: s)
                } apply: {
                    y += s.top * x
                }
            }
            // y = 8 x + x²
            #expect(try Self.gradient(f, 0, 2, [4], engine) == (1, 12, [0]))
            #expect(try Self.product(f, 0, 2, [4], (0, 1, [1]), engine) == (0, 2, [0]))
            let moved = try engine.map {
                try compile(jvp(f), checks: $0)(0, 2, [4], tangent: (0, 1, [0])).product.0
            }
            #expect(try moved ?? jvp(f, 0, 2, [4], tangent: (0, 1, [0])).product.0 == 12)
        }
    }

    /// A function that is called reads what its caller has pushed, and the other way round.
    @Test(arguments: someEngines)
    func throughCalls(_ engine: Checks?) throws {
        let read = ReversibleFunction("read") { (y: Scalar, s: Stack) in y += s.top * s.top }
        let push = ReversibleFunction("push") { (x: Scalar, n: Integer, s: Stack) in
            PUSH(n, on: s)
            COPYPUSH(x, on: s)
        }
        let f = ReversibleFunction("f") { (y: Scalar, x: Scalar, s: Stack) in
            let n = Integer.ancilla("n")
            Compute {
                n += s.count
                push(x, n, s)
            } apply: {
                read(y, s)
                y += s.top
            }
            read(y, s)
        }
        // y = x² + x + s²
        #expect(try Self.gradient(f, 0, 3, [5], engine) == (1, 7, [10]))
        #expect(try Self.product(f, 0, 3, [5], (0, 1, [1]), engine) == (0, 2, [2]))
        try checkGrads(f, 0.5, 3, [5])
    }

    /// A stack of the run grows in calls of the function itself: what was asked before is asked again after them.
    @Test(arguments: someEngines)
    func recursion(_ engine: Checks?) throws {
        let f = ReversibleFunction.recursive("f", parameters: ["y", "x", "n"]) {
            (f, y: Scalar, x: Scalar, n: Integer) in
            let s = Stack("s")
            let t = Scalar.ancilla("t")
            If(n > 0) {
                Compute {
                    t += x * n
                    PUSH(t, on: s)
                    n -= 1
                } apply: {
                    y += s.count
                    f(y, x, n)
                    y += s.top * s.count
                }
            }
        }
        // Calls with n = 3, 2, 1 push 3 x, 2 x and x: y = (1 + 2 + 3) + 3 x · 1 + 2 x · 2 + x · 3.
        let (value, slope): (Double, Double)
        if let engine {
            value = try compile(f, checks: engine)(0, 0.5, 3).0
            slope = try compile(grad(f), checks: engine)(0, 0.5, 3).1
        } else {
            value = try f(0, 0.5, 3).0
            slope = try grad(f, 0, 0.5, 3).1
        }
        #expect(value == 11 && slope == 10)
    }

    /// As an angle, as a factor, and where a loop ends.
    @Test(arguments: someEngines)
    func inOtherWords(_ engine: Checks?) throws {
        let f = ReversibleFunction("f", parameters: ["y", "x", "s"]) { (y: Scalar, x: Scalar, s: Stack) in
            ROT(y, x, s.top)
            y *= s.top
            x /= s.top + 1
            While(s.count < 4 && s.top < 0.75, post: s.count > 2) { COPYPUSH(x, on: s) }
            y += s.top * s.top * s.count
        }
        try checkGrads(f, 0.3, 1.2, [0.5, 0.7])
        try checkInverse(f, 0.3, 1.2, [0.5, 0.7])
        // y and x are turned by t = 0.7: x₁ = (y sin t + x cos t) / (t + 1), y₁ = (y cos t − x sin t) t + 4 x₁².
        let (t, y, x) = (0.7, 0.3, 1.2)
        let (u, v) = (y * cos(t) - x * sin(t), y * sin(t) + x * cos(t))
        let x1 = v / (t + 1)
        let expected = (
            cos(t) * t + 8 * x1 * sin(t) / (t + 1), -sin(t) * t + 8 * x1 * cos(t) / (t + 1),
            u - v * t + 8 * x1 * (u / (t + 1) - v / ((t + 1) * (t + 1)))
        )
        let found = try Self.gradient(f, y, x, [0.5, t], engine)
        #expect(abs(found.0 - expected.0) <= 1e-14 && abs(found.1 - expected.1) <= 1e-14)
        #expect(found.2.count == 2 && found.2[0] == 0 && abs(found.2[1] - expected.2) <= 1e-14)
    }

    @Test func errors() throws {
        let f = Self.square
        try expectNoError(f, .real(0), .real(1), .reals([1]))
        try expectSameError(.emptyStack, f, .real(0), .real(1), .reals([]))
        for isOfRun in [false, true] {
            let g = ReversibleFunction("g", parameters: ["y"]) { (y: Scalar) in
                let s = isOfRun ? Stack("s") : Stack.ancilla("s")
                y += s.top
            }
            try expectSameError(.emptyStack, g, .real(0))
            try expectSameError(.emptyStack, ~g, .real(0))
        }
        #expect(throws: ReversibilityError.self) { try grad(f, 0, 1, []) }
        for checks in [Checks.undoing, .none, .all] {
            #expect(throws: ReversibilityError.self) { try compile(grad(f), checks: checks)(0, 1, []) }
        }
    }

    @Test func printed() {
        let f = ReversibleFunction("f", parameters: ["y", "s"]) { (y: Scalar, s: Stack) in
            y += select(s.isEmpty, 0, s.top) * s.count
        }
        #expect("\(f)".contains("y += select(s.count == 0, 0, s.top) * s.count"), "\(f)")
    }
}
