import AD
import NativeEngine
import ReversibleCore
import Testing

/// Linear maps made ready for many applications: the same numbers, in memory of the caller's.
struct NativeLinearMapTests {
    private let pendulum = ReversibleFunction("pendulum", parameters: ["q", "v", "g", "steps"]) {
        (q: Scalar, v: Scalar, g: Scalar, steps: Integer) in
        For(0..<steps) { _ in
            v -= 0.001 * g * sin(q)
            q += 0.001 * v
        }
    }
    private let residuals = ReversibleFunction("residuals", parameters: ["r", "p", "t"]) {
        (r: Vector, p: Vector, t: Vector) in
        For(r.indices) { i in r[i] += p[0] * exp(-p[1] * t[i]) }
    }

    private func written(_ count: Int, _ run: ([NativeBuffer<Double>]) throws -> Void, _ given: [Double])
        throws
        -> [Double]
    {
        var (given, values) = (given, Array(repeating: Double.nan, count: count))
        try given.withUnsafeMutableBufferPointer { given in
            try values.withUnsafeMutableBufferPointer { values in try run([.reals(given), .reals(values)]) }
        }
        return values
    }

    /// The Jacobian after 1000 steps is that of JAX.
    @Test func longRuns() throws {
        let (_, map) = try linearize(pendulum, 1, 0, 9.8, 1000)
        let expected = [
            [-0.9063175775816614, 0.06976720272696334, -0.02917760228608572],
            [-1.5240338026255416, -0.986047768282364, 0.38581590014510564],
        ]
        let matrix = try compile(map).map.matrix
        for row in 0..<2 {
            for column in 0..<3 { #expect(abs(matrix[row, column] - expected[row][column]) < 1e-12) }
        }
    }

    /// What lies between three arguments and three results is left out, here the first three hundred steps.
    @Test func fewResultsOfFewArguments() throws {
        let (value, first) = try linearize(pendulum, 1, 0, 9.8, 300)
        let (_, second) = try linearize(pendulum, value.0, value.1, value.2, 300)
        let map = second.after(first)
        let fast = try compile(map)
        #expect(fast.map.edges == 9 && map.edges > 9)
        for column in 0..<3 {
            let unit = (0..<3).map { $0 == column ? 1.0 : 0 }
            let value = try written(3, fast.run, unit)
            #expect(try value == fast(unit))
            #expect(try zip(value, map(unit)).allSatisfy { abs($0 - $1) < 1e-13 })
        }
        let weights = [0.5, -2, 3]
        #expect(try written(3, fast.runTransposed, weights) == fast.transposed(weights))
        #expect(
            try zip(fast.transposed(weights), map.transposed(weights)).allSatisfy { abs($0 - $1) < 1e-12 })
    }

    @Test func manyResults() throws {
        let t = (0..<50).map { Double($0) / 50 }
        let (_, J) = try linearize(residuals, t.map { _ in 0 }, [1.5, 0.7], t, of: 0, with: 1)
        for map in [J, J.transpose, J.normal, 2 * J - J, J.after(.identity(2))] {
            let fast = try compile(map)
            let d = (0..<map.columns).map { 1 / (1 + Double($0)) }
            let w = (0..<map.rows).map { 2 - Double($0) }
            let (value, back) = (
                try written(map.rows, fast.run, d), try written(map.columns, fast.runTransposed, w)
            )
            #expect(try zip(value, map(d)).allSatisfy { abs($0 - $1) < 1e-13 })
            #expect(try zip(back, map.transposed(w)).allSatisfy { abs($0 - $1) < 1e-12 })
        }
    }

    @Test func wrongUses() throws {
        let fast = try compile(LinearMap.identity(3))
        #expect { _ = try fast([1, 2]) } throws: { "\($0)".contains("2 numbers, and the map takes 3") }
        #expect { _ = try written(2, fast.run, [1, 2, 3]) } throws: { "\($0)".contains("gives 3") }
        var memory = [1.0, 2, 3, 4]
        memory.withUnsafeMutableBufferPointer { all in
            let (a, b) = (
                UnsafeMutableBufferPointer(rebasing: all[..<3]),
                UnsafeMutableBufferPointer(rebasing: all[1...])
            )
            #expect { try fast.run(inPlace: [.reals(a), .reals(b)]) } throws: { "\($0)".contains("overlaps") }
            #expect { try fast.run(inPlace: [.reals(a)]) } throws: { "\($0)".contains("two places") }
        }
        #expect { try compile(LinearMap.identity(3) + .identity(2)) } throws: { "\($0)".contains("3×3") }
        #expect(try compile(LinearMap.identity(0))([]) == [])
    }
}
