import AD
import NativeEngine
import Testing

/// Calls: elements, aliases, inverses, structs, recursion; against the interpreter.
@Suite(.enabled(if: compilerIsThere))
struct FunctionTests {
    private struct Pair: Argument {
        var a: Scalar
        var k: Integer
        struct Value: ArgumentValue, Equatable { var a: Double, k: Int }
    }
    private struct Bag: Argument {
        var pair: Pair
        var v: Vector
        var p: IntegerVector
        var m: Matrix
        struct Value: ArgumentValue, Equatable {
            var pair: Pair.Value, v: [Double], p: [Int], m: DenseMatrix
        }
    }

    private static let product = ReversibleFunction("product", parameters: ["out", "x", "y"]) {
        (out: Scalar, x: Scalar, y: Scalar) in out += x * y
    }
    private static let turn = ReversibleFunction("turn", parameters: ["x", "y", "k"]) {
        (x: Scalar, y: Scalar, k: Integer) in
        ROT(x, y, k * 0.1)
        k += 1
        SWAP(x, y)
    }
    private static let dot = ReversibleFunction("dot", parameters: ["out", "v", "w"]) {
        (out: Scalar, v: Vector, w: Vector) in
        For(v.indices) { i in out += v[i] * w[i] }
    }
    private static let shift = ReversibleFunction("shift", parameters: ["m", "v", "p"]) {
        (m: Matrix, v: Vector, p: IntegerVector) in
        For(0..<m.rows) { i in For(0..<m.columns) { j in m[i, j] += v[p[i]] } }
        p += 1
        product(m[0, 0], v[0], v[1])
    }

    @Test func callsOfEveryKind() throws {
        let (product, turn, dot, shift) = (Self.product, Self.turn, Self.dot, Self.shift)
        let f = ReversibleFunction("calls", parameters: ["x", "v", "w", "m", "p", "k"]) {
            (x: Scalar, v: Vector, w: Vector, m: Matrix, p: IntegerVector, k: Integer) in
            product(x, v[0], v[k])
            product(v[2], x, x)
            product(m[1, 0], m[0, 1], v[p[0]])
            (~product)(w[k + 1], v[1], w[0])
            turn(v[0], v[1], k)
            (~turn)(m[0, 0], m[1, 1], p[2])
            turn(x, w[0], p[1])
            dot(x, v, v)
            dot(w[0], v, v)
            (~dot)(m[0, 2], v, w)
            shift(m, v, p)
            (~shift)(m, w, p)
            For(v.indices) { i in If(i > 0) { product(v[i - 1], v[i], w[i]) } }
            turn(x, v[0], k)
        }
        try f.agreesBothWays(
            [
                .real(0.2), .reals(samples(3)), .reals(samples(3, seed: 6)), sampleMatrix(2, 3),
                .integers([0, 1, 2]), .integer(1),
            ],
            [
                .real(-1), .reals(samples(3, seed: 8)), .reals(samples(3, seed: 7)), sampleMatrix(2, 3),
                .integers([1, 0, 7]), .integer(0),
            ])
    }

    @Test func structs() throws {
        let inner = ReversibleFunction("inner", parameters: ["b", "p"]) { (b: Pair, p: Pair) in
            b.a += p.a * p.k
            b.k -= p.k
        }
        let f = ReversibleFunction("structs", parameters: ["x", "y"]) { (x: Bag, y: Bag) in
            inner(x.pair, y.pair)
            x.v += y.v * y.pair.a
            SWAP(x.p, y.p)
            For(0..<x.m.rows) { i in x.m[i, 0] += y.v[i] * x.pair.k }
            SWAP(x.pair, y.pair)
            let scratch = Pair(a: .ancilla("a"), k: .ancilla("k"))
            Compute {
                inner(scratch, x.pair)
            } apply: {
                y.pair.a += scratch.a + scratch.k
            }
        }
        let x = Bag.Value(pair: .init(a: 0.5, k: 3), v: [1, 2], p: [4], m: [[1, 2], [3, 4]])
        let y = Bag.Value(pair: .init(a: -0.25, k: 7), v: [0.1, 0.2], p: [9], m: [[0], [1]])
        for checks in [Checks.none, .all] {
            let found = try native(f, checks)(x, y)
            #expect(try found == f(x, y))
            #expect(try native(~f, checks)(found.0, found.1) == (~f)(found.0, found.1))
        }
    }

