import Arrays
import Testing

/// What is wrong with a function or its arguments, in words.
@Suite struct ArrayErrorTests {
    let dot = ArrayFunction("dot") { (u: VectorTerm, v: VectorTerm) in (u * v).sum() }

    private func message(_ body: () throws -> Void) -> String {
        let error = #expect(throws: ReversibilityError.self) { try body() }
        return error.map { "\($0)" } ?? ""
    }

    @Test func arguments() {
        #expect(
            message { let _: Double = try dot([1, 2], [3]) } == """
                in `dot`: `u.count` must be `v.count`
                  (u.count = 2, v.count = 1)
                """)
        #expect(
            message { let _: Double = try dot([1, 2]) } == "in `dot`: 2 arguments are needed, and 1 are given"
        )
        #expect(
            message { let _: Double = try dot([1, 2], 3) } == "in `dot`: `v` is a vector; the argument is 3.0"
        )
        #expect(
            message { let _: [Double] = try dot([1, 2], [3, 4]) }
                == "in `dot`: the result is asked for as a vector, and is a real number")
        let element = ArrayFunction("element") { (u: VectorTerm, n: IndexTerm) in u[n] }
        #expect(
            message { let _: Double = try element([1, 2], 2) }
                == "in `element`, `u[n]`: index 2 is outside `u`, which has 2 elements")
        #expect(
            message { let _: Double = try element([1, 2], 0.5) }
                == "in `element`: `n` is an integer; the argument is 0.5")
        let ragged = ArrayFunction("sum") { (a: MatrixTerm) in a.sum() }
        #expect(
            message { let _: Double = try ragged([[1], [2, 3]]) }
                == "in `sum`: `a` is a matrix; the argument is [[1.0], [2.0, 3.0]]")
        let largest = ArrayFunction("largest") { (u: VectorTerm) in u.max() }
        #expect(
            message { let _: Double = try largest([Double]()) }
                == "in `largest`, `argmax(u)`: an empty array has no largest element")
        #expect(
            message { let _: Double = try largest([1, Double.nan]) }
                == "in `largest`, `argmax(u)`: a NaN is compared")
    }

    @Test func shapes() {
        #expect(
            message {
                _ = try ArrayFunction(checking: "f") { (x: ScalarTerm) in
                    (build(3) { _ in x } + build(4) { _ in x }).sum()
                }
            } == "in `f`: `zip` needs arrays of one size, and one has 3 elements, the other 4")
        #expect(
            message {
                _ = try ArrayFunction(checking: "f") { (n: IndexTerm) in
                    build(n) { i -> VectorTerm in build(i) { _ in 1 } }.columns
                }
            } == "in `f`: the rows of a matrix differ in length: there are `i` of them")
        #expect(
            message {
                _ = try ArrayFunction(checking: "f", parameters: ["x", "x"]) {
                    (x: ScalarTerm, y: ScalarTerm) in x + y
                }
            }
                == "in `f`: `parameters:` must give each of the 2 parameters a name of its own, and gives [\"x\", \"x\"]"
        )
        let square = ArrayFunction("trace") { (a: MatrixTerm) in trace(a) }
        #expect(
            message { let _: Double = try square([[1, 2]]) } == """
                in `trace`: `a.rows` must be `a.columns`
                  (a.rows = 1, a.columns = 2)
                """)
    }

    @Test func derivatives() {
        #expect(
            message { let _: [Double] = try forwardGradient(dot, with: 2)([1], [1]) }
                == "in `dot.forwardGradient`: `forwardGradient` is asked for with parameter 2, and `dot` has 2, counted from 0"
        )
        let map = ArrayFunction("map") { (u: VectorTerm) in u.map { sin($0) } }
        #expect(
            message { let _: [Double] = try forwardGradient(map, with: 0).optimized(by: .arrays)([1]) }
                == "in `map.forwardGradient`: `forwardGradient` needs a number as the function's value, not a vector: "
                + "use `forwardJacobian`")
        let power = ArrayFunction("power") { (x: ScalarTerm, n: IndexTerm) in pow(x, ScalarTerm(n)) }
        #expect(
            message { let _: Double = try forwardGradient(power, with: 1)(2, 3) }
                == "in `power.forwardGradient`: `n` is an integer, by which there is no derivative")
    }

    @Test func programs() {
        #expect(
            message { let _: ReversibleFunction<Scalar, Vector> = try dot.program() }
                == "in `dot`: a program is asked for with the arguments: a real number, a vector; they must be: "
                + "a real number, a vector, a vector")
        #expect(
            message {
                let program: ReversibleFunction<Scalar, Vector, Vector> = try dot.program()
                _ = try program(0, [1, 2], [1])
            }.contains("`Assert(u.count == v.count, \"`u.count` is `v.count`\")`"))
        let guarded = ArrayFunction("guarded") { (u: VectorTerm, x: ScalarTerm) in
            select(x > 0 && log(u.sum()) > 0, x, 0)
        }
        #expect(
            message { let _: ReversibleFunction<Scalar, Vector, Scalar> = try guarded.program() }
                == "in `guarded`: `sum(u.count) { i in u[i] }` cannot be written as statements here: a condition that is asked only "
                + "where another one holds must not contain sums, and arrays have at most two indices. Bind the value before, "
                + "with `bind`")
    }
}
