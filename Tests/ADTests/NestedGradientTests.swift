import AD
import Testing

/// Gradients of gradients, three ways.
struct NestedGradientTests {
    static let f = ReversibleFunction("f", parameters: ["y", "a", "v"]) { (y: Scalar, a: Scalar, v: Vector) in
        let sum = Scalar.ancilla("sum")
        Compute {
            For(v.indices) { i in sum += sin(a * v[i]) * v[i] }
        } apply: {
            y += sum * sum / (1 + a * a)
        }
    }

    /// Differentiating the adjoint program backward gives what forward over reverse gives.
    @Test func reverseOverReverseIsTheHessian() throws {
        let v = [0.3, -0.8, 1.1]
        let h = try hessian(Self.f, 0, 0.7, v)
        let gradient = try grad(Self.f).program
        for row in 0..<5 {
            var weights = [0.0, 0, 0, 0, 0]
            weights[row] = 1
            let back = try vjp(
                gradient, GVar(0), GVar(0.7), GVar(v),
                cotangent: (
                    GVar(0, weights[0]), GVar(0, weights[1]), GVar([0, 0, 0], Array(weights[2...]))
                ))
            let found = [back.product.0.value, back.product.1.value] + back.product.2.value
            for column in 0..<5 {
                // Two programs of a few dozen operations on numbers of order 1.
                #expect(abs(found[column] - h[row, column]) < 1e-13)
            }
        }
    }

    @Test func hessianTimesDirectionIsItsProduct() throws {
        let v = [0.3, -0.8, 1.1]
        let h = try hessian(Self.f, 0, 0.7, v)
        let direction = [0.0, 0.4, -1.3, 0.2, 0.9]
        let product = try hvp(
            Self.f, 0, 0.7, v, direction: (direction[0], direction[1], Array(direction[2...])))
        let found = [product.0, product.1] + product.2
        for row in 0..<5 {
            let expected = (0..<5).reduce(0.0) { $0 + h[row, $1] * direction[$1] }
            #expect(abs(found[row] - expected) < 1e-14)
        }
    }

    @Test func adjointIsAStatementOfOtherPrograms() throws {
        let square = ReversibleFunction("square") { (y: Scalar, x: Scalar) in y += x * x * x }
        let back = adjoint(square)
        // The derivative of x³ computed inside a program, then differentiated from outside.
        let slope = ReversibleFunction("slope") { (out: Scalar, x: Scalar) in
            let y = Scalar.ancilla("y")
            let yBar = Scalar.ancilla("yBar")
            let xBar = Scalar.ancilla("xBar")
            Compute {
                yBar += 1
                (~back)(GVar(y, gradient: yBar), GVar(x, gradient: xBar))
            } apply: {
                out -= xBar
            }
        }
        #expect(try slope(0, 2).0 == 12)
        #expect(try grad(slope, 0, 2).1 == 12)
        #expect(try hessian(slope, 0, 2, with: 1) == [[6]])
        try checkGrads(slope, 0.1, 1.7)
    }

    /// The computation of the primal and that of its adjoint are one, not three.
    @Test func computeRunsOnce() throws {
        let program = "\(grad(Self.f))"
        #expect(program.split(separator: "\n").count { $0.contains("For(") } == 2)
    }

