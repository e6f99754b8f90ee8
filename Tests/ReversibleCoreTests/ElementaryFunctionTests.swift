import ReversibleCore
import Testing

typealias Dual2 = Dual<Dual<Double>>
typealias Dual3 = Dual<Dual2>

/// One half of the spacing of Doubles around 1, the largest relative error of one rounding.
let roundoff = 0x1p-53

/// The number that carries derivatives up to the third order along x.
func variable3(_ x: Double) -> Dual3 {
    Dual(Dual(Dual(x, tangent: 1), tangent: Dual(constant: 1)), tangent: Dual2(constant: 1))
}

/// The number whose tangents give ∂ along `first` and ∂∂ along `second`.
func variable2(_ x: Double, _ first: Double, _ second: Double) -> Dual2 {
    Dual(Dual(x, tangent: first), tangent: Dual(constant: second))
}

/// The value and the first three derivatives of `function` at `x`, through nested duals.
func derivatives(of function: ElementaryFunction, at x: Double) -> [Double] {
    let y = Dual3.evaluate(function, variable3(x))
    return [y.primal, y.value.value.tangent, y.value.tangent.tangent, y.tangent.tangent.tangent]
}

/// Whether `result` is `expected` within `tolerance`; infinities and zeros by overflow count as equal.
func isClose(_ result: Double, _ expected: Double, within tolerance: Double) -> Bool {
    // Below the normal range, relative accuracy is lost by the format, not by the function.
    result == expected || abs(result - expected) <= tolerance + 4 * Double.leastNormalMagnitude
}

struct ElementaryFunctionTests {
    @Test(arguments: ElementaryFunction.allCases)
    func `arity and name agree with the rules`(function: ElementaryFunction) {
        let binary: Set<ElementaryFunction> = [
            .add, .subtract, .multiply, .divide, .min, .max, .pow, .atan2, .hypot, .fmod, .polygamma, .chain,
        ]
        #expect(function.arity == (binary.contains(function) ? 2 : 1))
        #expect(function.isInfix == ["+", "-", "*", "/"].contains(function.name))
        let operators: [ElementaryFunction: String] = [
            .add: "+", .subtract: "-", .multiply: "*", .divide: "/",
        ]
        #expect(function.name == operators[function] ?? "\(function)")
    }

    @Test func `every function of one argument with a smooth formula has reference values`() {
        let untabulated: Set<ElementaryFunction> = [
            .negate, .abs, .sign, .floor, .ceil, .round, .stopGradient,
        ]
        let expected = ElementaryFunction.allCases.filter { $0.arity == 1 && !untabulated.contains($0) }
        #expect(Set(UnaryReference.all.map(\.function)) == Set(expected))
    }

    @Test(arguments: UnaryReference.all)
    func `values agree with mpmath`(reference: UnaryReference) {
        let value = Double.evaluate(reference.function, reference.x)
        // The C libraries document errors of 1 to 4 ulp (cbrt, lgamma, erfc the larger ones), and Darwin's and
        // glibc's differ in which; the expected value itself is off by up to half an ulp.
        #expect(abs(value - reference.derivatives[0]) <= 4.5 * reference.derivatives[0].ulp)
    }

    @Test(arguments: UnaryReference.all)
    func `first derivatives agree with mpmath`(reference: UnaryReference) {
        let (x, expected) = (reference.x, reference.derivatives[1])
        let value = Double.evaluate(reference.function, x)
        let derivative = reference.function.derivative(at: x, value: value)
        // A handful of roundings and library calls.
        var roundings = 12.0
        switch reference.function {
        // The rounding of x², x²/2 ulp and more, is the relative error of exp(−x²).
        case .erf, .erfc: roundings += 2 * x * x
        // Digamma cancels a logarithm or a cotangent of size ≤ 4 against terms of about its size.
        case .lgamma: roundings += 12
        default: break
        }
        #expect(isClose(derivative, expected, within: roundings * roundoff * abs(expected)))
    }

