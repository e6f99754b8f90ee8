import AD
import Foundation
import ReversibleCore
import Testing

/// Derivatives of solutions, against NumPy (`numpy.linalg.solve` with derivatives written by hand) and against differences.
@Suite struct ImplicitTests {
    static let layer = ReversibleFunction("layer", parameters: ["y", "z", "w", "b", "x"]) {
        (y: Vector, z: Vector, w: Matrix, b: Vector, x: Scalar) in
        let t = Vector.ancilla(count: y.count, "t")
        Compute {
            For(y.indices) { i in
                t[i] += b[i] * x
                For(z.indices) { j in t[i] += w[i, j] * z[j] }
            }
        } apply: {
            For(y.indices) { i in y[i] += tanh(t[i]) }
        }
    }
    static let w: DenseMatrix = DenseMatrix([[0.2, -0.3], [0.4, 0.1]])
    static let b = [0.5, -0.7]
    static let z = [0.5495289621108906, -0.35933482883944756]

    private func near(_ a: [Double], _ b: [Double], _ limit: Double = 1e-14) -> Bool {
        a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= limit * (1 + abs($1)) }
    }

    @Test func fixedPoints() throws {
        let map = try implicit(
            Self.layer, [0, 0], Self.z, Self.w, Self.b, 0.8, solution: 1, as: .fixedPoint, with: 4)
        #expect(map.rows == 2 && map.columns == 1)
        let expected = [0.5198793199321704, -0.46939264715976936]
        #expect(near(try map(1), expected))
        #expect(near(try map.transposed([2, -1]), [2 * expected[0] - expected[1]]))
        let weights = try implicit(
            Self.layer, [0, 0], Self.z, Self.w, Self.b, 0.8, solution: 1, as: .fixedPoint, with: 2)
        let matrix = [
            0.40793396, -0.26674641, -0.11674538, 0.07633934, 0.1556605, -0.10178579, 0.47967872, -0.31366003,
        ]
        #expect(near(weights.matrix.elements, matrix, 1e-8))
        #expect(near(try weights.transposed([1, 1]), (0..<4).map { matrix[$0] + matrix[$0 + 4] }, 1e-8))
    }

    /// F = z − step is a root where the step stands still.
    @Test func roots() throws {
        let rest = ReversibleFunction("rest", parameters: ["r", "z", "w", "b", "x"]) {
            (r: Vector, z: Vector, w: Matrix, b: Vector, x: Scalar) in
            r += z
            (~Self.layer)(r, z, w, b, x)
        }
        let map = try implicit(
            rest, [0, 0], Self.z, Self.w, Self.b, 0.8, solution: 1, as: .root, with: 4)
        #expect(near(try map(1), [0.5198793199321704, -0.46939264715976936]))
        let root = ReversibleFunction { (r: Scalar, z: Scalar, x: Scalar) in r += z * z - x }
        let slope = try implicit(root, 0, 3, 9, solution: 1, as: .root, with: 2)
        #expect(slope.matrix.elements == [1.0 / 6])
        // What the first argument holds before is not part of the residual.
        #expect(try implicit(root, 5, 3, 9, solution: 1, as: .root, with: 2)(6) == [1])
        // A map like any other: the derivative of a loss of the solution.
        let cube = ReversibleFunction { (y: Scalar, z: Scalar) in y += z * z * z }
        let loss = try linearize(cube, 0, 3, of: 0, with: 1).map.after(slope)
        #expect(near(try loss(1), [4.5]))
        #expect(near(try loss.transposed([2]), [9]))
    }

    /// Solutions of equations with 20 unknowns, whose units differ a hundred thousand times, against differences.
    @Test func unitsDoNotMatter() throws {
        let equations = ReversibleFunction { (r: Vector, z: Vector, p: Vector) in
            For(r.indices) { i in
                r[i] += exp(2.0 * (i % 7) - 6) * (z[i] + 0.1 * z[(i + 1) % 20] * z[i] - p[i % 3])
            }
        }
        func solve(_ p: [Double]) -> [Double] {
            var z = Array(repeating: 1.0, count: 20)
            for _ in 0..<100 {
                z = (0..<20).map { (i: Int) -> Double in p[i % 3] / (1 + 0.1 * z[(i + 1) % 20]) }
            }
            return z
        }
        let p = [0.5, 1, 2]
        let zeros = Array(repeating: 0.0, count: 20)
        let map = try implicit(equations, zeros, solve(p), p, solution: 1, as: .root, with: 2)
        let d = [0.3, -1, 0.5]
        let above = solve(zip(p, d).map { $0 + 1e-5 * $1 })
        let below = solve(zip(p, d).map { $0 - 1e-5 * $1 })
        let slopes = zip(above, below).map { ($0 - $1) / 2e-5 }
        #expect(near(try map(d), slopes, 1e-9))
    }

    @Test func inverses() throws {
        let f = ReversibleFunction { (y: Vector, x: Vector) in
            For(y.indices) { i in
                For(x.indices) { j in y[i] += sin(x[j] * (i + 1) + j) }
            }
        }
        let x = [0.5, -0.25, 1, 2]
        let map = try linearize(f, [0, 0, 0, 0], x, of: 0, with: 1).map
        let inverse = try map.inverse()
        #expect(near(inverse.after(map).matrix.elements, LinearMap.identity(4).matrix.elements, 1e-12))
        #expect(
            near(
                (inverse.transpose.after(map.transpose)).matrix.elements,
                [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1], 1e-12))
        #expect(near(try inverse.transposed(map.transposed(x)), x, 1e-12))
        #expect(near(try inverse.inverse()(x), try map(x), 1e-12))
        #expect(try LinearMap.identity(3).inverse()([1, 2, 3]) == [1, 2, 3])
        #expect(LinearMap.identity(0).matrix.elements == [] && LinearMap.identity(2).edges == 0)
        #expect(try (1e-200 * .identity(2)).inverse()([1e-200, 0]) == [1, 0])
        let swap = ReversibleFunction { (y: Vector, x: Vector) in
            y[0] += 1e-9 * x[1]
            y[1] += 1e9 * x[0] + x[1]
        }
        let turned = try linearize(swap, [0, 0], [0, 0], of: 0, with: 1).map.inverse()
        #expect(near(try turned([1e-9, 3e9 + 1]), [3, 1], 1e-15))
    }

    @Test func wrongUses() throws {
        func expect(
            _ kind: ReversibilityError.Kind, _ text: String, _ body: () throws -> Void
        ) {
            let error = #expect(throws: ReversibilityError.self) { try body() }
            #expect(error?.kind == kind && error?.description == text, "\(String(describing: error))")
        }
        let root = ReversibleFunction("root", parameters: ["r", "z", "x", "n"]) {
            (r: Scalar, z: Scalar, x: Scalar, n: Integer) in r += z * z - x
        }
        expect(
            .invalidArgument,
            "in `root`: the solution is none: number 0 of it, 3.5, leaves a residual of 3.25, and a step of Newton's method "
                + "would change it by -0.4642857142857143, where 3.5e-06 is allowed; solve more exactly, or look whether it "
                + "is a root or a fixed point"
        ) { _ = try implicit(root, 0, 3.5, 9, 1, solution: 1, as: .root, with: 2) }
        expect(
            .invalidArgument,
            "in `root`: the solution is none: number 0 of it, 3.0, is moved by the step by -3.0, and a step of Newton's "
                + "method would change it by 0.6, where 3e-06 is allowed; solve more exactly, or look whether it is a root or "
                + "a fixed point"
        ) { _ = try implicit(root, 0, 3, 9, 1, solution: 1, as: .fixedPoint, with: 2) }
        #expect(
            try implicit(root, 0, 3.001, 9, 1, solution: 1, as: .root, with: 2, tolerance: 0.01).rows == 1)
        expect(
            .invalidArgument,
            "in `root`: the solution has no derivative where the equations' derivative in it has no inverse: the map is "
                + "singular, up to rounding, and has no inverse: its matrix of 1×1 has a pivot that is 0; `LSQR` of the "
                + "module Optimizers finds the shortest least-squares solution"
        ) { _ = try implicit(root, 0, 0, 0, 1, solution: 1, as: .root, with: 2) }
        expect(
            .invalidArgument,
            "in `root`: `solution: 1` and `with: 1` must name two arguments after the first, to which the function adds"
        ) { _ = try implicit(root, 0, 3, 9, 1, solution: 1, as: .root, with: 1) }
        expect(
            .invalidArgument, "in `root`: `with: 3` is of type Integer; integers have no derivative"
        ) { _ = try implicit(root, 0, 3, 9, 1, solution: 1, as: .root, with: 3) }
        expect(
            .invalidArgument, "in `root`: `tolerance` is nan; it must be at least 0"
        ) { _ = try implicit(root, 0, 3, 9, 1, solution: 1, as: .root, with: 2, tolerance: .nan) }
        expect(
            .lengthMismatch,
            "in `layer`: the function adds 3 numbers, and the solution, argument 1, has 2; as many equations as unknowns "
                + "are needed"
        ) {
            _ = try implicit(
                Self.layer, [0, 0, 0], Self.z, DenseMatrix([[1, 2], [3, 4], [5, 6]]), [1, 2, 3], 0.8,
                solution: 1, as: .fixedPoint, with: 4)
        }
        let wide = try linearize(Self.layer, [0, 0], Self.z, Self.w, Self.b, 0.8, of: 0, with: 2).map
        expect(
            .invalidArgument,
            "in `LinearMap`: a map of 2×4 numbers has no inverse; one of as many rows as columns is needed"
        ) { _ = try wide.inverse() }
        expect(
            .invalidArgument,
            "in `LinearMap`: the map is singular, up to rounding, and has no inverse: its matrix of 4×4 has a pivot that is 0; "
                + "`LSQR` of the module Optimizers finds the shortest least-squares solution"
        ) { _ = try (0 * wide.normal).inverse() }
        expect(
            .invalidArgument,
            "in `LinearMap`: the map has the coefficient inf in row 0 and column 0, and so no inverse"
        ) { _ = try (.infinity * LinearMap.identity(2)).inverse() }
        expect(
            .lengthMismatch, "in `LinearMap`: a map of 2×2 numbers is added to one of 3×3"
        ) { _ = try (LinearMap.identity(2) + .identity(3)).inverse() }
        expect(
            .invalidSize,
            "in `LinearMap`: the map has 5000 rows, and its inverse is made of its matrix only up to 4096; solve "
                + "iteratively, by `MINRES` or `LSQR` of the module Optimizers"
        ) { _ = try LinearMap.identity(5000).inverse() }
        let singular = try? wide.normal.inverse()
        #expect(singular == nil)
    }
}
