import AD
import Foundation
import NativeEngine
import Testing

/// Derivatives of derivatives of functions that leave numbers on stacks of their own: of each differentiation the
/// numbers meet those of the same, and of no other.
@Suite struct StackLevelTests {
    /// a becomes a · b, and what it was is kept.
    static let multiplied = ReversibleFunction("multiplied") { (a: Scalar, b: Scalar) in
        let t = Scalar.ancilla()
        t += a * b
        SWAP(a, t)
        PUSH(t, on: Stack())
    }

    static let product = ReversibleFunction("product") { (y: Scalar, a: Scalar, b: Scalar) in
        multiplied(a, b)
        y += a * a
    }

    /// y = a² b², and its Hessian.
    @Test(arguments: [(0.5, 0.7), (0, 0.3), (-1e-3, 2e5), (0, 0)])
    func secondDerivatives(a: Double, b: Double) throws {
        let direction = (0.0, 1.0, 0.25)
        let expected = (2 * b * b + a * b, 4 * a * b + 0.5 * a * a)
        func check(_ found: (Double, Double, Double), _ engine: String) {
            #expect(
                abs(found.1 - expected.0) <= 1e-14 * abs(expected.0)
                    && abs(found.2 - expected.1) <= 1e-14 * abs(expected.1), "\(engine): \(found)")
        }
        check(try hvp(Self.product, 0, a, b, direction: direction), "interpreter")
        for checks in [Checks.undoing, .none, .all] {
            check(
                try compile(hvp(Self.product), checks: checks)(0, a, b, direction: direction), "\(checks)")
        }
    }

    /// a grows by b³, and b is moved away.
    static let moved = ReversibleFunction("moved") { (a: Scalar, b: Scalar) in
        a += b * b * b
        PUSH(b, on: Stack())
    }

    /// A program that holds the adjoint of a function, and is differentiated itself: with a gradient of a + b³ in a, the
    /// adjoint makes that in b 3 b² (a + b³).
    static let inner = ReversibleFunction("inner") { (y: Scalar, a: GVar<Scalar>, b: GVar<Scalar>) in
        moved(a.value, b.value)
        a.gradient += a.value
        adjoint(moved)(a, b)
        y += b.gradient * b.gradient
    }

    /// y = 9 b⁴ (a + b³)².
    @Test(arguments: [(0.5, 0.7), (1.25, -0.5)])
    func adjointsInsideAdjoints(a: Double, b: Double) throws {
        let f = Self.inner
        let s = a + b * b * b
        let expected = (18 * pow(b, 4) * s, 36 * pow(b, 3) * s * s + 54 * pow(b, 6) * s)
        func check(_ found: (Double, GVar<Double>, GVar<Double>), _ engine: String) {
            #expect(
                abs(found.1.value - expected.0) <= 1e-14 * abs(expected.0)
                    && abs(found.2.value - expected.1) <= 1e-14 * abs(expected.1), "\(engine): \(found)")
        }
        check(try grad(f, 0, GVar(a), GVar(b)), "interpreter")
        for checks in [Checks.undoing, .none, .all] {
            check(try compile(grad(f), checks: checks)(0, GVar(a), GVar(b)), "\(checks)")
        }
        let step = try jvp(f, 0, GVar(a), GVar(b), tangent: (0, GVar(1), GVar(0.5))).product.0
        #expect(abs(step - expected.0 - expected.1 / 2) <= 1e-14 * abs(step), "\(step)")
    }

    static let engines: [Checks?] = [nil, .undoing, Checks.none, .all]

    /// The gradients of argument 0 in the values of the others.
    static func gradients(
        _ f: ReversibleFunction<Scalar, GVar<Scalar>, GVar<Scalar>>, _ a: Double, _ b: Double,
        _ engine: Checks?
    ) throws -> [Double] {
        let found =
            if let engine { try compile(grad(f), checks: engine)(0, GVar(a), GVar(b)) } else {
                try grad(f, 0, GVar(a), GVar(b))
            }
        return [found.1.value, found.2.value]
    }

    static func areClose(_ found: [Double], _ expected: [Double]) -> Bool {
        found.count == expected.count && zip(found, expected).allSatisfy { abs($0 - $1) <= 1e-13 * abs($1) }
    }

    /// What an adjoint drops in scratch, its own adjoint needs: with a gradient a b in a b, the adjoint adds a² b to that in
    /// b and makes that in a a b².
    @Test(arguments: engines)
    func scratchBesideAStack(_ engine: Checks?) throws {
        let f = ReversibleFunction("f") { (y: Scalar, a: GVar<Scalar>, b: GVar<Scalar>) in
            Self.multiplied(a.value, b.value)
            a.gradient += a.value
            adjoint(Self.multiplied)(a, b)
            y += b.gradient * b.gradient + 3 * a.gradient
        }
        for (a, b) in [(0.5, 0.7), (1.25, -0.5)] {
            // y = a⁴ b² + 3 a b²
            let expected = [4 * a * a * a * b * b + 3 * b * b, 2 * a * a * a * a * b + 6 * a * b]
            let found = try Self.gradients(f, a, b, engine)
            #expect(Self.areClose(found, expected), "\(found) \(expected)")
        }
    }

    /// The same for arrays, and for the place that is pushed from.
    @Test(arguments: engines)
    func scratchArraysAndPlacesThatArePushedFrom(_ engine: Checks?) throws {
        let g = ReversibleFunction("g") { (a: Scalar, b: Scalar) in
            let m = Matrix.ancilla(rows: 2, columns: 2)
            m[0, 1] += a * b
            m[1, 0] += a * m[0, 1]
            SWAP(a, m[1, 0])
            b += a * m[1, 0]
            let s = Stack()
            PUSH(m[1, 0], on: s)
            PUSH(m[0, 1], on: s)
        }
        // From (a, b) to (a² b, b + a³ b), with gradients p = a² b and q = 1 there: in a 2 a b p + 3 a² b q, in b
        // a² p + (1 + a³) q.
        let f = ReversibleFunction("f") { (y: Scalar, a: GVar<Scalar>, b: GVar<Scalar>) in
            g(a.value, b.value)
            a.gradient += a.value
            b.gradient += 1
            adjoint(g)(a, b)
            y += a.gradient * b.gradient
        }
        for (a, b) in [(0.5, 0.7), (1.25, -0.5)] {
            let u = 2 * a * a * a * b * b + 3 * a * a * b
            let v = a * a * a * a * b + 1 + a * a * a
            let expected = [
                (6 * a * a * b * b + 6 * a * b) * v + u * (4 * a * a * a * b + 3 * a * a),
                (4 * a * a * a * b + 3 * a * a) * v + u * a * a * a * a,
            ]
            let found = try Self.gradients(f, a, b, engine)
            #expect(Self.areClose(found, expected), "\(found) \(expected)")
        }
    }

    /// The inverse of an adjoint, called by a program that is differentiated.
    @Test(arguments: engines)
    func theInverseOfAnAdjoint(_ engine: Checks?) throws {
        let f = ReversibleFunction("f") { (y: Scalar, a: GVar<Scalar>, b: GVar<Scalar>) in
            Self.multiplied(a.value, b.value)
            a.gradient += a.value
            adjoint(Self.multiplied)(a, b)
            b.gradient += a.gradient * a.gradient
            (~adjoint(Self.multiplied))(a, b)
            adjoint(Self.multiplied)(a, b)
            y += a.gradient * b.gradient
        }
        for (a, b) in [(0.5, 0.7), (1.25, -0.5)] {
            // y = a b² (a² b + a² b⁴)
            let expected = [
                3 * a * a * b * b * b + 3 * a * a * pow(b, 6),
                3 * a * a * a * b * b + 6 * a * a * a * pow(b, 5),
            ]
            let found = try Self.gradients(f, a, b, engine)
            #expect(Self.areClose(found, expected), "\(found) \(expected)")
        }
    }

    /// An adjoint of an adjoint, called by a program: the gradient of 2 b + 3 a, which are the gradients of a b.
    @Test func anAdjointOfAnAdjoint() throws {
        let once: ReversibleFunction<GVar<Scalar>, GVar<Scalar>> = adjoint(Self.multiplied)
        let twice: ReversibleFunction<GVar<GVar<Scalar>>, GVar<GVar<Scalar>>> = adjoint(once)
        let f = ReversibleFunction("f") { (a: GVar<GVar<Scalar>>, b: GVar<GVar<Scalar>>) in
            Self.multiplied(a.value.value, b.value.value)
            a.value.gradient += 1
            once(a.value, b.value)
            a.gradient.gradient += 2
            b.gradient.gradient += 3
            twice(a, b)
        }
        func start(_ x: Double) -> GVar<GVar<Double>> { GVar(GVar(x, 0), GVar(0, 0)) }
        let (a, b) = try f(start(0.5), start(0.7))
        // At the end of the function its result and the gradients are what they were. The value of a that was pushed has
        // its gradient on a stack of the run.
        #expect(abs(a.value.value - 0.35) < 1e-15 && a.value.gradient == 1 && abs(b.value.gradient) < 1e-15)
        #expect(b.gradient.value == 2)
        #expect(abs(a.gradient.gradient - 2.9) < 1e-15)
        let compiled = try compile(f)(start(0.5), start(0.7))
        #expect(compiled.0.gradient.gradient == a.gradient.gradient && compiled.1.gradient.value == 2)
    }

    /// Integers have no cotangents and no tangents; numbers that take their positions on a stack later have.
    @Test func integersAndNumbersOnOneStack() throws {
        let f = ReversibleFunction("f") { (y: Scalar, x: Scalar, k: Integer) in
            let s = Stack("s")
            let (t, u, j) = (Scalar.ancilla("t"), Scalar.ancilla("u"), Integer.ancilla("j"))
            t += x * x
            PUSH(t, on: s)
            POP(u, from: s)
            PUSH(k, on: s)
            PUSH(u, on: s)
            POP(t, from: s)
            POP(j, from: s)
            y += t * t
            t -= x * x
            SWAP(k, j)
        }
        let g = ReversibleFunction("g") { (y: Scalar, x: Scalar, k: Integer) in
            let s = Stack("s")
            PUSH(k, on: s)
            PUSH(x, on: s)
            POP(x, from: s)
            POP(k, from: s)
            PUSH(x, on: s)
            POP(x, from: s)
            y += x * x * x * x
        }
        for f in [f, g] {
            #expect(try grad(f, 0, 2, 5).1 == 32)
            #expect(try jvp(f, 0, 2, 5, tangent: (0, 1, ())).product.0 == 32)
            #expect(try hvp(f, 0, 2, 5, direction: (0, 1, ())).1 == 48)
            #expect(try tangent(f)(DualVar(0, 0), DualVar(2, 1), DualVar(5)).0.tangent == 32)
            for checks in [Checks.undoing, .none, .all] {
                #expect(try compile(grad(f), checks: checks)(0, 2, 5).1 == 32)
                #expect(try compile(hvp(f), checks: checks)(0, 2, 5, direction: (0, 1, ())).1 == 48)
                #expect(
                    try compile(jvp(f), checks: checks)(0, 2, 5, tangent: (0, 1, ())).product.0 == 32)
            }
        }
    }

    /// A stack that is handed to a function which has no use for its derivatives, or for itself.
    @Test func stacksThatCarryNoDerivatives() throws {
        let idle = ReversibleFunction("idle") { (x: Scalar, s: Stack) in x += 1 }
        let counting = ReversibleFunction("counting") { (k: Integer, s: Stack) in PUSH(k, on: s) }
        let f = ReversibleFunction("f") { (y: Scalar, x: Scalar, k: Integer) in
            let s = Stack("s")
            counting(k, s)
            idle(x, s)
            y += x * x * x
        }
        #expect(try grad(f, 0, 1, 3).1 == 12)
        #expect(try hvp(f, 0, 1, 3, direction: (0, 1, ())).1 == 12)
        for checks in [Checks.undoing, .none, .all] {
            #expect(try compile(grad(f), checks: checks)(0, 1, 3).1 == 12)
            #expect(try compile(hvp(f), checks: checks)(0, 1, 3, direction: (0, 1, ())).1 == 12)
            #expect(try compile(jvp(f), checks: checks)(0, 1, 3, tangent: (0, 1, ())).product.0 == 12)
        }
    }

    /// A gradient of a gradient by hand, whose last step looks for a derivative where another differentiation leaves none.
    @Test func differentiationsThatMeet() throws {
        let once: ReversibleFunction<GVar<Scalar>, GVar<Scalar>> = adjoint(Self.multiplied)
        let twice: ReversibleFunction<GVar<GVar<Scalar>>, GVar<GVar<Scalar>>> = adjoint(once)
        let f = ReversibleFunction("f") { (a: GVar<GVar<Scalar>>, b: GVar<GVar<Scalar>>) in
            Self.multiplied(a.value.value, b.value.value)
            a.value.gradient += a.value.value * a.value.value
            once(a.value, b.value)
            b.gradient.gradient += 1
            twice(a, b)
            a.gradient.value += 2 * a.value.value * a.gradient.gradient
            a.value.gradient -= a.value.value * a.value.value
            once(
                GVar<Scalar>(a.value.value, a.gradient.value), GVar<Scalar>(b.value.value, b.gradient.value))
        }
        func start(_ x: Double) -> GVar<GVar<Double>> { GVar(GVar(x, 0), GVar(0, 0)) }
        func check(_ run: () throws -> Void) {
            let error = #expect(throws: ReversibilityError.self) { try run() }
            #expect(error?.kind == .popMismatch)
            #expect(error?.message.contains("keep theirs apart") == true, "\(error?.message ?? "")")
        }
        check { _ = try f(start(0.5), start(0.7)) }
        for checks in [Checks.undoing, .none, .all] {
            let compiled = try compile(f, checks: checks)
            check { _ = try compiled(start(0.5), start(0.7)) }
        }
    }

    /// What an adjoint keeps to be undone lies on one stack: calls must be undone in reverse order, also where their own
    /// stacks would not mind.
    @Test func callsUndoneInAnotherOrder() throws {
        let g = ReversibleFunction("g") { (a: Scalar, b: Scalar, s: Stack) in
            let t = Scalar.ancilla("t")
            t += a * b
            SWAP(a, t)
            PUSH(t, on: s)
        }
        func program(
            inOrder: Bool
        ) -> ReversibleFunction<
            Scalar, GVar<Scalar>, GVar<Scalar>, GVar<Scalar>, GVar<Scalar>, GVar<Stack>, GVar<Stack>
        > {
            ReversibleFunction("f") {
                (
                    y: Scalar, a: GVar<Scalar>, b: GVar<Scalar>, c: GVar<Scalar>, d: GVar<Scalar>,
                    s: GVar<Stack>,
                    u: GVar<Stack>
                ) in
                g(a.value, b.value, s.value)
                g(c.value, d.value, u.value)
                a.gradient += a.value
                c.gradient += c.value
                adjoint(g)(a, b, s)
                adjoint(g)(c, d, u)
                if inOrder { (~adjoint(g))(c, d, u) }
                (~adjoint(g))(a, b, s)
                if !inOrder { (~adjoint(g))(c, d, u) }
                y += a.gradient * 10 + b.gradient * 100 + c.gradient + d.gradient * 1000
            }
        }
        let none = GVar([Double](), [])
        let found = try program(inOrder: true)(0, GVar(0.5), GVar(0.7), GVar(2), GVar(3), none, none)
        #expect(abs(found.0 - 9.5) < 1e-12 && found.1.gradient == 0.35 && found.3.gradient == 6)
        let mixed = program(inOrder: false)
        let error = #expect(throws: ReversibilityError.self) {
            try mixed(0, GVar(0.5), GVar(0.7), GVar(2), GVar(3), none, none)
        }
        #expect(error?.kind == .popMismatch)
        for checks in [Checks.none, .all] {
            let compiled = try compile(mixed, checks: checks)
            #expect(throws: ReversibilityError.self) {
                try compiled(0, GVar(0.5), GVar(0.7), GVar(2), GVar(3), none, none)
            }
            let right = try compile(program(inOrder: true), checks: checks)(
                0, GVar(0.5), GVar(0.7), GVar(2), GVar(3), none, none)
            #expect(abs(right.0 - 9.5) < 1e-12)
        }
    }

    /// What one program's differentiation is called depends on its own stacks only: its derivatives meet those of another
    /// that differentiates the same stack as often.
    @Test func anotherAdjointInside() throws {
        let pushing = ReversibleFunction("pushing") { (a: Scalar, b: Scalar) in
            a += b
            PUSH(b, on: Stack())
        }
        func taking(beside other: Bool) -> ReversibleFunction<
            Scalar, Scalar, Scalar, GVar<Scalar>, GVar<Scalar>
        > {
            ReversibleFunction("taking") {
                (y: Scalar, a: Scalar, b: Scalar, c: GVar<Scalar>, d: GVar<Scalar>) in
                (~Self.multiplied)(a, b)
                y += a * a
                if other {
                    pushing(c.value, d.value)
                    c.gradient += 1
                    adjoint(pushing)(c, d)
                }
            }
        }
        for other in [false, true] {
            let f = taking(beside: other)
            let whole = ReversibleFunction("whole") {
                (
                    y: GVar<Scalar>, a: GVar<Scalar>, b: GVar<Scalar>, c: GVar<GVar<Scalar>>,
                    d: GVar<GVar<Scalar>>
                ) in
                Self.multiplied(a.value, b.value)
                f(y.value, a.value, b.value, c.value, d.value)
                y.gradient += 1
                adjoint(f)(y, a, b, c, d)
                adjoint(Self.multiplied)(a, b)
            }
            let zero = GVar(GVar(0.25, 0), GVar(0, 0))
            #expect(try whole(GVar(0), GVar(0.5), GVar(0.7), zero, zero).1.gradient == 1)
            #expect(try compile(whole)(GVar(0), GVar(0.5), GVar(0.7), zero, zero).1.gradient == 1)
        }
    }

    /// Derivatives of a stack have as many entries as it has, each where its number is.
    @Test func entriesOfStackArguments() throws {
        let untouched = ReversibleFunction { (y: Scalar, x: Scalar, s: Stack) in y += x * x }
        #expect(try compile(hvp(untouched))(0, 3, [1, 2], direction: (0, 1, [1, 1])) == (0, 2, [0, 0]))
        let used = ReversibleFunction { (y: Scalar, x: Scalar, n: Integer, s: Stack) in
            let u = Scalar.ancilla("u")
            POP(n, from: s)
            POP(u, from: s)
            y += u * u * x
            PUSH(u, on: s)
            PUSH(n, on: s)
        }
        for checks in [Checks.undoing, .all] {
            #expect(try compile(grad(used), checks: checks)(0, 3, 0, [7, 5]).3 == [42, 0])
            #expect(
                try compile(hvp(used), checks: checks)(0, 3, 0, [7, 5], direction: (0, 0, (), [1, 0])).3
                    == [6, 0])
        }
        #expect(
            try compile(jvp(used))(0, 3, 0, [7, 5], tangent: (0, 0, (), [1, 0])).product.3 == [1, 0])
    }
}
