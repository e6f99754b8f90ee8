import Foundation
import ReversiblePrograms
import Testing

private typealias E = Examination

@Suite struct SoftmaxTests {
    private let x = E.numbers(11, scale: 3)

    /// scipy.special.logsumexp, softmax and log_softmax, SciPy 1.17.
    @Test func referenceValues() throws {
        let both = try valueAndGrad(Softmax.logSumExp, 0, x)
        #expect(E.agree(both.value, 3.7272220234712927, 1e-15))
        let softmax = [
            0.011532466761088898, 0.002649662442593193, 0.24559853940597695, 0.056427929887076185,
            0.012964699541952182, 0.0029787276362869233, 0.27609975708615414, 0.06343579148466695,
            0.014574803265873367, 0.0033486598853308116, 0.3103889626030005,
        ]
        #expect(E.agree(both.gradient.1, softmax, 1e-15))
        let zeros = [Double](repeating: 0, count: 11)
        #expect(E.agree(try Softmax.softmax(zeros, x).0, softmax, 1e-15))
        #expect(E.agree(try Softmax.logSoftmax(zeros, x).0, softmax.map { log($0) }, 1e-14))
    }

    @Test(arguments: [1, 7, 8, 19]) func bothWaysAndNatively(count: Int) throws {
        let x = E.numbers(count, scale: 5)
        let zeros = [Double](repeating: 0, count: count)
        try E.examine(Softmax.logSumExp, 0.5, x)
        try E.examineMap(Softmax.softmax, zeros, x)
        try E.examineMap(Softmax.logSoftmax, zeros, x)
        try E.examine(Softmax.crossEntropy, 0.5, x, count / 2)
    }

    @Test func extremes() throws {
        #expect(try Softmax.logSumExp(0, [1e308, -1e308, 1e308]).0 == 1e308)
        #expect(try Softmax.logSumExp(0, [-1e308, -1e308]).0 == -1e308)
        #expect(E.agree(try grad(Softmax.logSumExp, 0, [1e308, -1e308, 1e308]).1, [0.5, 0, 0.5], 1e-15))
        #expect(E.agree(try Softmax.logSumExp(0, [-745, -746]).0, -745 + log1p(exp(-1)), 1e-15))
        #expect(try Softmax.softmax([0, 0], [800, -800]).0 == [1, 0])
        #expect(try Softmax.logSumExp(0, [.leastNonzeroMagnitude, 0]).0 == log(2))
    }

    /// Entries of −∞ have probability 0; if there is nothing else, or no entry, the result is −∞.
    @Test func minusInfinity() throws {
        #expect(try Softmax.logSumExp(0, [-.infinity, 0, 1]).0 == Softmax.logSumExp(0, [0, 1]).0)
        #expect(try grad(Softmax.logSumExp, 0, [-.infinity, 2, 2]).1 == [0, 0.5, 0.5])
        #expect(try Softmax.logSumExp(0, [-.infinity, -.infinity]).0 == -.infinity)
        #expect(try Softmax.logSumExp(0, []).0 == -.infinity)
        #expect(try Softmax.softmax([], []).0 == [])
        #expect(try Softmax.logSoftmax([], []).0 == [])
        #expect(throws: ReversibilityError.self) { try Softmax.softmax([0, 0], [-.infinity, -.infinity]) }
    }

    @Test func plusInfinityAndNaNAreErrors() {
        #expect(throws: ReversibilityError.self) { try Softmax.logSumExp(0, [.infinity, 0]) }
        #expect(throws: ReversibilityError.self) { try Softmax.logSumExp(0, [.nan, 0]) }
        #expect(throws: ReversibilityError.self) { try Softmax.crossEntropy(0, [1, 2], 2) }
    }

    /// −Σ log_softmax(X)[i, labels[i]] and its gradient softmax(X) less the labels, SciPy 1.17.
    @Test func batch() throws {
        let logits = E.matrix(3, 5, 0.2, scale: 4)
        let both = try valueAndGrad(Softmax.batchCrossEntropy, 0, logits, [4, 0, 2])
        #expect(E.agree(both.value, 13.16929639246857, 1e-15))
        let expected = [
            0.00204504099122123, 0.8578584969133121, 0.12071839194646874, 0.016987568703435967,
            -0.9976094985544379, -0.5712268253186189, 0.06033723317255783, 0.008490693732472705,
            0.001194815808879998, 0.5012040826047084, 0.09401887706805821, 0.013230396030472179,
            -0.9981382102766828, 0.7809878337254057, 0.10990110345274678,
        ]
        #expect(E.agree(both.gradient.1, expected, 1e-15))
        try E.examine(Softmax.batchCrossEntropy, 0.5, logits, [4, 0, 2])
        try E.examine(Softmax.batchCrossEntropy, 0.5, E.matrix(17, 3), (0..<17).map { $0 % 3 })
        #expect(try Softmax.batchCrossEntropy(0, DenseMatrix(rows: 0, columns: 3), []).0 == 0)
    }

    /// Entries of any size and sign, zeros and subnormal numbers among them: max x ≤ log Σ exp x ≤ max x + log n,
    /// and the gradient is a probability distribution.
    @Test(arguments: 0..<40) func boundsForAnyNumbers(round: Int) throws {
        let count = 1 + round * 7 % 19
        let exponents = E.numbers(count, Double(round) + 0.3, scale: 308)
        let signs = E.numbers(count, Double(round) * 3 + 0.7)
        var x = zip(exponents, signs).map { pow(10, $0) * ($1 < 0 ? -1 : 1) }
        if count > 3 { (x[1], x[2]) = (0, -.leastNonzeroMagnitude) }
        let both = try valueAndGrad(Softmax.logSumExp, 0, x)
        let largest = try #require(x.max())
        let slack = 1e-15 * max(1, abs(largest))
        #expect(both.value >= largest - slack && both.value <= largest + log(Double(count)) + slack)
        #expect(both.gradient.1.allSatisfy { $0 >= 0 && $0 <= 1 + 1e-15 })
        // Rounding of the exponentials and of their sum.
        #expect(abs(both.gradient.1.reduce(0, +) - 1) < 1e-14)
    }
}
