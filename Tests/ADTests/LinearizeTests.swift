import AD
import Foundation
import ReversibleCore
import Testing

/// Derivatives as linear maps, against JAX 0.7 in double precision (`jax.jvp`, `jax.vjp`, `jax.jacobian` of the same
/// programs) and against the package's own Jacobians.
@Suite struct LinearizeTests {
    private func near(_ a: [Double], _ b: [Double], _ limit: Double = 1e-14) -> Bool {
        a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= limit * (1 + abs($1)) }
    }

    @Test func oneNumber() throws {
        let f = ReversibleFunction { (y: Scalar, x: Scalar) in y += x * x + sin(x) }
        let (value, map) = try linearize(f, 0.0, 3.0, of: 0, with: 1)
        #expect(value == [9.141120008059866])
        #expect(near(try map(1), [5.010007503399555]))
        #expect(near(try map([-2.5]), [-12.525018758498886]))
        #expect(map.rows == 1 && map.columns == 1 && map.edges == 1)
        let (values, all) = try linearize(f, 0.0, 3.0)
        #expect(values == (9.141120008059866, 3))
        #expect(near(all.matrix.elements, [1, 5.010007503399555, 0, 1]))
    }

    private static let residuals = ReversibleFunction("residuals", parameters: ["r", "p", "t", "y"]) {
        (r: Vector, p: Vector, t: Vector, y: Vector) in
        ParallelFor(t.indices) { i in
            r[i] += p[0] * exp(-p[1] * t[i]) * sin(p[2] * t[i] + p[3]) - y[i]
        }
    }
    private static let times = [0, 0.25, 0.5, 0.75, 1]
    private static let (start, data) = ([1.1, 0.9, 3.1, 0.1], [1, 0.6, 0.2, -0.1, -0.2])

    @Test func residualsOfAModel() throws {
        let (value, map) = try linearize(
            Self.residuals, [0, 0, 0, 0, 0], Self.start, Self.times, Self.data, of: 0, with: 1)
        #expect(
            near(
                value,
                [
                    -0.8901832416884891, 0.0741855286527261, 0.4991921260604046, 0.4678660766663214,
                    0.17389352880589984,
                ]))
        let v = [0.3, -0.2, 0.5, 0.7]
        let w = [1.0, -2, 3, -4, 5]
        let (along, back) = (try map(v), try map.transposed(w))
        #expect(
            near(
                along,
                [
                    0.7961032322581284, 0.6820786535554151, 0.20788803140056542, -0.2984883545640975,
                    -0.5480980457848315,
                ]))
        #expect(
            near(back, [-0.675431439498649, 0.5224351612052212, -1.330113703102744, -0.741076393823946]))
        let a = zip(w, along).reduce(0.0) { $0 + $1.0 * $1.1 }
        let b = zip(back, v).reduce(0.0) { $0 + $1.0 * $1.1 }
        #expect(abs(a + 1.490926791318773) < 1e-14 && abs(a - b) < 1e-14)
        #expect(map.edges == 20)  // no more than the Jacobian has numbers
        let normal = map.normal.matrix
        let diagonal = [0.9020351031369863, 0.2274274038932757, 0.3202376042948818, 1.8957092470823662]
        #expect(near((0..<4).map { normal[$0, $0] }, diagonal))
        #expect(near(try map.transpose(w), back))
        #expect(near(try map.transpose.transposed(v), along))
        #expect(map.transpose.matrix.elements.count == 20 && map.transpose.matrix[1, 2] == map.matrix[2, 1])
    }

    @Test func manySteps() throws {
        let pendulum = ReversibleFunction { (q: Scalar, v: Scalar, g: Scalar, n: Integer) in
            For(0..<n) { _ in
                v -= 0.001 * g * sin(q)
                q += 0.001 * v
            }
        }
        let (value, map) = try linearize(pendulum, 1.0, 0.0, 9.8, 1000)
        #expect(near([value.0, value.1], [-0.980062378682028, -0.5756620085768007], 1e-13))
        let expected = [
            -0.9063175775816614, 0.06976720272696334, -0.02917760228608572, -1.5240338026255416,
            -0.986047768282364, 0.38581590014510564, 0, 0, 1,
        ]
        #expect(near(map.matrix.elements, expected, 1e-12))
        #expect(map.edges <= 7)  // of 8,000 partial derivatives
    }

    /// Whatever the program decided at the point, the map is of what it did.
    @Test func branchesAndTurns() throws {
        let branch = ReversibleFunction { (y: Scalar, x: Scalar) in
            If(x > 0) {
                y += x * x
            } else: {
                y -= 3 * x
            }
        }
        #expect(try linearize(branch, 0, 2, of: 0, with: 1).map(1) == [4])
        #expect(try linearize(branch, 0, -2, of: 0, with: 1).map(1) == [-3])
        let rotate = ReversibleFunction { (a: Scalar, b: Scalar, angle: Scalar) in ROT(a, b, angle) }
        let map = try linearize(rotate, 1, 2, 0.3).map
        #expect(
            near(Array(try map([0.1, -0.2, 0.5])[..<2]), [-0.9484589022114472, 0.02063276074247616]))
        #expect(
            near(
                try map.transposed([2, -1, 0]), [1.6151527715898724, -1.546376902448285, -4.77668244562803]))
        let power = ReversibleFunction.recursive("power") { (power, y: Scalar, x: Scalar, n: Integer) in
            If(n == 0) {
                y += 1
            } else: {
                let t = Scalar.ancilla()
                Compute {
                    n -= 1
                    power(t, x, n)
                } apply: {
                    y += t * x
                }
            }
        }
        #expect(near(try linearize(power, 0, 1.5, 5, of: 0, with: 1).map(1), [5 * pow(1.5, 4)]))
    }

    /// At corners a map says what a tangent says there, and a direction that is 0 contributes 0 even where a slope is infinite.
    @Test func cornersAndInfiniteSlopes() throws {
        let functions: [(Expr) -> Expr] = [
            { sqrt($0) }, { log($0) }, { asin($0) }, { acosh($0) }, { abs($0) }, { 1 / $0 },
        ]
        for function in functions {
            let f = ReversibleFunction { (y: Scalar, x: Scalar, z: Scalar) in y += function(x + 0.0) + z }
            for x in [0.0, 1, -1] {
                let map = try linearize(f, 0, x, 2).map
                for direction in [(0.0, 1.0, 0.0), (0, 0, 3), (0, -2, 1)] {
                    let expected = try jvp(f, 0, x, 2, tangent: direction).product.0
                    let found = try map([direction.0, direction.1, direction.2])[0]
                    #expect(found == expected || found.isNaN && expected.isNaN, "\(x) \(direction)")
                }
            }
        }
    }

    @Test func sumsMultiplesAndCompositions() throws {
        let square = ReversibleFunction { (y: Vector, x: Vector) in
            For(x.indices) { i in y[i] += x[i] * x[(i + 1) % x.count] }
        }
        let x = [1.0, 2, -0.5]
        let first = try linearize(square, [0, 0, 0], x, of: 0, with: 1)
        let second = try linearize(square, [0, 0, 0], first.value, of: 0, with: 1)
        let twice = ReversibleFunction { (y: Vector, x: Vector) in
            let t = Vector.ancilla(count: x.count)
            Compute {
                square(t, x)
            } apply: {
                square(y, t)
            }
        }
        let chained = second.map.after(first.map)
        let expected = try jacobian(twice, [0, 0, 0], x, of: 0, with: 1).elements
        #expect(near(chained.matrix.elements, expected))
        let turned = (0..<9).map { (k: Int) -> Double in expected[k % 3 * 3 + k / 3] }
        #expect(near(chained.transpose.matrix.elements, turned))
        let combined = 2.5 * first.map + chained - first.map
        let sum = zip(first.map.matrix.elements, expected).map { 1.5 * $0 + $1 }
        #expect(near(combined.matrix.elements, sum))
        #expect(near(try combined.transposed([1, 2, 3]), try combined.transpose([1, 2, 3])))
    }

    /// Programs of several kinds, each beside its Jacobian, which other code computes.
    @Test(arguments: 0..<40) func agreesWithJacobians(seed: Int) throws {
        var state = UInt64(seed) &* 0x9e37_79b9_7f4a_7c15 | 1
        func random(_ count: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state >> 33) % count
        }
        let words = (0..<12).map { _ in (random(6), random(4), random(4)) }
        let f = ReversibleFunction { (y: Vector, x: Vector) in
            for (word, a, b) in words {
                switch word {
                case 0: y[a] += x[b] * x[(b + 1) % 4]
                case 1: y[a] -= exp(0.3 * y[(a + 1) % 4]) * x[b]
                case 2: ROT(y[a], y[(a + 1) % 4], x[b])
                case 3: SWAP(x[a], y[b])
                case 4:
                    If(x[a] > 0) {
                        y[b] += 1 / (2 + x[a])
                    } else: {
                        y[b] += atan2(x[a], 1 + x[b] * x[b])
                    }
                default: For(0..<3) { i in y[i] += sin(y[3] * x[a]) }
                }
            }
        }
        let (y, x) = ([0.1, -0.2, 0.3, 0.4], [0.5, -0.25, 1.5, -0.75])
        for (output, input) in [(0, 0), (0, 1), (1, 1)] {
            let expected = try jacobian(f, y, x, of: output, with: input).elements
            let map = try linearize(f, y, x, of: output, with: input).map
            #expect(near(map.matrix.elements, expected, 1e-12))
            var rows: [Double] = []
            for k in 0..<4 {
                var unit = [0.0, 0, 0, 0]
                unit[k] = 1
                rows += try map.transposed(unit)
            }
            #expect(near(rows, expected, 1e-12))
        }
    }

    /// A sum over many numbers is taken apart in linear time, whatever the order of its terms.
    @Test func largeSums() throws {
        let f = ReversibleFunction { (y: Scalar, x: Vector) in
            For(x.indices) { i in y += x[i] * exp(x[i]) }
        }
        let x = (0..<20_000).map { Double($0) / 20_000 }
        let map = try linearize(f, 0, x, of: 0, with: 1).map
        #expect(map.edges == x.count)
        #expect(near(try map.transposed([1]), x.map { (1 + $0) * exp($0) }, 1e-13))
    }

    @Test func structsAndMatrices() throws {
        struct Camera: Argument {
            var angle: Scalar
            var focus: Vector
            struct Value: ArgumentValue {
                var angle: Double
                var focus: [Double]
            }
        }
        let f = ReversibleFunction { (y: Scalar, c: Camera, m: Matrix) in
            y += sin(c.angle) * sum(m[row: 0] * c.focus) + m[1, 0]
        }
        let point = Camera.Value(angle: 0.5, focus: [1, 2])
        let map = try linearize(f, 0, point, DenseMatrix([[3, 4], [5, 6]])).map
        #expect(map.rows == 8 && map.columns == 8)
        let s = sin(0.5)
        #expect(
            near(
                try map.transposed([1, 0, 0, 0, 0, 0, 0, 0]),
                [1, 11 * cos(0.5), 3 * s, 4 * s, s, 2 * s, 1, 0]))
    }

    @Test func wrongUses() throws {
        let f = ReversibleFunction("f", parameters: ["y", "x", "n"]) { (y: Scalar, x: Vector, n: Integer) in
            For(0..<n) { i in y += x[i] * x[i] }
        }
        let map = try linearize(f, 0, [1, 2, 3], 3, of: 0, with: 1).map
        func expect(_ text: String, _ body: () throws -> Void) {
            let error = #expect(throws: ReversibilityError.self) { try body() }
            #expect(error?.description.contains(text) ?? false, "\(String(describing: error))")
        }
        expect("in `LinearMap`: the direction has 2 numbers, and the map takes 3") { _ = try map([1, 2]) }
        expect("in `LinearMap`: the cotangent has 2 numbers, and the map gives 1") {
            _ = try map.transposed([1, 2])
        }
        expect("in `LinearMap`: a map that takes 3 numbers is applied after one that gives 1") {
            _ = try map.after(map)([1, 2, 3])
        }
        expect("in `LinearMap`: a map of 1×3 numbers is added to one of 3×1") {
            _ = try (map + map.transpose)([1, 2, 3])
        }
        expect("with: 2") { _ = try linearize(f, 0, [1, 2, 3], 3, of: 0, with: 2) }
        expect("index 3 is outside `x`") { _ = try linearize(f, 0, [1, 2, 3], 4) }
        expect("`limit` is -4; it must be at least 0") { _ = try linearize(f, 0, [1, 2, 3], 3, limit: -4) }
        expect("`limit` is -1; it must be at least 0") {
            _ = try linearize(grad(f), 0, [1, 2, 3], 3, with: 1, limit: -1)
        }
        expect("the run has more than 4 partial derivatives") {
            _ = try linearize(f, 0, [1, 2, 3], 3, limit: 4)
        }
    }

    @Test func printed() throws {
        let f = ReversibleFunction { (y: Vector, x: Vector) in
            y[0] += 2 * x[0] - x[1]
            y[1] += 3
        }
        #expect(
            "\(try linearize(f, [0, 0], [1, 1], of: 0, with: 1).map)" == """
                LinearMap of 2×2 numbers, 2 terms
                    t0 = 2.0 * x0 + -1.0 * x1
                    y0 = t0
                    y1 = 0
                """)
    }
}