    @Test(arguments: UnaryReference.all)
    func `duals of duals of duals give derivatives to the third order`(reference: UnaryReference) {
        let result = derivatives(of: reference.function, at: reference.x)
        let expected = reference.derivatives
        for order in 1...3 {
            // Differentiating a formula adds terms of the size of the lower derivative per unit of x, which may
            // cancel; each order adds a few dozen roundings. erf adds the rounding of x² as above.
            let scale = abs(expected[order]) + abs(expected[order - 1]) / max(1, abs(reference.x))
            var roundings = [0, 12.0, 48, 192][order]
            if reference.function == .erf || reference.function == .erfc {
                roundings += 4 * reference.x * reference.x
            }
            let tolerance = roundings * roundoff * (order == 1 ? abs(expected[1]) : scale)
            let generous = reference.function == .lgamma ? 2 * tolerance : tolerance
            #expect(
                isClose(result[order], expected[order], within: generous),
                "order \(order): \(result[order]), expected \(expected[order])"
            )
        }
    }

    /// Points where every function is smooth on [x − 1/8, x + 1/8].
    static let smoothPoints: [(ElementaryFunction, Double)] =
        ElementaryFunction.allCases.filter { $0.arity == 1 && $0 != .stopGradient }.flatMap {
            function -> [(ElementaryFunction, Double)] in
            switch function {
            case .asin, .acos, .atanh: [(function, -0.43), (function, 0.37)]
            case .acosh: [(function, 1.83), (function, 4.9)]
            case .sqrt, .log, .log2, .log10: [(function, 0.83), (function, 7.1)]
            case .log1p: [(function, -0.43), (function, 7.1)]
            case .round: [(function, -0.3), (function, 0.83), (function, 2.8)]
            default: [(function, -0.43), (function, 0.83), (function, 2.6)]
            }
        }

    @Test(arguments: smoothPoints)
    func `tangents agree with extrapolated finite differences`(function: ElementaryFunction, x: Double) {
        let tangent = Dual.evaluate(function, Dual(x, tangent: 1)).tangent
        let difference = extrapolatedDifference(at: x) { Double.evaluate(function, $0) }
        let value = Double.evaluate(function, x)
        // Steps 1/8 … 1/128 leave an extrapolation error of (1/8)¹⁰/2²⁰ times a tenth derivative, below 1e−9
        // of the terms here; roundings of the values enter divided by the smallest step.
        #expect(abs(tangent - difference) <= 1e-9 * (1 + abs(tangent) + abs(value)))
    }

    @Test(arguments: ElementaryFunction.allCases.filter { $0.arity == 2 && $0 != .polygamma })
    func `partial tangents agree with extrapolated finite differences`(function: ElementaryFunction) {
        let (x, y) = (1.37, 2.61)
        let partialX = Dual.evaluate(function, Dual(x, tangent: 1), Dual(constant: y)).tangent
        let partialY = Dual.evaluate(function, Dual(constant: x), Dual(y, tangent: 1)).tangent
        let both = Dual.evaluate(function, Dual(x, tangent: 0.7), Dual(y, tangent: -1.3)).tangent
        let differenceX = extrapolatedDifference(at: x) { Double.evaluate(function, $0, y) }
        let differenceY = extrapolatedDifference(at: y) { Double.evaluate(function, x, $0) }
        // As for one argument; all values are below 4.
        #expect(abs(partialX - differenceX) <= 4e-9)
        #expect(abs(partialY - differenceY) <= 4e-9)
        // Two products and a sum; the partial derivatives are below 4.
        #expect(abs(both - (0.7 * partialX - 1.3 * partialY)) <= 40 * roundoff)
    }

    @Test(arguments: BinaryReference.all)
    func `functions of two arguments agree with mpmath`(reference: BinaryReference) {
        let (x, y, expected) = (reference.x, reference.y, reference.values)
        func along(_ dx: (Double, Double), _ dy: (Double, Double)) -> Dual2 {
            Dual2.evaluate(reference.function, variable2(x, dx.0, dx.1), variable2(y, dy.0, dy.1))
        }
        let xx = along((1, 1), (0, 0))
        let xy = along((1, 0), (0, 1))
        let yy = along((0, 0), (1, 1))
        let result = [
            xx.primal, xx.value.tangent, yy.value.tangent, xx.tangent.tangent, xy.tangent.tangent,
            yy.tangent.tangent,
        ]
        // For pow the rounding of y − 1 is amplified by log x.
        let amplification = reference.function == .pow ? abs(Double.evaluate(.log, x)) : 0
        for (index, name) in ["value", "∂x", "∂y", "∂xx", "∂xy", "∂yy"].enumerated() {
            let roundings = index == 0 ? 8 : 24 + 2 * amplification
            // Second derivatives of divisions subtract terms of the size of ∂ over the argument.
            var scale = abs(expected[index])
            if index == 3 { scale += abs(expected[1] / x) }
            if index == 4 { scale += min(abs(expected[1] / y), abs(expected[2] / x)) }
            if index == 5 { scale += abs(expected[2] / y) }
            #expect(
                isClose(result[index], expected[index], within: roundings * roundoff * scale),
                "\(name): \(result[index]), expected \(expected[index])"
            )
        }
    }

    /// The derivative of `f` at `x`: central differences with steps 1/8, 1/16, …, extrapolated to step zero.
    func extrapolatedDifference(at x: Double, of f: (Double) -> Double) -> Double {
        var column = (3...7).map { exponent -> Double in
            let h = Double(sign: .plus, exponent: -exponent, significand: 1)
            return (f(x + h) - f(x - h)) / (2 * h)
        }
        var power = 4.0
        while column.count > 1 {
            column = zip(column, column.dropFirst()).map { $1 + ($1 - $0) / (power - 1) }
            power *= 4
        }
        return column[0]
    }
}

