import AD
import NativeEngine
import Testing

/// Gradients, Jacobians, Hessian products and adjoints against the interpreter's.
@Suite(.enabled(if: compilerIsThere))
struct DerivativeTests {
    /// Calls, elements, aliases, loops, branches, scratch places, a matrix: a little of everything.
    private static let mixed = ReversibleFunction("mixed", parameters: ["loss", "v", "m", "x", "k"]) {
        (loss: Scalar, v: Vector, m: Matrix, x: Scalar, k: Integer) in
        let dot = ReversibleFunction("dot") { (out: Scalar, a: Vector, b: Vector) in
            For(a.indices) { i in out += a[i] * b[i] }
        }
        let power = ReversibleFunction.recursive("power") { (power, out: Scalar, y: Scalar, n: Integer) in
            If(n == 0) {
                out += 1
            } else: {
                let rest = Scalar.ancilla("rest")
                Compute {
                    n -= 1
                    power(rest, y, n)
                    n += 1
                } apply: {
                    out += rest * y
                }
            }
        }
        let (t, n) = (Scalar.ancilla("t"), Integer.ancilla("n"))
        let row = Vector.ancilla(count: m.columns, "row")
        Compute {
            dot(t, v, v)
            For(0..<m.rows) { i in
                If(i % 2 == 0 && m[i, 0] > 0) {
                    For(row.indices) { j in row[j] += m[i, j] * v[i] }
                } else: {
                    row += m[i, 1] * x
                }
            }
            n += k
            While(t > 1, post: n > k) {
                t /= 2
                n += 1
            }
        } apply: {
            power(loss, x, k)
            loss += sum(row * row) * t + sum(exp(-v)) - n * x
            dot(loss, row, row)
            power(loss, v[0], n)
        }
        ROT(loss, x, 0.3 * v[1])
        v[2] *= 2 + sin(x)
        loss += v[2] * m[1, 1]
    }
    private let arguments = (
        0.3, [0.7, -0.4, 0.9], DenseMatrix([[0.2, -0.5], [0.8, 0.3], [-0.1, 0.6]]), 0.45, 3
    )

    /// The same operations but for sums with zeros and the order of some sums.
    private let tolerance = 1e-13

    @Test func gradients() throws {
        let (l, v, m, x, k) = arguments
        for loss in [0, 3] {
            let expected = try grad(Self.mixed, l, v, m, x, k, loss: loss)
            for checks in [Checks.none, .all] {
                let found = try native(grad(Self.mixed, loss: loss), checks)(l, v, m, x, k)
                #expect(agree([found.0, found.3], [expected.0, expected.3], tolerance))
                #expect(agree(found.1, expected.1, tolerance))
                #expect(agree(found.2.elements, expected.2.elements, tolerance))
            }
            // Only some of them.
            let part = try native(grad(Self.mixed, loss: loss), with: [1])(l, v, m, x, k)
            #expect(agree(part.1, expected.1, tolerance))
            #expect(part.2.elements.allSatisfy { $0 == 0 })
            // The loss's own gradient was not asked for either.
            #expect(part.0 == 0 && part.3 == 0)
            let other = try native(grad(Self.mixed, loss: loss), with: [2, 3])(l, v, m, x, k)
            #expect(other.1 == [0, 0, 0] && agree([other.3], [expected.3], tolerance))
            #expect(agree(other.2.elements, expected.2.elements, tolerance))
        }
        let there = try Self.mixed(l, v, m, x, k)
        let back = try grad(~Self.mixed, there.0, there.1, there.2, there.3, there.4)
        let found = try native(grad(~Self.mixed))(there.0, there.1, there.2, there.3, there.4)
        #expect(agree(found.1 + found.2.elements, back.1 + back.2.elements, tolerance))
    }

