import ReversiblePrograms
import TestSupport
import Testing

private typealias E = Examination

/// Reference values are NumPy 2.4's and SciPy 1.17's for the same numbers.
@Suite struct TriangularTests {
    private func matrix(_ n: Int) -> DenseMatrix {
        var result = E.matrix(n, n)
        for (i, d) in [2, 2.5, 3, 2, 2.2, 2.4, 3, 2, 2].prefix(n).enumerated() { result[i, i] += d }
        return result
    }

    @Test func referenceValues() throws {
        let (t, x) = (matrix(5), E.numbers(5, 0.9))
        let expected: [(LinearAlgebra.Triangle, Bool, [Double])] = [
            (
                .lower, false,
                [
                    0.62961465679385, -0.6854317247590872, -1.5272932712550962, 3.1181901942247157,
                    0.7467215087126406,
                ]
            ),
            (
                .upper, true,
                [
                    0.1443554894750681, -0.7422383937510124, -0.8161701860922247, 1.0631693835229543,
                    0.3978011292175889,
                ]
            ),
            (
                .lowerTransposed, false,
                [
                    0.5275896478395412, -0.9547567795295635, -1.914275977815315, 2.7930411242207187,
                    0.8707889178774629,
                ]
            ),
            (
                .upperTransposed, false,
                [
                    0.62961465679385, -0.6994317896932303, -1.5501634671189806, 3.1107098003740377,
                    0.7199781888095769,
                ]
            ),
        ]
        for (triangle, unit, product) in expected {
            let f = LinearAlgebra.triangularProduct(triangle, unitDiagonal: unit)
            #expect(E.agree(try f(x, t).0, product, 1e-14), "\(triangle)")
        }
        // scipy.linalg.solve_triangular
        let solution = [
            0.20444718520545083, 0.003289977780158239, -0.27757466303091854, 0.2202780541284943,
            0.2619194047080662,
        ]
        #expect(E.agree(try LinearAlgebra.triangularSolve(.lower)(x, t).0, solution, 1e-14))
    }

    @Test func matrixReferenceValues() throws {
        let expected = [
            0.62961465679385, -0.230704761210044, -1.0910241792139368, 2.6926247623116586, 1.409623096729489,
            0.12662143114731908, -1.0459734685271047, 2.6944960998127754, 0.691082355818023,
            0.2458644852320481,
            -2.2183981944679494, 2.3368497908188157, -0.04661171123059727, 0.3983699291872675,
            -0.13713776540809872,
        ]
        let f = LinearAlgebra.triangularMatrixProduct(.lower)
        #expect(E.agree(try f(E.matrix(5, 3, 0.9), matrix(5)).0, expected, 1e-14))
    }

    /// Every other of them, if not all are to be tried: they differ by what is transposed and what is divided by.
    static let forms = LinearAlgebra.Triangle.allCases.enumerated().flatMap { number, triangle in
        [false, true].filter { isExhaustive || $0 == (number % 2 == 1) }.map { (triangle, $0) }
    }

    @Test(arguments: forms)
    func bothWaysAndNatively(triangle: LinearAlgebra.Triangle, unit: Bool) throws {
        for n in [0, 1, 5, 9] {
            let t = matrix(n)
            try E.examineMap(
                LinearAlgebra.triangularProduct(triangle, unitDiagonal: unit), E.numbers(n, 0.9), t)
            try E.examineMap(
                LinearAlgebra.triangularSolve(triangle, unitDiagonal: unit), E.numbers(n, 0.9), t)
        }
        try E.examineMap(
            LinearAlgebra.triangularMatrixProduct(triangle, unitDiagonal: unit), E.matrix(5, 3), matrix(5))
    }

    /// ‖T x‖² / 2 after a product in place: native and interpreted gradients of a whole loss.
    @Test func gradientOfALoss() throws {
        let multiply = LinearAlgebra.triangularProduct(.lower)
        let solve = LinearAlgebra.triangularSolve(.upper)
        let loss = ReversibleFunction { (out: Scalar, x: Vector, t: Matrix) in
            Compute {
                multiply(x, t)
                solve(x, t)
            } apply: {
                out += sum(x * x) / 2
            }
        }
        try E.examine(loss, 0, E.numbers(7), matrix(7))
    }

    @Test func theOtherHalfIsNotRead() throws {
        var t = matrix(3)
        (t[0, 1], t[0, 2], t[1, 2]) = (.nan, .nan, .nan)
        #expect(try LinearAlgebra.triangularProduct(.lower)([1, 2, 3], t).0.allSatisfy { $0.isFinite })
    }

    @Test func zeroOnTheDiagonalIsAnError() throws {
        var t = matrix(3)
        t[1, 1] = 0
        #expect(throws: ReversibilityError.self) {
            try LinearAlgebra.triangularProduct(.lower)([1, 2, 3], t)
        }
        #expect(throws: ReversibilityError.self) { try LinearAlgebra.triangularSolve(.lower)([1, 2, 3], t) }
        _ = try LinearAlgebra.triangularProduct(.lower, unitDiagonal: true)([1, 2, 3], t)
    }
}
