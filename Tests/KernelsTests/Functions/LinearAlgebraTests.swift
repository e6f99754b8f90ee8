import Foundation
import ReversiblePrograms
import Testing

private typealias E = Examination

/// Reference values are NumPy 2.4's for the same numbers.
@Suite struct LinearAlgebraTests {
    private let zeros3x5 = DenseMatrix(rows: 3, columns: 5)

    private let product = [
        -0.1715963193131774, -0.7001009846968818, -0.17007365512027267, 1.3404430094695647,
        -0.1685509909273666,
        -0.17563260343652387, -0.7026146046273243, -0.17106461085780986, 1.340974717924931,
        -0.16649661827909684, -0.17966888755986887, -0.7051282245577657, -0.17205556659534949,
        1.3415064263802967, -0.16444224563082574,
    ]

    @Test func products() throws {
        let (a, b) = (E.matrix(3, 4), E.matrix(4, 5, 0.1))
        // Sums of 4 products of numbers up to 1.
        #expect(E.agree(try LinearAlgebra.product(zeros3x5, a, b).0, product, 1e-15))
        #expect(E.agree(try LinearAlgebra.transposedProduct(zeros3x5, a.transposed, b).0, product, 1e-15))
        #expect(E.agree(try LinearAlgebra.productTransposed(zeros3x5, a, b.transposed).0, product, 1e-15))
        let scaled = product.map { -2.5 * $0 }
        #expect(E.agree(try LinearAlgebra.scaledProduct(zeros3x5, -2.5, a, b).0, scaled, 1e-15))
        #expect(
            E.agree(
                try LinearAlgebra.scaledTransposedProduct(zeros3x5, -2.5, a.transposed, b).0, scaled, 1e-15))
        #expect(
            E.agree(
                try LinearAlgebra.scaledProductTransposed(zeros3x5, -2.5, a, b.transposed).0, scaled, 1e-15))
    }

    @Test(arguments: [(3, 4, 5), (1, 9, 1), (8, 2, 11), (2, 0, 3), (0, 2, 2)])
    func productsBothWaysAndNatively(m: Int, k: Int, n: Int) throws {
        let (c, a, b) = (E.matrix(m, n, 0.8), E.matrix(m, k), E.matrix(k, n, 0.1))
        try E.examineMap(LinearAlgebra.product, c, a, b)
        try E.examineMap(LinearAlgebra.transposedProduct, c, a.transposed, b)
        try E.examineMap(LinearAlgebra.productTransposed, c, a, b.transposed)
        try E.examineMap(LinearAlgebra.scaledProduct, c, 0.7, a, b)
        try E.examineMap(LinearAlgebra.scaledTransposedProduct, c, 0.7, a.transposed, b)
        try E.examineMap(LinearAlgebra.scaledProductTransposed, c, 0.7, a, b.transposed)
    }

    /// Half the squared norm of a product: the gradients are C Bᵀ and Aᵀ C.
    @Test func gradientOfProduct() throws {
        let loss = ReversibleFunction { (loss: Scalar, c: Matrix, a: Matrix, b: Matrix) in
            LinearAlgebra.product(c, a, b)
            loss += sum(c * c) / 2
        }
        let (a, b) = (E.matrix(3, 4), E.matrix(4, 5, 0.1))
        let c = try LinearAlgebra.product(zeros3x5, a, b).0
        let (_, _, da, db) = try grad(loss, 0, zeros3x5, a, b)
        let inA = try LinearAlgebra.productTransposed(DenseMatrix(rows: 3, columns: 4), c, b).0
        let inB = try LinearAlgebra.transposedProduct(DenseMatrix(rows: 4, columns: 5), a, c).0
        #expect(E.agree(da, inA.elements, 1e-14))
        #expect(E.agree(db, inB.elements, 1e-14))
        try E.examine(loss, 0, zeros3x5, a, b)
    }

    @Test func matrixAndVector() throws {
        let a = E.matrix(3, 4)
        let y = try LinearAlgebra.affineMap([0, 0, 0], a, E.numbers(4, 0.3), E.numbers(3, 0.7)).0
        #expect(E.agree(y, [-0.15620583994454695, -0.6124926479251012, -1.0687794559056536], 1e-15))
        let t = try LinearAlgebra.transposedMatrixVectorProduct([0, 0, 0, 0], a, E.numbers(3, 0.3)).0
        #expect(
            E.agree(
                t, [-0.1432444680372661, -0.5786041843829698, 0.7621276927197331, 0.32676797637402966], 1e-15)
        )
    }

    @Test(arguments: [(3, 4), (1, 1), (9, 17), (0, 2), (2, 0)])
    func matrixAndVectorBothWaysAndNatively(m: Int, n: Int) throws {
        let a = E.matrix(m, n)
        let (x, y) = (E.numbers(n, 0.3), E.numbers(m, 0.7))
        try E.examineMap(LinearAlgebra.matrixVectorProduct, y, a, x)
        try E.examineMap(LinearAlgebra.transposedMatrixVectorProduct, x, a, y)
        try E.examineMap(LinearAlgebra.affineMap, y, a, x, E.numbers(m, 0.2))
        try E.examineMap(LinearAlgebra.rankOneUpdate, a, 0.6, y, x)
        try E.examine(LinearAlgebra.dot, 0.5, x, E.numbers(n, 0.8))
    }

    @Test func norms() throws {
        let x = E.numbers(11, scale: 3)
        #expect(E.agree(try LinearAlgebra.norm1(0, x).0, 17.264632998740083, 1e-15))
        #expect(E.agree(try LinearAlgebra.norm2(0, x).0, 5.818252163179995, 1e-15))
        #expect(try LinearAlgebra.normInfinity(0, x).0 == 2.5572929735416423)
        #expect(E.agree(try LinearAlgebra.frobeniusNorm(0, E.matrix(3, 4)).0, 1.9729467141494113, 1e-15))
        for norm in [LinearAlgebra.norm1, LinearAlgebra.norm2, LinearAlgebra.normInfinity] {
            try E.examine(norm, 0.5, x)
            #expect(try norm(0, []).0 == 0)
            #expect(try norm(0, [0, 0]).0 == 0)
            #expect(try grad(norm, 0, [0, 0]).1 == [0, 0])
            #expect(try norm(0, [0, -Double.leastNonzeroMagnitude]).0 == .leastNonzeroMagnitude)
            #expect(try norm(0, [-1e308]).0 == 1e308)
        }
        try E.examine(LinearAlgebra.frobeniusNorm, 0.5, E.matrix(3, 4))
        #expect(try LinearAlgebra.frobeniusNorm(2, DenseMatrix(rows: 0, columns: 3)).0 == 2)
        #expect(E.agree(try LinearAlgebra.frobeniusNorm(0, DenseMatrix([[3e200], [4e200]])).0, 5e200, 1e-15))
    }

    /// Squares that would overflow or vanish; the gradient is x / ‖x‖ at every size.
    @Test(arguments: [1e-310, 1e-200, 1e-3, 1e150, 2e307]) func normOfAnySize(scale: Double) throws {
        let both = try valueAndGrad(LinearAlgebra.norm2, 0, [3 * scale, -4 * scale])
        // Subnormal numbers have fewer digits: at 1e-310 a unit is 5e-14 of the number.
        #expect(abs(both.value / scale - 5) < (scale < 1e-300 ? 1e-12 : 1e-14))
        #expect(E.agree(both.gradient.1, [0.6, -0.8], scale < 1e-300 ? 1e-12 : 1e-14))
    }
}