    @Test func gradientsInPlace() throws {
        let (l, v, m, x, k) = arguments
        let expected = try grad(Self.mixed, l, v, m, x, k)
        for checks in [Checks.none, .all] {
            let places: [Leaf<Double>] = [
                .real(l), .real(1), .reals(v), .reals([0, 0, 0]), .matrix(rows: 3, columns: 2, m.elements),
                .matrix(rows: 3, columns: 2, [0, 0, 0, 0, 0, 0]), .real(x), .real(0), .integer(k),
            ]
            let memory = places.map { Memory($0) }
            try native(grad(Self.mixed), checks).run(inPlace: memory.map(\.buffer))
            guard case .reals(let dv) = memory[3].leaf, case .matrix(_, _, let dm) = memory[5].leaf,
                case .real(let dl) = memory[1].leaf, case .real(let dx) = memory[7].leaf
            else { return }
            #expect(agree([dl, dx] + dv, [expected.0, expected.3] + expected.1, tolerance))
            #expect(agree(dm, expected.2.elements, tolerance))
            // An array that the program only reads is as it was.
            expectSame([memory[4].leaf], [places[4]], "the matrix")
        }
    }

    @Test func jacobians() throws {
        let (l, v, m, x, k) = arguments
        for (output, input) in [(1, 1), (0, 2), (1, 3), (3, 1)] {
            let expected = try jacobian(Self.mixed, l, v, m, x, k, of: output, with: input)
            for checks in [Checks.none, .all] {
                let found = try withOptions {
                    try compile(jacobian(Self.mixed, of: output, with: input), checks: checks, options: $0)(
                        l, v, m, x, k)
                }
                #expect(found.rows == expected.rows && found.columns == expected.columns)
                #expect(agree(found.elements, expected.elements, tolerance))
            }
        }
    }

    @Test func hessianProducts() throws {
        let (l, v, m, x, k) = arguments
        let direction = (0.5, [0.1, -0.2, 0.3], DenseMatrix([[1, 0], [0.5, -1], [0.25, 2]]), -0.7, ())
        let expected = try hvp(Self.mixed, l, v, m, x, k, direction: direction)
        for checks in [Checks.none, .all] {
            let found = try withOptions {
                try compile(hvp(Self.mixed), checks: checks, options: $0)(l, v, m, x, k, direction: direction)
            }
            // The interpreter differentiates forward, the code backward: another order of sums.
            #expect(agree([found.0, found.3], [expected.0, expected.3], 1e-11))
            #expect(agree(found.1, expected.1, 1e-11))
            #expect(agree(found.2.elements, expected.2.elements, 1e-11))
        }
    }

    /// A function that calls itself takes all of its arguments, those that it only hands on too.
    @Test func argumentsThatAreOnlyHandedOn() throws {
        let down = ReversibleFunction.recursive("down") { (down, y: Scalar, x: Scalar, n: Integer) in
            If(n > 0) {
                n -= 1
                down(y, x, n)
                n += 1
            }
        }
        let inner = ReversibleFunction("inner") { (y: Scalar, x: Scalar) in
            let n = Integer.ancilla("n")
            n += 3
            down(y, x, n)
            n -= 3
        }
        let middle = ReversibleFunction("middle") { (y: Scalar, x: Scalar) in inner(y, x) }
        for f in [inner, middle] {
            let outer = ReversibleFunction("outer") { (y: Scalar, x: Scalar) in
                f(y, x)
                y += x * x
            }
            for checks in [Checks.none, .undoing, .all] {
                let (slope, product) = try withOptions {
                    (
                        try compile(grad(outer), checks: checks, options: $0)(0, 3),
                        try compile(hvp(outer), checks: checks, options: $0)(0, 3, direction: (0, 1))
                    )
                }
                #expect(slope == (1, 6))
                #expect(product == (0, 2))
            }
        }
    }

