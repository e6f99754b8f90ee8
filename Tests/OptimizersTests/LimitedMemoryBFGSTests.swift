import Foundation
import Optimizers
import Testing

struct LimitedMemoryBFGSTests {
    /// The minimum is 0, at 1 everywhere. 1e-8 is the gradient's tolerance over the smallest curvature, 0.4.
    @Test(arguments: [2, 10, 100]) func rosenbrocksValley(dimensions: Int) throws {
        var search = LimitedMemoryBFGS()
        search.gradientTolerance = 1e-9
        let start = (0..<dimensions).map { $0 % 2 == 0 ? -1.2 : 1 }
        var values: [Double] = []
        let found = try search.minimize(from: start, progress: { values.append($0.value) }, rosenbrock)
        #expect(found.reason == .gradientIsSmall && found.isConverged)
        // In many dimensions there is a second, local minimum near (−1, 1, 1, …).
        #expect(found.value < 1e-15 || abs(found.value - 3.9866) < 1e-3)
        if dimensions == 2 { #expect(found.point.allSatisfy { abs($0 - 1) < 1e-8 }) }
        #expect(values.count == found.iterations)
        #expect(zip(values, values.dropFirst()).allSatisfy { $0 >= $1 })
        #expect(found.iterations < 60 + 10 * dimensions)
        #expect(found.gradientNorm <= 1e-9)
    }

    /// A quadratic with curvatures 1…100, whose minimum is known. SciPy's L-BFGS-B takes 89 iterations.
    @Test func quadratic() throws {
        var search = LimitedMemoryBFGS()
        search.gradientTolerance = 1e-8
        let curvatures = (0..<20).map { pow(10, 2 * Double($0) / 19) }
        let found = try search.minimize(from: Array(repeating: 3, count: 20)) { x in
            let pairs = zip(curvatures, x).enumerated()
            let value = pairs.reduce(0) { $0 + $1.1.0 * pow($1.1.1 - Double($1.0), 2) / 2 }
            return (value, pairs.map { $1.0 * ($1.1 - Double($0)) })
        }
        #expect(found.reason == .gradientIsSmall)
        #expect(found.iterations < 120)
        for (i, x) in found.point.enumerated() { #expect(abs(x - Double(i)) <= 1e-8 / curvatures[i] + 1e-14) }
    }

    /// x − log x: steps beyond 0 give NaN and are shortened.
    @Test(arguments: [1e-8, 1e-3, 0.9, 5, 1e6]) func stepsOutOfTheDomain(start: Double) throws {
        var search = LimitedMemoryBFGS()
        search.gradientTolerance = 1e-10
        let found = try search.minimize(from: [start]) { x in (x[0] - log(x[0]), [1 - 1 / x[0]]) }
        #expect(found.reason == .gradientIsSmall)
        #expect(abs(found.point[0] - 1) < 1e-9)
    }

    /// An infinite value or gradient of a place is as good as none.
    @Test func infinities() throws {
        let found = try LimitedMemoryBFGS().minimize(from: [0.0]) { x in
            x[0] > 0.5 ? (-.infinity, [0]) : ((x[0] - 0.4) * (x[0] - 0.4) * 100, [200 * (x[0] - 0.4)])
        }
        #expect(found.reason == .gradientIsSmall)
        #expect(abs(found.point[0] - 0.4) < 1e-7)
    }

    @Test func noMinimum() throws {
        var search = LimitedMemoryBFGS()
        search.maximumIterations = 5
        let found = try search.minimize(from: [0, 0]) { x in (-x[0] - 2 * x[1], [-1, -2]) }
        #expect(found.reason == .iterationLimit && !found.isConverged)
        #expect(found.value < -1000)
    }

    /// A gradient that cannot become small enough: the value's rounding ends the search, and that is a success.
    @Test(arguments: [1.0, 1e12]) func precision(offset: Double) throws {
        var search = LimitedMemoryBFGS()
        search.gradientTolerance = 0
        let found = try search.minimize(from: [-1.2, 1]) { x in
            let (value, gradient) = rosenbrock(x)
            return (value + offset, gradient)
        }
        #expect(found.isConverged, "\(found)")
        #expect(found.reason == .precisionReached || found.gradientNorm == 0)
        // The value is known to 1e-16 of the offset, and the point to the root of that, over the curvature 0.4.
        #expect(found.point.allSatisfy { abs($0 - 1) < 100 * (1e-16 * offset).squareRoot() })
    }

    @Test func wrongGradient() throws {
        let found = try LimitedMemoryBFGS().minimize(from: [1.0, 2]) { x in
            (x[0] * x[0] + x[1] * x[1], [-2 * x[0], -2 * x[1]])
        }
        #expect(found.reason == .gradientMisleads && !found.isConverged)
        #expect(found.point == [1, 2])
        #expect(found.iterations == 0)
        #expect("\(found)".hasSuffix("no step downhill lowers the value; check the gradient"))
    }

    @Test func options() throws {
        var search = LimitedMemoryBFGS()
        search.maximumIterations = 3
        #expect(try search.minimize(from: [-1.2, 1], rosenbrock).iterations == 3)
        search.maximumIterations = 0
        #expect(try search.minimize(from: [-1.2, 1], rosenbrock).reason == .iterationLimit)
        // Without memory: steepest descent, which gets there too if the valley is round.
        search = LimitedMemoryBFGS()
        search.memory = 0
        let found = try search.minimize(from: [3.0, 4]) { x in
            (x[0] * x[0] + 2 * x[1] * x[1], [2 * x[0], 4 * x[1]])
        }
        #expect(found.reason == .gradientIsSmall)
    }
}

/// Rosenbrock's function of any number of variables, with its gradient.
func rosenbrock(_ x: [Double]) -> (value: Double, gradient: [Double]) {
    var (value, gradient) = (0.0, Array(repeating: 0.0, count: x.count))
    for i in 0..<x.count - 1 {
        let (a, b) = (1 - x[i], x[i + 1] - x[i] * x[i])
        value += a * a + 100 * b * b
        gradient[i] += -2 * a - 400 * b * x[i]
        gradient[i + 1] += 200 * b
    }
    return (value, gradient)
}
