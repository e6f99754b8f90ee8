import AD
import Foundation
import NativeEngine
import ReversibleCore
import Testing

/// Rows, columns and parts as places, in statements and as arguments: values and derivatives are those of JAX 0.7 for the
/// same program over `m.at[0]`, `m.at[:, 1]` and `v.at[0:3]`, in double precision.
@Suite(.enabled(if: compilerIsThere)) struct ViewTests {
    private static let scaleRow = ReversibleFunction("scaleRow", parameters: ["row", "k"]) {
        (row: Vector, k: Scalar) in
        For(row.indices) { i in row[i] *= k }
    }
    private static let addProduct = ReversibleFunction("addProduct", parameters: ["y", "a", "b"]) {
        (y: Scalar, a: Vector, b: Vector) in
        For(a.indices) { i in y += sin(a[i]) * b[i] }
    }
    /// Statements over views.
    private static let statements = ReversibleFunction("statements", parameters: ["y", "m", "x", "v"]) {
        (y: Scalar, m: Matrix, x: Vector, v: Vector) in
        m[row: 0] += 2 * x * m[row: 1]
        m[column: 1] -= v[1..<3] * v[3..<5]
        m[row: 0] *= 1.5
        y += sum(sin(m[row: 0]) * x) + pow(sum(m[column: 2]), 2)
        v[0..<3] += m[row: 1] * exp(m[row: 0])
        y += v[1..<4][argmax(v[1..<4])]
        y += sum(v * v)
    }
    /// The same by functions that are given views.
    private static let calls = ReversibleFunction("calls", parameters: ["y", "m", "x", "v"]) {
        (y: Scalar, m: Matrix, x: Vector, v: Vector) in
        let addScaled = ReversibleFunction("addScaled") { (a: Vector, x: Vector, b: Vector, k: Scalar) in
            For(a.indices) { i in a[i] += k * x[i] * b[i] }
        }
        let square = ReversibleFunction("square") { (y: Scalar, a: Vector) in
            let t = Scalar.ancilla()
            Compute {
                t += sum(a)
            } apply: {
                y += t * t
            }
        }
        let addExp = ReversibleFunction("addExp") { (v: Vector, a: Vector, b: Vector) in v += a * exp(b) }
        let addLargest = ReversibleFunction("addLargest") { (y: Scalar, v: Vector) in y += v[argmax(v)] }
        addScaled(m[row: 0], x, m[row: 1], .constant(2))
        addScaled(m[column: 1], v[1..<3], v[3..<5], .constant(-1))
        scaleRow(m[row: 0], .constant(1.5))
        addProduct(y, m[row: 0], x)
        square(y, m[column: 2])
        addExp(v[0..<3], m[row: 1], m[row: 0])
        addLargest(y, v[1..<4])
        For(v.indices) { i in y += v[i] * v[i] }
    }
    private static let m = DenseMatrix([[0.5, -1.25, 2], [1.5, 0.75, -0.5]])
    private static let (x, v) = ([1.0, -2, 0.5], [0.3, 0.7, -1.1, 2.2, 0.9])
    private static let value = 81927.91271289244
    private static let gradient = [
        245387.67564179993, 2.2164729403571766, 87.94648238834088, 599836.199067415, -8.865654917108369,
        -19.443667752169702, 736162.1679909064, 2.650585484518566, -87.16840919145297, 572.2988053758901,
        -3.475651988838555, -11.687948996246831, 3.848468941749977, 1.8002605287523716,
    ]
    private static let product = [
        2065120.397222668, 30.676751465602134, -453.4289172879073, 5284368.820994655, -127.1432479046621,
        690.7396146076248, 6256710.222931048, 65.68331099615224, 280.5982989219989, 2407.899139290204,
        -65.3889949837397, 27.780443919236394, -23.581962496100083, -2.003684988773221,
    ]
    private static let direction = (
        0.0, DenseMatrix([[1, 0.5, -0.25], [0.125, 2, -1]]), [0.5, -1, 2], [1, 0.5, 0.25, -0.5, -1]
    )

    /// Both libraries round each of a dozen operations: a few units in the last place of the largest of their terms.
    private static func isNear(
        _ a: (Double, DenseMatrix, [Double], [Double]), _ b: [Double], within limit: Double = 1e-13
    ) -> Bool {
        let numbers = a.1.elements + a.2 + a.3
        let largest = b.reduce(0) { max($0, $1.magnitude) }
        return numbers.count == b.count
            && zip(numbers, b).allSatisfy { abs($0 - $1) <= limit * (largest + abs($1)) }
    }

    @Test(arguments: [0, 1]) func valuesAndDerivatives(form: Int) throws {
        let f = form == 0 ? Self.statements : Self.calls
        let there = try f(0, Self.m, Self.x, Self.v)
        #expect(abs(there.0 - Self.value) < 1e-10)
        #expect(there.1 == DenseMatrix([[5.25, -8.685, 2.25], [1.5, 1.7400000000000002, -0.5]]))
        try checkInverse(f, 0, Self.m, Self.x, Self.v)
        #expect(Self.isNear(try grad(f, 0, Self.m, Self.x, Self.v), Self.gradient))
        let curvature = try hvp(f, 0, Self.m, Self.x, Self.v, direction: Self.direction)
        #expect(Self.isNear(curvature, Self.product, within: 1e-12))
        let leaves: [Leaf<Double>] = [
            .real(0), .matrix(rows: 2, columns: 3, Self.m.elements), .reals(Self.x), .reals(Self.v),
        ]
        try f.agreesBothWays(leaves)
    }

    @Test(arguments: [0, 1]) func nativeDerivatives(form: Int) throws {
        let f = form == 0 ? Self.statements : Self.calls
        let (m, x, v) = (Self.m, Self.x, Self.v)
        try withOptions { options in
            for way in [Undoing.inverse, .recorded, .checkpoints(3)] {
                for checks in [Checks.none, .undoing, .all] {
                    let slope = try compile(grad(f, undoing: way), checks: checks, options: options)
                    #expect(Self.isNear(try slope(0, m, x, v), Self.gradient))
                }
                let curvature = try compile(hvp(f, undoing: way), options: options)
                #expect(
                    Self.isNear(
                        try curvature(0, m, x, v, direction: Self.direction), Self.product, within: 1e-12))
            }
            var single = options
            single.precision = .single
            let slope = try compile(grad(f), options: single)
            #expect(Self.isNear(try slope(0, m, x, v), Self.gradient, within: 1e-5))
        }
    }

    /// Rows side by side, on one thread and on several, as the loop over them in order.
    @Test func rowsInParallel() throws {
        let f = ReversibleFunction("rows", parameters: ["y", "m", "x"]) { (y: Vector, m: Matrix, x: Vector) in
            ParallelFor(0..<m.rows) { i in
                Self.scaleRow(m[row: i], .constant(1.25))
                Self.addProduct(y[i], m[row: i], x)
                m[row: i] += y[i] * x
            }
        }
        let loss = ReversibleFunction("loss", parameters: ["l", "y", "m", "x"]) {
            (l: Scalar, y: Vector, m: Matrix, x: Vector) in
            f(y, m, x)
            l += sum(y * y) + sum(m * m * m)
        }
        let (rows, columns) = (300, 7)
        let table = DenseMatrix(
            unchecked: rows, columns, (0..<rows * columns).map { sin(Double($0)) })
        let (y, x) = ([Double](repeating: 0.5, count: rows), (0..<columns).map { cos(Double($0)) })
        // In closed form: s = 1.25 m, t = y + Σ sin(s) x, s + t x.
        var (expectedY, expected) = (y, table.elements)
        for i in 0..<rows {
            for j in 0..<columns {
                expected[i * columns + j] *= 1.25
                expectedY[i] += sin(expected[i * columns + j]) * x[j]
            }
            for j in 0..<columns { expected[i * columns + j] += expectedY[i] * x[j] }
        }
        let slopes = try grad(loss, 0, y, table, x)
        try checkGrads(
            loss, 0, Array(y[..<3]), DenseMatrix(unchecked: 3, columns, Array(table.elements[..<21])), x)
        try withOptions { options in
            var there = try compile(f, options: options)
            var slope = try compile(grad(loss), options: options)
            for threads in [1, 2, 3] {
                there.threads = threads
                slope.threads = threads
                let found = try there(y, table, x)
                #expect(zip(found.1.elements, expected).allSatisfy { abs($0 - $1) < 1e-13 })
                #expect(zip(found.0, expectedY).allSatisfy { abs($0 - $1) < 1e-13 })
                let compiled = try slope(0, y, table, x)
                #expect(zip(compiled.2.elements, slopes.2.elements).allSatisfy { abs($0 - $1) < 1e-11 })
                #expect(zip(compiled.3, slopes.3).allSatisfy { abs($0 - $1) < 1e-9 })
            }
        }
    }

    /// A row makes one function, whichever row it is; columns and parts make others.
    @Test func formsAreShared() throws {
        let f = ReversibleFunction(parameters: ["m", "k", "i"]) { (m: Matrix, k: Scalar, i: Integer) in
            Self.scaleRow(m[row: 0], k)
            Self.scaleRow(m[row: i], k)
            Self.scaleRow(m[row: i + 1], k)
            Self.scaleRow(m[column: i], k)
        }
        let callees = Set(try f.definition.calleesFirst.map { ObjectIdentifier($0) })
        #expect(callees.count == 3)  // f, for rows, for columns
    }

    @Test func functionsThatCallThemselvesWithParts() throws {
        let total = ReversibleFunction.recursive("total", parameters: ["y", "v"]) {
            (total, y: Scalar, v: Vector) in
            If(v.count == 1) {
                y += v[0] * v[0]
            } else: {
                total(y, v[0..<v.count / 2])
                total(y, v[v.count / 2..<v.count])
            }
        }
        let numbers = (1...11).map { Double($0) }
        #expect(try total(0, numbers).0 == 506)
        #expect(try grad(total, 0, numbers).1 == numbers.map { 2 * $0 })
        let reverse = ReversibleFunction.recursive("reverse", parameters: ["v"]) { (reverse, v: Vector) in
            If(v.count > 1) {
                reverse(v[0..<v.count / 2])
                reverse(v[v.count / 2..<v.count])
                SWAP(v[0..<v.count / 2], v[v.count / 2..<v.count])
            }
        }
        #expect(try reverse((1...8).map { Double($0) }) == (1...8).reversed().map { Double($0) })
        try withOptions { options in
            #expect(try compile(grad(total), options: options)(0, numbers).1 == numbers.map { 2 * $0 })
            let there = try compile(reverse, options: options)
            #expect(try there([1, 2, 3, 4]) == [4, 3, 2, 1])
        }
    }

    /// Parts of parts, of rows, of integer vectors, and of constants.
    @Test func viewsOfViews() throws {
        let table = Matrix.constant([[1, 2, 3, 4], [5, 6, 7, 8]], "table")
        let f = ReversibleFunction(parameters: ["y", "m", "k", "n"]) {
            (y: Vector, m: Matrix, k: IntegerVector, n: Integer) in
            y[0..<2] += table[row: 1][1..<4][1..<3]
            y[1..<3][n..<n + 1] += m[row: n][1..<3][0..<1]
            k[0..<2] += k[2..<4]
            k[1..<3][0] += sum(k[3..<4])
            y[n] += Double(10) * sum(k[0..<2])
            SWAP(m[row: 0][0..<2], m[row: 1][1..<3])
        }
        let leaves: [Leaf<Double>] = [
            .reals([1, 2, 3]), .matrix(rows: 2, columns: 3, [1, 2, 3, 4, 5, 6]), .integers([1, 2, 3, 4]),
            .integer(1),
        ]
        let (y, m, k, _) = try f([1, 2, 3], DenseMatrix([[1, 2, 3], [4, 5, 6]]), [1, 2, 3, 4], 1)
        #expect(y == [8, 150, 8])
        #expect(m == DenseMatrix([[5, 6, 3], [4, 1, 2]]))
        #expect(k == [4, 10, 3, 4])
        try f.agreesBothWays(leaves)
    }

    /// Values and gradients of JAX for `y + a @ x` and `z - 2 * (a.T @ sin(y))`.
    @Test func matrixTimesVector() throws {
        let f = ReversibleFunction("products", parameters: ["l", "y", "a", "x", "z"]) {
            (l: Scalar, y: Vector, a: Matrix, x: Vector, z: Vector) in
            let s = Vector.ancilla(count: y.count)
            y += a * x
            Compute {
                s += sin(y)
            } apply: {
                z -= 2 * (transpose(a) * s)
            }
            l += sum(y * y * y) + sum(z * z)
        }
        let a = DenseMatrix([[1, 2, -0.5], [0.25, -1.5, 3]])
        let (y, x, z) = ([0.5, -1], [1.0, -2, 0.5], [0.1, 0.2, 0.3])
        let there = try f(0, y, a, x, z)
        #expect(abs(there.0 - 44.46522155203541) < 1e-13)
        #expect(there.1 == [-2.75, 3.75])
        let expected = (
            [20.835823627836575, 76.03543039816446],
            [
                22.59009424735235, -41.653388575520665, 15.52866839128221, 78.66256088726591,
                -152.04351727544582, 45.671394327832964,
            ],
            [39.84468122737769, -72.38149834157355, 217.6883793805751],
            [2.2982052869516707, 0.02392002396459103, 6.695413840803461]
        )
        func near(_ a: [Double], _ b: [Double]) -> Bool { zip(a, b).allSatisfy { abs($0 - $1) < 1e-12 } }
        try withOptions { options in
            let slope = try compile(grad(f), options: options)
            for found in [try grad(f, 0, y, a, x, z), try slope(0, y, a, x, z)] {
                #expect(near(found.1, expected.0) && near(found.2.elements, expected.1))
                #expect(near(found.3, expected.2) && near(found.4, expected.3))
            }
        }
        try f.agreesBothWays([
            .real(0), .reals(y), .matrix(rows: 2, columns: 3, a.elements), .reals(x), .reals(z),
        ])
        // A row of one matrix by another, into a column of a third.
        let g = ReversibleFunction(parameters: ["c", "a", "b"]) { (c: Matrix, a: Matrix, b: Matrix) in
            For(0..<b.rows) { j in c[column: j] += a * b[row: j] }
        }
        let product = try g(
            DenseMatrix([[0, 0], [0, 0]]), DenseMatrix([[1, 2, 3], [4, 5, 6]]),
            DenseMatrix([[1, 0, 2], [0, 1, -1]]))
        #expect(product.0 == DenseMatrix([[7, -1], [16, -1]]))
    }

    /// Compiled derivatives ask by themselves whether views fit, as they compare the sizes of arrays.
    @Test func compiledDerivativesKeepViewsInTheirArrays() throws {
        let row = ReversibleFunction { (y: Scalar, v: Vector, m: Matrix) in
            v += m[row: 0]
            y += sum(v * v)
        }
        let product = ReversibleFunction { (y: Scalar, v: Vector, m: Matrix, x: Vector) in
            v += m * x
            y += sum(v * v)
        }
        let part = ReversibleFunction { (y: Scalar, v: Vector, k: Integer) in
            v[0..<2] += sin(v[k..<k + 2])
            y += sum(v * v)
        }
        let sums = ReversibleFunction { (y: Scalar, v: Vector, n: Integer) in
            let t = Vector.ancilla(count: 3)
            Compute {
                ParallelFor(0..<3) { i in t[i] += sum(v[i..<i + n]) }
            } apply: {
                y += sum(t * t)
            }
        }
        let m = DenseMatrix([[1, 2], [3, 4]])
        func expect(_ kind: ReversibilityError.Kind, _ body: () throws -> Void) {
            let error = #expect(throws: ReversibilityError.self) { try body() }
            #expect(error?.kind == kind)
        }
        try withOptions { options in
            let g = try compile(grad(row), options: options)
            #expect(try g(0, [1, 2], m).1 == [4, 8])
            expect(.lengthMismatch) { _ = try g(0, [1, 2, 3], m) }
            let h = try compile(hvp(row), options: options)
            expect(.lengthMismatch) { _ = try h(0, [1, 2, 3], m, direction: (0, [1, 1, 1], m)) }
            let p = try compile(grad(product), options: options)
            expect(.lengthMismatch) { _ = try p(0, [1, 2], m, [1]) }
            expect(.lengthMismatch) { _ = try p(0, [1, 2, 3], m, [1, 1]) }
            let s = try compile(grad(part), options: options)
            let found = try s(0, [1, 2, 3, 4], 2).1
            let expected = try grad(part, 0, [1, 2, 3, 4], 2).1
            #expect(found == expected)
            expect(.aliasing) { _ = try s(0, [1, 2, 3, 4], 1) }
            expect(.indexOutOfRange) { _ = try s(0, [1, 2, 3, 4], 3) }
            let t = try compile(grad(sums), options: options)
            let slopes = try t(0, [1, 2, 3, 4, 5], 3).1
            let expectedSlopes = try grad(sums, 0, [1, 2, 3, 4, 5], 3).1
            #expect(slopes == expectedSlopes)
            expect(.indexOutOfRange) { _ = try t(0, [1, 2, 3, 4, 5], 4) }
        }
    }

    @Test func rowsOfConstantsAsArguments() throws {
        let table = Matrix.constant([[1, 2], [3, 4]], "table")
        let f = ReversibleFunction(parameters: ["y", "x"]) { (y: Scalar, x: Vector) in
            Self.addProduct(y, x, table[row: 0])
            Self.addProduct(y, x, table[column: 1])
        }
        let expected = 3 * sin(0.5) + 6 * sin(-1.0)
        #expect(abs(try f(0, [0.5, -1]).0 - expected) < 1e-15)
        try f.agreesBothWays([.real(0), .reals([0.5, -1])])
    }

    @Test func printedAsWritten() throws {
        let f = ReversibleFunction(parameters: ["m", "k", "i"]) { (m: Matrix, k: Scalar, i: Integer) in
            Self.scaleRow(m[row: i], k)
            m[column: 0] += k
        }
        #expect(
            "\(f)" == """
                ReversibleFunction { (m: Matrix, k: Scalar, i: Integer) in
                    scaleRow(m[row: i], k)
                    For(0..<m.rows) { i in
                        m[i, 0] += k
                    }
                }
                """)
    }

    /// Equal programs are written alike, whatever order a set has: assertions stand in the order of the text.
    @Test func assertionsStandInTheOrderOfTheText() throws {
        let f = ReversibleFunction(parameters: ["m", "a"]) { (m: Matrix, a: IntegerVector) in
            m[row: 0] += m[row: a[4]] * m[row: a[1]] + m[row: a[3]] * m[row: a[0]] - m[row: a[2]]
        }
        let order = "\(f)".split(separator: "\n").filter { $0.contains("share no elements") }
            .compactMap { line in (0..<5).first { line.contains("!= a[\($0)]") } }
        #expect(order == [4, 1, 3, 0, 2])
    }
}
