import AD
import NativeEngine
import Numbers
import Testing

/// Programs over complex vectors, against NumPy and JAX.
@Suite struct CircuitTests {
    /// The discrete Fourier transform by its definition.
    private static let transform = ReversibleFunction("transform", parameters: ["y", "x"]) {
        (y: ComplexVector, x: ComplexVector) in
        For(y.indices) { k in
            For(x.indices) { j in y[k] += polar(1, -2 * Double.pi * (j * k % x.count) / x.count) * x[j] }
        }
    }

    private static let x = ComplexVector.Value(re: [1, 0, 3, 0.25, -2], im: [2, -0.5, 0, -1, 0.5])

    @Test func fourierTransform() throws {
        let y = try Self.transform(.init(zeros: 5), Self.x).0
        let re = [2.25, -2.610610484471154, 2.0834974518808473, 5.161180989056101, -1.8840679564657936]
        let im = [1.0, -0.7095054820196607, 3.1308179208517783, 0.25114809039832675, 6.327539470769556]
        #expect(agrees(y.re, re, 1e-14) && agrees(y.im, im, 1e-14))
        let native = try compile(Self.transform)(.init(zeros: 5), Self.x).0
        #expect(agrees(native.re, re, 1e-14) && agrees(native.im, im, 1e-14))
        // JAX's gradient, conjugated.
        let power = ReversibleFunction { (out: Scalar, x: ComplexVector, weights: Vector) in
            let y = ComplexVector.ancilla(count: x.count, "y")
            Compute {
                Self.transform(y, x)
            } apply: {
                out += sum(weights * abs2(y))
            }
        }
        let result = try valueAndGrad(power, 0, Self.x, [0.5, -1, 2, 0.1, 0.7])
        #expect(agrees([result.value], [57.1798437700146], 1e-13))
        #expect(
            agrees(
                result.gradient.1.re,
                [
                    14.199751835224808, -4.785125721790315, 19.289629061670365, -13.18121564763604,
                    -4.273039527468818,
                ]
            ))
        #expect(
            agrees(
                result.gradient.1.im,
                [
                    23.851067524603476, 5.769902855245862, -5.754325517975953, -1.1042747907448796,
                    -17.7623700711285,
                ]
            ))
    }

    /// The energy of three qubits after two layers of Hadamard, phase and Hadamard gates and a chain of CNOTs.
    private static let energy = ReversibleFunction("energy", parameters: ["out", "angles", "weights"]) {
        (out: Scalar, angles: Vector, weights: Vector) in
        let state = ComplexVector.ancilla(count: 8, "state")
        Compute {
            state[0] += 1
            for layer in 0..<2 {
                for qubit in 0..<3 {
                    let bit = 4 >> qubit
                    for i in 0..<8 where i & bit == 0 {
                        HADAMARD(state[i], state[i + bit])
                        ROT(state[i + bit], angles[layer * 3 + qubit])
                        HADAMARD(state[i], state[i + bit])
                    }
                }
                for control in [4, 2] {
                    let target = control / 2
                    for i in 0..<8 where i & control != 0 && i & target == 0 {
                        SWAP(state[i], state[i + target])
                    }
                }
            }
        } apply: {
            out += sum(weights * abs2(state))
        }
    }

    /// JAX's, with the gates as matrices.
    @Test func quantumCircuit() throws {
        let angles = [0.3, 1.1, -0.7, 2.0, 0.4, 0.9]
        let weights = (0..<8).map { i in
            ((i >> 2) & 1 == (i >> 1) & 1 ? 1.0 : -1.0) + (i & 1 == 0 ? 0.5 : -0.5)
        }
        let gradient = [
            -0.03435518002442626, -0.7841940109904908, 0.08765257279023066, -0.3968386517447393,
            -0.06829804991282754, 0.08765257279023078,
        ]
        let result = try valueAndGrad(Self.energy, 0, angles, weights)
        #expect(agrees([result.value], [0.23008536183353784], 1e-14))
        #expect(agrees(result.gradient.1, gradient, 1e-14))
        let native = try compile(grad(Self.energy), with: [1])(0, angles, weights)
        #expect(agrees(native.1, gradient, 1e-14))
    }

    /// JAX's value and gradients, conjugated; the sum is one of the iterations of a parallel loop.
    @Test func parallelSums() throws {
        let loss = ReversibleFunction("loss", parameters: ["out", "u", "v"]) {
            (out: Scalar, u: ComplexVector, v: ComplexVector) in
            let inner = Complex.ancilla("inner")
            Compute {
                ParallelFor(u.indices) { i in inner += conj(u[i]) * v[i] }
            } apply: {
                out += abs(inner)
            }
        }
        let u = ComplexVector.Value(re: [1, 2, 3], im: [0, 1, -1])
        let v = ComplexVector.Value(re: [0.5, -1, 2], im: [1, 1, 0.25])
        for result in [
            try valueAndGrad(loss, 0, u, v), try compile(valueAndGrad(loss), threads: 2)(0, u, v),
        ] {
            #expect(agrees([result.value], [8.551315688243536], 1e-14))
            let (_, du, dv) = result.gradient
            #expect(agrees(du.re, [1.0963225241337866, 0.17541160386140592, 1.4252192813739226], 1e-14))
            #expect(agrees(du.im, [0.21926450482675732, 1.403292830891247, -1.4252192813739226], 1e-14))
            #expect(agrees(dv.re, [0.6139406135149205, 0.43852900965351464, 2.6311740579210876], 1e-14))
            #expect(agrees(dv.im, [0.7893522173763264, 2.192645048267573, 1.7541160386140586], 1e-14))
        }
    }

    /// A part of a vector turns, is multiplied and grows by the rest: NumPy.
    @Test func parts() throws {
        let f = ReversibleFunction { (v: ComplexVector, n: Integer) in
            ROT(v[0..<n], 0.3)
            v[0..<n] *= Complex.Value(re: 0, im: 2)
            v[0..<n] += 2 * v[n..<(2 * n)]
            SWAP(v[0], v[n])
        }
        let v = ComplexVector.Value(re: [1, 2, 3, 4], im: [1, 1, 1, 1])
        let (found, _) = try f(v, 2)
        #expect(agrees(found.re, [3, 4.90724619510343, 3.498286608426109, 4], 1e-15))
        #expect(agrees(found.im, [1, 5.230305543179744, 3.3196325649285328, 1], 1e-15))
        try checkInverse(f, v, 2)
    }
}
