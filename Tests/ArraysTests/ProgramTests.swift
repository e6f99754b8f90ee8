import AD
import Arrays
import Foundation
import NativeEngine
import Testing

/// Terms as programs of the language: the same values, an inverse, an adjoint, native code.
@Suite struct ProgramTests {
    @Test func aSumIsAddedUpInPlace() throws {
        let dot = ArrayFunction("dot") { (u: VectorTerm, v: VectorTerm) in (u * v).sum() }
        let program: ReversibleFunction<Scalar, Vector, Vector> = try dot.program()
        #expect(try dot([1, 2], [3, 4]) == 11)
        #expect(try program(0, [1, 2], [3, 4]).0 == 11)
        #expect(
            "\(program)" == """
                ReversibleFunction("dot") { (out: Scalar, u: Vector, v: Vector) in
                    Assert(u.count == v.count, "`u.count` is `v.count`")
                    For(0..<u.count) { i in
                        out += u[i] * v[i]
                    }
                }
                """)
        let (out, u, v) = try (~program)(11, [1, 2], [3, 4])
        #expect(out == 0 && u == [1, 2] && v == [3, 4])
        #expect(try grad(program, 0, [1, 2], [3, 4]).1 == [3, 4])
    }

    @Test func gradientsArePrograms() throws {
        let f = ArrayFunction("logSumExp") { (u: VectorTerm) in log(u.map { exp($0) }.sum()) }
        let fast = forwardGradient(f, with: 0).optimized(by: .arrays)
        let program: ReversibleFunction<Vector, Vector> = try fast.program()
        #expect(
            "\(program)" == """
                ReversibleFunction("logSumExp.forwardGradient") { (out: Vector, u: Vector) in
                    Assert(out.count == u.count, "the result has `u.count` elements")
                    Compute {
                        let t1 = Scalar.ancilla()
                        Compute {
                            let t2 = Scalar.ancilla()
                            For(0..<u.count) { i in
                                t2 += exp(u[i])
                            }
                        } apply: {
                            t1 += 1.0 / t2
                        }
                    } apply: {
                        For(0..<u.count) { i in
                            out[i] += t1 * exp(u[i])
                        }
                    }
                }
                """)
        let u = AcceptanceTests.u
        let expected = [0.1752903921400367, 0.03911257327068745, 0.7855970345892759]
        let native = try compile(program)
        for result in [try program([0, 0, 0], u).0, try native([0, 0, 0], u).0] {
            for (a, b) in zip(result, expected) { #expect(abs(a - b) < 1e-15) }
        }
        #expect(try checkInverse(program, [0, 0, 0], u) < 1e-15)
        // A derivative of the derivative, by the language's own adjoint, against that of the terms.
        let hessian: DenseMatrix = try forwardJacobian(fast, with: 0).optimized(by: .arrays)(u)
        let rows = try jacobian(program, [0, 0, 0], u, of: 0, with: 1)
        for i in 0..<3 { for j in 0..<3 { #expect(abs(hessian[i, j] - rows[i, j]) < 1e-14) } }
        #expect(abs(hessian[0, 0] - 0.14456367056342886) < 1e-15)
    }

    @Test(arguments: AcceptanceTests.programs) func everyEngineSaysTheSame(
        _ program: AcceptanceTests.Program
    ) throws {
        let value = program.f
        let jacobian = forwardJacobian(value, with: program.with)
        for f in [value, jacobian, jacobian.optimized(by: .simplified), jacobian.optimized(by: .arrays)] {
            let expected = try f.evaluate(program.arguments)
            let result = try run(f, program.arguments, like: expected)
            for (a, b) in zip(result, expected.numbers) {
                #expect(abs(a - b) < 1e-13 * max(1, abs(b)))
            }
        }
    }

    /// Runs the program of a function whose arguments are a vector, or that and something else.
    private func run(_ f: ArrayFunction, _ arguments: [ArrayValue], like value: ArrayValue) throws -> [Double]
    {
        func zeros(_ value: ArrayValue) -> ArrayValue {
            switch value {
            case .number: 0
            case .array(let elements): .array(elements.map(zeros))
            }
        }
        let leaves = ([zeros(value)] + arguments).map { value -> Leaf<Double> in
            if let number = value.number { return .real(number) }
            if let matrix = value.matrix {
                return .matrix(rows: matrix.rows, columns: matrix.columns, value.numbers)
            }
            return .reals(value.numbers)
        }
        let results =
            switch (value.matrix == nil ? value.vector == nil ? 0 : 1 : 2, arguments.map(kind)) {
            case (0, ["v"]): try (f.program() as ReversibleFunction<Scalar, Vector>).run(leaves)
            case (1, ["v"]): try (f.program() as ReversibleFunction<Vector, Vector>).run(leaves)
            case (2, ["v"]): try (f.program() as ReversibleFunction<Matrix, Vector>).run(leaves)
            case (0, ["v", "v"]): try (f.program() as ReversibleFunction<Scalar, Vector, Vector>).run(leaves)
            case (1, ["v", "v"]): try (f.program() as ReversibleFunction<Vector, Vector, Vector>).run(leaves)
            case (0, ["v", "m"]): try (f.program() as ReversibleFunction<Scalar, Vector, Matrix>).run(leaves)
            case (1, ["v", "m"]): try (f.program() as ReversibleFunction<Vector, Vector, Matrix>).run(leaves)
            case (0, ["m", "m"]): try (f.program() as ReversibleFunction<Scalar, Matrix, Matrix>).run(leaves)
            case (2, ["m", "m"]): try (f.program() as ReversibleFunction<Matrix, Matrix, Matrix>).run(leaves)
            case (_, _): try (f.program() as ReversibleFunction<Scalar, Vector, Scalar>).run(leaves)
            }
        return switch results[0] {
        case .real(let value): [value]
        case .reals(let values), .matrix(_, _, let values): values
        default: []
        }
    }

    private func kind(_ value: ArrayValue) -> String {
        value.number != nil ? "s" : value.vector != nil ? "v" : "m"
    }

    @Test func aLoopThatIsNoSumKeepsItsHistory() throws {
        let f = ArrayFunction("horner", parameters: ["c", "x"]) { (c: VectorTerm, x: ScalarTerm) in
            c.reduce(0) { soFar, c in soFar * x + c }
        }
        #expect("\(f)" == "reduce(c.count, from: 0) { t1, i in t1 * x + c[i] }")
        #expect(try f([1, 2, 3], 2) == 11)
        let program: ReversibleFunction<Scalar, Vector, Scalar> = try f.program()
        #expect(try program(0, [1, 2, 3], 2).0 == 11)
        // (x² + 2x + 3)′ = 2x + 2
        for f in [forwardGradient(f, with: 1), forwardGradient(f, with: 1).optimized(by: .arrays)] {
            #expect(try f([1, 2, 3], 2) == 6)
            let slope: ReversibleFunction<Scalar, Vector, Scalar> = try f.program()
            #expect(try slope(0, [1, 2, 3], 2).0 == 6)
            #expect(try forwardGradient(f, with: 1)([1, 2, 3], 2) == 2)
        }
        #expect(try forwardGradient(f, with: 0)([1, 2, 3], 2) == [4, 2, 1])
        #expect(try forwardGradient(f, with: 0).optimized(by: .arrays)([1, 2, 3], 2) == [4, 2, 1])
    }

    @Test func branchesAreEvaluatedWhereTheyAreChosen() throws {
        let f = ArrayFunction("choice") { (u: VectorTerm, x: ScalarTerm) in
            select(x > 0, u.map { log($0 + x) }.sum(), u[5])
        }
        let program: ReversibleFunction<Scalar, Vector, Scalar> = try f.program()
        #expect(try program(0, [1, 1], 1).0 == 2 * log(2.0))
        #expect(try f([1, 1], 1) == ArrayValue.number(2 * log(2.0)))
        #expect(throws: ReversibilityError.self) { try program(0, [1, 1], -1) }
        let error = #expect(throws: ReversibilityError.self) { let _: Double = try f([1, 1], -1) }
        #expect(error?.kind == .indexOutOfRange)
    }
}
