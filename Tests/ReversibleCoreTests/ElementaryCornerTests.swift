import ReversibleCore
import Testing

/// A dual number by the plain rules of differentiation, where 0 · ∞ is NaN.
///
/// It stands for symbolic differentiation, which has no tangents to recognize as zero: a rule that hides an
/// infinite quotient behind a selection fails here.
struct PlainDual<Base: ReversibleNumber>: ReversibleNumber {
    var value: Base
    var tangent: Base

    init(_ value: Base, _ tangent: Base) {
        self.value = value
        self.tangent = tangent
    }
    init(constant value: Double) { self.init(Base(constant: value), Base(constant: 0)) }
    var primal: Double { value.primal }

    static func evaluate(_ function: ElementaryFunction, _ x: Self) -> Self {
        let value = Base.evaluate(function, x.value)
        return Self(value, .product(function.derivative(at: x.value, value: value), x.tangent))
    }
    static func evaluate(_ function: ElementaryFunction, _ x: Self, _ y: Self) -> Self {
        let value = Base.evaluate(function, x.value, y.value)
        let alongX = Base.product(function.partialX(at: x.value, y.value, value: value), x.tangent)
        let alongY = Base.product(function.partialY(at: x.value, y.value, value: value), y.tangent)
        return Self(value, .sum(alongX, alongY))
    }
    static func select(_ a: Self, _ relation: Relation, _ b: Self, then chosen: Self, else other: Self)
        -> Self
    {
        relation.holdsBetweenNumbers(a.primal, b.primal) ? chosen : other
    }
}

private typealias Plain2 = PlainDual<PlainDual<Double>>
private typealias Plain3 = PlainDual<Plain2>

private func plainDerivatives(of function: ElementaryFunction, at x: Double) -> [Double] {
    let inner = PlainDual(x, 1)
    let y = Plain3.evaluate(
        function,
        PlainDual(PlainDual(inner, PlainDual(constant: 1)), Plain2(constant: 1))
    )
    return [y.primal, y.value.value.tangent, y.value.tangent.tangent, y.tangent.tangent.tangent]
}

private func partials(
    _ function: ElementaryFunction,
    _ x: Double,
    _ y: Double
) -> (value: Double, x: Double, y: Double) {
    let alongX = Dual.evaluate(function, Dual(x, tangent: 1), Dual(constant: y))
    let alongY = Dual.evaluate(function, Dual(constant: x), Dual(y, tangent: 1))
    return (alongX.value, alongX.tangent, alongY.tangent)
}

struct ElementaryCornerTests {
    /// Functions at corners, with the value and the first derivative there; higher derivatives are finite.
    static let corners: [(ElementaryFunction, Double, Double, Double)] = [
        (.abs, 0, 0, 0), (.abs, -0.0, 0, 0), (.abs, .infinity, .infinity, 1),
        (.abs, -.infinity, .infinity, -1),
        (.sign, 0, 0, 0), (.sign, -.infinity, -1, 0), (.sign, .leastNonzeroMagnitude, 1, 0),
        (.sign, -.leastNonzeroMagnitude, -1, 0),
        (.floor, 2, 2, 0), (.floor, -0.5, -1, 0), (.floor, -.leastNonzeroMagnitude, -1, 0),
        (.floor, .infinity, .infinity, 0),
        (.ceil, 2, 2, 0), (.ceil, 0.5, 1, 0), (.ceil, .leastNonzeroMagnitude, 1, 0),
        (.ceil, -.infinity, -.infinity, 0),
        (.round, 2.5, 3, 0), (.round, -2.5, -3, 0), (.round, 0.49999999999999994, 0, 0),
        (.round, 0x1.fffffffffffffp51, 0x1p52, 0), (.round, .infinity, .infinity, 0),
        (.stopGradient, 0, 0, 0), (.stopGradient, 3, 3, 0), (.stopGradient, -.infinity, -.infinity, 0),
        (.softplus, .infinity, .infinity, 1), (.softplus, 1e300, 1e300, 1), (.softplus, -.infinity, 0, 0),
        (.softplus, -1e300, 0, 0),
        (.sqrt, 0, 0, 0), (.sqrt, -0.0, 0, 0), (.sqrt, .infinity, .infinity, 0),
        (.cbrt, 0, 0, 0), (.cbrt, -0.0, 0, 0), (.cbrt, .infinity, .infinity, 0),
        (.cbrt, -.infinity, -.infinity, 0),
        (.exp, -.infinity, 0, 0), (.exp, -1e300, 0, 0), (.exp2, -.infinity, 0, 0),
        (.expm1, -.infinity, -1, 0),
        (.log, .infinity, .infinity, 0), (.log2, .infinity, .infinity, 0), (.log10, .infinity, .infinity, 0),
        (.log1p, .infinity, .infinity, 0),
        (.tanh, 0, 0, 1), (.tanh, 1e300, 1, 0), (.tanh, 1000, 1, 0), (.tanh, -1000, -1, 0),
        (.tanh, .infinity, 1, 0), (.tanh, -.infinity, -1, 0),
        (.asinh, .infinity, .infinity, 0), (.asinh, -.infinity, -.infinity, 0), (.asinh, 0, 0, 1),
        (.acosh, .infinity, .infinity, 0),
        (.atan, .infinity, .pi / 2, 0), (.atan, -.infinity, -.pi / 2, 0), (.atan, 0, 0, 1),
        (.erf, .infinity, 1, 0), (.erf, -.infinity, -1, 0), (.erf, 1e300, 1, 0), (.erf, 40, 1, 0),
        (.erfc, .infinity, 0, 0), (.erfc, -.infinity, 2, 0), (.erfc, 1e300, 0, 0),
    ]

