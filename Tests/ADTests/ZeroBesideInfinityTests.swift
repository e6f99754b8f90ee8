import AD
import ReversibleCore
import Testing

/// A path on which a slope, a cotangent or a tangent is 0 contributes nothing, however steep the rest of it is.
struct ZeroBesideInfinityTests {
    /// Expressions of `b`, with a point where their slope is infinite or not a number.
    static let poles: [(b: Double, make: @Sendable (Scalar) -> Expr)] = [
        (1, { asin($0) }), (-1, { acos($0) }), (1, { acosh($0) }), (1, { atanh($0) }), (0, { log($0) }),
        (0, { log2($0) }), (0, { log10($0) }), (-1, { log1p($0) }), (0, { 1 / $0 }), (-1, { sqrt($0) }),
        (0, { pow($0, -1) }), (-2, { pow($0, 0.5) }), (-1, { lgamma($0) }), (800, { exp($0) }),
        (0, { 1 / ($0 * $0) }),
        (0, { log(abs($0)) }), (2, { atanh($0) }), (0, { sin($0) / $0 }),
    ]

    @Test(arguments: poles.indices) func aLossThatDoesNotAsk(_ number: Int) throws {
        let (b, make) = Self.poles[number]
        let direct = ReversibleFunction { (a: Scalar, b: Scalar, c: Scalar) in c += make(b) }
        let g = try grad(direct, 3, b, 0)
        #expect(g.0 == 1 && g.1 == 0 && g.2 == 0)
        let along = try jvp(direct, 3, b, 0, tangent: (0, 0, 1)).product
        #expect(along.0 == 0 && along.1 == 0 && along.2 == 1)
        let forward = tangent(direct)
        let program = try forward(DualVar(3.0, 0.0), DualVar(b, 0.0), DualVar(0.0, 1.0))
        #expect(program.0.tangent == 0 && program.1.tangent == 0 && program.2.tangent == 1)
    }

    /// A value that is infinite stands in a place, and other statements use it.
    @Test(arguments: poles.indices) func throughPlaces(_ number: Int) throws {
        let (b, make) = Self.poles[number]
        let store = ReversibleFunction("store") { (t: Scalar, b: Scalar) in t += make(b) }
        let f = ReversibleFunction { (a: Scalar, b: Scalar, c: Scalar, t: Scalar, s: Scalar) in
            store(t, b)
            SWAP(s, t)
            c += s * a * b
        }
        let g = try grad(f, 3, b, 0, 0, 0)
        #expect(g.0 == 1 && g.1 == 0 && g.2 == 0)
        let along = try jvp(f, 3, b, 0, 0, 0, tangent: (0, 0, 1, 0, 0)).product
        #expect(along.0 == 0 && along.1 == 0 && along.2 == 1)
        let forward = tangent(f)
        let program = try forward(
            DualVar(3.0, 0.0), DualVar(b, 0.0), DualVar(0.0, 1.0), DualVar(0.0, 0.0), DualVar(0.0, 0.0))
        #expect(program.1.tangent == 0 && program.2.tangent == 1 && program.4.tangent == 0)
    }

    @Test func otherTermsAreNotSpoilt() throws {
        let f = ReversibleFunction { (y: Scalar, v: Vector) in y += 1 / v[0] + v[1] * v[1] }
        #expect(try hvp(f, 0, [0, 3], direction: (0, [0, 1])).1 == [0, 2])
        let power = ReversibleFunction { (y: Scalar, x: Scalar, n: Scalar) in y += pow(x, n) }
        #expect(try hvp(power, 0, -2, 2, direction: (0, 1, 0)).1 == 2)
        let largest = ReversibleFunction { (y: Scalar, x: Scalar, z: Scalar) in y += max(log(x), z) }
        #expect(try jvp(largest, 0, 0, 1, tangent: (0, 1, 0)).product.0 == 0)
        #expect(try jvp(largest, 0, 0, 1, tangent: (0, 1, 1)).product.0 == 1)
    }

    @Test func polynomialsHavePlainProducts() throws {
        let f = ReversibleFunction("p") { (y: Scalar, v: Vector) in
            For(v.indices) { i in y += v[i] * v[i] * sin(v[i]) + pow(v[i], 3) / 2 }
        }
        #expect(!"\(adjoint(f))".contains("chain"))
        #expect(!"\(tangent(f))".contains("chain"))
    }

