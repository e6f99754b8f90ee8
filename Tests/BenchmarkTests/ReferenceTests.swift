import AD
import Optimizers
import Testing

@testable import ReversibleBench

/// The hand-written C, against differences of its own objective.
struct ReferenceTests {
    private typealias Input = UnsafePointer<Double>
    private typealias Output = UnsafeMutablePointer<Double>
    private typealias Indices = UnsafePointer<Int>

    @Test func gaussianMixture() throws {
        let reference = try Reference("gmm")
        let objective:
            @convention(c) (Int, Int, Int, Input, Input, Input, Input, Input, Double, Int) -> Double =
                try reference.function("gmm_objective")
        let gradient:
            @convention(c) (
                Int, Int, Int, Input, Input, Input, Input, Input, Double, Int, Output, Output, Output, Output
            ) -> Void = try reference.function("gmm_gradient")
        var generator = RandomNumbers(seed: 1)
        let (d, components, n, gamma, m) = (4, 3, 10, 1.5, 2)
        let x = generator.numbers(n * d)
        let sizes = [components, components * d, components * d, components * d * (d - 1) / 2]
        let parameters = sizes.map { generator.numbers($0) }
        let f = { (p: [[Double]]) in objective(d, components, n, p[0], p[1], p[2], p[3], x, gamma, m) }
        var g = sizes.map { [Double](repeating: .nan, count: $0) }
        var (alpha, means, q, l) = (g[0], g[1], g[2], g[3])
        gradient(
            d, components, n, parameters[0], parameters[1], parameters[2], parameters[3], x, gamma, m, &alpha,
            &means, &q, &l)
        g = [alpha, means, q, l]
        for part in g.indices {
            for position in g[part].indices {
                let found = difference { step in
                    var moved = parameters
                    moved[part][position] += step
                    return f(moved)
                }
                #expect(abs(found - g[part][position]) < 1e-6 * max(1, abs(found)))
            }
        }
    }

    /// A camera that is turned, and one that is not: there Rodrigues' formula has a case of its own.
    @Test(arguments: [0.3, 0]) func bundleAdjustment(turn: Double) throws {
        let reference = try Reference("ba")
        let objective:
            @convention(c) (Int, Input, Input, Input, Input, Indices, Indices, Output, Output) -> Void =
                try reference.function("ba_objective")
        let jacobian: @convention(c) (Int, Input, Input, Input, Input, Indices, Indices, Output) -> Void =
            try reference.function("ba_jacobian")
        let inputs =
            [turn, -turn, 2 * turn, 0.5, -0.2, 0.1, 500, 1, 2, 0.1, 0.05] + [0.3, 1.2, -6] + [0.8]
        let feature = [20.0, -30]
        let errors = { (v: [Double]) in
            var (errors, weightErrors) = ([0.0, 0], [0.0])
            objective(
                1, Array(v[..<11]), Array(v[11..<14]), [v[14]], feature, [0], [0], &errors, &weightErrors)
            return errors + weightErrors
        }
        var entries = [Double](repeating: .nan, count: 31)
        jacobian(1, Array(inputs[..<11]), Array(inputs[11..<14]), [inputs[14]], feature, [0], [0], &entries)
        #expect(entries[30] == -2 * inputs[14])
        for row in 0..<2 {
            for column in inputs.indices {
                let found = difference { step in
                    var moved = inputs
                    moved[column] += step
                    return errors(moved)[row]
                }
                #expect(abs(found - entries[15 * row + column]) < 1e-5 * max(1, abs(found)))
            }
        }
    }

    @Test func besselFunction() throws {
        let reference = try Reference("bessel")
        let value: @convention(c) (Double) -> Double = try reference.function("bessel_value")
        let slope: @convention(c) (Double) -> Double = try reference.function("bessel_derivative")
        // Abramowitz and Stegun, table 9.1.
        #expect(abs(value(2) - 0.352_834_028_6) < 1e-10)
        let found = difference { value(2 + $0) }
        #expect(abs(found - slope(2)) < 1e-8)
    }

    private func difference(_ f: (Double) -> Double) -> Double {
        let step = 1e-5
        return (8 * (f(step) - f(-step)) - (f(2 * step) - f(-2 * step))) / (12 * step)
    }
}
