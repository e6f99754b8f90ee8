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

    /// A function for others takes no name that C or its library has.
    @Test(arguments: [
        "printf", "exit", "int", "typeof", "class", "sin", "hypotf", "fmal", "memcpy", "isnan", "read",
        "strdup", "main",
        "reversible_options", "lanes_exp", "two words", "1st", "",
    ])
    func namesThatAreTaken(name: String) throws {
        let folder = try TemporaryFolder()
        let f = ReversibleFunction { (y: Scalar, x: Scalar) in y += sin(x) }
        let error = #expect(throws: NativeError.self) { try f.exportC(to: folder.path, name: name) }
        #expect(error?.kind == .exportFailed && error?.message.contains("`\(name)`") == true)
        #expect(throws: NativeError.self) { try grad(f).exportC(to: folder.path, name: name) }
    }

    @Test(arguments: ["total", "memory_use", "strength", "printf_like", "f", "isolate"])
    func namesThatAreFree(name: String) throws {
        let folder = try TemporaryFolder()
        let f = ReversibleFunction { (y: Scalar, int: Scalar) in y += sin(int) }
        try f.exportC(to: folder.path, name: name)
    }

    /// Literals with a sign, and scratch that a recursion does nothing with.
    @Test func textsThatCompile() throws {
        let signs = ReversibleFunction { (n: Integer, k: Integer) in
            n += abs((-3).expression) - (-4).expression - abs(-(5.expression)) + abs(k - (-2).expression)
            n -= (-3).expression * min(k, -7) - max(-k, -9) % -4
        }
        let rec = ReversibleFunction.recursive("r") { (r, y: Scalar, n: Integer, c: Scalar, w: Vector) in
            If(n > 0) {
                y += n * 1.5
                n -= 1
                r(y, n, c, w)
                n += 1
            }
        }
        let f = ReversibleFunction { (y: Scalar, n: Integer) in rec(y, n, .ancilla(), .ancilla(count: 3)) }
        for checks in [Checks.none, .all] {
            #expect(try native(signs, checks)(1, 5).0 == signs(1, 5).0)
            #expect(try native(f, checks)(0, 3).0 == 9)
            #expect(try native(grad(f), checks)(0, 3).0 == 1)
        }
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
