import ReversiblePrograms
import NativeEngine
import Testing

/// Products of sparse matrices with vectors and dense matrices.
@Suite struct SparseProductTests {
    private typealias VectorProgram = ReversibleFunction<Vector, Scalar, SparseMatrix, Vector>
    private typealias MatrixProgram = ReversibleFunction<Matrix, Scalar, SparseMatrix, Matrix>

    /// Up to a few units in the last place of numbers near 1; the order of sums differs.
    private static let rounding = 1e-14

    @Test func vectorProductsAsSciPy() throws {
        let a = try SciPyValues.a()
        let y = try Sparse.matrixVector([0, 0, 0, 0, 0], SciPyValues.alpha, a, SciPyValues.x)
        #expect(distance(y.0, SciPyValues.product) < Self.rounding)
        #expect(y.1 == SciPyValues.alpha && y.2 == a && y.3 == SciPyValues.x)
        let t = try Sparse.transposedMatrixVector([0, 0, 0, 0], SciPyValues.alpha, a, SciPyValues.u).0
        #expect(distance(t, SciPyValues.transposedProduct) < Self.rounding)
        let form = try Sparse.bilinearForm(0, SciPyValues.u, a, SciPyValues.x).0
        #expect(distance([form], [SciPyValues.bilinearForm]) < Self.rounding)
    }

    @Test func matrixProductsAsSciPy() throws {
        let a = try SciPyValues.a()
        let c = try Sparse.matrixMatrix(DenseMatrix(rows: 5, columns: 3), SciPyValues.alpha, a, SciPyValues.d)
            .0
        #expect(distance(c.elements, SciPyValues.matrixProduct.elements) < Self.rounding)
        let t = try Sparse.transposedMatrixMatrix(
            DenseMatrix(rows: 4, columns: 3), SciPyValues.alpha, a, SciPyValues.e
        ).0
        #expect(distance(t.elements, SciPyValues.transposedMatrixProduct.elements) < Self.rounding)
    }

    /// Sizes with empty matrices, empty vectors, and most columns empty.
    private static let shapes = [
        (0, 0, 0.0, 0.0), (4, 0, 0, 0), (0, 4, 0, 0), (3, 5, 0, 0), (1, 1, 1, 0), (7, 5, 0.4, 0.6),
        (5, 9, 0.9, 0.3),
        (30, 40, 0.1, 0.7),
    ]

    @Test(arguments: shapes)
    func vectorProducts(rows: Int, columns: Int, density: Double, empty: Double) throws {
        var generator = SparseGenerator(seed: UInt64(100 * rows + columns))
        let a = try generator.sparse(rows, columns, density: density, empty: empty)
        let alpha = generator.number()
        let (x, u) = (generator.numbers(columns), generator.numbers(rows))
        try check(Sparse.matrixVector, y: u, alpha, a, x, dense: a.dense())
        try check(Sparse.transposedMatrixVector, y: x, alpha, a, u, dense: a.transposed.dense())

        let form = try Sparse.bilinearForm(0.25, u, a, x).0
        let (product, largest) = denseProduct(1, try a.dense(), column(x))
        let expected = zip(u, product.elements).reduce(0.25) { $0 + $1.0 * $1.1 }
        #expect(Swift.abs(form - expected) <= 1e-14 * largest * Double(rows + 1))
        try checkGrads(Sparse.bilinearForm, 0.25, u, a, x, limit: 60)
        try checkInverse(Sparse.bilinearForm, 0.25, u, a, x, tolerance: 1e-12)
    }

    private func check(
        _ program: VectorProgram, y: [Double], _ alpha: Double, _ a: SparseMatrixCSC, _ x: [Double],
        dense: DenseMatrix
    ) throws {
        let result = try program(y, alpha, a, x)
        let (product, largest) = denseProduct(alpha, dense, column(x))
        let expected = zip(y, product.elements).map { $0 + $1 }
        #expect(distance(result.0, expected) <= 1e-15 * largest * Double(x.count + 2))
        try checkGrads(program, y, alpha, a, x, limit: 60)
        try checkInverse(program, y, alpha, a, x, tolerance: 1e-13)

        for checks in [Checks.all, .none] {
            #expect(try compile(program, checks: checks)(y, alpha, a, x).0 == result.0)
        }
        let back = try compile(~program, checks: .none)(result.0, alpha, a, x).0
        #expect(try back == (~program)(result.0, alpha, a, x).0)
    }