    /// An integer that bounds a loop is not 0 in its turns.
    @Test func quotientsByBoundsOfLoopsHavePlainProducts() throws {
        let inside = ReversibleFunction("inside") { (y: Scalar, v: Vector, n: Integer) in
            For(0..<n) { _ in For(v.indices) { i in y += v[i] * v[i] / (2 * n) + v[i] * v[i] / v.count } }
            For(1...n) { k in y += v[0] * v[0] / k }
            For(n...2, by: -1) { k in y += v[0] * v[0] / k + v[0] * v[0] / n }
        }
        #expect(!"\(adjoint(inside))".contains("chain"))
        #expect(!"\(tangent(inside))".contains("chain"))
        let slopes = try grad(inside, 0, [3, 1], 2).1
        #expect(slopes == [24, 3])
        typealias Function = ReversibleFunction<Scalar, Vector, Integer>
        let before = Function { (y, v, n) in y += v[0] * v[0] / n }
        let fromBelow = Function { (y, v, n) in For(-1..<n) { _ in y += v[0] * v[0] / n } }
        let byTheIndex = Function { (y, v, n) in For(0..<n) { k in y += v[0] * v[0] / k } }
        let byTheStart = Function { (y, v, n) in For(n..<3) { _ in y += v[0] * v[0] / n } }
        for outside in [before, fromBelow, byTheIndex, byTheStart] {
            #expect("\(adjoint(outside))".contains("chain"))
        }
    }

    /// A place that may be infinite puts a callee's products at risk where the callee uses its value, also in calls of its own.
    @Test func calleesThatOnlyAddAreNotAtRisk() throws {
        let cube = ReversibleFunction("cube") { (y: Scalar, x: Scalar) in y += x * x * x }
        let through = ReversibleFunction("through") { (y: Scalar, x: Scalar) in cube(y, x) }
        let reading = ReversibleFunction("reading") { (y: Scalar, x: Scalar) in
            let copy = Scalar.ancilla("copy")
            Compute {
                copy += y
            } apply: {
                x += copy * copy
            }
        }
        let scaling = ReversibleFunction("scaling") { (y: Scalar, x: Scalar) in y *= x }
        let handingOn = ReversibleFunction("handingOn") { (y: Scalar, x: Scalar) in scaling(y, x) }
        for (callee, isAtRisk) in [
            (cube, false), (through, false), (reading, true), (scaling, true), (handingOn, true),
        ] {
            let f = ReversibleFunction { (y: Scalar, b: Scalar, x: Scalar) in
                y += 1 / b
                callee(y, x)
            }
            for derived in [try adjoint(f).definition, try tangent(f).definition] {
                let called = derived.calleesFirst.filter { $0 !== derived }
                #expect(!called.isEmpty)
                #expect(
                    called.contains { $0.source(inverted: false).contains("chain") } == isAtRisk, "\(callee)")
            }
        }
        let f = ReversibleFunction { (y: Scalar, b: Scalar, x: Scalar) in
            y += 1 / b
            through(y, x)
        }
        #expect(try grad(f, 0, 0, 2) == (1, -.infinity, 12))
        #expect(try jvp(f, 0, 0, 2, tangent: (0, 0, 1)).product.0 == 12)
    }

    @Test func theArgumentThatIsTheValueTakesANaN() throws {
        for (f, slope) in [
            (ReversibleFunction { (y: Scalar, x: Scalar) in y += max(x, 1) }, 1.0),
            (ReversibleFunction { (y: Scalar, x: Scalar) in y += max(1, x) }, 1),
            (ReversibleFunction { (y: Scalar, x: Scalar) in y += min(x, 1) }, 1),
            (ReversibleFunction { (y: Scalar, x: Scalar) in y += min(1, x) }, 1),
        ] {
            #expect(try grad(f, 0, .nan).1 == slope)
            #expect(try jvp(f, 0, .nan, tangent: (0, 1)).product.0 == slope)
        }
        let root = ReversibleFunction { (y: Scalar, x: Scalar) in y += max(sqrt(x), 1) }
        #expect(try grad(root, 0, -1).1.isNaN)
    }

    @Test func secondDerivativesAtTheEndsOfDomains() throws {
        func curvature(_ x: Double, _ make: @escaping @Sendable (Scalar) -> Expr) throws -> Double {
            let f = ReversibleFunction { (y: Scalar, x: Scalar) in y += make(x) }
            return try hvp(f, 0, x, direction: (0, 1)).1
        }
        #expect(try curvature(1) { asin($0) } == .infinity)
        #expect(try curvature(-1) { asin($0) } == -.infinity)
        #expect(try curvature(1) { acos($0) } == -.infinity)
        #expect(try curvature(1) { acosh($0) } == -.infinity)
        #expect(try curvature(1) { atanh($0) } == .infinity)
        let power = ReversibleFunction { (y: Scalar, x: Scalar, n: Scalar) in y += pow(x, n) }
        #expect(
            try hvp(power, 0, 0, 1, direction: (0, 1, 0)).2 == hvp(power, 0, 0, 1, direction: (0, 0, 1)).1)
    }
}
