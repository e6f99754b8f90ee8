import ReversiblePrograms
import NativeEngine
import Testing

private typealias E = Examination

/// Reference values are NumPy 2.4's and SciPy 1.17's for the same numbers.
@Suite struct FactorizationTests {
    private let a = E.matrix(5, 5)
    private let b = E.numbers(5, 0.9)
    private let noPivots = [0, 0, 0, 0, 0]

    /// A Aᵀ + 1.
    private func positiveDefinite(_ n: Int) throws -> DenseMatrix {
        var result = DenseMatrix(rows: n, columns: n)
        for i in 0..<n { result[i, i] = 1 }
        return try LinearAlgebra.productTransposed(result, E.matrix(n, n), E.matrix(n, n)).0
    }

    /// scipy.linalg.lu_factor
    @Test func lu() throws {
        let (factors, pivots) = try LinearAlgebra.luFactorization(a, noPivots)
        #expect(pivots == [2, 1, 4, 3, 4])
        let expected = [
            0.8524309911805474, 0.36218632367393155, -0.12805834383268078, -0.6183030113392967,
            0.8914523211540875, -0.8168938934540593, 1.1092774573088158, 0.21855491461763432,
            -0.6721676280735518,
            0.07089761614338252, -0.05867417351442084, -0.46788056925953536, 1.0642388614809308,
            0.12847772296185928, 0.07448249125948436, 0.4706629132427896, -0.23394028462976768,
            -0.4396386809333934, 1.1207226381332092, 0.06998662983969312, -0.2875568066968481,
            -0.5690351448467669, 0.8099024960496743, -0.339240945943544, 0.05400418921240102,
        ]
        #expect(E.agree(factors, expected, 1e-14))
        let (back, none) = try (~LinearAlgebra.luFactorization)(factors, pivots)
        #expect(E.agree(back, a.elements, 1e-15))
        #expect(none == noPivots)
    }

    @Test func solve() throws {
        // The condition of A is about 40.
        let x = [-2.512700965543906, -0.2, -0.2, 0.8, 2.312700965543906]
        #expect(E.agree(try LinearAlgebra.solve(b, a).0, x, 1e-13))
        #expect(E.agree(try (~LinearAlgebra.solve)(x, a).0, b, 1e-13))
        try E.examineMap(LinearAlgebra.solve, b, a)
        try E.examineMap(LinearAlgebra.solve, [3], DenseMatrix([[2]]))
        #expect(try LinearAlgebra.solve([], DenseMatrix(rows: 0, columns: 0)).0 == [])
        #expect(try LinearAlgebra.solve([1, 2], DenseMatrix([[0, 1], [1, 0]])).0 == [2, 1])
    }

