import ReversibleCore
import Testing

struct NumberTests {
    @Test(arguments: Relation.allCases)
    func `a NaN in a comparison selects the other value`(relation: Relation) {
        for (a, b) in [(Double.nan, 1.0), (1, .nan), (.nan, .nan)] {
            #expect(Double.select(a, relation, b, then: 1, else: 2) == 2)
            #expect(Float.select(Float(a), relation, Float(b), then: 1, else: 2) == 2)
            let (dualA, dualB) = (Dual(a, tangent: 1), Dual(b, tangent: 0))
            #expect(
                Dual.select(dualA, relation, dualB, then: Dual(constant: 1), else: Dual(constant: 2)).value
                    == 2
            )
        }
    }

    @Test func `selection follows the relation`() {
        // For less, equal and greater pairs.
        let table: [(Relation, [Bool])] = [
            (.less, [true, false, false]), (.lessOrEqual, [true, true, false]),
            (.equal, [false, true, false]),
            (.notEqual, [true, false, true]), (.greaterOrEqual, [false, true, true]),
            (.greater, [false, false, true]),
        ]
        for (relation, expected) in table {
            for ((a, b), holds) in zip([(1.0, 2.0), (2, 2), (2, 1)], expected) {
                let result = holds ? 10.0 : 20
                #expect(Double.select(a, relation, b, then: 10, else: 20) == result)
                #expect(Float.select(Float(a), relation, Float(b), then: 10, else: 20) == Float(result))
                #expect(
                    FixedPoint43.select(
                        FixedPoint43(a),
                        relation,
                        FixedPoint43(b),
                        then: FixedPoint43(10),
                        else: FixedPoint43(20)
                    )
                        == FixedPoint43(result)
                )
            }
        }
    }

    @Test func `Float functions are the rounded Double functions`() {
        let unary = ElementaryFunction.allCases.filter { $0.arity == 1 }
        let binary = ElementaryFunction.allCases.filter { $0.arity == 2 && $0 != .polygamma }
        var samples = SeededGenerator(seed: 3)
        for _ in 0..<200 {
            let x = Float.random(in: -3...3, using: &samples)
            let y = Float.random(in: -3...3, using: &samples)
            for function in unary {
                let rounded = Float(Double.evaluate(function, Double(x)))
                let value = Float.evaluate(function, x)
                // Exact also for +, −, ·, / and √: rounding through 53 bits to 24 is rounding once.
                #expect(value == rounded || (value.isNaN && rounded.isNaN))
            }
            for function in binary {
                let rounded = Float(Double.evaluate(function, Double(x), Double(y)))
                let value = Float.evaluate(function, x, y)
                #expect(value == rounded || (value.isNaN && rounded.isNaN))
            }
        }
        #expect(Float.evaluate(.polygamma, 1, 2.5) == Float(Double.evaluate(.polygamma, 1, 2.5)))
        #expect(Float(constant: 0.1) == 0.1 && Float(0.1).primal != 0.1)
        // Duals over Float: 24-bit roundings of cos.
        let sine = Dual<Float>.evaluate(.sin, Dual(0.7, tangent: 1))
        #expect(sine.tangent == Float.evaluate(.cos, 0.7))
    }

    @Test func `zero is recognized with its tangents`() {
        #expect((0.0).isZero && (-0.0).isZero && Float(0).isZero && !Double.leastNonzeroMagnitude.isZero)
        #expect(Dual(0.0, tangent: 0).isZero)
        #expect(!Dual(0.0, tangent: 1).isZero && !Dual(1.0, tangent: 0).isZero)
        #expect(!variable2(0, 0, 1).isZero)
        #expect(FixedPoint43(0).isZero && !FixedPoint43(bitPattern: 1).isZero)
    }
}

