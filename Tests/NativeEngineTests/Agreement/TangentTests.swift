import AD
import NativeEngine
import ReversibleCore
import Testing

/// Compiled forward-mode programs against dual numbers on the interpreter.
@Suite(.enabled(if: compilerIsThere))
struct TangentTests {
    /// Calls, branches, a loop in lanes whose turns read shared places, scratch arrays.
    private static let mixed = ReversibleFunction("mixed", parameters: ["out", "v", "m", "x", "k"]) {
        (out: Scalar, v: Vector, m: Matrix, x: Scalar, k: Integer) in
        let square = ReversibleFunction("square") { (y: Scalar, a: Scalar, b: Scalar) in
            y += a * a * exp(-b * b)
        }
        let rows = Vector.ancilla(count: m.rows, "rows")
        let n = Integer.ancilla("n")
        Compute {
            ParallelFor(0..<m.rows) { i in
                let t = Vector.ancilla(count: m.columns, "t")
                let s = Scalar.ancilla("s")
                Compute {
                    For(t.indices) { j in
                        t[j] += m[i, j] * sin(v[j]) + x
                        If(m[i, j] > 0) {
                            s += log(1 + t[j] * t[j])
                        } else: {
                            s -= t[j] * v[j]
                        }
                    }
                } apply: {
                    square(rows[i], s, x)
                    rows[i] += hypot(s, 1) + max(s, x)
                }
            }
            n += k
        } apply: {
            out += sum(rows * rows) / n
            out -= exp(-sum(rows) * 0.1)
        }
        ROT(out, v[0], 0.3 * v[1])
        v[1] *= 2 + cos(x)
        HADAMARD(out, v[1])
        SWAP(v[0], v[1])
    }

    private let rows = 11
    private let v = [0.7, -0.4, 0.9]
    private var m: DenseMatrix { DenseMatrix((0..<rows).map { samples(3, seed: Double($0)) }) }
    private var dm: DenseMatrix { DenseMatrix((0..<rows).map { samples(3, seed: 0.7 + Double($0)) }) }
    private let dv = [0.3, 0.1, -0.5]

    private func numbers(_ x: (Double, [Double], DenseMatrix, Double, Void)) -> [Double] {
        [x.0, x.3] + x.1 + x.2.elements
    }
    private func numbers(_ x: (Double, [Double], DenseMatrix, Double, Int)) -> [Double] {
        [x.0, x.3, Double(x.4)] + x.1 + x.2.elements
    }

    /// The same operations on numbers of order 10, in another arrangement.
    private let tolerance = 1e-14

    @Test func products() throws {
        let direction = (0.2, dv, dm, -0.7, ())
        for f in [Self.mixed, ~Self.mixed] {
            let expected = try jvp(f)(0.4, v, m, 0.3, 2, tangent: direction)
            for (checks, lanes, threads) in [
                (Checks.none, nil, 1), (.none, 4, 3), (.none, 2, 1), (.all, nil, 1),
            ] {
                let code = try withOptions(lanes: lanes) {
                    try compile(jvp(f), checks: checks, threads: threads, options: $0)
                }
                let found = try code(0.4, v, m, 0.3, 2, tangent: direction)
                #expect(agree(numbers(found.value), numbers(expected.value), tolerance))
                #expect(agree(numbers(found.product), numbers(expected.product), tolerance))
            }
            let single = try withOptions(precision: .single) { try compile(jvp(f), options: $0) }
            let rough = try single(0.4, v, m, 0.3, 2, tangent: direction)
            // 24 bits, and numbers of order 10.
            #expect(agree(numbers(rough.product), numbers(expected.product), 1e-4))
        }
    }

