import AD
import Foundation
import Testing

/// The unitary discrete Fourier transform of 2^bits complex numbers, in place: X_k = Σ x_j e^(-2πijk/n) / √n.
///
/// NiLang's examples/fft.jl, made of words that are reversible by themselves. Cooley and Tukey's butterfly of
/// a and b with twiddle w is (a + wb, a - wb): a rotation of b's real and imaginary part, then a Hadamard
/// transform of each part. So the transform needs no scratch numbers, and its inverse is the inverse
/// transform.
private let transform = ReversibleFunction("transform", parameters: ["re", "im", "bits"]) {
    (re: Vector, im: Vector, bits: Integer) in
    let power = IntegerVector.ancilla(count: bits + 1, "power")
    let mirror = Integer.ancilla("mirror")
    Compute {
        power[0] += 1
        For(0..<bits) { b in power[b + 1] += 2 * power[b] }
    } apply: {
        For(re.indices) { i in
            Compute {
                For(0..<bits) { b in mirror += i / power[b] % 2 * power[bits - 1 - b] }
            } apply: {
                If(i < mirror) {
                    SWAP(re[i], re[mirror])
                    SWAP(im[i], im[mirror])
                }
            }
        }
        For(0..<bits) { stage in
            let half = power[stage]
            For(0..<re.count, by: power[stage + 1]) { start in
                For(start..<(start + half)) { a in
                    ROT(re[a + half], im[a + half], -Double.pi * (a - start) / half)
                    HADAMARD(re[a], re[a + half])
                    HADAMARD(im[a], im[a + half])
                }
            }
        }
    }
}

/// The power in frequency `k`.
private let power = ReversibleFunction("power") {
    (out: Scalar, re: Vector, im: Vector, bits: Integer, k: Integer) in
    Compute {
        transform(re, im, bits)
    } apply: {
        out += re[k] * re[k] + im[k] * im[k]
    }
}

@Suite struct FourierTransformTests {
    /// The definition, term by term.
    private func naive(_ re: [Double], _ im: [Double]) -> (re: [Double], im: [Double]) {
        let n = re.count
        let terms = (0..<n).map { k in
            (0..<n).reduce(into: (0.0, 0.0)) { sum, j in
                let angle = -2 * Double.pi * Double(j * k % n) / Double(n)
                sum.0 += re[j] * cos(angle) - im[j] * sin(angle)
                sum.1 += re[j] * sin(angle) + im[j] * cos(angle)
            }
        }
        let scale = 1 / Double(n).squareRoot()
        return (terms.map { scale * $0.0 }, terms.map { scale * $0.1 })
    }

    /// Rounding grows with the square root of the number of additions; 1e-14 leaves a factor of 10.
    @Test(arguments: [0, 1, 2, 3, 6]) func agreesWithTheDefinition(bits: Int) throws {
        let (re, im) = (sample(1 << bits), sample(1 << bits, seed: 0.9))
        let (foundRe, foundIm, _) = try transform(re, im, bits)
        let expected = naive(re, im)
        #expect(agrees(foundRe, expected.re, 1e-14) && agrees(foundIm, expected.im, 1e-14))
        try checkInverse(transform, re, im, bits, tolerance: 1e-14)
    }

    @Test func impulseAndConstant() throws {
        let (re, im, _) = try transform([1, 0, 0, 0], [0, 0, 0, 0], 2)
        #expect(agrees(re, [0.5, 0.5, 0.5, 0.5], 1e-15) && agrees(im, [0, 0, 0, 0], 1e-15))
        let (flat, _, _) = try transform([1, 1, 1, 1], [0, 0, 0, 0], 2)
        #expect(agrees(flat, [2, 0, 0, 0], 1e-15))
    }

    /// A unitary map pulls a gradient back by its inverse.
    @Test func pullbackIsTheInverse() throws {
        let (re, im) = (sample(8), sample(8, seed: 0.9))
        let (dRe, dIm) = (sample(8, seed: 0.2), sample(8, seed: 0.7))
        let pulled = try vjp(transform, re, im, 3, cotangent: (dRe, dIm, ())).product
        let (backRe, backIm, _) = try (~transform)(dRe, dIm, 3)
        #expect(agrees(pulled.0, backRe, 1e-14) && agrees(pulled.1, backIm, 1e-14))
    }

    @Test func gradientOfOneFrequency() throws {
        let (re, im) = (sample(8), sample(8, seed: 0.9))
        try checkGrads(power, 0, re, im, 3, 5)
        let gradient = try grad(power, 0, re, im, 3, 5)
        // 2 Re(conj(X_5) ∂X_5/∂x_j), with ∂X_5/∂x_j = e^(-2πi 5j/8)/√8
        let x = naive(re, im)
        let expected = (0..<8).map { j in
            let angle = -2 * Double.pi * Double(5 * j) / 8
            return 2 * (x.re[5] * cos(angle) + x.im[5] * sin(angle)) / 8.0.squareRoot()
        }
        #expect(agrees(gradient.1, expected, 1e-14))
    }
}