    @Test func jacobiansAgreeBothWays() throws {
        let map = ReversibleFunction { (out: Vector, x: Vector, m: Matrix) in
            For(0..<m.rows) { i in
                For(0..<m.columns) { j in out[i] += m[i, j] * sin(x[j]) }
            }
        }
        let wide: DenseMatrix = [[1, 2, 3], [4, 5, 6]]
        let x = [0.1, 0.2, 0.3]
        // 2×3 runs backward, its transpose 3×2 forward; d out/d m has 6 columns and runs backward.
        let j = try jacobian(map, [0, 0], x, wide, of: 0, with: 1)
        for (row, column) in [(0, 0), (0, 2), (1, 1)] {
            #expect(abs(j[row, column] - wide[row, column] * Double.evaluate(.cos, x[column])) < 1e-15)
        }
        let tall = try jacobian(map, [0, 0, 0], [0.1, 0.2], wide.transposed, of: 0, with: 1)
        #expect((tall.rows, tall.columns) == (3, 2))
        #expect(abs(tall[2, 1] - 6 * Double.evaluate(.cos, 0.2)) < 1e-15)
        let inMatrix = try jacobian(map, [0, 0], x, wide, of: 0, with: 2)
        #expect((inMatrix.rows, inMatrix.columns) == (2, 6))
        #expect(inMatrix[1, 4] == Double.evaluate(.sin, 0.2) && inMatrix[0, 4] == 0)
    }
}

/// Products that name one argument instead of giving zeros for all others.
struct SingleArgumentProductTests {
    static let f = NestedGradientTests.f

    @Test func hessianProductInOneArgument() throws {
        let v = [0.3, -0.8, 1.1]
        let whole = try hvp(Self.f, 0, 0.7, v, direction: (0, 0, [1, -2, 0.5])).2
        #expect(try hvp(Self.f, 0, 0.7, v, direction: [1, -2, 0.5], with: 2) == whole)
    }

    @Test func cotangentOfOneResult() throws {
        let v = [0.3, -0.8, 1.1]
        let whole = try vjp(Self.f, 0, 0.7, v, cotangent: (2, 0, [0, 0, 0])).product
        let found = try vjp(Self.f, 0, 0.7, v, cotangent: 2.0, of: 0).product
        #expect(found.0 == whole.0 && found.1 == whole.1 && found.2 == whole.2)
    }

    @Test func wrongTypesAreNamed() throws {
        let error = #expect(throws: ReversibilityError.self) {
            try vjp(Self.f, 0, 0.7, [1], cotangent: [2.0], of: 0)
        }
        #expect(error?.kind == .invalidArgument)
        #expect(
            error?.message
                == "the cotangent is of type Array<Double>, and argument 0 has gradients of type Double")
        let short = #expect(throws: ReversibilityError.self) {
            try hvp(Self.f, 0, 0.7, [1, 2], direction: [2.0], with: 2)
        }
        #expect(short?.kind == .lengthMismatch)
    }

    /// The derivative of a derivative as one program, with one scratch array in each of its parts.
    @Test func pullbackOfAPullback() throws {
        let f = ReversibleFunction("f", parameters: ["loss", "x", "y"]) {
            (loss: Scalar, x: Vector, y: Vector) in
            let squares = Vector.ancilla(count: y.count, "squares")
            Compute {
                ParallelFor(y.indices) { i in
                    let distances = Vector.ancilla(count: x.count, "distances")
                    let nearest = Integer.ancilla("nearest")
                    Compute {
                        For(x.indices) { j in distances[j] += (y[i] - x[j]) * (y[i] - x[j]) }
                        nearest += argmin(distances)
                    } apply: {
                        squares[i] += (y[i] - x[nearest]) * (y[i] - x[nearest]) * (y[i] - x[nearest])
                    }
                }
            } apply: {
                loss += sum(squares)
            }
        }
        let (x, y, direction) = ([0.2, 1.3], (0..<20).map { Double($0) / 13 }, [0.7, -0.4])
        let expected = try hvp(f, 0, x, y, direction: direction, with: 1)
        let second = try f.definition.pullback(inverted: false).pullback(inverted: false)
        let zeros = Leaf.reals([Double](repeating: 0, count: 20))
        // Each argument's value, gradient, product and direction.
        let results = try second.run(
            [
                .real(0), .real(1), .real(0), .real(0), .reals(x), .reals([0, 0]), .reals([0, 0]),
                .reals(direction), .reals(y), zeros, zeros, zeros,
            ], inverted: false, options: RunOptions())
        for (a, b) in zip(results[6].numbers, expected) { #expect(abs(a - b) <= 1e-13) }
    }
}