    @Test(arguments: shapes, [0, 1, 3, 8])
    func matrixProducts(shape: (Int, Int, Double, Double), width: Int) throws {
        let (rows, columns, density, empty) = shape
        var generator = SparseGenerator(seed: UInt64(100 * rows + 10 * columns + width))
        let a = try generator.sparse(rows, columns, density: density, empty: empty)
        let alpha = generator.number()
        let (b, c) = (generator.dense(columns, width), generator.dense(rows, width))
        try check(Sparse.matrixMatrix, c: c, alpha, a, b, dense: a.dense())
        try check(Sparse.transposedMatrixMatrix, c: b, alpha, a, c, dense: a.transposed.dense())
    }

    private func check(
        _ program: MatrixProgram, c: DenseMatrix, _ alpha: Double, _ a: SparseMatrixCSC, _ b: DenseMatrix,
        dense: DenseMatrix
    ) throws {
        let result = try program(c, alpha, a, b)
        let (product, largest) = denseProduct(alpha, dense, b)
        let expected = zip(c.elements, product.elements).map { $0 + $1 }
        #expect(distance(result.0.elements, expected) <= 1e-15 * largest * Double(b.rows + 2))
        try checkGrads(program, c, alpha, a, b, limit: 40)
        try checkInverse(program, c, alpha, a, b, tolerance: 1e-13)
        for checks in [Checks.all, .none] {
            #expect(try compile(program, checks: checks)(c, alpha, a, b).0 == result.0)
        }
    }

    /// The pullback of w·y is known: α wᵢ xⱼ for an entry, α Aᵀw for x, wᵀA x for α.
    @Test func gradientsInClosedForm() throws {
        let loss = ReversibleFunction(parameters: ["out", "w", "y", "alpha", "A", "x"]) {
            (out: Scalar, w: Vector, y: Vector, alpha: Scalar, a: SparseMatrix, x: Vector) in
            Sparse.matrixVector(y, alpha, a, x)
            out += sum(w * y)
        }
        let a = try SciPyValues.a()
        let (alpha, w, x) = (SciPyValues.alpha, SciPyValues.u, SciPyValues.x)
        let y = [Double](repeating: 0, count: 5)
        let gradient = try grad(loss, 0, w, y, alpha, a, x)
        let expected = a.triplets.map { alpha * w[$0.row] * x[$0.column] }
        #expect(distance(gradient.4, expected) < Self.rounding)
        #expect(distance(gradient.5, SciPyValues.transposedProduct) < Self.rounding)
        #expect(distance([gradient.3], [SciPyValues.bilinearForm]) < Self.rounding)
        #expect(gradient.2 == w)
        #expect(try a.withValues(gradient.4).hasSamePattern(as: a))

        let native = try compile(grad(loss))(0, w, y, alpha, a, x)
        #expect(distance(native.4, gradient.4) <= 1e-12)
        #expect(distance(native.5, gradient.5) <= 1e-12)
        #expect(distance([native.3], [gradient.3]) <= 1e-12)
    }

    /// Of the quadratic form ½ xᵀAx the gradient is ½ (A + Aᵀ) x: the sum of the gradients in `u` and `x`.
    @Test func quadraticForm() throws {
        var generator = SparseGenerator(seed: 11)
        let a = try generator.sparse(12, 12, density: 0.3, empty: 0.3)
        let x = generator.numbers(12)
        let energy = ReversibleFunction { (out: Scalar, x: Vector, a: SparseMatrix) in
            let form = Scalar.ancilla("form")
            Compute {
                Sparse.bilinearForm(form, x, a, x)
            } apply: {
                out += form / 2
            }
        }
        let zero = [Double](repeating: 0, count: 12)
        let (ax, atx) = (
            try Sparse.matrixVector(zero, 0.5, a, x).0, try Sparse.transposedMatrixVector(zero, 0.5, a, x).0
        )
        let gradient = try grad(energy, 0, x, a).1
        #expect(distance(gradient, zip(ax, atx).map { $0 + $1 }) < Self.rounding)
        try checkGrads(energy, 0.5, x, a)
    }

