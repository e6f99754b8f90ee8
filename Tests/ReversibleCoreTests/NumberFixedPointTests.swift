import ReversibleCore
import Testing

struct NumberFixedPointTests {
    static let unit = 0x1p-43
    static let largest = FixedPoint43(bitPattern: .max)
    static let smallest = FixedPoint43(bitPattern: -.max)
    static let outOfRange = FixedPoint43(bitPattern: .min)

    @Test func `conversion from Double and back`() {
        var samples = SeededGenerator(seed: 1)
        for _ in 0..<10_000 {
            let x = samples.logUniform(-60...19.99)
            let fixed = FixedPoint43(x)
            // Half a unit of 2⁻⁴³ into fixed point; beyond 2¹⁰ the Double itself is the coarser.
            #expect(abs(Double(fixed) - x) <= Self.unit / 2)
            #expect(FixedPoint43(Double(fixed)) == fixed)
            // A Double beyond 2⁹ has no bits below 2⁻⁴³.
            if abs(x) >= 512 { #expect(Double(fixed) == x) }
        }
    }

    @Test func `subtraction undoes addition exactly`() {
        var samples = SeededGenerator(seed: 2)
        for _ in 0..<10_000 {
            let x = FixedPoint43(samples.logUniform(-43...18.99))
            let y = FixedPoint43(samples.logUniform(-43...18.99))
            #expect((x + y) - y == x)
            #expect((x - y) + y == x)
            #expect(-(-x) == x)
        }
        #expect((Self.largest + FixedPoint43(1)).isOutOfRange)
        #expect((Self.smallest - FixedPoint43(1)).isOutOfRange)
        #expect(-Self.smallest == Self.largest)
    }

    @Test func `products and quotients are rounded to nearest`() {
        var samples = SeededGenerator(seed: 4)
        for _ in 0..<10_000 {
            let x = FixedPoint43(bitPattern: Int64.random(in: -(1 << 52)...(1 << 52), using: &samples))
            let y = FixedPoint43(bitPattern: Int64.random(in: -(1 << 52)...(1 << 52), using: &samples))
            // Twice the distance to the exact result, in units of 2⁻⁴³ · 2⁻⁴³ or 2⁻⁴³ · y, at most one unit.
            let exact = Int128(x.bitPattern) * Int128(y.bitPattern)
            let product = Int128((x * y).bitPattern) << 43
            #expect((x * y).isOutOfRange || ((exact - product) * 2).magnitude <= 1 << 43)
            let quotient = x / y
            if !quotient.isOutOfRange {
                let rest = (Int128(x.bitPattern) << 43) - Int128(quotient.bitPattern) * Int128(y.bitPattern)
                #expect((rest * 2).magnitude <= Int128(y.bitPattern).magnitude)
            }
        }
        // Ties to even: 0.5 and 1.5 units.
        let half = FixedPoint43(0.5)
        for (bits, nearest) in [(1, 0), (3, 2), (-1, 0), (-3, -2), (5, 2)] as [(Int64, Int64)] {
            #expect((FixedPoint43(bitPattern: bits) * half).bitPattern == nearest)
            #expect((FixedPoint43(bitPattern: bits) / FixedPoint43(2)).bitPattern == nearest)
            #expect((FixedPoint43(bitPattern: bits) / FixedPoint43(-2)).bitPattern == -nearest)
        }
        #expect(FixedPoint43(3) * FixedPoint43(-0.25) == FixedPoint43(-0.75))
        #expect(FixedPoint43(-3) / FixedPoint43(4) == FixedPoint43(-0.75))
    }

    @Test func `what the type cannot hold is out of range, and stays so`() {
        for number in [
            FixedPoint43(2000) * FixedPoint43(2000), FixedPoint43(2000) * FixedPoint43(-2000),
            Self.smallest * Self.smallest, Self.smallest / FixedPoint43(bitPattern: -1),
            FixedPoint43(1) / FixedPoint43(0), FixedPoint43(0) / FixedPoint43(0), FixedPoint43(.infinity),
            FixedPoint43(-1e300), FixedPoint43(0x1p20), FixedPoint43(-0x1p20), FixedPoint43(.nan),
            FixedPoint43.evaluate(.log, FixedPoint43(0)), FixedPoint43.evaluate(.exp, FixedPoint43(14)),
        ] {
            #expect(number.isOutOfRange && number.primal.isNaN)
            #expect((number + FixedPoint43(1)).isOutOfRange && (FixedPoint43(1) - number).isOutOfRange)
            #expect((number * FixedPoint43(0)).isOutOfRange && (-number).isOutOfRange)
            #expect(FixedPoint43.evaluate(.sign, number).isOutOfRange)
            #expect(FixedPoint43.evaluate(.min, number, FixedPoint43(1)).isOutOfRange)
            #expect(FixedPoint43.holds(number, .less, FixedPoint43(1)) == nil)
        }
        #expect(Self.smallest / FixedPoint43(-1) == Self.largest)
        #expect(Self.smallest / Self.smallest == FixedPoint43(1))
        #expect(!Self.smallest.isOutOfRange && !Self.largest.isOutOfRange)
    }

    /// A factor is taken only if the division gives back every bit.
    @Test func `scaling is undone or refused`() {
        var samples = SeededGenerator(seed: 7)
        var refused = 0
        for _ in 0..<10_000 {
            let x = FixedPoint43(samples.logUniform(-20...9))
            let factor = FixedPoint43(samples.logUniform(-9...9))
            if let product = x.scaled(by: factor) {
                #expect(product / factor == x)
            } else {
                refused += 1
                #expect((x * factor) / factor != x)
            }
            if let quotient = x.unscaled(by: factor) { #expect(quotient * factor == x) }
        }
        #expect(refused > 100 && refused < 9_900)
        #expect(FixedPoint43(1.25).scaled(by: FixedPoint43(0)) == nil)
        #expect(FixedPoint43(0).scaled(by: FixedPoint43(0)) == nil)
        #expect(FixedPoint43(2000).scaled(by: FixedPoint43(2000)) == nil)
    }

    @Test func `functions`() {
        let x = FixedPoint43(-2.25)
        #expect(FixedPoint43.evaluate(.negate, x) == FixedPoint43(2.25))
        #expect(FixedPoint43.evaluate(.abs, x) == FixedPoint43(2.25))
        #expect(FixedPoint43.evaluate(.abs, Self.smallest) == Self.largest)
        #expect(FixedPoint43.evaluate(.sign, x) == FixedPoint43(-1))
        #expect(FixedPoint43.evaluate(.sign, FixedPoint43(0)).isZero)
        #expect(FixedPoint43.evaluate(.floor, x) == FixedPoint43(-3))
        #expect(FixedPoint43.evaluate(.ceil, x) == FixedPoint43(-2))
        #expect(FixedPoint43.evaluate(.round, x) == FixedPoint43(x.primal.rounded()))
        #expect(FixedPoint43.evaluate(.round, FixedPoint43(-2.5)) == FixedPoint43(-3))
        #expect(FixedPoint43.evaluate(.round, FixedPoint43(2.5)) == FixedPoint43(3))
        #expect(FixedPoint43.evaluate(.stopGradient, x) == x)
        #expect(FixedPoint43.evaluate(.sqrt, FixedPoint43(2)) == FixedPoint43((2.0).squareRoot()))
        #expect(FixedPoint43.evaluate(.add, x, x) == FixedPoint43(-4.5))
        #expect(FixedPoint43.evaluate(.subtract, x, FixedPoint43(1)) == FixedPoint43(-3.25))
        #expect(FixedPoint43.evaluate(.multiply, x, x) == FixedPoint43(5.0625))
        #expect(FixedPoint43.evaluate(.divide, x, FixedPoint43(2)) == FixedPoint43(-1.125))
        #expect(FixedPoint43.evaluate(.pow, x, FixedPoint43(2)) == FixedPoint43(5.0625))
        // Neighbours that a Double cannot tell apart.
        let below = FixedPoint43(bitPattern: .max - 1)
        #expect(below.primal == Self.largest.primal)
        #expect(FixedPoint43.evaluate(.min, Self.largest, below) == below)
        #expect(FixedPoint43.evaluate(.max, below, Self.largest) == Self.largest)
        #expect(
            FixedPoint43.select(below, .less, Self.largest, then: FixedPoint43(1), else: FixedPoint43(2))
                == FixedPoint43(1)
        )
        #expect(x.description == "-2.25")
    }

    @Test func `fixed point carries tangents`() {
        let result = Dual<FixedPoint43>.evaluate(.sqrt, Dual(FixedPoint43(4), tangent: FixedPoint43(1)))
        #expect(result == Dual(FixedPoint43(2), tangent: FixedPoint43(0.25)))
    }
}
