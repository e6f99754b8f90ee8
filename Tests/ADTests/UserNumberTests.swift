import AD
import Testing

/// Programs on number types that a user has written: the checks ask the type, not a `Double`.
struct UserNumberTests {
    /// A number by its sign and logarithm: far larger and smaller ones than a `Double` can hold.
    struct LogNumber: ReversibleNumber, Equatable {
        var isNegative: Bool
        var log: Double

        init(isNegative: Bool = false, log: Double) { (self.isNegative, self.log) = (isNegative, log) }
        init(constant value: Double) {
            self.init(isNegative: value < 0, log: Double.evaluate(.log, value.magnitude))
        }

        var primal: Double { (isNegative ? -1 : 1) * Double.evaluate(.exp, log) }

        static func evaluate(_ function: ElementaryFunction, _ x: LogNumber) -> LogNumber {
            LogNumber(constant: Double.evaluate(function, x.primal))
        }

        static func evaluate(_ function: ElementaryFunction, _ x: LogNumber, _ y: LogNumber) -> LogNumber {
            let isNegative = x.isNegative != y.isNegative
            return switch function {
            case .multiply: LogNumber(isNegative: isNegative, log: x.log + y.log)
            case .divide: LogNumber(isNegative: isNegative, log: x.log - y.log)
            default: LogNumber(constant: Double.evaluate(function, x.primal, y.primal))
            }
        }

        static func select(
            _ a: LogNumber, _ relation: Relation, _ b: LogNumber, then chosen: LogNumber,
            else other: LogNumber
        ) -> LogNumber {
            // For positive numbers only, which is all that the tests compare.
            relation.holds(a.log, b.log) ? chosen : other
        }
    }

    /// The tropical semiring: a sum is the larger number, a product the sum, and 1 is 0.
    struct Tropical: ReversibleNumber, Equatable {
        var value: Double

        init(constant value: Double) { self.value = value }
        var primal: Double { value }

        static func evaluate(_ function: ElementaryFunction, _ x: Tropical) -> Tropical {
            Tropical(constant: Double.evaluate(function, x.value))
        }

        static func evaluate(_ function: ElementaryFunction, _ x: Tropical, _ y: Tropical) -> Tropical {
            switch function {
            case .add: Tropical(constant: x.value > y.value ? x.value : y.value)
            case .multiply: Tropical(constant: x.value + y.value)
            case .divide: Tropical(constant: x.value - y.value)
            default: Tropical(constant: Double.evaluate(function, x.value, y.value))
            }
        }

        static func select(
            _ a: Tropical, _ relation: Relation, _ b: Tropical, then chosen: Tropical, else other: Tropical
        ) -> Tropical { relation.holds(a.value, b.value) ? chosen : other }
    }

    static let power = ReversibleFunction("power", parameters: ["x", "factor", "n"]) {
        (x: Scalar, factor: Scalar, n: Integer) in
        For(0..<n) { _ in x *= factor }
    }

    private func both<Number: ReversibleNumber & Equatable>(
        _ x: Number, _ factor: Number, _ n: Int
    ) throws -> (there: Number, back: Number) {
        let end = try Self.power.run([.real(x), .real(factor), .integer(n)])
        let start = try (~Self.power).run(end)
        guard case .real(let there) = end[0], case .real(let back) = start[0] else {
            throw CancellationError()
        }
        return (there, back)
    }

    @Test(
        arguments: [
            (1000, 3), (-2000, 5), (1e6, -1e5), (0.5, 2000), (700, 700), (-700, -700), (1000.1, 0.3),
        ] as [(Double, Double)]) func numbersBeyondDouble(log: Double, factor: Double) throws
    {
        let x = LogNumber(log: log)
        let (there, back) = try both(x, LogNumber(isNegative: true, log: factor), 7)
        // Sums of logarithms, seven there and seven back, each rounded once.
        let slack = 14 * (log.magnitude + 7 * factor.magnitude).ulp
        #expect(there.isNegative && (there.log - (log + 7 * factor)).magnitude <= slack)
        #expect(!back.isNegative && (back.log - log).magnitude <= slack)
    }

