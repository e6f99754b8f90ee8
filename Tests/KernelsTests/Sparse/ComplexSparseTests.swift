import ReversiblePrograms
import NativeEngine
import Testing

/// Products over complex numbers, which are pairs of real ones.
@Suite struct ComplexSparseTests {
    private typealias Program = ReversibleFunction<ComplexVector, Complex, ComplexSparseMatrix, ComplexVector>

    @Test func asSciPy() throws {
        let c = try SciPyValues.c()
        let alpha = SciPyValues.complexAlpha
        // Values up to 6, of products of three numbers: a few units in the last place.
        func check(_ program: Program, _ x: ComplexVector.Value, _ expected: ComplexVector.Value) throws {
            let y = try program(ComplexVector.Value(zeros: expected.re.count), alpha, c, x)
            #expect(distance(y.0.re, expected.re) < 1e-14 && distance(y.0.im, expected.im) < 1e-14)
            #expect(y.2 == c)
        }
        try check(Sparse.complexMatrixVector, SciPyValues.complexX, SciPyValues.complexProduct)
        try check(
            Sparse.complexTransposedMatrixVector, SciPyValues.complexU, SciPyValues.complexTransposedProduct)
        try check(Sparse.complexAdjointMatrixVector, SciPyValues.complexU, SciPyValues.complexAdjointProduct)
    }

    private static func random(
        _ rows: Int, _ columns: Int, _ generator: inout SparseGenerator
    ) throws -> ComplexSparseMatrixCSC {
        try ComplexSparseMatrixCSC(
            real: generator.sparse(rows, columns, density: 0.3, empty: 0.3),
            imaginary: generator.sparse(rows, columns, density: 0.3, empty: 0.3))
    }

    @Test(arguments: [(0, 0), (3, 0), (0, 3), (2, 5), (9, 6)])
    func gradientsAndInverses(rows: Int, columns: Int) throws {
        var generator = SparseGenerator(seed: UInt64(10 * rows + columns))
        let a = try Self.random(rows, columns, &generator)
        let alpha = Complex.Value(re: generator.number(), im: generator.number())
        let tall = ComplexVector.Value(re: generator.numbers(rows), im: generator.numbers(rows))
        let wide = ComplexVector.Value(re: generator.numbers(columns), im: generator.numbers(columns))
        for (program, y, x) in [
            (Sparse.complexMatrixVector, tall, wide), (Sparse.complexTransposedMatrixVector, wide, tall),
            (Sparse.complexAdjointMatrixVector, wide, tall),
        ] {
            try checkGrads(program, y, alpha, a, x)
            try checkInverse(program, y, alpha, a, x, tolerance: 1e-13)
            let result = try program(y, alpha, a, x).0
            #expect(try compile(program)(y, alpha, a, x).0 == result)
            #expect(try compile(program, checks: .none)(y, alpha, a, x).0 == result)
        }
    }

    /// ⟨u, A x⟩ = ⟨Aᴴ u, x⟩, with ⟨a, b⟩ = Σ āb.
    @Test func adjointIdentity() throws {
        var generator = SparseGenerator(seed: 5)
        let a = try Self.random(8, 6, &generator)
        let x = ComplexVector.Value(re: generator.numbers(6), im: generator.numbers(6))
        let u = ComplexVector.Value(re: generator.numbers(8), im: generator.numbers(8))
        let one = Complex.Value(re: 1, im: 0)
        let ax = try Sparse.complexMatrixVector(ComplexVector.Value(zeros: 8), one, a, x).0
        let ahu = try Sparse.complexAdjointMatrixVector(ComplexVector.Value(zeros: 6), one, a, u).0
        func inner(_ a: ComplexVector.Value, _ b: ComplexVector.Value) -> [Double] {
            let pairs = a.re.indices.map { (a.re[$0], a.im[$0], b.re[$0], b.im[$0]) }
            return [
                pairs.reduce(0) { $0 + $1.0 * $1.2 + $1.1 * $1.3 },
                pairs.reduce(0) { $0 + $1.0 * $1.3 - $1.1 * $1.2 },
            ]
        }
        #expect(distance(inner(u, ax), inner(ahu, x)) < 1e-14)
    }

    /// The loss ½ Σ |yᵢ|² of y = A x has the derivatives Re and Im of Aᴴ y in x, and of yᵢ x̄ⱼ in an entry.
    @Test func gradientIsThePairOfRealDerivatives() throws {
        let loss = ReversibleFunction {
            (out: Scalar, y: ComplexVector, alpha: Complex, a: ComplexSparseMatrix, x: ComplexVector) in
            Sparse.complexMatrixVector(y, alpha, a, x)
            out += sum(y.re * y.re + y.im * y.im) / 2
        }
        let (c, x) = (try SciPyValues.c(), SciPyValues.complexX)
        let (zero, one) = (ComplexVector.Value(zeros: 5), Complex.Value(re: 1, im: 0))
        let y = try Sparse.complexMatrixVector(zero, one, c, x).0
        let gradient = try grad(loss, 0, zero, one, c, x)
        let inX = try Sparse.complexAdjointMatrixVector(ComplexVector.Value(zeros: 4), one, c, y).0
        // Sums of up to eight products of size near 1.
        #expect(distance(gradient.4.re, inX.re) < 1e-14 && distance(gradient.4.im, inX.im) < 1e-14)
        let entries = c.real.triplets.map { entry in
            (
                y.re[entry.row] * x.re[entry.column] + y.im[entry.row] * x.im[entry.column],
                y.im[entry.row] * x.re[entry.column] - y.re[entry.row] * x.im[entry.column]
            )
        }
        #expect(distance(gradient.3.re, entries.map(\.0)) < 1e-14)
        #expect(distance(gradient.3.im, entries.map(\.1)) < 1e-14)
        let native = try compile(grad(loss))(0, zero, one, c, x)
        #expect(
            distance(native.3.re, gradient.3.re) <= 1e-12 && distance(native.4.im, gradient.4.im) <= 1e-12)
    }

    @Test func sizesThatDoNotGoTogether() throws {
        let c = try SciPyValues.c()
        let one = Complex.Value(re: 1, im: 0)
        let uneven = ComplexVector.Value(re: [1, 2, 3, 4, 5], im: [1, 2, 3, 4])
        for (y, x) in [
            (uneven, SciPyValues.complexX), (SciPyValues.complexU, uneven),
            (SciPyValues.complexX, SciPyValues.complexX),
        ] {
            let error = #expect(throws: ReversibilityError.self) {
                try Sparse.complexMatrixVector(y, one, c, x)
            }
            #expect(error?.kind == .lengthMismatch)
        }
    }
}