    @Test(arguments: corners)
    func `derivatives are finite to the third order at corners`(
        function: ElementaryFunction,
        x: Double,
        value: Double,
        derivative: Double
    ) {
        for result in [derivatives(of: function, at: x), plainDerivatives(of: function, at: x)] {
            // π/2 is the only value that a library rounds.
            #expect(isClose(result[0], value, within: function == .atan ? 2 * roundoff : 0))
            #expect(result[1] == derivative)
            #expect(result[2].isFinite && result[3].isFinite, "\(result)")
        }
    }

    @Test func `higher derivatives at conventional corners are zero`() {
        for function in [ElementaryFunction.abs, .sign, .floor, .ceil, .round, .sqrt, .cbrt] {
            for result in [derivatives(of: function, at: 0), plainDerivatives(of: function, at: 0)] {
                #expect(result == [0, 0, 0, 0])
            }
        }
    }

    @Test func `formulas with a case distinction are smooth where the cases meet`() {
        // tanh‴(0) = −2; |x| in place of the selection would give 0.
        #expect(derivatives(of: .tanh, at: 0) == [0, 1, 0, -2])
        #expect(derivatives(of: .atan, at: 0) == [0, 1, 0, -2])
        #expect(derivatives(of: .asinh, at: 0) == [0, 1, 0, -1])
        for function in [ElementaryFunction.atan, .asinh] {
            for edge in [-1.0, 1] {
                let inside = derivatives(of: function, at: edge)
                let outside = derivatives(of: function, at: edge + edge.ulp * edge)
                for order in 0...3 {
                    // One ulp further the derivatives, of size 1, differ by a few ulp at most.
                    #expect(abs(inside[order] - outside[order]) <= 32 * roundoff)
                }
            }
        }
    }

