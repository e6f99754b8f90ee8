import AD
import Testing

/// The Bessel function of the first kind, J of integer order `order` at z.
///
/// The power series of NiLang's examples/besselj.jl (in arXiv 2003.04617): the first term is (z/2)^order /
/// order!, each next one is the last times -(z/2)²/(k (k + order)). Terms are multiplied in place, which a
/// reversible program may do with a factor that is not 0, so the whole series needs two numbers of scratch
/// however long it gets.
private let besselJ = ReversibleFunction("besselJ", parameters: ["out", "order", "z"]) {
    (out: Scalar, order: Integer, z: Scalar) in
    let k = Integer.ancilla("k")
    let term = Scalar.ancilla("term")
    let series = Scalar.ancilla("series")
    Compute {
        term += 1
        For(1...order) { i in term *= z / (2 * i) }
        series += term
        While(abs(term) > 1e-17, post: k != 0) {
            k += 1
            term *= -(z * z) / (4 * k * (k + order))
            series += term
        }
    } apply: {
        out += series
    }
}

@Suite struct BesselTests {
    /// Values at 50 digits from `mpmath.besselj(n, z, derivative=d)`. The series cancels for large z: its
    /// largest term at z = 8 is about 10^3, so 3 of 16 digits are lost there.
    @Test(arguments: [
        (0, 0.7, 0.88120088860740528, 1e-14), (1, 1.0, 0.44005058574493352, 1e-14),
        (2, 1.0, 0.11490348493190048, 1e-14), (5, -3.0, -0.043028434877047584, 1e-14),
        (2, 8.0, -0.11299172042407525, 1e-12),
    ])
    func value(order: Int, z: Double, expected: Double, tolerance: Double) throws {
        let (out, _, same) = try besselJ(0, order, z)
        #expect(agrees(out, expected, tolerance))
        #expect(same == z)
        let (back, n, zBack) = try (~besselJ)(out, order, z)
        // The inverse repeats the same operations, so it subtracts the very number that was added.
        #expect(back == 0 && n == order && zBack == z)
    }

    /// J2'(1) and J2''(1), from mpmath at 50 digits.
    @Test func derivatives() throws {
        let (dOut, (), dz) = try grad(besselJ, 0, 2, 1)
        #expect(dOut == 1)
        #expect(agrees(dz, 0.21024361588113256, 1e-14))
        let curvature = try hessian(besselJ, 0, 2, 1, with: 2)
        #expect(agrees(curvature[0, 0], 0.13446683891456889, 1e-14))
    }

    @Test(arguments: [0.3, 1.0, 4.5])
    func gradientAgreesWithDifferences(z: Double) throws {
        try checkGrads(besselJ, 0.25, 3, z)
        try checkInverse(besselJ, 0.25, 3, z, tolerance: 1e-15)
    }

    /// Two solutions' worth of a second-order equation: z²J'' + zJ' + (z² - n²)J = 0.
    @Test func solvesBesselsEquation() throws {
        let (order, z) = (3, 2.2)
        let both = try valueAndGrad(besselJ, 0, order, z)
        let curvature = try hessian(besselJ, 0, order, z, with: 2)[0, 0]
        let residue = z * z * curvature + z * both.gradient.2 + (z * z - Double(order * order)) * both.value
        #expect(abs(residue) < 1e-13)  // terms of size 1 from series of about 20 terms
    }
}
