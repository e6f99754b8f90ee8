import AD
import Foundation
import Testing

/// The logarithm of the normal density.
private let logDensity = ReversibleFunction("logDensity", parameters: ["out", "x", "μ", "σ"]) {
    (out: Scalar, x: Scalar, mu: Scalar, sigma: Scalar) in
    let z = (x - mu) / sigma
    out -= 0.5 * z * z + log(sigma) + 0.5 * log(2 * Double.pi)
}

/// The mean. The sum is kept on a stack, not undone: the loop runs once forward and once backward.
private let mean = ReversibleFunction("mean", parameters: ["out", "x", "kept"]) {
    (out: Scalar, x: Vector, kept: Stack) in
    let total = Scalar.ancilla("total")
    For(x.indices) { i in total += x[i] }
    out += total / x.count
    PUSH(total, on: kept)
}

/// A sample of pairs: covariance by n - 1 and correlation (NiLang's `i_cor_cov`).
private let correlation = ReversibleFunction("correlation", parameters: ["ρ", "covariance", "a", "b"]) {
    (rho: Scalar, covariance: Scalar, a: Vector, b: Vector) in
    let (meanA, meanB) = (Scalar.ancilla("meanA"), Scalar.ancilla("meanB"))
    let (varA, varB, cov) = (Scalar.ancilla("varA"), Scalar.ancilla("varB"), Scalar.ancilla("cov"))
    Compute {
        meanA += sum(a) / a.count
        meanB += sum(b) / b.count
        varA += sum((a - meanA) * (a - meanA)) / (a.count - 1)
        varB += sum((b - meanB) * (b - meanB)) / (b.count - 1)
        cov += sum((a - meanA) * (b - meanB)) / (a.count - 1)
    } apply: {
        rho += cov / sqrt(varA * varB)
        covariance += cov
    }
}

@Suite struct StatisticsTests {
    private let a = [1.0, 2, 4, 8]
    private let b = [3.0, 1, 5, 6]

    /// mpmath at 50 digits.
    @Test func normalDensity() throws {
        let both = try valueAndGrad(logDensity, 0, 1, 0.3, 1.5)
        #expect(agrees(both.value, -1.433292530201726, 1e-15))
        let (dOut, dx, dMu, dSigma) = both.gradient
        #expect(dOut == 1)
        #expect(
            agrees(
                [dx, dMu, dSigma], [-0.31111111111111111, 0.31111111111111111, -0.52148148148148148], 1e-15))
        try checkGrads(logDensity, 0, -0.7, 0.3, 0.4)
        try checkInverse(logDensity, 0.5, -0.7, 0.3, 0.4, tolerance: 1e-15)
    }

    @Test func densityIntegratesToOne() throws {
        let step = 0.01
        let total = try stride(from: -12.0, through: 12, by: step).reduce(0) { sum, x in
            sum + step * exp(try logDensity(0, x, 0.2, 1.1).0)
        }
        // The trapezoidal rule is exact to rounding for a bell curve; its tails beyond 10σ are below 1e-23.
        #expect(agrees(total, 1, 1e-13))  // 2400 additions
    }

    @Test func meanByStack() throws {
        let x = [1.0, 2, 3, 4]
        let (out, _, kept) = try mean(0, x, [])
        #expect(out == 2.5 && kept == [10])
        let (back, same, empty) = try (~mean)(out, x, kept)
        #expect(back == 0 && same == x && empty.isEmpty)
        #expect(try grad(mean, 0, x, []).1 == [0.25, 0.25, 0.25, 0.25])
        try checkGrads(mean, 0.1, sample(5), [])
        try checkInverse(mean, 0.1, sample(5), [], tolerance: 1e-15)
    }

    @Test func meanWithoutItsStack() {
        #expect(throws: ReversibilityError.self) { try (~mean)(2.5, [1, 2, 3, 4], []) }
    }

    /// Recomputed with mpmath at 50 digits, derivatives by complex step.
    @Test func correlationOfFour() throws {
        let both = try valueAndGrad(correlation, 0, 0, a, b)
        #expect(agrees(both.value, 0.81339196264356255, 1e-15))
        let (_, _, da, db) = both.gradient
        let expectedA = [
            0.041382173829497277, -0.084031148898673042, 0.053627919146389328, -0.010978944077213563,
        ]
        let expectedB = [
            -0.092183050661349866, 0.066668099139011957, -0.056791343711010185, 0.082306295233348095,
        ]
        #expect(agrees(da, expectedA, 1e-15) && agrees(db, expectedB, 1e-15))
    }

    @Test func covarianceOfFour() throws {
        let both = try valueAndGrad(correlation, 0, 0, a, b, loss: 1)
        #expect(agrees(both.value, 67.0 / 12, 1e-15))
        let (_, _, da, db) = both.gradient
        // d cov/d aᵢ = (bᵢ - mean b)/3 and the other way round.
        #expect(agrees(da, b.map { ($0 - 3.75) / 3 }, 1e-15) && agrees(db, a.map { ($0 - 3.75) / 3 }, 1e-15))
    }

    @Test func inverseAndDifferences() throws {
        try checkInverse(correlation, 0.3, 0.4, sample(9), sample(9, seed: 0.1), tolerance: 1e-15)
        try checkGrads(correlation, 0.3, 0.4, sample(9), sample(9, seed: 0.1))
    }

    /// Fewer than two pairs have no variance: 0/0, a scratch number that cannot be undone.
    @Test func onePairHasNoCorrelation() throws {
        let error = #expect(throws: ReversibilityError.self) { try correlation(0, 0, [1], [2]) }
        #expect(error?.kind == .ancillaNotRestored)
    }
}
