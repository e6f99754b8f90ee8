import AD
import Testing

/// Derivatives of derivatives, each of the two in either mode.
struct NestedTangentTests {
    static let f = NestedGradientTests.f
    private let v = [0.3, -0.8, 1.1]
    private let u = [0.0, 0.4, -1.3, 0.2, 0.9]
    private let w = [0.0, -0.5, 0.8, 1.2, -0.3]

    /// uᵀ H w, from the interpreter's Hessian.
    private func curvature() throws -> Double {
        let h = try hessian(Self.f, 0, 0.7, v)
        return (0..<5).reduce(0) { sum, i in sum + (0..<5).reduce(0) { $0 + u[i] * h[i, $1] * w[$1] } }
    }

    /// d²f(u, w): the tangent along w of the tangent along u.
    @Test func forwardOverForward() throws {
        let once = tangent(Self.f)
        let twice = tangent(once)
        func pair(_ x: Double, _ i: Int) -> DualVar<DualVar<Double>> {
            DualVar(DualVar(x, u[i]), tangent: DualVar(w[i], 0))
        }
        let y = try twice(
            pair(0, 0), pair(0.7, 1),
            DualVar(DualVar(v, Array(u[2...])), tangent: DualVar(Array(w[2...]), [0, 0, 0])))
        #expect(abs(y.0.tangent.tangent - (try curvature())) < 1e-13)
        try checkInverse(
            twice, pair(0, 0), pair(0.7, 1),
            DualVar(DualVar(v, Array(u[2...])), tangent: DualVar(Array(w[2...]), [0, 0, 0])))
    }

    /// The gradient of a tangent along u, times w: adjoint(tangent(f)), through `grad` too.
    @Test func reverseOverForward() throws {
        let once = tangent(Self.f)
        let arguments = (DualVar(0, u[0]), DualVar(0.7, u[1]), DualVar(v, Array(u[2...])))
        let back = try vjp(
            once, arguments.0, arguments.1, arguments.2,
            cotangent: (DualVar(0, 1), DualVar(0, 0), DualVar([0, 0, 0], [0, 0, 0])))
        let slopes = [back.product.0.primal, back.product.1.primal] + back.product.2.primal
        #expect(abs(zip(slopes, w).reduce(0) { $0 + $1.0 * $1.1 } - (try curvature())) < 1e-13)
        // The tangent is linear in the direction: its gradient there is the function's.
        let gradient = try grad(Self.f, 0, 0.7, v)
        #expect(agrees(back.product.2.tangent, gradient.2, 1e-14))
        let backward = adjoint(once)
        #expect("\(backward)".hasPrefix("ReversibleFunction(\"adjoint(tangent(f))\")"))
        try checkGrads(once, arguments.0, arguments.1, arguments.2, tolerance: 1e-6)
    }

    /// Where the direction is 0, the tangent still has the function's slopes in it.
    @Test func slopesInADirectionThatIsZero() throws {
        let quotients = ReversibleFunction { (y: Scalar, x: Scalar, z: Scalar) in
            y += x / (1.5 + z) - 2 / x
        }
        try checkGrads(tangent(quotients), DualVar(0, 0), DualVar(0.7, 0), DualVar(0.4, 0))
        let reciprocal = ReversibleFunction { (y: Scalar, x: Scalar) in y += 1 / x }
        let slope = try vjp(
            tangent(reciprocal), DualVar(0, 0), DualVar(2, 0), cotangent: (DualVar(0, 1), DualVar(0, 0)))
        #expect(slope.product.1.tangent == -0.25)
    }

    /// The tangent along w of a gradient: tangent(adjoint(f)).
    @Test func forwardOverReverse() throws {
        let y = try Self.f(0, 0.7, v).0
        let slopes = try grad(Self.f, 0, 0.7, v)
        let forward = tangent(adjoint(Self.f) as ReversibleFunction<GVar<Scalar>, GVar<Scalar>, GVar<Vector>>)
        // The result moves with the arguments.
        let speed = slopes.1 * w[1] + zip(slopes.2, w[2...]).reduce(0) { $0 + $1.0 * $1.1 }
        let found = try forward(
            DualVar(GVar(y, gradient: 1), tangent: GVar(speed, gradient: 0)),
            DualVar(GVar(0.7), tangent: GVar(w[1])), DualVar(GVar(v), tangent: GVar(Array(w[2...]))))
        #expect(abs(found.0.tangent.value) < 1e-14)
        let product = [0, found.1.tangent.gradient] + found.2.tangent.gradient
        #expect(abs(zip(product, u).reduce(0) { $0 + $1.0 * $1.1 } - (try curvature())) < 1e-13)
    }

    /// A slope taken inside a program by a call of a forward-mode program, differentiated from outside.
    @Test func aTangentIsAStatementOfOtherPrograms() throws {
        let cube = ReversibleFunction("cube") { (y: Scalar, x: Scalar) in y += x * x * x }
        let pushed = tangent(cube)
        let slope = ReversibleFunction("slope") { (out: Scalar, x: Scalar) in
            let (y, yTangent) = (Scalar.ancilla("y"), Scalar.ancilla("yTangent"))
            let one = Scalar.ancilla("one")
            Compute {
                one += 1
                pushed(DualVar(y, tangent: yTangent), DualVar(x, tangent: one))
            } apply: {
                out += yTangent
            }
        }
        #expect(try slope(0, 2).0 == 12)
        #expect(try grad(slope, 0, 2).1 == 12)
        #expect(try jvp(slope)(0, 2, tangent: (0, 1)).product.0 == 12)
        let forward = tangent(slope)
        #expect(try forward(DualVar(0), DualVar(2, tangent: 1)).0.tangent == 12)
        #expect(try hessian(slope, 0, 2, with: 1) == [[6]])
        try checkGrads(slope, 0.1, 1.7)
    }

    /// Expressions are graphs, and stay graphs: 40 squarings of one another are 40 nodes, and so their tangents.
    @Test func sharedExpressionsStayShared() throws {
        let f = ReversibleFunction { (y: Scalar, x: Scalar) in
            var power = x * 1.0
            for _ in 0..<40 { power = power * power }
            return y += power
        }
        let forward = tangent(f)
        let (y, _) = try forward(DualVar(0), DualVar(1, tangent: 1))
        // x to the power 2⁴⁰ at 1.
        #expect(y.tangent == 1_099_511_627_776)
    }

    /// The tangent of a product nests twice as deep as the product: it is taken apart into several statements.
    @Test func deepExpressions() throws {
        let count = 280
        func product(_ v: Vector) -> Expr { (1..<count).reduce(v[0] * 1) { $0 * v[$1] } }
        let f = ReversibleFunction { (y: Scalar, v: Vector) in
            y += product(v)
            y *= product(v)
        }
        let v = sample(count).map { 1 + 0.01 * $0 }
        let expected = try jvp(f, 0.1, v, tangent: (1, sample(count, seed: 9))).product
        let forward = tangent(f)
        let found = try forward(DualVar(0.1, 1), DualVar(v, sample(count, seed: 9)))
        // Sums of 280 products.
        #expect(agrees(found.0.tangent, expected.0, 1e-11))
    }

    @Test func unfinishedRecursionIsRefused() throws {
        let error = #expect(throws: ReversibilityError.self) {
            try ReversibleFunction<Scalar, Integer>.recursive(checking: "f") { f, x, n in
                let forward = tangent(f)
                return forward(DualVar(x, tangent: x), DualVar(n))
            }
        }
        #expect(error?.kind == .invalidArgument)
    }
}