    /// What cannot be undone is an error that changes nothing; code without checks computes as IEEE 754 says.
    @Test(arguments: [Double.infinity, -.infinity, .nan])
    func nonFiniteNumbers(number: Double) throws {
        let a = try SparseMatrixCSC([[1, 0], [0, 2], [3, 0]])
        for program in [Sparse.matrixVector, ~Sparse.matrixVector] {
            let error = #expect(throws: ReversibilityError.self) {
                try program([0, 0, 0], 1, a, [number, 1])
            }
            #expect(error?.kind == .invalidArgument)
            #expect(error?.message == "`x[0]` is \(number); it must be finite")
        }
        let y = try compile(Sparse.matrixVector, checks: .none)([0, 0, 0], 1, a, [number, 1]).0
        #expect(y[1] == 2)
        for row in [0, 2] { #expect(y[row] == number || (y[row].isNaN && number.isNaN)) }
    }

    /// Tiny, huge and zero numbers, against products of single elements: a diagonal matrix makes no sums.
    @Test func extremeNumbers() throws {
        let least = Double.leastNonzeroMagnitude
        let numbers = [0, -0.0, least, -1e6 * least, Double.leastNormalMagnitude, 1e-150, 1e150, -1.7e308]
        let diagonal = try SparseMatrixCSC(
            rows: 8, columns: 8, triplets: numbers.enumerated().map { ($0.offset, $0.offset, $0.element) })
        let x = [1e10, 3, 0.5, -2, 7, 1e-150, 1e150, 0.1]
        let y = try Sparse.matrixVector([Double](repeating: 0, count: 8), 2, diagonal, x).0
        let expected = zip(numbers, x).map { 0 + $0 * (2 * $1) }
        #expect(y == expected)
        let native = try compile(Sparse.matrixVector, checks: .none)
        #expect(try native([Double](repeating: 0, count: 8), 2, diagonal, x).0 == expected)
    }

    @Test func sizesThatDoNotGoTogether() throws {
        let a = try SciPyValues.a()
        let (four, five, six) = ([1.0, 2, 3, 4], [1.0, 2, 3, 4, 5], [1.0, 2, 3, 4, 5, 6])
        for (program, y, x, part) in [
            (Sparse.matrixVector, four, four, "`y` has 4 elements and `A` has 5 rows"),
            (Sparse.matrixVector, six, four, "`y` has 6 elements and `A` has 5 rows"),
            (Sparse.matrixVector, five, five, "`x` has 5 elements and `A` has 4 columns"),
            (Sparse.matrixVector, five, [], "`x` has no elements and `A` has 4 columns"),
            (Sparse.transposedMatrixVector, five, five, "`y` has 5 elements and `A` has 4 columns"),
            (Sparse.transposedMatrixVector, four, six, "`x` has 6 elements and `A` has 5 rows"),
        ] {
            for inverted in [false, true] {
                let program = inverted ? ~program : program
                try refuses(part) { () throws(ReversibilityError) in _ = try program(y, 1, a, x) }
                for checks in [Checks.all, .none] {
                    let native = try compile(program, checks: checks)
                    try refuses(part) { () throws(ReversibilityError) in _ = try native(y, 1, a, x) }
                }
            }
        }
        let (wide, tall) = (DenseMatrix(rows: 4, columns: 3), DenseMatrix(rows: 5, columns: 3))
        try refuses("`C` has 4 rows and `A` has 5 rows") { () throws(ReversibilityError) in
            _ = try Sparse.matrixMatrix(wide, 1, a, wide)
        }
        try refuses("`B` has 5 rows and `A` has 4 columns") { () throws(ReversibilityError) in
            _ = try Sparse.matrixMatrix(tall, 1, a, tall)
        }
        try refuses("`C` has 2 columns and `B` has 3 columns") { () throws(ReversibilityError) in
            _ = try Sparse.matrixMatrix(DenseMatrix(rows: 5, columns: 2), 1, a, wide)
        }
        try refuses("`u` has 4 elements and `A` has 5 rows") { () throws(ReversibilityError) in
            _ = try Sparse.bilinearForm(0, four, a, four)
        }
        try refuses("`A` has 5 rows and `B` has 4 rows") { () throws(ReversibilityError) in
            _ = try Sparse.innerProduct(0, a, a.transposed)
        }
        // Nor is there a gradient, without checks neither.
        try refuses("`u` has 4 elements and `A` has 5 rows") { () throws(ReversibilityError) in
            _ = try grad(Sparse.bilinearForm, 0, four, a, four)
        }
        let native = try compile(grad(Sparse.bilinearForm))
        try refuses("`u` has 4 elements and `A` has 5 rows") { () throws(ReversibilityError) in
            _ = try native(0, four, a, four)
        }
    }