    @Test func fibonacci() throws {
        let f = ReversibleFunction.recursive("fib", parameters: ["out", "n"]) {
            (fib, out: Integer, n: Integer) in
            If(n <= 2) {
                out += 1
            } else: {
                n -= 1
                fib(out, n)
                n -= 1
                fib(out, n)
                n += 2
            }
        }
        try f.agreesBothWays([.integer(0), .integer(1)], [.integer(3), .integer(15)])
    }

    /// Far deeper than a thread's own stack allows.
    @Test func deepRecursion() throws {
        let f = ReversibleFunction.recursive("down", parameters: ["out", "x", "n"]) {
            (down, out: Scalar, x: Scalar, n: Integer) in
            If(n > 0) {
                let t = Scalar.ancilla("t")
                Compute {
                    t += x * n
                } apply: {
                    n -= 1
                    down(out, x, n)
                    n += 1
                    out += t * 1e-5
                }
            }
        }
        for checks in [Checks.none, .all] {
            let deep = try native(f, checks)
            let expected = try f(0.5, 0.25, 200_000)
            #expect(try deep(0.5, 0.25, 200_000) == expected)
            var (y, x, n) = (0.5, 0.25, 200_000)
            try withUnsafeMutablePointer(to: &y) { y in
                try withUnsafeMutablePointer(to: &x) { x in
                    try withUnsafeMutablePointer(to: &n) { n in
                        try deep.run(inPlace: [.real(y), .real(x), .integer(n)])
                    }
                }
            }
            #expect((y, x, n) == expected)
        }
        let slope = try native(grad(f))(0.5, 0.25, 200_000)
        let expected = try grad(f, 0.5, 0.25, 200_000)
        // A sum of 200,000 terms, in the same order.
        #expect(slope.0 == expected.0 && abs(slope.1 - expected.1) <= 1e-12 * abs(expected.1))
    }

    @Test func recursionOverArrays() throws {
        let f = ReversibleFunction.recursive("halves", parameters: ["v", "from", "to", "s"]) {
            (halves, v: Vector, from: Integer, to: Integer, s: Stack) in
            If(to - from > 1) {
                let middle = Integer.ancilla("middle")
                Compute {
                    middle += (from + to) / 2
                } apply: {
                    halves(v, from, middle, s)
                    halves(v, middle, to, s)
                    v[from] += v[middle] * 0.5
                    PUSH(v[middle], on: s)
                }
            }
        }
        try f.agreesBothWays(
            [.reals(samples(9)), .integer(0), .integer(9), .reals([])],
            [.reals(samples(64)), .integer(3), .integer(50), .reals([7])])
    }

    /// A parameter, a function or a scratch place may have any name.
    @Test func names() throws {
        let words = [
            "int", "θ", "x y", "double", "main", "run", "exp", "back", "taken", "k1", "first", "lane", "f",
            "const", "_", "1st", "a\"b", "a*/b", "size", "f_result", "x_count", "restrict", "NULL", "errno",
        ]
        let main = ReversibleFunction("main", parameters: words) {
            (
                a: Scalar, b: Vector, c: Integer, d: Scalar, e: Matrix, f: Integer, g: Scalar, h: Scalar,
                i: Vector, j: Integer, k: Scalar, l: Scalar, m: Scalar, n: Scalar, o: Scalar, p: Scalar,
                q: Scalar, r: Scalar, s: Scalar, t: Scalar, u: Scalar, v: Scalar, w: Scalar, x: Scalar
            ) in
            a += b[0] * c + d - e[0, 0] * f
            For(0..<c) { i in g += h * i }
            i += l - k * k
            m += n * o + p * q - r * s + t * u - v * w * x
            j += c
        }
        let exp = ReversibleFunction("exp", parameters: ["exp"]) { (x: Scalar) in x += 1 }
        let f = ReversibleFunction("printf", parameters: ["sin", "v"]) { (x: Scalar, v: Vector) in
            exp(x)
            let t = Scalar.ancilla("double")
            Compute {
                t += x
            } apply: {
                v[0] += t * sin(t)
            }
        }
        try f.agreesBothWays([.real(0.5), .reals([1])])
        let numbers = samples(24).map { Leaf.real($0) }
        var places = numbers
        places[1] = .reals([2, 3])
        (places[2], places[5], places[9]) = (.integer(3), .integer(2), .integer(0))
        (places[4], places[8]) = (sampleMatrix(1, 1), .reals([1]))
        try main.agreesBothWays(places)
    }
}