struct NumberDualTests {
    @Test func `arithmetic follows the rules of differentiation`() {
        let (x, y) = (Dual(3.0, tangent: 2), Dual(-4.0, tangent: 0.5))
        #expect(x + y == Dual(-1, tangent: 2.5))
        #expect(x - y == Dual(7, tangent: 1.5))
        #expect(x * y == Dual(-12, tangent: 2 * -4 + 3 * 0.5))
        #expect(x / y == Dual(-0.75, tangent: (2 - -0.75 * 0.5) / -4))
        #expect(-x == Dual(-3, tangent: -2))
        for (function, result) in [
            (ElementaryFunction.add, x + y), (.subtract, x - y), (.multiply, x * y), (.divide, x / y),
        ] { #expect(Dual.evaluate(function, x, y) == result) }
        #expect(Dual.evaluate(.negate, x) == -x)
    }

    @Test func `a product of three nested duals has its mixed derivative`() {
        // ∂³(xyz)/∂x∂y∂z = 1 with one variable on each level.
        let x = Dual3(constant: 2) + Dual3(Dual2(constant: 0), tangent: Dual2(constant: 1))
        let y = Dual3(Dual2(Dual(constant: 3), tangent: Dual(constant: 1)), tangent: Dual2(constant: 0))
        let z = Dual3(Dual2(Dual(5.0, tangent: 1), tangent: Dual(constant: 0)), tangent: Dual2(constant: 0))
        let product = x * y * z
        #expect(product.primal == 30)
        #expect(product.tangent.tangent.tangent == 1)
        #expect(product.tangent.primal == 15)
        #expect(product.value.tangent.tangent == 2)
    }

    @Test func `a zero tangent stays zero where the derivative is not finite`() {
        #expect(Dual<Double>.evaluate(.asin, Dual(constant: 1)).tangent == 0)
        #expect(Dual<Double>.evaluate(.log, Dual(constant: 0)).tangent == 0)
        #expect(Dual<Double>.evaluate(.sqrt, Dual(constant: -1)).tangent == 0)
        #expect(Dual<Double>.evaluate(.exp, Dual(constant: .infinity)).tangent == 0)
        // The derivative in the exponent is NaN at a negative base.
        #expect(Dual.evaluate(.pow, Dual(-3.0, tangent: 1), Dual(constant: 2)) == Dual(9, tangent: -6))
        let one = Dual<Double>(constant: 1)
        let zero = Dual<Double>(constant: 0)
        #expect((one / zero).tangent == 0)
        #expect((Dual<Double>(constant: .infinity) * zero).tangent == 0)
        #expect((Dual(2.0, tangent: 1) * Dual<Double>(constant: .infinity)).tangent == .infinity)
        // A tangent that varies is not zero, even where its own value is.
        let varying = Dual2.evaluate(.sin, Dual(Dual(0, tangent: 0), tangent: Dual(0, tangent: 1)))
        #expect(varying.tangent == Dual(0, tangent: 1))
    }

    @Test func `selection looks at primal values and takes whole duals`() {
        let chosen = Dual.select(
            Dual(1.0, tangent: 9),
            .less,
            Dual(2.0, tangent: -9),
            then: Dual(5, tangent: 6),
            else: Dual(7, tangent: 8)
        )
        #expect(chosen == Dual(5, tangent: 6))
        let other = Dual.select(
            Dual(2.0, tangent: 9),
            .less,
            Dual(2.0, tangent: 10),
            then: Dual(5, tangent: 6),
            else: Dual(7, tangent: 8)
        )
        #expect(other == Dual(7, tangent: 8))
        #expect(variable3(4.5).primal == 4.5)
    }

    @Test func `description spells the initializer`() {
        #expect(Dual(1.5, tangent: -2.0).description == "Dual(1.5, tangent: -2.0)")
        #expect(
            variable2(1, 2, 3).description
                == "Dual(Dual(1.0, tangent: 2.0), tangent: Dual(3.0, tangent: 0.0))"
        )
    }
}

/// SplitMix64: the same numbers on every platform.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// ±2ᵉ with e uniform between the bounds.
    mutating func logUniform(_ exponents: ClosedRange<Double>) -> Double {
        let magnitude = Double.evaluate(.exp2, Double.random(in: exponents, using: &self))
        return Bool.random(using: &self) ? magnitude : -magnitude
    }
}
