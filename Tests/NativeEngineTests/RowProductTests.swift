import AD
import NativeEngine
import ReversibleCore
import Testing

/// Loops over a matrix's rows that native code takes several at a time: the bits are those of one row after the other.
struct RowProductTests {
    static let plain = ReversibleFunction("plain", parameters: ["y", "a", "x"]) {
        (y: Vector, a: Matrix, x: Vector) in y += a * x
    }
    /// Loops by hand, from other elements than the first, with the factors exchanged.
    static let shifted = ReversibleFunction("shifted", parameters: ["y", "a", "x", "k"]) {
        (y: Vector, a: Matrix, x: Vector, k: Integer) in
        For(1..<a.rows) { i in
            For(k..<a.columns) { j in y[i - 1 + k] -= x[j - k] * a[i, j] }
        }
    }

    private func matrix(_ rows: Int, _ columns: Int, _ elements: [Double]) throws -> DenseMatrix {
        try #require(DenseMatrix(rows: rows, columns: columns, elements: elements))
    }

    private func numbers(_ count: Int, _ seed: Int) -> [Double] {
        // Of very different sizes, so that every order of a sum has other bits.
        (0..<count).map { k in
            let t = (Double(k * 7919 + seed * 104_729) * 0.618_033_988_749_895).truncatingRemainder(
                dividingBy: 1)
            return (t - 0.5) * Double(1 << (k * 13 % 40))
        }
    }

    @Test(arguments: [(0, 3), (3, 0), (1, 9), (7, 5), (8, 4), (16, 16), (19, 23), (33, 6)])
    func sameBits(rows: Int, columns: Int) throws {
        let a = try matrix(rows, columns, numbers(rows * columns, 1))
        let (y, x) = (numbers(rows, 2), numbers(columns, 3))
        for f in [Self.plain, ~Self.plain] {
            let fast = try compile(f, checks: .none)
            #expect(fast.source.contains("add_row_products(y,"))
            #expect(try fast(y, a, x) == f(y, a, x))
        }
        guard rows > 0, columns > 1 else { return }
        for f in [Self.shifted, ~Self.shifted] {
            let fast = try compile(f, checks: .none)
            #expect(fast.source.contains("add_row_products(y "))
            #expect(try fast(y, a, x, 1) == f(y, a, x, 1))
        }
        // What is infinite or no number stays where it is.
        var wild = x
        wild[0] = .infinity
        let (found, _, _) = try compile(Self.plain, checks: .none)(y, a, wild)
        let (expected, _, _) = try Self.plain(y, a, wild)
        #expect(found.map(\.bitPattern) == expected.map(\.bitPattern))
    }

    @Test func singlePrecision() throws {
        var options = CompileOptions()
        options.precision = .single
        let fast = try compile(Self.plain, checks: .none, options: options)
        #expect(fast.source.contains("add_row_products(y,"))
        let a = try matrix(17, 13, (0..<221).map { Double($0 % 31) / 7 })
        let (y, x) = ((0..<17).map { Double($0) / 3 }, (0..<13).map { 1 / (1 + Double($0)) })
        let places: [Leaf<Float>] = [
            .reals(y.map { Float($0) }), .matrix(rows: 17, columns: 13, a.elements.map { Float($0) }),
            .reals(x.map { Float($0) }),
        ]
        #expect(try fast.run(places) == Self.plain.run(places))
    }

    /// Gradients find the loops again, and views of arrays too.
    @Test func derivativesAndViews() throws {
        let f = ReversibleFunction("f", parameters: ["loss", "a", "x"]) {
            (loss: Scalar, a: Matrix, x: Vector) in
            let y = Vector.ancilla(count: a.rows)
            Compute {
                y += a * x[2..<(2 + a.columns)]
            } apply: {
                For(y.indices) { i in loss += y[i] * y[i] }
            }
        }
        let a = try matrix(12, 9, (0..<108).map { Double($0 % 17) - 8 })
        let x = (0..<12).map { Double($0 % 5) / 4 }
        let slope = try compile(grad(f))
        #expect(slope.source.contains("add_row_products("))
        let (_, da, dx) = try slope(0, a, x)
        let (_, ea, ex) = try grad(f, 0, a, x)
        #expect(da == ea && dx == ex)
    }

    /// Where each element is looked at, and in C for others, the loops are as they are written.
    @Test func loopsThatStay() throws {
        #expect(!(try compile(Self.plain, checks: .all).source.contains("add_row_products")))
        // A row's sum that begins with what is being changed must go on one after the other.
        let own = ReversibleFunction("own", parameters: ["y", "a"]) { (y: Vector, a: Matrix) in
            For(1..<a.rows) { i in For(0..<i) { j in y[i] += a[i, j] * y[j] } }
        }
        let fast = try compile(own, checks: .none)
        #expect(!fast.source.contains("add_row_products"))
        let a = try matrix(9, 9, numbers(81, 1))
        #expect(try fast(numbers(9, 2), a) == own(numbers(9, 2), a))
        // Rows of growing length are no block.
        let triangle = ReversibleFunction("triangle", parameters: ["y", "a", "x"]) {
            (y: Vector, a: Matrix, x: Vector) in
            For(0..<a.rows) { i in For(0..<i) { j in y[i] += a[i, j] * x[j] } }
        }
        let compiled = try compile(triangle, checks: .none)
        #expect(!compiled.source.contains("add_row_products"))
        #expect(try compiled(numbers(9, 2), a, numbers(9, 3)) == triangle(numbers(9, 2), a, numbers(9, 3)))
    }
}
