import AD
import Foundation
import NativeEngine
import ReversibleCore
import Testing

/// Constants: data that is part of a program, on the interpreter and in native code, with all derivatives.
@Suite(.enabled(if: compilerIsThere)) struct ConstantTests {
    private static let weights = [0.5, -0.25, 2]
    private static let w = Vector.constant(weights, "w")

    /// y += Σ wᵢ exp(xᵢ) + Σ w.
    private static let weighted = ReversibleFunction("weighted", parameters: ["y", "x"]) {
        (y: Scalar, x: Vector) in
        For(x.indices) { i in y += w[i] * exp(x[i]) }
        y += sum(w)
    }
    private static let x = [0.1, 0.2, -0.3]

    @Test func valuesInEveryForm() throws {
        let expected = zip(Self.weights, Self.x).reduce(2.25) { $0 + $1.0 * exp($1.1) }
        #expect(abs(try Self.weighted(0, Self.x).0 - expected) < 1e-15)
        try Self.weighted.agreesBothWays([.real(0.5), .reals(Self.x)])
        // Numbers of other types.
        let singles = try Self.weighted.run([.real(Float(0)), .reals(Self.x.map { Float($0) })])
        #expect(abs(Double(singles[0].numbers[0]) - expected) < 1e-6)
        try checkInverse(Self.weighted, 0, Self.x)
    }

    /// Every derivative, in closed form: wᵢ exp(xᵢ), and the same along a direction.
    @Test func derivatives() throws {
        let slopes = zip(Self.weights, Self.x).map { $0 * exp($1) }
        func near(_ a: [Double], _ b: [Double]) -> Bool {
            a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) < 1e-14 }
        }
        let f = Self.weighted
        let d = [1.0, 2, -1]
        let along = zip(slopes, d).map(*)
        try checkGrads(f, 0, Self.x)
        for way in [Undoing.inverse, .recorded, .checkpoints(2)] {
            #expect(near(try grad(f, 0, Self.x, undoing: way).1, slopes))
            #expect(near(try hvp(f, 0, Self.x, direction: (0, d), undoing: way).1, along))
            try withOptions { options in
                for checks in [Checks.none, .undoing, .all] {
                    let compiled = try compile(grad(f, undoing: way), checks: checks, options: options)
                    #expect(near(try compiled(0, Self.x).1, slopes))
                    let curvature = try compile(hvp(f, undoing: way), checks: checks, options: options)
                    #expect(near(try curvature(0, Self.x, direction: (0, d)).1, along))
                    let both = try compile(
                        valueAndGrad(f, undoing: way), checks: checks, options: options)
                    #expect(near(try both(0, Self.x).gradient.1, slopes))
                }
            }
        }
        #expect(abs(try jvp(f, 0, Self.x, tangent: (0, d)).product.0 - along.reduce(0, +)) < 1e-14)
        #expect(near(try vjp(f, 0, Self.x, cotangent: 2.0, of: 0).product.1, slopes.map { 2 * $0 }))
        #expect(near(try jacobian(f, 0, Self.x, of: 0, with: 1).elements, slopes))
        let h = try hessian(f, 0, Self.x, with: 1)
        #expect(near((0..<3).map { h[$0, $0] }, slopes) && h[0, 1] == 0)
        try withOptions { options in
            let push = try compile(jvp(f), options: options)
            #expect(abs(try push(0, Self.x, tangent: (0, d)).product.0 - along.reduce(0, +)) < 1e-14)
            let rows = try compile(jacobian(f, of: 0, with: 1), options: options)
            #expect(near(try rows(0, Self.x).elements, slopes))
            let pull = try compile(vjp(f, of: 0), options: options)
            #expect(near(try pull(0, Self.x, cotangent: 2).product.1, slopes.map { 2 * $0 }))
        }
        // As programs, which can be derived again.
        let backward = adjoint(f)
        let twice = adjoint(backward)
        let there = try f(0, Self.x)
        let back = try backward(
            .init(there.0, gradient: 1), .init(there.1, gradient: [0, 0, 0]))
        #expect(near(back.1.gradient, slopes) && twice.description.contains("w[i]"))
    }

    /// Constants that wish for one name, or for that of a place, are printed with names of their own.
    @Test func namesOfTheirOwn() throws {
        let (a, b) = (Vector.constant([1, 2], "a"), Vector.constant([3, 4], "a"))
        let y = Vector.constant([9, 9], "y")
        let f = ReversibleFunction("f", parameters: ["y"]) { (out: Scalar) in
            out += sum(a) + sum(b) + sum(y) + sum(a)
        }
        #expect(
            f.description.split(separator: "\n").dropFirst().map { $0.drop { $0 == " " } } == [
                "let a = Vector.constant([1.0, 2.0])", "let a2 = Vector.constant([3.0, 4.0])",
                "let y2 = Vector.constant([9.0, 9.0])", "y += sum(a) + sum(a2) + sum(y2) + sum(a)", "}",
            ])
    }

    /// A function that is marked for the iterations that call it is printed with its constants all the same.
    @Test func calledByIterations() throws {
        let w = Vector.constant([1, 2, 4], "w")
        let add = ReversibleFunction("add", parameters: ["y", "v", "i"]) {
            (y: Scalar, v: Vector, i: Integer) in y += v[i]
        }
        let f = ReversibleFunction("f", parameters: ["y"]) { (y: Scalar) in
            ParallelFor(0..<3) { i in
                let k = Integer.ancilla("k")
                Compute {
                    k += i
                } apply: {
                    add(y, w, k)
                }
            }
        }
        #expect(f.description.contains("add(y, w, k)"))
        #expect(try f(0.5) == 7.5)
    }

    /// Matrices, tables of integers, whole-array statements, sizes, elements that are known.
    @Test func everyKind() throws {
        let a = Matrix.constant([[1, 2, 3], [4, 5, 6]])
        let order = IntegerVector.constant([2, 0, 1])
        let v = Vector.constant([10, 20, 30])
        let f = ReversibleFunction(parameters: ["y", "x", "z", "k", "m"]) {
            (y: Vector, x: Vector, z: Vector, k: Integer, m: Integer) in
            For(0..<a.rows) { i in
                For(0..<a.columns) { j in y[i] += a[i, j] * x[order[j]] }
            }
            z += v * x + v[1] - a[1, 2]
            m += order[k] + order.count + argmax(v)
        }
        let expected = try f([0, 0], [1, 2, 3], [0, 0, 0], 0, 0)
        // x in the order 2, 0, 1 is (3, 1, 2).
        #expect(expected.0 == [11, 29] && expected.2 == [24, 54, 104] && expected.4 == 7)
        try f.agreesBothWays([
            .reals([0, 0]), .reals([1, 2, 3]), .reals([0, 0, 0]), .integer(0), .integer(0),
        ])
        let sums = ReversibleFunction { (y: Scalar, x: Vector, s: Scalar) in
            y += sum(v * x * s) + sum(a) * s
        }
        // ∂/∂x = s v, ∂/∂s = Σ v x + Σ a.
        for gradient in [
            try grad(sums, 0, [1, 2, 3], 2), try native(grad(sums), .undoing)(0, [1, 2, 3], 2),
        ] {
            #expect(gradient.1 == [20, 40, 60] && gradient.2 == 161)
        }
        // ∂(v x s)/∂x as a whole array.
        let scaled = ReversibleFunction { (y: Vector, x: Vector, s: Scalar) in y += v * x * s }
        let pulled = try native(
            grad(
                ReversibleFunction { (l: Scalar, y: Vector, x: Vector, s: Scalar) in
                    scaled(y, x, s)
                    l += sum(y)
                }))(0, [0, 0, 0], [1, 2, 3], 2)
        #expect(pulled.2 == [20, 40, 60] && pulled.3 == 140)
    }

    /// In lanes and threads, read at neighbours, at strides and anywhere.
    @Test(arguments: [1, 2]) func parallelLoops(_ threads: Int) throws {
        let n = 1000
        let table = Vector.constant((0..<n).map { 1 / Double($0 + 1) })
        let where_ = IntegerVector.constant((0..<n).map { ($0 * 7) % n })
        let rows = Matrix.constant(DenseMatrix((0..<n).map { [Double($0), Double($0 + 1)] }))
        let f = ReversibleFunction { (y: Vector, x: Vector) in
            ParallelFor(x.indices) { i in
                let t = Scalar.ancilla()
                Compute {
                    t += table[i] * x[i] + table[where_[i]]
                } apply: {
                    y[i] += exp(t) * rows[i, 1]
                    For(0..<2) { j in y[i] += rows[i, j] * x[where_[i]] }
                }
            }
        }
        let x = (0..<n).map { Double($0 % 17) / 17 }
        let zeros = [Double](repeating: 0, count: n)
        let (expected, _) = try f(zeros, x)
        for i in [0, 1, 500, 999] {
            let k = (i * 7) % n
            let value =
                exp(x[i] / Double(i + 1) + 1 / Double(k + 1)) * Double(i + 1) + Double(2 * i + 1) * x[k]
            #expect(abs(expected[i] - value) < 1e-10 * max(1, abs(value)))
        }
        for lanes in [nil, 4, 8] {
            let compiled = try native(f, lanes: lanes, threads: threads)
            let found = try compiled(zeros, x).0
            #expect(zip(found, expected).allSatisfy { abs($0 - $1) <= 1e-14 * max(1, abs($1)) })
        }
        let loss = ReversibleFunction { (l: Scalar, y: Vector, x: Vector) in
            f(y, x)
            l += sum(y * y)
        }
        let slope = try grad(loss, 0, zeros, x).2
        let compiled = try native(grad(loss), .undoing, threads: threads)(0, zeros, x).2
        #expect(zip(slope, compiled).allSatisfy { abs($0 - $1) <= 1e-9 * max(1, abs($0)) })
    }

    /// The table is part of the text, so that the kept libraries of two programs are never taken for one.
    @Test func tablesInTheText() throws {
        func program(_ values: [Double]) -> ReversibleFunction<Scalar, Integer> {
            let v = Vector.constant(values)
            return ReversibleFunction { (y: Scalar, k: Integer) in y += v[k] }
        }
        let first = try native(program([1, 2, 0.1])), second = try native(program([1, 3, -0.0]))
        #expect(first.source.contains("static const double run_constant[3]"))
        #expect(first.source.contains("1.0, 2.0, 0.1,"))
        #expect(try first(0, 1).0 == 2 && second(0, 1).0 == 3)
        #expect(try first(0, 2).0 == 0.1)
        let single = try native(program([1, 2, 0.1]), precision: .single)
        #expect(
            single.source.contains("static const float run_constant[3]") && single.source.contains("0.1f"))
        // Equal data is one table, and the same program; other bits are another.
        #expect(program([1, 2]) == program([1, 2]) && program([0.0]) != program([-0.0]))
        let empty = IntegerVector.constant([])
        let none = ReversibleFunction { (k: Integer) in
            For(empty.indices) { i in k += empty[i] }
            k += empty.count + 5
        }
        #expect(try native(none)(1) == 6 && none(1) == 6)
        let outside = failure { try native(program([1, 2]), .all)(0, 2) }
        #expect(outside?.kind == .indexOutOfRange)
        #expect(outside == failure { try program([1, 2])(0, 2) })
    }

    @Test func exportedTables() throws {
        let folder = try TemporaryFolder()
        try Self.weighted.exportC(to: folder.path)
        let text = try String(contentsOfFile: folder.path + "/weighted.c", encoding: .utf8)
        #expect(text.contains("static const double run_constant_w[3]") && text.contains("0.5, -0.25, 2.0,"))
        let header = try String(contentsOfFile: folder.path + "/weighted.h", encoding: .utf8)
        #expect(!header.contains("run_constant"))
    }

    /// Infinities are data too: what a product with 0 makes of them is the same in a derivative as from a literal.
    @Test func infinities() throws {
        let v = Vector.constant([.infinity, 1])
        let f = ReversibleFunction { (y: Scalar, x: Scalar, k: Integer) in y += x * v[k] }
        let g = ReversibleFunction { (y: Scalar, x: Scalar) in y += x * Double.infinity }
        #expect(try grad(f, 0, 2, 0).1 == .infinity && grad(g, 0, 2).1 == .infinity)
        #expect(try native(grad(f))(0, 2, 1).1 == 1)
    }
}