    @Test func determinants() throws {
        #expect(E.agree(try LinearAlgebra.determinant(0, a).0, 0.06090656771615847, 1e-15))
        #expect(E.agree(try LinearAlgebra.logDeterminant(0, a).0, -2.798414265809165, 1e-14))
        #expect(try LinearAlgebra.determinant(0, DenseMatrix([[0, 1], [1, 0]])).0 == -1)
        #expect(try LinearAlgebra.determinant(0, DenseMatrix(rows: 0, columns: 0)).0 == 1)
        #expect(
            try grad(LinearAlgebra.determinant, 0, DenseMatrix([[1, 2], [3, 4]])).1.elements.map {
                $0.rounded()
            }
                == [4, -3, -2, 1])
        try E.examine(LinearAlgebra.determinant, 0.5, a)
        try E.examine(LinearAlgebra.logDeterminant, 0.5, a)
        var larger = E.matrix(9, 9, 0.3)
        for i in 0..<9 { larger[i, 8 - i] += 3 }
        try E.examine(LinearAlgebra.logDeterminant, 0.5, larger)
        try E.examine(LinearAlgebra.triangularLogDeterminant, 0.5, a)
    }

    @Test func singularMatrixIsAnError() {
        let singular = DenseMatrix([[1, 2], [2, 4]])
        #expect(throws: ReversibilityError.self) { try LinearAlgebra.solve([1, 2], singular) }
        #expect(throws: ReversibilityError.self) { try LinearAlgebra.logDeterminant(0, singular) }
    }

    /// The cofactors are a matrix's own polynomials: they need no inverse. Written out by hand.
    @Test func determinantsOfSingularMatrices() throws {
        for (matrix, cofactors) in [
            ([[1, 2], [2, 4]], [4, -2, -2, 1]), ([[0, 0], [0, 0]], [0, 0, 0, 0]), ([[0]], [1]),
            ([[1, 2, 3], [2, 4, 6], [1, 1, 1]], [-2, 4, -2, 1, -2, 1, 0, 0, 0]),
            ([[1, 2, 3], [2, 4, 6], [3, 6, 9]], [0, 0, 0, 0, 0, 0, 0, 0, 0]),
            ([[0, 1, 0], [0, 0, 1], [0, 0, 0]], [0, 0, 0, 0, 0, 0, 1, 0, 0]),
        ] as [(DenseMatrix, [Double])] {
            #expect(try LinearAlgebra.determinant(0, matrix).0 == 0)
            #expect(try compile(LinearAlgebra.determinant, checks: .none)(0, matrix).0 == 0)
            // Small integers: a few roundings at most.
            #expect(E.agree(try grad(LinearAlgebra.determinant, 0, matrix).1, cofactors, 1e-14))
            #expect(E.agree(try compile(grad(LinearAlgebra.determinant))(0, matrix).1, cofactors, 1e-14))
        }
        // det [[a, b], [c, d]] = a d − b c, whose second derivatives are ±1 at 0 too.
        #expect(
            try hessian(LinearAlgebra.determinant, 0, [[0, 0], [0, 0]], with: 1)
                == [[0, 0, 0, 1], [0, 0, -1, 0], [0, -1, 0, 0], [1, 0, 0, 0]])
    }

    /// numpy.linalg.det of a matrix whose elements differ by 10²⁰⁰, and of one that would overflow on the way.
    @Test func determinantsOfUnevenMatrices() throws {
        #expect(E.agree(try LinearAlgebra.determinant(0, [[1e200, 0], [1e-200, 1]]).0 / 1e200, 1, 1e-15))
        let diagonal = DenseMatrix([
            [1e200, 0, 0, 0], [0, 1e200, 0, 0], [0, 0, 1e-200, 0], [0, 0, 0, 1e-100],
        ])
        #expect(E.agree(try LinearAlgebra.determinant(0, diagonal).0 / 1e100, 1, 1e-13))
        try E.examine(LinearAlgebra.determinant, 0.5, E.matrix(6, 6, 0.4, scale: 2))
    }

    @Test func cholesky() throws {
        let p = try positiveDefinite(5)
        let expected = [
            1.524382536633233, 0, 0, 0, 0, -0.0585213810054274, 1.6454587017194684, 0, 0, 0,
            -0.6126236102454291,
            -0.5219722457941327, 1.5503030699574185, 0, 0, -0.20191945580163487, -0.6050953489491268,
            -0.1538276083715844, 1.4606404177492012, 0, 0.8519889544313552, -0.0694666503927461,
            -0.1179741712575451, 0.013259307666592904, 1.3112210206087456,
        ]
        let zero = DenseMatrix(rows: 5, columns: 5)
        #expect(E.agree(try LinearAlgebra.cholesky(zero, p).0, expected, 1e-14))
        let x = [
            0.09338613087161671, 0.05129204463580532, -0.16872992075213417, 0.39352092425551566,
            0.08462296346974485,
        ]
        #expect(E.agree(try LinearAlgebra.positiveDefiniteSolve(b, p).0, x, 1e-14))
        #expect(E.agree(try LinearAlgebra.positiveDefiniteLogDeterminant(0, p).0, 4.015785655989945, 1e-14))
        try E.examineMap(LinearAlgebra.cholesky, zero, p, with: [1])
        try E.examineMap(LinearAlgebra.positiveDefiniteSolve, b, p)
        try E.examine(LinearAlgebra.positiveDefiniteLogDeterminant, 0.5, try positiveDefinite(9))
        try E.examine(LinearAlgebra.positiveDefiniteLogDeterminant, 0.5, DenseMatrix([[4]]))
        #expect(try LinearAlgebra.positiveDefiniteSolve([], DenseMatrix(rows: 0, columns: 0)).0 == [])
    }

    @Test func indefiniteMatrixIsAnError() {
        let indefinite = DenseMatrix([[1, 2], [2, 1]])
        #expect(throws: ReversibilityError.self) {
            try LinearAlgebra.positiveDefiniteSolve([1, 2], indefinite)
        }
    }

    @Test func householder() throws {
        let v = E.numbers(5)
        let expected = [
            0.24679808382304835, -0.4674100145255636, -0.2679378805890359, 1.017854021062352,
            0.3036459227137408,
        ]
        let once = try LinearAlgebra.householderReflection(b, v).0
        #expect(E.agree(once, expected, 1e-14))
        #expect(E.agree(try LinearAlgebra.householderReflection(once, v).0, b, 1e-15))
        #expect(E.agree(try (~LinearAlgebra.householderReflection)(once, v).0, b, 1e-15))
        #expect(try LinearAlgebra.householderReflection([1, 2], [0, 0]).0 == [1, 2])
        #expect(try LinearAlgebra.householderReflection([], []).0 == [])
        #expect(try LinearAlgebra.householderReflection([3], [0.1]).0 == [-3])
        // Far from 1, where squares overflow or vanish: the reflection is that at the plane across v, at any length.
        for length in [0x1p-1030, 1e-200, 1e150, 1e307] {
            let found = try LinearAlgebra.householderReflection(b, v.map { length * $0 }).0
            // Subnormal numbers have fewer digits.
            #expect(E.agree(found, expected, length < 1e-300 ? 1e-12 : 1e-14))
        }
        #expect(try LinearAlgebra.householderReflection([1e100, 1], [1e-100, 0]).0 == [-1e100, 1])
        try E.examineMap(LinearAlgebra.householderReflection, b, v)
        try E.examineMap(LinearAlgebra.householderReflection, E.numbers(9, 0.2), E.numbers(9))
    }

    @Test func householderSequence() throws {
        let vectors = E.matrix(3, 5, 0.4)
        let expected = [
            -0.7703639587956859, 0.2384485066992772, -0.16153224802334806, 0.5936106386773727,
            -0.6712787807048772,
        ]
        #expect(E.agree(try LinearAlgebra.householderProduct(b, vectors).0, expected, 1e-14))
        try E.examineMap(LinearAlgebra.householderProduct, b, vectors)
        try E.examineMap(LinearAlgebra.householderProduct, b, DenseMatrix(rows: 0, columns: 5), with: [0])
    }

    @Test func givens() throws {
        let (x, angles) = (E.numbers(4, 0.9), E.numbers(6, 0.4, scale: 3))
        let expected = [-0.7603012567742301, -0.750934851103066, -0.16072693087115564, -0.39161172341725214]
        #expect(E.agree(try LinearAlgebra.givensProduct(x, angles).0, expected, 1e-14))
        try E.examineMap(LinearAlgebra.givensProduct, x, angles)
        try E.examineMap(LinearAlgebra.givensProduct, [2], [], with: [0])
        try E.examineMap(LinearAlgebra.givensMatrixProduct, E.matrix(4, 3), angles)
        let columns = DenseMatrix(rows: 4, columns: 1, elements: x) ?? E.matrix(4, 1)
        #expect(
            try LinearAlgebra.givensMatrixProduct(columns, angles).0.elements
                == LinearAlgebra.givensProduct(x, angles).0)
    }
}
