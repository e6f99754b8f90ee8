import Foundation
import ReversiblePrograms
import NativeEngine
import Testing

struct LimitedMemoryBFGSTests {
    private static let rosenbrock = ReversibleFunction("rosenbrock", parameters: ["loss", "x"]) {
        (loss: Scalar, x: Vector) in
        For(0..<x.count - 1) { i in
            loss += pow(1 - x[i], 2) + 100 * pow(x[i + 1] - x[i] * x[i], 2)
        }
    }

    private static func rosenbrock(at x: [Double]) throws(ReversibilityError) -> (Double, [Double]) {
        let found = try valueAndGrad(rosenbrock, 0.0, x)
        return (found.value, found.gradient.1)
    }

    /// The minimum is 0, at 1 everywhere. 1e-8 is the gradient's tolerance over the smallest curvature, 0.4.
    @Test(arguments: [2, 10, 100]) func rosenbrocksValley(dimensions: Int) throws {
        var search = LimitedMemoryBFGS()
        search.gradientTolerance = 1e-9
        let start = (0..<dimensions).map { $0 % 2 == 0 ? -1.2 : 1 }
        var values: [Double] = []
        let found = try search.minimize(from: start, progress: { values.append($0.value) }) { x in
            try Self.rosenbrock(at: x)
        }
        #expect(found.reason == .gradientIsSmall)
        // In many dimensions there is a second, local minimum near (−1, 1, 1, …).
        #expect(found.value < 1e-15 || abs(found.value - 3.9866) < 1e-3)
        if dimensions == 2 { #expect(found.point.allSatisfy { abs($0 - 1) < 1e-8 }) }
        #expect(values.count == found.iterations)
        #expect(zip(values, values.dropFirst()).allSatisfy { $0 >= $1 })
        #expect(found.iterations < 60 + 10 * dimensions)
        #expect(found.gradientNorm <= 1e-9)
    }

    @Test func compiledGradient() throws {
        let f = try compile(Self.rosenbrock, checks: .none)
        let slope = try compile(grad(Self.rosenbrock))
        let found = try LimitedMemoryBFGS().minimize(from: [-1.2, 1]) { x in
            (try f(0.0, x).0, try slope(0.0, x).1)
        }
        #expect(found.reason == .gradientIsSmall)
        #expect(found.point.allSatisfy { abs($0 - 1) < 1e-5 })
    }

    /// A quadratic with curvatures 1…100, whose minimum is known. SciPy's L-BFGS-B takes 89 iterations.
    @Test func quadratic() {
        var search = LimitedMemoryBFGS()
        search.gradientTolerance = 1e-8
        let curvatures = (0..<20).map { pow(10, 2 * Double($0) / 19) }
        let found = search.minimize(from: Array(repeating: 3, count: 20)) { x in
            let pairs = zip(curvatures, x).enumerated()
            let value = pairs.reduce(0) { $0 + $1.1.0 * pow($1.1.1 - Double($1.0), 2) / 2 }
            return (value, pairs.map { $1.0 * ($1.1 - Double($0)) })
        }
        #expect(found.reason == .gradientIsSmall)
        #expect(found.iterations < 120)
        for (i, x) in found.point.enumerated() { #expect(abs(x - Double(i)) <= 1e-8 / curvatures[i] + 1e-14) }
    }

    /// x − log x: steps beyond 0 give NaN and are shortened.
    @Test(arguments: [1e-8, 1e-3, 0.9, 5, 1e6]) func stepsOutOfTheDomain(start: Double) {
        var search = LimitedMemoryBFGS()
        search.gradientTolerance = 1e-10
        let found = search.minimize(from: [start]) { x in (x[0] - log(x[0]), [1 - 1 / x[0]]) }
        #expect(found.reason == .gradientIsSmall)
        #expect(abs(found.point[0] - 1) < 1e-9)
    }

    /// An infinite value or gradient of a place is as good as none.
    @Test func infinities() {
        let found = LimitedMemoryBFGS().minimize(from: [0.0]) { x in
            x[0] > 0.5 ? (-.infinity, [0]) : ((x[0] - 0.4) * (x[0] - 0.4) * 100, [200 * (x[0] - 0.4)])
        }
        #expect(found.reason == .gradientIsSmall)
        #expect(abs(found.point[0] - 0.4) < 1e-7)
    }

    @Test func noMinimum() {
        var search = LimitedMemoryBFGS()
        search.maximumIterations = 5
        let found = search.minimize(from: [0, 0]) { x in (-x[0] - 2 * x[1], [-1, -2]) }
        #expect([.maximumIterations, .noProgress].contains(found.reason))
        #expect(found.value < -1000)
        let overflow = LimitedMemoryBFGS().minimize(from: [1e300]) { x in (-x[0] * x[0], [-2 * x[0]]) }
        #expect(overflow.reason == .invalidStart)
    }

    @Test func wrongGradient() {
        let found = LimitedMemoryBFGS().minimize(from: [1.0, 2]) { x in
            (x[0] * x[0] + x[1] * x[1], [-2 * x[0], -2 * x[1]])
        }
        #expect(found.reason == .noProgress)
        #expect(found.point == [1, 2])
        #expect(found.iterations == 0)
    }

    @Test func invalidStarts() {
        let nan = LimitedMemoryBFGS().minimize(from: [1.0]) { _ in (.nan, [0]) }
        #expect(nan.reason == .invalidStart && nan.evaluations == 1)
        #expect(LimitedMemoryBFGS().minimize(from: [1.0]) { _ in (0, [.infinity]) }.reason == .invalidStart)
        #expect(LimitedMemoryBFGS().minimize(from: [1.0]) { _ in (0, [0, 0]) }.reason == .invalidStart)
        let empty = LimitedMemoryBFGS().minimize(from: []) { _ in (1, []) }
        #expect(empty.reason == .gradientIsSmall && empty.value == 1)
    }

    @Test func errorsOfTheFunction() {
        struct Refusal: Error, Equatable {}
        #expect(throws: Refusal()) {
            try LimitedMemoryBFGS().minimize(from: [1.0]) { _ throws(Refusal) in throw Refusal() }
        }
    }

    @Test func options() throws {
        var search = LimitedMemoryBFGS()
        search.maximumIterations = 3
        #expect(try search.minimize(from: [-1.2, 1]) { try Self.rosenbrock(at: $0) }.iterations == 3)
        search.maximumIterations = 0
        #expect(
            try search.minimize(from: [-1.2, 1]) { try Self.rosenbrock(at: $0) }.reason == .maximumIterations)
        // Without memory: steepest descent, which gets there too if the valley is round.
        search = LimitedMemoryBFGS()
        search.memory = 0
        let found = search.minimize(from: [3.0, 4]) { x in
            (x[0] * x[0] + 2 * x[1] * x[1], [2 * x[0], 4 * x[1]])
        }
        #expect(found.reason == .gradientIsSmall)
    }
}
