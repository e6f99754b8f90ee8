import AD
import NativeEngine
import Numbers
import Testing

private enum Whole: FixedPointFormat { static let fractionBits = 0 }

@Suite struct FixedPointErrorTests {
    private typealias Number = FixedPoint<Q32>

    private static let add = ReversibleFunction("add", parameters: ["y", "x"]) {
        (y: FixedPoint<Q32>, x: FixedPoint<Q32>) in y += x
    }
    private static let multiply = ReversibleFunction("multiply", parameters: ["y", "x"]) {
        (y: FixedPoint<Q32>, x: FixedPoint<Q32>) in y += x * x
    }

    /// In both engines, and the arguments are what they were.
    @Test func leavingTheRange() throws {
        let large = try Number.Value(2e9)
        let sums = [
            error { _ = try Self.add(large, large) }, error { _ = try compile(Self.add)(large, large) },
        ]
        let products = [
            error { _ = try Self.multiply(large, large) },
            error { _ = try compile(Self.multiply)(large, large) },
        ]
        for found in sums + products { #expect(found?.kind == .integerOverflow) }
        #expect(sums[0]?.message == sums[1]?.message)
        #expect(sums[0]?.statement == "y.bits += x.bits")
    }

    @Test func constantsBeyondTheRange() throws {
        let message = "3000000000.0 is no number of the format Q32, which goes from -2147483648 to 2147483648"
        #expect(error { _ = try Number.Value(3e9) }?.message == message)
        #expect(error { _ = try Number.Value(.nan) }?.kind == .integerOverflow)
        #expect(try Number.Value(-2_147_483_648).bits == .min)
        #expect(error { _ = try FixedPointVector<Q32>.Value([1, 3e9]) }?.message == message)
        let found = error {
            _ = try ReversibleFunction(checking: "f") { (y: Number, x: Number) in y += x * (x + 3e9) }
        }
        #expect(found?.message == message)
        let factor = error {
            _ = try ReversibleFunction(checking: "f") { (y: Number, x: Number) in y += 1e30 * x }
        }
        #expect(factor?.message == "a fixed-point number cannot be multiplied by 1e+30")
    }

    @Test func formats() {
        let found = error {
            _ = try ReversibleFunction(checking: "f") { (y: FixedPoint<Whole>) in y += y }
        }
        let message = "Whole has 0 bits behind the point; a fixed-point number has from 2 to 62 of them"
        #expect(found?.message.contains(message) == true)
        #expect(error { _ = try FixedPoint<Whole>.Value(1) }?.message == message)
    }

    /// Integers have no gradient, and are no loss.
    @Test func gradients() throws {
        let reads = ReversibleFunction { (out: Scalar, x: Number, k: Scalar) in out += k * x.real }
        let gradient: (Double, Void, Double) = try grad(reads, 0, .init(1.5), 2)
        #expect(gradient.2 == 1.5)
        let found = error { _ = try grad(Self.add, .init(1), .init(2)) }
        #expect(found?.kind == .invalidArgument)
        #expect(
            found?.message.hasPrefix("the loss must be a Scalar, and argument 0 is of type FixedPoint")
                == true)
    }

    @Test func anglesAreConstants() {
        let found = error {
            _ = try ReversibleFunction(checking: "f") { (a: Number, b: Number, angle: Scalar) in
                IROT(a, b, 2 * angle)
            }
        }
        #expect(
            found?.message
                == "fixed-point numbers turn by an angle that is known while the program is made, a Swift number"
        )
    }

    /// `y += y` and a product with itself are refused as those of integers are.
    @Test func changesByItself() {
        let found = error { _ = try ReversibleFunction(checking: "f") { (y: Number) in y -= 0.5 * y } }
        #expect(found?.kind == .aliasing)
    }
}