    /// The tangents of what does not move are not computed, and come back as zeros.
    @Test func someArguments() throws {
        let still = DenseMatrix(rows: rows, columns: 3)
        let expected = try jvp(Self.mixed)(0.4, v, m, 0.3, 2, tangent: (0, dv, still, 0, ()))
        for checks in [Checks.none, .all] {
            let code = try withOptions {
                try compile(jvp(Self.mixed), with: [1], checks: checks, options: $0)
            }
            let found = try code(0.4, v, m, 0.3, 2, tangent: (0, dv, still, 0, ()))
            #expect(agree(numbers(found.product), numbers(expected.product), tolerance))
            #expect(!code.source.contains("m_tangent") && code.source.contains("v_tangent"))
            let error = failure { _ = try code(0.4, v, m, 0.3, 2, tangent: (0, dv, still, 1, ())) }
            #expect(error?.kind == .invalidArgument)
            #expect(error?.message.contains("argument 3 is not 0") == true)
        }
    }

    @Test func inPlace() throws {
        let expected = try jvp(Self.mixed)(0.4, v, m, 0.3, 2, tangent: (0.2, dv, dm, 0, ()))
        func places() -> [Leaf<Double>] {
            [
                .real(0.4), .real(0.2), .reals(v), .reals(dv),
                .matrix(rows: rows, columns: 3, m.elements), .matrix(rows: rows, columns: 3, dm.elements),
                .real(0.3), .real(0), .integer(2),
            ]
        }
        for (checks, moving) in [(Checks.none, nil), (.none, Set([0, 1, 2])), (.all, nil)] {
            let code = try withOptions {
                try compile(jvp(Self.mixed), with: moving, checks: checks, options: $0)
            }
            let memory = places().map { Memory($0) }
            try code.run(inPlace: memory.map(\.buffer))
            let found = memory.map(\.leaf.numbers)
            #expect(agree(found[0] + found[2], [expected.value.0] + expected.value.1, tolerance))
            #expect(agree(found[1] + found[3], [expected.product.0] + expected.product.1, tolerance))
            #expect(found[5] == dm.elements)
            let error = failure { try code.run(inPlace: Array(memory.map(\.buffer).dropLast())) }
            #expect(error?.kind == .invalidArgument)
            #expect(error?.message.contains("9 places") == true)
        }
    }

