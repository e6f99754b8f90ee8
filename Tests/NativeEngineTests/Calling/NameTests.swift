import AD
import NativeEngine
import Testing

/// Names that the emitted code uses for itself.
@Suite(.enabled(if: compilerIsThere))
struct NameTests {
    private struct Pair: Argument {
        var x: Scalar
        var load: Vector
        struct Value: ArgumentValue, Equatable { var x: Double, load: [Double] }
    }

    /// Functions and parameters that begin like the library's own functions.
    @Test(arguments: [
        "lanes", "scalar", "reversible", "lanes_", "lanes_load", "lanes_exp", "run_state", "run_pieces",
        "take", "vf",
        "pieces", "memcpy", "abort", "isnan", "INT64_MAX", "int64_t",
    ])
    func beginnings(name: String) throws {
        let f = ReversibleFunction(name, parameters: [name, "lanes_x", "scalar_y"]) {
            (pair: Pair, v: Vector, y: Scalar) in
            ParallelFor(v.indices) { i in v[i] += pair.load[i] * pair.x }
            y += sum(v)
        }
        let pair = Pair.Value(x: 2, load: samples(5))
        let expected = try f(pair, samples(5, seed: 7), 0)
        for checks in [Checks.none, .all] {
            let found = try native(f, checks)(pair, samples(5, seed: 7), 0)
            #expect(found.0 == expected.0 && found.1 == expected.1 && found.2 == expected.2)
        }
        let slope = try native(grad(f, loss: 2))(pair, samples(5, seed: 7), 0)
        #expect(slope.0.x == pair.load.reduce(0, +) && slope.1 == [1, 1, 1, 1, 1])
    }
}
