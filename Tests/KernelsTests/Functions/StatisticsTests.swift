import ReversiblePrograms
import Testing

private typealias E = Examination

/// Reference values are NumPy 2.4's and SciPy 1.17's for the same numbers.
@Suite struct StatisticsTests {
    private let x = E.numbers(9, shift: 5)
    private let y = E.numbers(9, 0.1)

    @Test func samples() throws {
        #expect(E.agree(try Statistics.mean(0, x).0, 5.016121218442456, 1e-15))
        #expect(E.agree(try Statistics.variance(0, x).0, 0.3250358595315611, 1e-15))
        #expect(E.agree(try Statistics.populationVariance(0, x).0, 0.28892076402805433, 1e-15))
        #expect(E.agree(try Statistics.covariance(0, x, y).0, -0.04095291782624298, 1e-15))
        #expect(E.agree(try Statistics.correlation(0, x, y).0, -0.11795822235759462, 1e-14))
        for moment in [Statistics.mean, Statistics.variance, Statistics.populationVariance] {
            try E.examine(moment, 0.5, x)
            try E.examine(moment, 0.5, E.numbers(16))
        }
        try E.examine(Statistics.covariance, 0.5, x, y)
        try E.examine(Statistics.correlation, 0.5, x, y)
    }

    /// In one pass over squares nothing would be left of a variance of 2/3 beside 1e18.
    @Test func dataFarFromZero() throws {
        #expect(try Statistics.populationVariance(0, [1e9 - 1, 1e9, 1e9 + 1]).0 == 2.0 / 3)
        #expect(try Statistics.variance(0, [1e9 - 1, 1e9, 1e9 + 1]).0 == 1)
    }

    @Test func fewNumbers() throws {
        #expect(try Statistics.mean(0, [3]).0 == 3)
        #expect(try Statistics.mean(0, []).0.isNaN)
        #expect(try Statistics.variance(0, [3]).0.isNaN)
        #expect(try Statistics.populationVariance(0, [3]).0 == 0)
        #expect(try Statistics.correlation(0, [1, 1], [2, 3]).0.isNaN)
        #expect(throws: ReversibilityError.self) { try Statistics.covariance(0, [1, 2], [1, 2, 3]) }
    }

    @Test func columns() throws {
        let d = E.matrix(7, 3)
        let zeros = DenseMatrix(rows: 3, columns: 3)
        let means = [0.19981851583001917, -0.004711865962310087, 0.07647203795964685]
        let variances = [0.33303146801695355, 0.3330314680169536, 0.3892482332815062]
        let covariances = [
            0.3330314680169536, 0.04731718230266758, -0.21028872077934074, 0.04731718230266758,
            0.3330314680169536,
            -0.11505062554124597, -0.21028872077934074, -0.11505062554124597, 0.3892482332815062,
        ]
        let correlations = [
            1.0, 0.14208021417441188, -0.5840634348811858, 0.14208021417441188, 1.0, -0.31954573355058796,
            -0.5840634348811858, -0.31954573355058796, 1.0,
        ]
        #expect(E.agree(try Statistics.columnMeans([0, 0, 0], d).0, means, 1e-15))
        #expect(E.agree(try Statistics.columnVariances([0, 0, 0], d).0, variances, 1e-15))
        #expect(E.agree(try Statistics.covarianceMatrix(zeros, d).0, covariances, 1e-15))
        #expect(E.agree(try Statistics.correlationMatrix(zeros, d).0, correlations, 1e-14))
        try E.examineMap(Statistics.columnMeans, means, d)
        try E.examineMap(Statistics.columnVariances, means, d)
        try E.examineMap(Statistics.covarianceMatrix, zeros, d)
        try E.examineMap(Statistics.correlationMatrix, zeros, d)
    }

    @Test func normal() throws {
        #expect(E.agree(try Statistics.normalLogDensity(0, 0.3, -0.5, 1.7).0, -1.5602934278654588, 1e-15))
        let deviations = E.numbers(9, 0.3, shift: 1.5)
        let density = try Statistics.diagonalNormalLogDensity(0, E.numbers(9), y, deviations).0
        #expect(E.agree(density, -15.491184550217525, 1e-14))
        try E.examine(Statistics.normalLogDensity, 0.5, 0.3, -0.5, 1.7)
        try E.examine(Statistics.diagonalNormalLogDensity, 0.5, E.numbers(9), y, deviations)
        #expect(try Statistics.diagonalNormalLogDensity(2, [], [], []).0 == 2)
    }
}
