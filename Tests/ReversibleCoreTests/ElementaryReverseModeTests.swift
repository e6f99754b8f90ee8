import ReversibleCore
import Testing

/// A formula with its value, differentiated by accumulating adjoints from the result to the arguments.
///
/// The branch that a selection leaves out receives the adjoint 0 and passes it on. An infinite partial derivative
/// on that path makes it NaN, so the operand of the division must be guarded and not only its result.
private final class Formula: RealAlgebra {
    let value: Double
    let operands: [(formula: Formula, partial: Double)]

    init(_ value: Double, _ operands: [(Formula, Double)]) {
        self.value = value
        self.operands = operands.map { (formula: $0.0, partial: $0.1) }
    }
    convenience init(constant value: Double) { self.init(value, []) }

    static func evaluate(_ function: ElementaryFunction, _ x: Formula) -> Formula {
        let value = function.value(x.value)
        return Formula(value, [(x, function.derivative(at: x.value, value: value))])
    }
    static func evaluate(_ function: ElementaryFunction, _ x: Formula, _ y: Formula) -> Formula {
        let value = function.value(x.value, y.value)
        return Formula(
            value,
            [
                (x, function.partialX(at: x.value, y.value, value: value)),
                (y, function.partialY(at: x.value, y.value, value: value)),
            ]
        )
    }
    static func select(
        _ a: Formula,
        _ relation: Relation,
        _ b: Formula,
        then chosen: Formula,
        else other: Formula
    ) -> Formula {
        let holds = relation.holdsBetweenNumbers(a.value, b.value)
        return Formula(holds ? chosen.value : other.value, [(chosen, holds ? 1 : 0), (other, holds ? 0 : 1)])
    }

    /// The derivative in `variable`, as the sum over all paths of products of partial derivatives.
    func derivative(in variable: Formula, adjoint: Double = 1) -> Double {
        if self === variable { return adjoint }
        return operands.reduce(0) {
            $0 + $1.formula.derivative(in: variable, adjoint: adjoint * $1.partial)
        }
    }
}

struct ElementaryReverseModeTests {
    @Test(arguments: [ElementaryFunction.abs, .sign, .floor, .sqrt, .cbrt])
    func `second derivatives at zero are zero`(function: ElementaryFunction) {
        let x = Formula(constant: 0)
        let first = function.derivative(at: x, value: Formula.evaluate(function, x))
        #expect(first.value == 0)
        #expect(first.derivative(in: x) == 0)
    }

    @Test(arguments: [ElementaryFunction.atan2, .hypot])
    func `second derivatives at the origin are zero`(function: ElementaryFunction) {
        let (x, y) = (Formula(constant: 0), Formula(constant: 0))
        let value = Formula.evaluate(function, x, y)
        for first in [function.partialX(at: x, y, value: value), function.partialY(at: x, y, value: value)] {
            #expect(first.value == 0)
            #expect(first.derivative(in: x) == 0)
            #expect(first.derivative(in: y) == 0)
        }
    }

    @Test(arguments: [(0.0, 0.0), (0.5, 0), (1, 0), (1.5, 0), (2, 2), (3, 0), (-0.5, 0), (-1, 0)])
    func `second derivatives of powers at zero are finite`(exponent: Double, second: Double) {
        let (x, y) = (Formula(constant: 0), Formula(constant: exponent))
        let value = Formula.evaluate(.pow, x, y)
        let partialX = ElementaryFunction.pow.partialX(at: x, y, value: value)
        let partialY = ElementaryFunction.pow.partialY(at: x, y, value: value)
        #expect(partialX.derivative(in: x) == second)
        // At x = 0 the slope in x jumps where y = 1; there it is taken as constant, as ∂y is: Hessians are symmetric.
        #expect(partialX.derivative(in: y) == 0)
        #expect(partialY.derivative(in: x) == 0)
        #expect(partialY.derivative(in: y) == 0)
    }

    @Test func `formulas with a case distinction have finite second derivatives in both cases`() {
        for function in [ElementaryFunction.atan, .asinh, .tanh, .erf, .erfc] {
            for argument in [-1000.0, -1, -0.3, 0, 0.3, 1, 1000] {
                let x = Formula(constant: argument)
                let first = function.derivative(at: x, value: Formula.evaluate(function, x))
                let second = Dual2.evaluate(function, variable2(argument, 1, 1)).tangent.tangent
                // The same derivative accumulated in another order: a few roundings of terms of the size of the
                // first derivative.
                #expect(
                    abs(first.derivative(in: x) - second) <= 32 * roundoff
                        * (abs(second) + first.value.magnitude)
                )
            }
        }
    }
}
