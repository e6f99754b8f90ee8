import AD
import NativeEngine
import Numbers
import Testing

/// Values are NumPy's and Python's `cmath`.
@Suite struct ComplexExpressionTests {
    private static let z = Complex.Value(re: 2, im: -2.3)
    private static let w = Complex.Value(re: -0.7, im: 1.1)

    private static let all = ReversibleFunction { (y: ComplexVector, z: Complex, w: Complex) in
        y[0] += z * w
        y[1] += z / w
        y[2] += exp(z)
        y[3] += log(w)
        y[4] += sqrt(z)
        y[5] += sqrt(w)
        y[6] += polar(2.0, 0.7) + 0.0 * conj(z)
        y[7] += abs(z)
        y[7] += Complex.Value.i * arg(w)
        y[9] += pow(z, 1.5) - pow(w, -2)
        y[8] += (1 + z - w) * 2 - (conj(z) - 3.5) / 4 + 1 / w - abs2(w)
    }

    private static let expected = ComplexVector.Value([
        .init(re: 1.13, im: 3.81), .init(re: -2.3117647058823527, im: -0.3470588235294121),
        .init(re: -4.923150898608932, im: -5.51005764603877),
        .init(re: 0.26531412553108524, im: 2.137525544318403),
        .init(re: 1.5887023212083555, im: -0.7238612197188194),
        .init(re: 0.5494726931525032, im: 1.0009596597866792),
        .init(re: 1.529684374568977, im: 1.288435374475382),
        .init(re: 3.047950130825634, im: 2.137525544318403),
        .init(re: 5.663235294117647, im: -8.0220588235294121),
        .init(re: 1.761658785160312, im: -5.634609750535196),
    ])

    @Test func values() throws {
        let (y, _, _) = try Self.all(.init(zeros: 10), Self.z, Self.w)
        #expect(agrees(y.re, Self.expected.re, 2e-15))
        #expect(agrees(y.im, Self.expected.im, 2e-15))
        let compiled = try compile(Self.all)
        let native = try compiled(.init(zeros: 10), Self.z, Self.w).0
        #expect(agrees(native.re, y.re, 1e-15) && agrees(native.im, y.im, 1e-15))
        var options = CompileOptions()
        options.precision = .single
        let single = try compile(Self.all, options: options)
        let short = try single(.init(zeros: 10), Self.z, Self.w).0
        #expect(agrees(short.re, y.re, 2e-6) && agrees(short.im, y.im, 2e-6))
        #expect(short != y)
        try checkInverse(Self.all, .init(zeros: 10), Self.z, Self.w)
    }

    /// Where squares of the parts are no numbers, or 0.
    @Test func largeAndSmallNumbers() throws {
        let quotient = ReversibleFunction { (y: Complex, z: Complex, w: Complex) in y += z / w }
        let large = try quotient(.zero, .init(re: 1e300, im: 1e300), .init(re: 2e300, im: 1e300)).0
        #expect(agrees(large, 0.6, 0.2))
        let small = try quotient(.zero, .init(re: 1e-300, im: 2e-300), .init(re: 1e-300, im: -1e-300)).0
        #expect(agrees(small, -0.5, 1.5))
        let root = ReversibleFunction { (y: Complex, z: Complex) in y += sqrt(z) }
        let huge = try root(.zero, .init(re: -1.5e308, im: -1e308)).0
        #expect(
            agrees([huge.re / 1e154, huge.im / 1e154], [0.38908587595285095, -1.2850633520826891], 1e-15))
        #expect(agrees(try root(.zero, .init(re: -4, im: 0)).0, 0, 2))
        let near = try root(.zero, .init(re: -3, im: -1e-200)).0
        #expect(agrees([near.re * 1e201, near.im], [2.886751345948129, -1.7320508075688772], 1e-15))
        #expect(try root(.zero, .zero).0 == .zero)
    }

    /// On the negative real axis roots have the slopes of the side of the cut that the value is on.
    @Test func slopesOnTheCut() throws {
        let root = ReversibleFunction { (y: Complex, z: Complex) in y += sqrt(z) }
        // 1/(2 √z) = −i/4 at −4, on the side of the cut that the value is on.
        #expect(
            try jacobian(root, Complex.Value(re: 0, im: 0), Complex.Value(re: -4, im: 0), of: 0, with: 1)
                == DenseMatrix([[0, 0.25], [-0.25, 0]]))
        #expect(
            try jacobian(root, Complex.Value(re: 0, im: 0), Complex.Value(re: -3, im: -4), of: 0, with: 1)
                == DenseMatrix([[0.1, -0.2], [0.2, 0.1]]))
    }

    /// Derivatives at 0 are 0, as those of real roots and lengths are.
    @Test func derivativesAtZero() throws {
        let parts = ReversibleFunction { (y: Scalar, z: Complex) in y += abs(z) + arg(z) + sqrt(z).re }
        #expect(try grad(parts, 0, .zero).1 == .zero)
    }

    /// JAX's gradient of the same loss is the conjugate of this one.
    @Test func gradientsAndCurvature() throws {
        let loss = ReversibleFunction { (out: Scalar, z: Complex, w: Complex) in
            let y = exp(z * w) / (1 + z) + sqrt(w) * conj(z) - log(z + 2 * w)
            out += abs2(y) + arg(y) * abs(z - w)
        }
        let result = try valueAndGrad(loss, 0, Self.z, Self.w)
        let gradient = result.gradient
        #expect(agrees([result.value], [16.036147600622705], 1e-14))
        #expect(agrees(gradient.1, 7.681190507146979, -9.839045914333683, 1e-13))
        #expect(agrees(gradient.2, 3.2255317531546543, -24.78169308128684, 1e-13))
        let (_, dz, dw) = try compile(grad(loss))(0, Self.z, Self.w)
        #expect(agrees(dz, gradient.1.re, gradient.1.im, 1e-14))
        #expect(agrees(dw, gradient.2.re, gradient.2.im, 1e-14))
        let product = try hvp(
            loss, 0, Self.z, Self.w,
            direction: (0, Complex.Value(re: 0.3, im: -0.2), Complex.Value(re: 0.5, im: 1)))
        #expect(agrees(product.1, 8.165194939404909, 57.2866086492833, 1e-12))
        #expect(agrees(product.2, 65.58574368367778, 45.771656467861014, 1e-12))
    }

    /// Five steps of Newton's method for a cube root of 1, far from it: JAX in double precision.
    @Test func newton() throws {
        let loss = ReversibleFunction { (out: Scalar, start: Complex) in
            var z = start.complex
            let steps = (0..<5).map { Complex.ancilla("z\($0)") }
            Compute {
                for step in steps {
                    step += z - (z * z * z - 1) / (3 * z * z)
                    z = step.complex
                }
            } apply: {
                out += 2 * z.re + 3 * z.im
            }
        }
        let result = try valueAndGrad(loss, 0, .init(re: 0.3, im: 0.8))
        #expect(agrees([result.value], [2 * -0.6793574688992807 + 3 * 1.3080491048949572], 1e-12))
        #expect(agrees(result.gradient.1, -7.992718437949198, -48.222299472705224, 1e-12))
    }
}
