import AD
import NativeEngine
import ReversibleCore
import Testing

/// Undoing is verified where what came back is used, and nowhere else.
///
/// Arguments, and what is left in a scratch place, are not compared in the end: a number that is not read again after it
/// came back wrong makes no difference to a gradient, and a comparison would refuse gradients that are right.
@Suite(.enabled(if: compilerIsThere)) struct UndoneArgumentTests {
    private static let forms: [(Checks, Int)] = [(.none, 1), (.undoing, 1), (.undoing, 2), (.all, 1)]
    private static let numbers = (0..<100).map { 0.1 + 0.01 * Double($0 % 3) }

    /// m comes back as 10¹⁴ times its rounding error, and nothing reads it: the loss is linear in it.
    @Test func argumentsThatNobodyReadsMayBeLost() throws {
        let f = ReversibleFunction { (loss: Scalar, m: Scalar, v: Vector) in
            For(v.indices) { i in
                m *= 0.5
                m += v[i]
                loss += m
            }
        }
        // The argument would not pass a comparison.
        let final = try f(0, 0, Self.numbers)
        #expect(try abs((~f)(final.0, final.1, final.2).1) > 1)
        let result = try valueAndGrad(f, 0, 0, Self.numbers)
        #expect(result.drift == 0)
        // Of element i the sum of 2⁻ᵏ over the k turns from its own on.
        let expected = (0..<100).map { 2 - 0x1p-99 * Double(sign: .plus, exponent: $0, significand: 1) }
        #expect(result.gradient.2 == expected)
        for (checks, threads) in Self.forms {
            let compiled = try native(grad(f), checks, threads: threads)
            #expect(try compiled(0, 0, Self.numbers).2 == expected, "\(checks)")
        }
    }

    /// Read once before it is lost, an argument is right where it is read.
    @Test func argumentsMayBeLostAfterTheyWereRead() throws {
        let f = ReversibleFunction { (loss: Scalar, m: Scalar, v: Vector) in
            For(v.indices) { i in
                m *= 0.5
                m += v[i]
            }
            loss += m * m
        }
        let final = try f(0, 0, Self.numbers)
        #expect(try abs((~f)(final.0, final.1, final.2).1) > 1)
        let expected = (0..<100).map {
            2 * final.1 * 0x1p-99 * Double(sign: .plus, exponent: $0, significand: 1)
        }
        #expect(try grad(f, 0, 0, Self.numbers).2 == expected)
        for (checks, threads) in Self.forms {
            let compiled = try native(grad(f), checks, threads: threads)
            #expect(try compiled(0, 0, Self.numbers).2 == expected, "\(checks)")
        }
    }

    /// The same numbers in a scratch place, whose block is undone from 0 and does not come back to it.
    @Test func scratchPlacesThatNobodyReadsMayBeLost() throws {
        let f = ReversibleFunction { (loss: Scalar, v: Vector) in
            let m = Scalar.ancilla()
            Compute {
                For(v.indices) { i in
                    m *= 0.5
                    m += v[i]
                }
            } apply: {
                loss += 3 * m
            }
        }
        var lenient = f
        lenient.options.tolerance = 1e300
        let expected = (0..<100).map { 3 * 0x1p-99 * Double(sign: .plus, exponent: $0, significand: 1) }
        #expect(try grad(lenient, 0, Self.numbers).1 == expected)
        for (checks, threads) in Self.forms {
            var compiled = try native(grad(lenient), checks, threads: threads)
            compiled.options = lenient.options
            #expect(try compiled(0, Self.numbers).1 == expected, "\(checks)")
        }
    }

    /// What is read after it was lost is refused, whether it is an argument, one of a call, or scratch; over the caller's
    /// memory too, where nothing keeps the argument's first value.
    @Test func whatIsReadIsCompared() throws {
        let shrink = ReversibleFunction { (m: Scalar, v: Vector) in
            For(v.indices) { i in
                m *= 0.5
                m += v[i]
            }
        }
        let argument = ReversibleFunction { (loss: Scalar, m: Scalar, v: Vector) in
            loss += m * m
            For(v.indices) { i in
                m *= 0.5
                m += v[i]
            }
        }
        let called = ReversibleFunction { (loss: Scalar, m: Scalar, v: Vector) in
            loss += m * m
            shrink(m, v)
        }
        let scratch = ReversibleFunction { (loss: Scalar, m: Scalar, v: Vector) in
            let t = Scalar.ancilla()
            t += m
            loss += t * t
            shrink(t, v)
            loss += t
            (~shrink)(t, v)
            t -= m
        }
        for var f in [argument, called, scratch] {
            f.options.tolerance = 1e300
            let error = #expect(throws: ReversibilityError.self) { try grad(f, 0, 1, Self.numbers) }
            #expect(error?.kind == .drift)
            for (checks, threads) in Self.forms where checks != .none {
                var compiled = try native(grad(f), checks, threads: threads)
                compiled.options = f.options
                let error = #expect(throws: ReversibilityError.self) { try compiled(0, 1, Self.numbers) }
                #expect(error?.kind == .drift, "\(checks)")
                let memory: [Memory<Double>] = [
                    Memory(.real(0)), Memory(.real(1)), Memory(.real(1)), Memory(.real(0)),
                    Memory(.reals(Self.numbers)), Memory(.reals(Self.numbers.map { _ in 0 })),
                ]
                #expect(
                    failure { try compiled.run(inPlace: memory.map(\.buffer)) }?.kind == .drift, "\(checks)")
            }
        }
    }

    /// What is below the roundings of the other numbers may come back as those: of `Float`s, those of `Float`.
    @Test func roundingsOfTheNumberType() throws {
        let f = ReversibleFunction { (y: Scalar, x: Scalar, z: Scalar) in
            y += x * x + z * z
            ROT(x, z, 0.7)
            ROT(x, z, 1.1)
            IROT(x, z, 1.8)
        }
        let program = try f.definition.verifiedPullback(inverted: false)
        func run<Number: ReversibleNumber>(_ z: Number, _ one: Number, _ zero: Number) throws -> [Double] {
            let leaves: [Leaf<Number>] = [zero, one, one, zero, z, zero].map { .real($0) }
            return try program.runVerified(leaves, options: f.options).results.map { $0.numbers[0].primal }
        }
        // After the rotations z comes back as 10⁻⁶ give or take 6 · 10⁻⁸, which is no eighth digit of it.
        let found = try run(1e-6 as Float, 1, 0)
        #expect(abs(found[3] - 2) < 1e-6 && abs(found[5] - 2e-6) < 2e-7)
        let compiled = try withOptions(precision: .single) { try compile(grad(f), options: $0) }(0, 1, 1e-6)
        #expect(abs(compiled.1 - 2) < 1e-6 && abs(compiled.2 - 2e-6) < 2e-7)
        // The same number of `Double`s has its digits, and one that has not is below their roundings.
        let fine = try run(1e-6, 1, 0)
        #expect(abs(fine[5] - 2e-6) < 1e-15)
        let tiny = try run(1e-15, 1, 0)
        #expect(abs(tiny[5] - 2e-15) < 1e-15)
    }
}