    /// A call inside a program is checked where the engine checks anything.
    @Test func sizesOfCallsInsidePrograms() throws {
        let a = try SciPyValues.a()
        let program = ReversibleFunction { (y: Vector, a: SparseMatrix, x: Vector, one: Scalar) in
            Sparse.matrixVector(y, one, a, x)
        }
        let part = "in a call of `sparseMatrixVector`, `x` has 5 elements and `A` has 4 columns"
        let five = [1.0, 2, 3, 4, 5]
        try refuses(part) { () throws(ReversibilityError) in _ = try program(five, a, five, 1) }
        let native = try compile(program)
        try refuses(part) { () throws(ReversibilityError) in _ = try native(five, a, five, 1) }
    }

    private func refuses(_ part: String, _ run: () throws(ReversibilityError) -> Void) throws {
        let error = #expect(throws: ReversibilityError.self) { try run() }
        #expect(error?.kind == .lengthMismatch)
        #expect(error?.description.contains(part) == true, "\(String(describing: error))")
    }

    /// A program may change entries and even the pattern; what comes out must be a matrix.
    @Test func programsThatChangeTheMatrix() throws {
        let scale = ReversibleFunction { (a: SparseMatrix, factor: Scalar) in a.values *= factor }
        let a = try SciPyValues.a()
        #expect(try scale(a, 2).0 == a.withValues(a.values.map { 2 * $0 }))
        let shift = ReversibleFunction { (a: SparseMatrix) in a.rowIndices += 3 }
        let error = #expect(throws: ReversibilityError.self) { try shift(a) }
        #expect(
            error?.kind == .invalidArgument
                && error?.message.contains("rowIndices[1] in column 0 is 5") == true)
    }

    /// The adjoint takes and gives matrices with gradients.
    @Test func adjointProgram() throws {
        let back = adjoint(Sparse.bilinearForm)
        let a = try SparseMatrixCSC([[1, 0], [0, 2]])
        let result = try back(GVar(11, gradient: 1), GVar([1, 2]), GVar(a), GVar([3, 2]))
        #expect(result.0.value == 0 && result.2.value == a)
        #expect(result.2.gradient == [3, 4])
        #expect(result.1.gradient == [3, 4] && result.3.gradient == [1, 4])
    }

    /// The Jacobian of y in x is α A, and in the entries α xⱼ in row i.
    @Test func jacobians() throws {
        let a = try SciPyValues.a()
        let y = [Double](repeating: 0, count: 5)
        let inX = try jacobian(Sparse.matrixVector, y, SciPyValues.alpha, a, SciPyValues.x, of: 0, with: 3)
        let scaled = try a.withValues(a.values.map { SciPyValues.alpha * $0 }).dense()
        #expect(distance(inX.elements, scaled.elements) < Self.rounding)
        let inA = try jacobian(Sparse.matrixVector, y, SciPyValues.alpha, a, SciPyValues.x, of: 0, with: 2)
        for (position, entry) in a.triplets.enumerated() {
            for row in 0..<5 {
                let expected = row == entry.row ? SciPyValues.alpha * SciPyValues.x[entry.column] : 0
                #expect(Swift.abs(inA[row, position] - expected) < Self.rounding)
            }
        }
    }

    /// The second derivative of uᵀAx in the direction of x alone is the change of A's and u's gradients.
    @Test func secondDerivatives() throws {
        let a = try SciPyValues.a()
        let zeros = [Double](repeating: 0, count: a.nonzeroCount)
        let direction = [1.0, -2, 0.5, 3]
        let (_, inU, inA, inX) = try hvp(
            Sparse.bilinearForm, 0, SciPyValues.u, a, SciPyValues.x,
            direction: (0, [0, 0, 0, 0, 0], zeros, direction)
        )
        let expected = try Sparse.matrixVector([0, 0, 0, 0, 0], 1, a, direction).0
        #expect(distance(inU, expected) < Self.rounding)
        #expect(
            distance(inA, a.triplets.map { SciPyValues.u[$0.row] * direction[$0.column] }) < Self.rounding)
        #expect(inX == [0, 0, 0, 0])
    }
}
