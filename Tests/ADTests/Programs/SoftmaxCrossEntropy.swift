import AD
import Foundation
import Testing

/// Cross-entropy between weights p and the softmax of x: -Σ pᵢ log(softmax(x)ᵢ).
///
/// NiLang's `i_softmax_crossentropy`. The running maximum keeps `exp` from overflowing; a maximum forgets
/// what it was compared with, so each one has its own place.
private let crossEntropy = ReversibleFunction("crossEntropy", parameters: ["out", "x", "p"]) {
    (out: Scalar, x: Vector, p: Vector) in
    let peaks = Vector.ancilla(count: x.count, "peaks")
    let logSum = Scalar.ancilla("logSum")
    Compute {
        peaks[0] += x[0]
        For(1..<x.count) { i in peaks[i] += max(peaks[i - 1], x[i]) }
        let peak = peaks[x.count - 1]
        logSum += peak + log(sum(exp(x - peak)))
    } apply: {
        out += sum(p * (logSum - x))
    }
}

@Suite struct SoftmaxCrossEntropyTests {
    private let x = [1.0, 3, 2]
    private let p = [0.2, 1, -0.5]

    /// Recomputed with mpmath at 50 digits from the definition; derivatives in closed form.
    @Test func valueAndGradient() throws {
        let both = try valueAndGrad(crossEntropy, 0, x, p)
        #expect(agrees(both.value, 0.18532417511106621, 1e-15))
        let dx = [-0.13697859878073368, -0.53433133095762468, 0.67130992973835836]
        let dp = [2.4076059644443803, 0.4076059644443803, 1.4076059644443803]
        #expect(agrees(both.gradient.1, dx, 1e-15))
        #expect(agrees(both.gradient.2, dp, 1e-15))
    }

    @Test func inverseAndDifferences() throws {
        try checkInverse(crossEntropy, 0.5, x, p, tolerance: 1e-15)
        try checkGrads(crossEntropy, 0.5, sample(6), sample(6, seed: 0.1))
    }

    /// d/dx = (Σp) softmax(x) - p for any weights, ties of the maximum included.
    @Test func closedForm() throws {
        let (x, p) = ([2.0, -1, 2, 0.5], [0.1, 0.2, 0.3, 0.4])
        let weights = x.map { exp($0) }
        let total = weights.reduce(0, +)
        let expected = zip(weights, p).map { $0 / total - $1 }
        #expect(agrees(try grad(crossEntropy, 0, x, p).1, expected, 1e-15))
    }

    @Test func largeNumbersDoNotOverflow() throws {
        let both = try valueAndGrad(crossEntropy, 0, [1000, 0, 990], [1, 0, 0])
        #expect(agrees(both.value, log1p(exp(-10) + exp(-1000)), 1e-12))  // 4.5e-5 beside 1000
        #expect(both.gradient.1.allSatisfy { $0.isFinite })
    }
}
