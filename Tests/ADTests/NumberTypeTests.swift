import AD
import Testing

/// One program runs on every number type.
struct NumberTypeTests {
    static let oscillator = ReversibleFunction("oscillator", parameters: ["x", "p", "steps"]) {
        (x: Scalar, p: Scalar, steps: Integer) in
        For(0..<steps) { _ in
            x += 0.01 * p
            p -= 0.01 * sin(x)
        }
    }

    @Test func floatRoundsLikeFloat() throws {
        let results = try Self.oscillator.run([.real(Float(0.3)), .real(Float(0.1)), .integer(100)])
        var (x, p) = (Float(0.3), Float(0.1))
        for _ in 0..<100 {
            x += Float(0.01) * p
            p -= Float(0.01) * Float.evaluate(.sin, x)
        }
        #expect(results == [.real(x), .real(p), .integer(100)])
    }

    @Test func fixedPointComesBackBitForBit() throws {
        // Additions of fixed-point numbers are exact, so 10^5 steps are undone without a trace; floats drift.
        let start: [Leaf<FixedPoint43>] = [
            .real(FixedPoint43(0.3)), .real(FixedPoint43(0.1)), .integer(100_000),
        ]
        let end = try Self.oscillator.run(start)
        #expect(end != start)
        #expect(try (~Self.oscillator).run(end) == start)
        let (x, p, n) = try Self.oscillator(0.3, 0.1, 100_000)
        let (x0, p0, _) = try (~Self.oscillator)(x, p, n)
        #expect(x0 != 0.3 || p0 != 0.1)
        // 10^5 roundings of numbers of order 1, adding up at worst.
        #expect(abs(x0 - 0.3) < 1e-11 && abs(p0 - 0.1) < 1e-11)
    }

    @Test func dualsOfDualsGiveSecondDerivatives() throws {
        let f = ReversibleFunction { (y: Scalar, x: Scalar) in y += exp(sin(x)) }
        typealias Second = Dual<Dual<Double>>
        let x = Second(Dual(0.7, tangent: 1), tangent: Dual(1, tangent: 0))
        let zero = Second(Dual(0, tangent: 0), tangent: Dual(0, tangent: 0))
        guard case .real(let y) = try f.run([.real(zero), .real(x)])[0] else {
            Issue.record("y is a number")
            return
        }
        // e^sin x (cos² x − sin x) at 0.7, by mpmath; a few roundings of numbers below 2.
        #expect(abs(y.tangent.tangent - -0.112811168234890331) < 2e-15)
    }

    @Test func wrongKindsAreRefused() throws {
        let error = #expect(throws: ReversibilityError.self) {
            try Self.oscillator.run([.real(1.0), .integer(2), .integer(3)])
        }
        #expect(error?.kind == .invalidArgument)
        let short = #expect(throws: ReversibilityError.self) { try Self.oscillator.run([.real(1.0)]) }
        #expect(short?.kind == .invalidArgument)
    }
}