    /// The adjoint as a program of its own, and as a statement of another one.
    @Test func adjoints() throws {
        let f = ReversibleFunction("f", parameters: ["y", "x", "v"]) { (y: Scalar, x: Scalar, v: Vector) in
            y += x * sin(v[0]) + v[1] * x
            v[0] *= 2
            SWAP(v[0], v[1])
        }
        let a = adjoint(f)
        let forms = [try Forms(a), try Forms(~a)]
        let second = adjoint(a)
        let places: [Leaf<Double>] = [
            .real(0.1), .real(0.7), .real(0.2), .real(-0.3), .reals([0.4, 0.5]), .reals([0.6, -0.9]),
        ]
        for form in forms {
            let expected = try form.function.run(places)
            expectSame(try form.checked.run(places), expected, "checked")
            expectSame(try form.plain.run(places), expected, "unchecked")
        }
        let twice = places.flatMap { [$0, $0] }
        expectSame(try native(second, .all).run(twice), try second.run(twice), "twice")
        let outer = ReversibleFunction("outer", parameters: ["loss", "y", "x", "v"]) {
            (loss: Scalar, y: GVar<Scalar>, x: GVar<Scalar>, v: GVar<Vector>) in
            a(y, x, v)
            loss += x.gradient * x.value + sum(v.gradient)
            (~a)(y, x, v)
        }
        try outer.agreesBothWays([.real(0)] + places)
        let slopes = try native(grad(outer)).callAsFunction(
            0, GVar(0.1, 0.7), GVar(0.2, -0.3), GVar([0.4, 0.5], [0.6, -0.9]))
        let expected = try grad(outer, 0, GVar(0.1, 0.7), GVar(0.2, -0.3), GVar([0.4, 0.5], [0.6, -0.9]))
        #expect(
            agree([slopes.2.value, slopes.2.gradient], [expected.2.value, expected.2.gradient], tolerance))
        #expect(agree(slopes.3.value + slopes.3.gradient, expected.3.value + expected.3.gradient, tolerance))
    }

    /// One place read as two arguments: its gradient is a sum.
    @Test func aliases() throws {
        let inner = ReversibleFunction("inner", parameters: ["y", "a", "b", "v", "w"]) {
            (y: Scalar, a: Scalar, b: Scalar, v: Vector, w: Vector) in
            y += a * sin(b) + sum(v * w)
            For(v.indices) { i in y += v[i] * w[v.count - 1 - i] * a }
        }
        let f = ReversibleFunction("f", parameters: ["y", "x", "v"]) { (y: Scalar, x: Scalar, v: Vector) in
            inner(y, x, x, v, v)
            inner(y, v[0], v[1], v, v)
            inner(y, v[0], v[0], v, v)
            inner(y, x, v[2], v, v)
        }
        let (v, x) = ([0.3, -0.7, 0.9], 0.4)
        let expected = try grad(f, 0, x, v)
        for checks in [Checks.none, .all] {
            let found = try native(grad(f), checks)(0, x, v)
            #expect(agree([found.1] + found.2, [expected.1] + expected.2, tolerance))
        }
    }

    /// Requests that make no sense are refused when compiling, with the interpreter's words.
    @Test func wrongRequests() throws {
        let f = ReversibleFunction("f", parameters: ["y", "v", "k"]) { (y: Scalar, v: Vector, k: Integer) in
            y += v[k]
        }
        func refused(_ words: String, _ body: (CompileOptions) throws -> Void) {
            do {
                try withOptions(body)
                Issue.record("nothing was thrown")
            } catch {
                #expect((error as? NativeError)?.kind == .invalidProgram)
                #expect("\(error)".contains(words), "\(error)")
            }
        }
        refused("loss") { _ = try compile(grad(f, loss: 1), options: $0) }
        refused("loss") { _ = try compile(grad(f, loss: 7), options: $0) }
        refused("with") { _ = try compile(grad(f), with: [3], options: $0) }
        refused("with") { _ = try compile(grad(f), with: [-1], options: $0) }
        refused("with") { _ = try compile(jacobian(f, of: 0, with: 2), options: $0) }
        refused("of") { _ = try compile(jacobian(f, of: 9, with: 1), options: $0) }
        refused("loss") { _ = try compile(hvp(f, loss: 2), options: $0) }
    }
}