    @Test func errors() throws {
        let code = try withOptions { try compile(jvp(Self.mixed), checks: .all, options: $0) }
        let short = failure { _ = try code(0.4, v, m, 0.3, 2, tangent: (0, [1], dm, 0, ())) }
        #expect(short?.kind == .lengthMismatch)
        let f = ReversibleFunction("f", parameters: ["x", "y"]) { (x: Scalar, y: Scalar) in x *= y }
        let zero = failure {
            _ = try withOptions { try compile(jvp(f), checks: .all, options: $0) }(1, 0, tangent: (0, 1))
        }
        #expect(zero?.kind == .zeroFactor)
        #expect(
            throws: NativeError.self,
            performing: { _ = try compile(jvp(f), with: [2]) })
        #expect(throws: NativeError.self, performing: { _ = try compile(jvp(f), threads: -1) })
        let products = ReversibleFunction("products", parameters: ["y", "a", "b"]) {
            (y: Vector, a: Vector, b: Vector) in y += a * b
        }
        let sizes = failure {
            let push = try withOptions { try compile(jvp(products), options: $0) }
            _ = try push([0, 0, 0], [1, 2, 3], [4, 5], tangent: ([0, 0, 0], [1, 1, 1], [1, 1]))
        }
        #expect(sizes?.kind == .lengthMismatch)
    }

    /// Derivative rules that choose, for every element of an array.
    @Test func functionsOfArrays() throws {
        let f = ReversibleFunction("f", parameters: ["y", "v", "x"]) { (y: Scalar, v: Vector, x: Scalar) in
            let w = Vector.ancilla(count: v.count, "w")
            Compute {
                w += sqrt(max(v, x)) + hypot(v, 0.5)
            } apply: {
                y += sum(w * tanh(v)) + sum(atan(v) * x)
            }
        }
        let (v, dv) = (samples(9), samples(9, seed: 4))
        let slopes = try grad(f, 0, v, 0.2)
        let speed = try jvp(f)(0, v, 0.2, tangent: (0, dv, -0.4)).product.0
        for checks in [Checks.none, .all] {
            let found = try native(grad(f), checks)(0, v, 0.2)
            #expect(agree(found.1 + [found.2], slopes.1 + [slopes.2], tolerance))
            let code = try withOptions { try compile(jvp(f), checks: checks, options: $0) }
            #expect(agree([try code(0, v, 0.2, tangent: (0, dv, -0.4)).product.0], [speed], tolerance))
        }
    }

    /// Nested programs as native code: tangents of adjoints, adjoints of tangents, tangents of tangents.
    @Test func nested() throws {
        let f = ReversibleFunction("f", parameters: ["y", "x", "v"]) { (y: Scalar, x: Scalar, v: Vector) in
            y += x * sin(v[0]) + v[1] * x
            v[0] *= 2 + x * x
            SWAP(v[0], v[1])
        }
        let (a, t) = (adjoint(f), tangent(f))
        let places: [Leaf<Double>] = [
            .real(0.1), .real(0.7), .real(0.2), .real(-0.3), .reals([0.4, 0.5]), .reals([0.6, -0.9]),
        ]
        let twice = places.flatMap { [$0, $0] }
        let (ta, at, tt) = (tangent(a), adjoint(t), tangent(t))
        for checks in [Checks.none, .all] {
            expectSame(try native(t, checks).run(places), try t.run(places), "t \(checks)")
            expectSame(try native(~t, checks).run(places), try (~t).run(places), "~t \(checks)")
            for (name, found, expected) in [
                ("ta", try native(ta, checks).run(twice), try ta.run(twice)),
                ("at", try native(at, checks).run(twice), try at.run(twice)),
                ("tt", try native(tt, checks).run(twice), try tt.run(twice)),
            ] {
                // Sums with zeros may be left out.
                #expect(agree(found.flatMap(\.numbers), expected.flatMap(\.numbers), 1e-15), "\(name)")
            }
        }
    }

    /// Only the direction that is shorter is compiled, where the types tell which.
    @Test func jacobiansTakeTheShorterWay() throws {
        let f = ReversibleFunction("f", parameters: ["out", "x", "s"]) {
            (out: Vector, x: Vector, s: Scalar) in
            For(out.indices) { i in
                For(x.indices) { j in out[i] += sin(x[j] * (i + 1)) * s }
            }
            s *= 2
        }
        for checks in [Checks.none, .all] {
            func jacobian(_ output: Int, _ input: Int) throws -> NativeJacobian<Vector, Vector, Scalar> {
                try withOptions {
                    try compile(AD.jacobian(f, of: output, with: input), checks: checks, options: $0)
                }
            }
            let (both, columns, rows) = (try jacobian(0, 1), try jacobian(0, 2), try jacobian(2, 1))
            #expect(both.source.contains("x_tangent") && both.source.contains("x_gradient"))
            #expect(columns.source.contains("s_tangent") && !columns.source.contains("s_gradient"))
            #expect(rows.source.contains("x_gradient") && !rows.source.contains("x_tangent"))
            for (n, k) in [(5, 2), (2, 5), (3, 3), (0, 2), (2, 0)] {
                let (out, x) = (samples(n), samples(k, seed: 3))
                for (code, output, input) in [(both, 0, 1), (columns, 0, 2), (rows, 2, 1)] {
                    let expected = try AD.jacobian(f, out, x, 0.3, of: output, with: input)
                    let found = try code(out, x, 0.3)
                    #expect(found.rows == expected.rows && found.columns == expected.columns)
                    #expect(agree(found.elements, expected.elements, 1e-15))
                }
            }
        }
    }
}