    @Test func `derivatives are IEEE at the ends of domains`() {
        func derivative(_ function: ElementaryFunction, _ x: Double) -> Double {
            Dual.evaluate(function, Dual(x, tangent: 1)).tangent
        }
        #expect(derivative(.asin, 1) == .infinity)
        #expect(derivative(.asin, -1) == .infinity)
        #expect(derivative(.acos, 1) == -.infinity)
        #expect(derivative(.acos, -1) == -.infinity)
        #expect(derivative(.acosh, 1) == .infinity)
        #expect(derivative(.atanh, 1) == .infinity)
        #expect(derivative(.atanh, -1) == .infinity)
        #expect(derivative(.log1p, -1) == .infinity)
        for function in [ElementaryFunction.log, .log2, .log10] {
            #expect(derivative(function, 0) == .infinity)
            #expect(derivative(function, -0.0) == -.infinity)
            #expect(Double.evaluate(function, 0) == -.infinity)
            #expect(Double.evaluate(function, -1).isNaN)
        }
        for function in [ElementaryFunction.asin, .acos] { #expect(derivative(function, 1.5).isNaN) }
        for function in [ElementaryFunction.sqrt, .acosh] { #expect(derivative(function, -1.5).isNaN) }
        #expect(Double.evaluate(.atanh, 1) == .infinity)
        #expect(Double.evaluate(.acosh, 0.5).isNaN)
    }

    @Test(arguments: ElementaryFunction.allCases)
    func `a NaN comes through every function`(function: ElementaryFunction) {
        if function.arity == 1 {
            let result = Dual.evaluate(function, Dual(.nan, tangent: 1))
            #expect(result.value.isNaN)
            let constant: Set<ElementaryFunction> = [.negate, .sign, .floor, .ceil, .round, .stopGradient]
            #expect(result.tangent.isNaN != constant.contains(function))
            #expect(Float.evaluate(function, .nan).isNaN)
        } else {
            #expect(Double.evaluate(function, .nan, 1.5).isNaN)
            #expect(Double.evaluate(function, 2, .nan).isNaN)
            #expect(Float.evaluate(function, .nan, 1.5).isNaN)
            #expect(Float.evaluate(function, 2, .nan).isNaN)
        }
    }

    @Test func `ties of min and max give the first argument the gradient`() {
        for function in [ElementaryFunction.min, .max] {
            #expect(partials(function, 2, 2) == (2, 1, 0))
            #expect(partials(function, 0, -0.0) == (0, 1, 0))
            #expect(partials(function, .infinity, .infinity) == (.infinity, 1, 0))
            #expect(Double.evaluate(function, .nan, .nan).isNaN)
        }
        #expect(partials(.min, 1, 2) == (1, 1, 0))
        #expect(partials(.min, 2, -.infinity) == (-.infinity, 0, 1))
        #expect(partials(.max, 1, 2) == (2, 0, 1))
        #expect(partials(.max, 2, -.infinity) == (2, 1, 0))
    }

    @Test func `remainders and their whole quotients`() {
        // Python's math.fmod, and minus int(x / y) of the exact fractions.
        for (x, y, value, quotient) in [
            (7.5, 2.0, 1.5, 3.0), (-7.5, 2, -1.5, -3), (7.5, -2, 1.5, -3), (1, 3, 1, 0),
            (0.3, 0.1, 0.09999999999999998, 2),
            (6, 2, 0, 3), (5.3, .infinity, 5.3, 0),
        ] {
            #expect(partials(.fmod, x, y) == (value, 1, 0 - quotient))
        }
        #expect(Double.evaluate(.fmod, 1e300, 7) == 1)
        #expect(Double.evaluate(.fmod, .infinity, 7).isNaN && Double.evaluate(.fmod, 7, 0).isNaN)
        // The quotient is constant between its steps.
        let second = Dual2.evaluate(.fmod, variable2(7.5, 1, 1), variable2(2, 0.5, 0.5))
        #expect(second.tangent.tangent == 0 && second.value.tangent == 1 - 3 * 0.5)
    }

    @Test func `pow at zero and at negative bases`() {
        #expect(partials(.pow, 0, 0) == (1, 0, 0))
        #expect(partials(.pow, 0, 0.5) == (0, 0, 0))
        #expect(partials(.pow, 0, 1) == (0, 1, 0))
        #expect(partials(.pow, -0.0, 1) == (0, 1, 0))
        #expect(partials(.pow, 0, 1.5) == (0, 0, 0))
        #expect(partials(.pow, 0, 2) == (0, 0, 0))
        #expect(partials(.pow, 0, -1) == (.infinity, 0, 0))
        for (x, y, value, slope) in [
            (-1.5, 3.0, -3.375, 6.75), (-2, 2, 4, -4), (-2, 1, -2, 1), (-2, -1, -0.5, -0.25),
        ] {
            let result = partials(.pow, x, y)
            #expect(result.value == value)
            #expect(result.x == slope)
            #expect(result.y.isNaN)
        }
        #expect(partials(.pow, -2, 0).x == 0)
        #expect(partials(.pow, -2, 0.5).value.isNaN)
        #expect(partials(.pow, -2, 0.5).x.isNaN)
    }

    @Test func `higher derivatives of powers at zero`() {
        func along<T: ReversibleNumber>(_ x: T, _ exponent: Double) -> T {
            T.evaluate(.pow, x, T(constant: exponent))
        }
        // x² has second derivative 2, x³ third derivative 6; powers below an order end in the conventional 0.
        for (exponent, second, third) in [
            (0.0, 0.0, 0.0), (0.5, 0, 0), (1, 0, 0), (1.5, 0, 0), (2, 2, 0), (2.5, 0, 0), (3, 0, 6),
            (4, 0, 0), (-1, 0, 0),
        ] {
            let result = along(variable3(0), exponent)
            #expect(result.value.tangent.tangent == second)
            #expect(result.tangent.tangent.tangent == third)
            let plainBase = Plain2(PlainDual(0, 1), PlainDual(1, 0))
            #expect(Plain2.evaluate(.pow, plainBase, Plain2(constant: exponent)).tangent.tangent == second)
        }
    }

    @Test(arguments: [ElementaryFunction.atan2, .hypot])
    func `the gradient at the origin is zero`(function: ElementaryFunction) {
        #expect(partials(function, 0, 0) == (0, 0, 0))
        #expect(partials(function, -0.0, 0) == (0, 0, 0))
        for (dx, dy) in [(1.0, 0.0), (0, 1), (1, 1)] {
            let dual = Dual2.evaluate(function, variable2(0, dx, dx), variable2(0, dy, dy))
            #expect(dual.tangent.tangent == 0)
            let plain = Plain2.evaluate(
                function,
                Plain2(PlainDual(0, dx), PlainDual(dx, 0)),
                Plain2(PlainDual(0, dy), PlainDual(dy, 0))
            )
            #expect(plain.value.tangent == 0)
            #expect(plain.tangent.tangent == 0)
        }
    }

    @Test func `lengths and angles keep their accuracy at every scale`() {
        for exponent in [-1070, -500, -1, 0, 500, 1020] {
            let scale = Double(sign: .plus, exponent: exponent, significand: 1)
            let length = partials(.hypot, 3 * scale, 4 * scale)
            // 3, 4 and 5 times a power of 2 are exact, so the quotients carry one rounding.
            #expect(length == (5 * scale, 0.6, 0.8))
            let angle = partials(.atan2, 3 * scale, 4 * scale)
            // Two divisions; below −1022 the result overflows, above it its unit is subnormal.
            let (x, y) = (0.8 / 5 / scale, -0.6 / 5 / scale)
            #expect(isClose(angle.x, x, within: 2 * x.magnitude.ulp))
            #expect(isClose(angle.y, y, within: 2 * y.magnitude.ulp))
        }
        #expect(partials(.atan2, 0, -1) == (.pi, -1, 0))
        #expect(partials(.atan2, 1, .infinity).y == 0)
    }

    @Test func `subnormal and huge arguments`() {
        let tiny = Double.leastNonzeroMagnitude
        for function in [
            ElementaryFunction.sin, .tan, .asin, .atan, .sinh, .tanh, .asinh, .atanh, .expm1, .log1p,
        ] {
            #expect(Array(derivatives(of: function, at: tiny)[0...1]) == [tiny, 1])
        }
        #expect(Double.evaluate(.exp, 710) == .infinity)
        #expect(Double.evaluate(.sin, .infinity).isNaN)
        // exp(−745) is subnormal and tanh′ = 4 exp(−2x): no cancellation hides it.
        #expect(Dual.evaluate(.tanh, Dual(300.0, tangent: 1)).tangent > 0)
        #expect(Dual.evaluate(.atan, Dual(1e155, tangent: 1)).tangent > 0)
        #expect(Dual.evaluate(.acosh, Dual(1e200, tangent: 1)).tangent == 1 / 1e200)
        #expect(Dual.evaluate(.asinh, Dual(1e200, tangent: 1)).tangent == 1 / 1e200)
    }
}