struct ElementaryPolygammaTests {
    @Test(arguments: BinaryReference.polygamma)
    func `polygamma agrees with mpmath`(reference: BinaryReference) {
        let (n, x, expected) = (reference.x, reference.y, reference.values[0])
        let value = Double.evaluate(.polygamma, n, x)
        // n + 1 powers and n factors of n! carry a rounding each; below zero the rounding of the distance to
        // the poles is amplified by n + 1 again, and three sums combine.
        #expect(isClose(value, expected, within: (24 + 4 * (n + 1)) * roundoff * abs(expected)))
    }

    @Test func `the recurrence holds on both sides of zero`() {
        for n in 0...6 {
            for x in [-7.3, -2.6, -1.45, -0.8, -0.2, 0.3, 1.9, 8.5, 14.75] {
                let order = Double(n)
                // ψ⁽ⁿ⁾(x + 1) − ψ⁽ⁿ⁾(x) = (−1)ⁿ n! / xⁿ⁺¹
                let left = Double.evaluate(.polygamma, order, x + 1) - Double.evaluate(.polygamma, order, x)
                let factorial = (0..<n).reduce(1.0) { $0 * Double($1 + 1) }
                let right = (n.isMultiple(of: 2) ? 1 : -1) * factorial / Double.evaluate(.pow, x, order + 1)
                // x + 1 may be rounded, moving the distance to a pole (0.2 here) by 4 ulp of 1.
                let size = abs(Double.evaluate(.polygamma, order, x)) + abs(right) + 4
                #expect(abs(left - right) <= 64 * (order + 1) * roundoff * size)
            }
        }
    }

    @Test func `poles, ends and orders outside the range`() {
        func polygamma(_ n: Double, _ x: Double) -> Double { Double.evaluate(.polygamma, n, x) }
        for pole in [0.0, -0.0, -1, -2, -1e15, -1e300] {
            for n in [0.0, 2, 4] { #expect(polygamma(n, pole).isNaN) }
            for n in [1.0, 3] { #expect(polygamma(n, pole) == .infinity) }
            #expect(Double.evaluate(.lgamma, pole) == .infinity)
        }
        #expect(polygamma(0, .infinity) == .infinity)
        for n in [1.0, 2, 3, 1000] {
            #expect(polygamma(n, .infinity) == 0)
            #expect(polygamma(n, -.infinity).isNaN)
        }
        #expect(polygamma(0, -.infinity).isNaN)
        for n in [-1.0, 0.5, 1001, 1e300, -.infinity, .infinity, .nan] { #expect(polygamma(n, 2.5).isNaN) }
        #expect(polygamma(0, .nan).isNaN)
        #expect(polygamma(3, .nan).isNaN)
        // −1/x and 1/x² beside a pole, below and beyond the range.
        #expect(polygamma(0, 1e-300) == -1 / 1e-300)
        #expect(polygamma(1, 1e-300) == .infinity)
        #expect(polygamma(2, -1e-300) == .infinity)
        #expect(polygamma(2, 1e-300) == -.infinity)
    }

    @Test func `the order has no derivative`() {
        let result = Dual.evaluate(.polygamma, Dual(2.0, tangent: 1), Dual(constant: 1.7))
        #expect(result.tangent == 0)
    }
}
