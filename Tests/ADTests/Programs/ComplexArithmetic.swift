import AD
import Foundation
import Testing

/// A complex number as a struct of places: all a user needs to bring a number type of their own.
private struct Complex: Argument {
    var re: Scalar
    var im: Scalar
    struct Value: ArgumentValue, Equatable { var re: Double, im: Double }

    /// Adds a formula to both parts.
    static func += (place: Complex, change: Formula) -> [Statement] {
        [place.re += change.re, place.im += change.im]
    }

    var formula: Formula { Formula(re: re.expression, im: im.expression) }
    var modulus: Expr { hypot(re, im) }
    var angle: Expr { atan2(im, re) }
}

/// A complex expression: two real ones.
private struct Formula {
    var re: Expr
    var im: Expr

    static func * (a: Formula, b: Formula) -> Formula {
        Formula(re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re)
    }

    static func / (a: Formula, b: Formula) -> Formula {
        let square = b.re * b.re + b.im * b.im
        return Formula(re: (a.re * b.re + a.im * b.im) / square, im: (a.im * b.re - a.re * b.im) / square)
    }

    static let one = Formula(re: 1.0.expression, im: 0.0.expression)

    static func exponential(_ a: Formula) -> Formula {
        Formula(re: exp(a.re) * cos(a.im), im: exp(a.re) * sin(a.im))
    }
}

private typealias Unary = ReversibleFunction<Complex, Complex>
private typealias Binary = ReversibleFunction<Complex, Complex, Complex>

private enum ComplexProgram {
    static let exponential = Unary { (y: Complex, x: Complex) in y += .exponential(x.formula) }
    static let logarithm = Unary { (y: Complex, x: Complex) in
        y += Formula(re: log(x.modulus), im: x.angle)
    }
    static let inverse = Unary { (y: Complex, x: Complex) in y += .one / x.formula }
    static let product = Binary { (y: Complex, a: Complex, b: Complex) in y += a.formula * b.formula }
    static let quotient = Binary { (y: Complex, a: Complex, b: Complex) in y += a.formula / b.formula }
    static let fourthPower = Unary { (y: Complex, x: Complex) in
        let square = x.formula * x.formula
        y += square * square
    }
    static let modulus = ReversibleFunction { (y: Scalar, x: Complex) in y += x.modulus }
    static let angle = ReversibleFunction { (y: Scalar, x: Complex) in y += x.angle }
    static let squaredModulus = ReversibleFunction { (y: Scalar, x: Complex) in
        y += x.re * x.re + x.im * x.im
    }
    /// |a b| through a complex scratch number that is undone.
    static let modulusOfProduct = ReversibleFunction { (y: Scalar, a: Complex, b: Complex) in
        let (re, im) = (Scalar.ancilla("re"), Scalar.ancilla("im"))
        Compute {
            Complex(re: re, im: im) += a.formula * b.formula
        } apply: {
            y += hypot(re, im)
        }
    }
}

@Suite struct ComplexArithmeticTests {
    private let x = Complex.Value(re: 2, im: -2.3)
    private let z = Complex.Value(re: 3, im: 1)
    private let zero = Complex.Value(re: 0, im: 0)

    /// Python's cmath and mpmath at 50 digits.
    @Test func values() throws {
        func close(_ found: Complex.Value, _ re: Double, _ im: Double) -> Bool {
            agrees([found.re, found.im], [re, im], 1e-15)
        }
        #expect(close(try ComplexProgram.exponential(zero, x).0, -4.9231508986089327, -5.5100576460387688))
        #expect(close(try ComplexProgram.logarithm(zero, x).0, 1.1144692764128736, -0.85505273712601651))
        #expect(close(try ComplexProgram.inverse(zero, x).0, 0.21528525296017223, 0.24757804090419806))
        #expect(close(try ComplexProgram.product(zero, x, z).0, 8.3, -4.9))
        #expect(close(try ComplexProgram.quotient(zero, x, z).0, 0.37, -0.89))
        #expect(close(try ComplexProgram.fourthPower(zero, x).0, -82.9759, 23.736))
    }

    @Test func realFunctions() throws {
        let modulus = try valueAndGrad(ComplexProgram.modulus, 4, x)
        #expect(agrees(modulus.value, 7.0479501308256341, 1e-15))
        #expect(
            agrees(
                [modulus.gradient.1.re, modulus.gradient.1.im], [0.65617871492478667, -0.75460552216350467],
                1e-15))
        let angle = try valueAndGrad(ComplexProgram.angle, 4, x)
        #expect(agrees(angle.value, 3.1449472628739835, 1e-15))
        #expect(
            agrees(
                [angle.gradient.1.re, angle.gradient.1.im], [0.24757804090419806, 0.21528525296017223], 1e-15)
        )
        let square = try valueAndGrad(ComplexProgram.squaredModulus, 4, x)
        #expect(agrees(square.value, 13.29, 1e-15))
        #expect(square.gradient.1 == Complex.Value(re: 4, im: -4.6))
    }

    /// Holomorphic functions satisfy the Cauchy–Riemann equations: the Jacobian is a rotation and scaling.
    @Test func cauchyRiemann() throws {
        let functions = [
            ComplexProgram.exponential, ComplexProgram.logarithm, ComplexProgram.inverse,
            ComplexProgram.fourthPower,
        ]
        for f in functions {
            let j = try jacobian(f, zero, x, of: 0, with: 1)
            #expect(agrees(j[0, 0], j[1, 1], 1e-14) && agrees(j[0, 1], -j[1, 0], 1e-14))
            try checkGrads(f, z, x)
            try checkInverse(f, z, x, tolerance: 1e-14)  // x⁴ is about 86, added to numbers near 3
        }
    }

    /// The derivatives of exp, log, 1/x and x⁴ are exp, 1/x, -1/x² and 4x³, here by Python's complex numbers.
    @Test func derivatives() throws {
        let j = try jacobian(ComplexProgram.fourthPower, zero, x, of: 0, with: 1)
        // 4 (2 - 2.3i)³ = 4 (8 - 31.74) - 4i (27.6 - 12.167)
        #expect(agrees([j[0, 0], j[1, 0]], [-94.96, -61.732], 1e-14))
        let inverse = try jacobian(ComplexProgram.inverse, zero, x, of: 0, with: 1)
        // -1/x²
        #expect(agrees([inverse[0, 0], inverse[1, 0]], [0.014947146195835417, -0.1065998023268883], 1e-14))
    }

    /// |ab| for a = 1 + 2i, b = 2 + i is |a||b| = 5; its gradient in a is a |b|/|a|.
    @Test func modulusOfAProduct() throws {
        let (a, b) = (Complex.Value(re: 1, im: 2), Complex.Value(re: 2, im: 1))
        let both = try valueAndGrad(ComplexProgram.modulusOfProduct, 0, a, b)
        #expect(both.value == 5)
        #expect(agrees([both.gradient.1.re, both.gradient.1.im], [1, 2], 1e-15))
        #expect(agrees([both.gradient.2.re, both.gradient.2.im], [2, 1], 1e-15))
        try checkGrads(ComplexProgram.modulusOfProduct, 0, a, b)
    }

    @Test func binaryGradients() throws {
        try checkGrads(ComplexProgram.product, zero, x, z)
        try checkGrads(ComplexProgram.quotient, zero, x, z)
        try checkInverse(ComplexProgram.quotient, z, x, z, tolerance: 1e-15)
    }
}
