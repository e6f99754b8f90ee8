import Foundation
import Optimizers
import Testing

struct RandomNumbersTests {
    /// Reference values of SplitMix64, as the generator's C program gives them for these seeds.
    @Test func bits() {
        var random = RandomNumbers(seed: 1_234_567)
        #expect(
            (0..<5).map { _ in random.next() } == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
                4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
            ])
        var zero = RandomNumbers(seed: 0)
        #expect(
            (0..<3).map { _ in zero.next() } == [
                0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4, 0x06c4_5d18_8009_454f,
            ])
    }

    /// The formulas, by Python and NumPy from the bits for the seed 42.
    @Test func numbers() {
        var random = RandomNumbers(seed: 42)
        #expect(random.uniform(3) == [0.7415648787718233, 0.1599103928769201, 0.27860113025513866])
        random = RandomNumbers(seed: 42)
        let normal = random.normal(3)
        let expected = [0.8822489062222688, -0.4508498757188601, 0.1883526341159315]
        // Logarithm and cosine of systems differ in the last place.
        #expect(zip(normal, expected).allSatisfy { abs($0 - $1) < 1e-15 })
        random = RandomNumbers(seed: 42)
        #expect(random.uniform(2, 4) == 2 + 2 * 0.7415648787718233)
        // ⌊1000 u⌋ of the same u.
        random = RandomNumbers(seed: 42)
        #expect((0..<3).map { _ in random.integer(below: 1000) } == [741, 159, 278])
        let order = random.permutation(100)
        #expect(order != Array(0..<100) && order.sorted() == Array(0..<100))
        #expect(random.permutation(0).isEmpty)
    }

    /// Moments of 100,000 numbers, each within six of its standard errors.
    @Test func distributions() {
        var random = RandomNumbers(seed: 3)
        let n = 100_000.0
        let uniform = random.uniform(Int(n))
        #expect(uniform.allSatisfy { $0 >= 0 && $0 < 1 })
        #expect(abs(uniform.reduce(0, +) / n - 0.5) < 6 * (1 / 12 / n).squareRoot())
        let normal = random.normal(Int(n), mean: 1, deviation: 2).map { ($0 - 1) / 2 }
        for (power, moment, variance) in [(1, 0.0, 1.0), (2, 1, 2), (3, 0, 15), (4, 3, 96)] {
            let mean = normal.reduce(0) { $0 + pow($1, Double(power)) } / n
            #expect(abs(mean - moment) < 6 * (variance / n).squareRoot())
        }
    }

    /// A stored generator goes on where it was.
    @Test func coding() throws {
        var random = RandomNumbers(seed: 9)
        _ = random.next()
        var copy = try JSONDecoder().decode(RandomNumbers.self, from: JSONEncoder().encode(random))
        #expect(copy == random && copy.next() == random.next())
    }
}
