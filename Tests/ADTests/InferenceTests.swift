import AD
import Testing

/// Calls whose types Swift must infer in one expression. That they compile is half of the test.
struct InferenceTests {
    private let f = ReversibleFunction { (y: Scalar, x: Scalar) in y += x * x }
    private let g = ReversibleFunction { (y: Scalar, m: Matrix, v: Vector, k: Integer) in
        y += (sum(m * m) + sum(v)) * k
    }

    private func text(_ item: Any) -> String { "\(item)" }

    @Test func elementsOfGradients() throws {
        let x = 3.0
        #expect(text(try grad(f, 0, x).1) == "6.0")
        #expect(text(try grad(~f, 0, 3).1) == "-6.0")
        #expect(text(try grad(g, 0, [[1, 2]], [5], 2).1) == "[[4.0, 8.0]]")
        #expect(text(try grad(g, 0, [[1, 2]], [5], 2).2[0]) == "2.0")
        #expect(text(try valueAndGrad(f, 0, x).gradient.1) == "6.0")
        #expect(text(try hvp(f, 0, x, direction: (0, 1)).1) == "2.0")
        #expect(text(try f(0, x).0) == "9.0")
        let df = grad(f)
        #expect(text(try df(0, x).1) == "6.0")
        #expect(text(try grad(f)(0, x)) == "(1.0, 6.0)")
        let (forward, second) = (jvp(f), hvp(f))
        #expect(text(try forward(0, x, tangent: (0, 1)).product.0) == "6.0")
        #expect(text(try second(0, x, direction: (0, 1)).1) == "2.0")
        let single = ReversibleFunction { (x: Scalar) in x *= 3 }
        #expect(text(try grad(single, 2)) == "3.0")
        #expect(try grad(single, 2) + 1 == 4)
    }

    @Test func literalsInTuples() throws {
        let tangent = try jvp(g, 0, [[1, 2]], [5], 2, tangent: (0, [[1, 0]], [1], ()))
        #expect(tangent.product.0 == 6)
        #expect(
            text(try vjp(g, 0, [[1, 2]], [5], 2, cotangent: (1, [[0, 0]], [0], ())).product.1)
                == "[[4.0, 8.0]]")
        #expect(
            text(try hvp(g, 0, [[1, 2]], [5], 2, direction: (0, [[1, 0]], [0], ())).1) == "[[4.0, 0.0]]")
        #expect(text(try vjp(f, 0, 3, cotangent: 2, of: 0).product.1) == "12.0")
        let all = ReversibleFunction { (y: Vector, m: Matrix) in For(0..<2) { i in y[i] += m[0, i] } }
        #expect(
            text(try vjp(all, [0, 0], [[1, 2]], cotangent: [1, -1], of: 0).product.1) == "[[1.0, -1.0]]")
        #expect(
            text(try vjp(all, [0, 0], [[1, 2]], cotangent: [[1, -1]], of: 1).product.1) == "[[1.0, -1.0]]")
        #expect(throws: ReversibilityError.self) {
            try vjp(all, [0, 0], [[1, 2]], cotangent: [[1, -1], [1]], of: 1)
        }
    }

    @Test func derivedPrograms() throws {
        let twice: ReversibleFunction<GVar<GVar<Scalar>>, GVar<GVar<Scalar>>> = adjoint(adjoint(f))
        #expect(adjoint(adjoint(f)) == twice)
        #expect(text(adjoint(tangent(f))).contains("gradient"))
        #expect(text(tangent(adjoint(f))).contains("tangent"))
        #expect(~adjoint(f) == adjoint(~f))
        #expect(text(try adjoint(f)(GVar(9, gradient: 1), GVar(3)).1.gradient) == "6.0")
    }

    @Test func functionsOfFunctions() throws {
        func both<each A: Argument>(
            _ f: ReversibleFunction<repeat each A>, _ arguments: repeat (each A).Value
        ) throws -> ((repeat (each A).Value.Gradient), String) {
            let back: ReversibleFunction<repeat GVar<each A>> = adjoint(f)
            return (try grad(f, repeat each arguments), "\(back)")
        }
        let (gradient, program) = try both(f, 0, 3)
        #expect(gradient == (1, 6))
        #expect(program == "\(adjoint(f))")
    }

    @Test func functionsWithoutArguments() throws {
        let nothing = ReversibleFunction { () in
            let t = Scalar.ancilla()
            t += 1
            t -= 1
        }
        try nothing()
        let result: Void = try nothing()
        #expect(result == ())
        let f = ReversibleFunction { (y: Scalar) in
            nothing()
            y += 1
        }
        #expect(f.description.contains("f()"), "\(f)")
        #expect(try f(1) == 2)
    }
}
