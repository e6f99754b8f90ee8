import Foundation
import Optimizers
import Testing

/// Minima within bounds; the expected ones are those of SciPy 1.17.1, `minimize(method='L-BFGS-B', ftol=1e-15, gtol=1e-12)`.
struct BoundsTests {
    /// Bounds, start, minimum and value; the bounds hold one variable, or both. From (−1.2, 1) the last one has another
    /// minimum on the way.
    static let cases: [(Bounds, [Double], [Double], Double)] = [
        (Bounds(lower: [-2, -2], upper: [0.5, 2]), [-1.2, 1], [0.5, 0.25], 0.25),
        (Bounds(lower: [1.5, -1], upper: [3, 1.8]), [-1.2, 1], [1.5, 1.8], 20.5),
        (Bounds(lower: [-1.5, 0.7], upper: [0.8, 0.9]), [0.3, 0.8], [0.8, 0.7], 0.4),
    ]

    @Test(arguments: 0..<3) func rosenbrocksValley(number: Int) throws {
        let (bounds, start, point, value) = Self.cases[number]
        var search = LimitedMemoryBFGS()
        search.gradientTolerance = 1e-9
        let found = try search.minimize(from: start, bounds: bounds) { x in
            #expect(
                zip(x, bounds.lower).allSatisfy { $0 >= $1 } && zip(x, bounds.upper).allSatisfy { $0 <= $1 })
            return rosenbrock(x)
        }
        #expect(found.isConverged && found.gradientNorm <= 1e-9)
        #expect(zip(found.point, point).allSatisfy { abs($0 - $1) < 1e-9 })
        #expect(abs(found.value - value) < 1e-9)
        let newton = try NewtonCG().minimize(
            from: start, bounds: bounds, hessianProduct: rosenbrockProduct, rosenbrock)
        #expect(newton.isConverged && zip(newton.point, point).allSatisfy { abs($0 - $1) < 1e-9 })
    }

    /// Four of ten variables at their bounds, or free between. SciPy takes 58 iterations.
    @Test func manyVariables() throws {
        let upper = (0..<10).map { $0 % 3 == 0 ? 0.9 : 2.0 }
        let bounds = Bounds(lower: Array(repeating: -2, count: 10), upper: upper)
        var search = LimitedMemoryBFGS()
        search.gradientTolerance = 1e-8
        let found = try search.minimize(
            from: (0..<10).map { $0 % 2 == 0 ? -1.2 : 1 }, bounds: bounds, rosenbrock)
        let expected = [
            0.9, 0.9306075801782854, 0.9304580845595604, 0.9, 0.8693898133617723, 0.7892435198695108,
            0.6427327423977579, 0.4257503978603404, 0.1893697038162383, 0.035860884719559456,
        ]
        #expect(found.isConverged)
        #expect(zip(found.point, expected).allSatisfy { abs($0 - $1) < 1e-8 }, "\(found.point)")
        #expect(abs(found.value - 3.7188311705210877) < 1e-12)
        #expect(found.iterations < 120)
    }

    /// A start outside is moved inside; equal bounds fix a variable.
    @Test func startsOutside() throws {
        let bounds = Bounds(lower: [0, 2], upper: [1, 2])
        let found = try LimitedMemoryBFGS().minimize(from: [-5, 7], bounds: bounds, rosenbrock)
        #expect(found.isConverged && found.point[1] == 2 && found.point[0] == 1)
        let steps = try GradientDescent().minimize(from: [-5, 7], bounds: bounds) { x in
            (x[0] * x[0] + x[1] * x[1], [2 * x[0], 2 * x[1]])
        }
        #expect(steps.point == [0, 2] && steps.reason == .gradientIsSmall)
        var adam = Adam()
        adam.learningRate = 0.01
        let slow = try adam.minimize(from: [0.5, 2], bounds: bounds) { x in
            (x[0] * x[0] + x[1] * x[1], [2 * x[0], 2 * x[1]])
        }
        #expect(abs(slow.point[0]) < 1e-3 && slow.point[1] == 2)
    }

    @Test func refused() {
        func message(_ bounds: Bounds) -> String? {
            do {
                _ = try LimitedMemoryBFGS().minimize(from: [0, 0], bounds: bounds, rosenbrock)
                return nil
            } catch {
                return error.kind == .invalidBounds ? error.message : nil
            }
        }
        #expect(
            message(Bounds(lower: [0, 3], upper: [1, 2]))
                == "variable 1 has the lower bound 3.0 and the upper bound 2.0, between which there is no number"
        )
        #expect(message(Bounds(lower: [0, .nan], upper: [1, 2])) != nil)
        #expect(message(Bounds(lower: [.infinity, 0], upper: [.infinity, 2])) != nil)
        #expect(
            message(Bounds(count: 3, from: 0))
                == "there are 3 lower and 3 upper bounds for 2 variables; give one of each for every variable, −∞ and ∞ "
                + "for those without")
    }
}

/// The product of the Hessian of Rosenbrock's function with a direction.
func rosenbrockProduct(_ x: [Double], _ d: [Double]) -> [Double] {
    var product = Array(repeating: 0.0, count: x.count)
    for i in 0..<x.count - 1 {
        let diagonal = 2 - 400 * (x[i + 1] - 3 * x[i] * x[i])
        product[i] += diagonal * d[i] - 400 * x[i] * d[i + 1]
        product[i + 1] += 200 * d[i + 1] - 400 * x[i] * d[i]
    }
    return product
}