    @Test func factorsThatNoTypeCanUndo() {
        for factor in [0, Double.infinity, .nan] {
            let logarithmic = #expect(throws: ReversibilityError.self) {
                try both(LogNumber(log: 1), LogNumber(constant: factor), 1)
            }
            #expect(logarithmic?.kind == .zeroFactor)
        }
        let tropical = #expect(throws: ReversibilityError.self) {
            try both(Tropical(constant: 2), Tropical(constant: -.infinity), 1)
        }
        #expect(tropical?.kind == .zeroFactor)
    }

    /// The tropical 1 is 0, and a product may be 0 as well: neither loses anything.
    @Test func tropicalFactors() throws {
        for (x, factor) in [(2, 0), (2, -2), (0, 3), (1.5, 1e10)] as [(Double, Double)] {
            let (there, back) = try both(Tropical(constant: x), Tropical(constant: factor), 1)
            #expect(there.value == x + factor && back.value == x)
        }
    }

    @Test func conditionsAskTheType() throws {
        let larger = ReversibleFunction(parameters: ["k", "x", "y"]) { (k: Integer, x: Scalar, y: Scalar) in
            If(x > y) {
                k += 1
            } else: {
                k += 2
            }
        }
        // Both are infinite as a Double.
        let results = try larger.run([
            .integer(0), .real(LogNumber(log: 2000)), .real(LogNumber(log: 1000)),
        ])
        #expect(results[0] == .integer(1))
        // Neighbours that are equal as a Double.
        let (x, y) = (FixedPoint43(bitPattern: .max), FixedPoint43(bitPattern: .max - 1))
        #expect(try larger.run([.integer(0), .real(x), .real(y)])[0] == .integer(1))
    }

    // MARK: Fixed point

    @Test func productsThatLoseBitsAreRefused() throws {
        let error = #expect(throws: ReversibilityError.self) {
            try both(FixedPoint43(1.25), FixedPoint43(0.9), 200)
        }
        #expect(error?.kind == .zeroFactor)
        #expect(error?.message.contains("is rounded in FixedPoint43, and dividing again would not") == true)
        let (_, back) = try both(FixedPoint43(1.25), FixedPoint43(1.01), 200)
        #expect(back == FixedPoint43(1.25))
    }

    @Test func overflowIsAnError() throws {
        let square = ReversibleFunction(parameters: ["y", "x", "v"]) { (y: Scalar, x: Scalar, v: Vector) in
            y += x * x
            v[0] += y
        }
        for x in [2000.0, -2000, 1024] {
            let error = #expect(throws: ReversibilityError.self) {
                try square.run([.real(FixedPoint43(0)), .real(FixedPoint43(x)), .reals([FixedPoint43(1)])])
            }
            #expect(error?.kind == .integerOverflow && error?.statement == "y += x * x")
        }
        let inArray = #expect(throws: ReversibilityError.self) {
            try square.run([
                .real(FixedPoint43(0)), .real(FixedPoint43(1000)), .reals([FixedPoint43(100_000)]),
            ])
        }
        #expect(inArray?.kind == .integerOverflow && inArray?.statement == "v[0] += y")
        // What a selection leaves out may be anything.
        let guarded = ReversibleFunction { (y: Scalar, x: Scalar) in y += select(x != 0, 1 / x, 0) }
        let zero = FixedPoint43(0)
        #expect(try guarded.run([.real(FixedPoint43(1)), .real(zero)])[0] == .real(FixedPoint43(1)))
    }

    /// Every octant, and angles at its borders: the point comes back in every bit, and is where it should be.
    @Test(arguments: [
        0.1, 0.7853, 0.785398163397448, 1, 1.5707963267949, 1.6, 2.5, 3.14159, 3.2, 4, 5.5, -0.3, -2.9, 100.5,
    ]) func rotationsComeBackBitForBit(angle: Double) throws {
        let turns = ReversibleFunction { (a: Scalar, b: Scalar, angle: Scalar, n: Integer) in
            For(0..<n) { _ in ROT(a, b, angle) }
        }
        let (x, y) = (FixedPoint43(0.6), FixedPoint43(-0.37))
        for n in [1, 1000] {
            let start: [Leaf<FixedPoint43>] = [
                .real(x), .real(y), .real(FixedPoint43(angle)), .integer(n),
            ]
            let end = try turns.run(start)
            #expect(try (~turns).run(end) == start)
            guard case .real(let a) = end[0], case .real(let b) = end[1] else {
                throw CancellationError()
            }
            let expected = try turns(x.primal, y.primal, FixedPoint43(angle).primal, n)
            // A turn rounds cosine, sine, a tangent and three products to 2⁻⁴³ each, of numbers below 1.
            let slack = Double(n) * 8 * 0x1p-43
            #expect((a.primal - expected.0).magnitude < slack && (b.primal - expected.1).magnitude < slack)
        }
    }

    @Test func hadamardIsItsOwnInverse() throws {
        let program = ReversibleFunction { (a: Scalar, b: Scalar, n: Integer) in
            For(0..<n) { _ in HADAMARD(a, b) }
        }
        let (x, y) = (FixedPoint43(0.6), FixedPoint43(-0.37))
        #expect(
            try program.run([.real(x), .real(y), .integer(1000)]) == [.real(x), .real(y), .integer(1000)])
        guard case .real(let a) = try program.run([.real(x), .real(y), .integer(1)])[0] else {
            throw CancellationError()
        }
        #expect((a.primal - (0.6 - 0.37) * 0.5.squareRoot()).magnitude < 8 * 0x1p-43)
    }
}
