import Foundation
import Optimizers
import Testing

struct MethodTests {
    /// Beale's function, whose minimum is 0 at (3, ½).
    static func beale(_ x: [Double]) -> (value: Double, gradient: [Double]) {
        let (a, b) = (x[0], x[1])
        let r = [1.5 - a + a * b, 2.25 - a + a * b * b, 2.625 - a + a * b * b * b]
        return (
            r.reduce(0) { $0 + $1 * $1 },
            [
                2 * (r[0] * (b - 1) + r[1] * (b * b - 1) + r[2] * (b * b * b - 1)),
                2 * (r[0] * a + r[1] * 2 * a * b + r[2] * 3 * a * b * b),
            ]
        )
    }

    @Test func bealesFunction() throws {
        var search = LimitedMemoryBFGS()
        search.gradientTolerance = 1e-10
        let found = try search.minimize(from: [1, 1], Self.beale)
        #expect(found.isConverged && abs(found.point[0] - 3) < 1e-8 && abs(found.point[1] - 0.5) < 1e-8)
    }

    /// Newton's method squares its error: SciPy's Newton-CG takes 84 iterations from (−1.2, 1), its trust-region ones 30.
    @Test(arguments: [2, 20]) func newton(dimensions: Int) throws {
        let start = (0..<dimensions).map { $0 % 2 == 0 ? -1.2 : 1 }
        var norms: [Double] = []
        let found = try NewtonCG().minimize(
            from: start, progress: { norms.append($0.gradientNorm) }, hessianProduct: rosenbrockProduct,
            rosenbrock)
        #expect(found.isConverged && found.iterations < 84)
        #expect(found.value < 1e-15 || abs(found.value - 3.9866) < 1e-3)
        let last = norms.suffix(2)
        #expect((last.last ?? 1) < (last.first ?? 0) * 0.01)
    }

    /// Against curvature: a saddle at 0, and minima at ±1.
    @Test func saddle() throws {
        let found = try NewtonCG().minimize(
            from: [0.1, 1],
            hessianProduct: { x, d in [(12 * x[0] * x[0] - 4) * d[0], 2 * d[1]] }
        ) { x in
            let square = x[0] * x[0] - 1
            return (square * square + x[1] * x[1], [4 * x[0] * square, 2 * x[1]])
        }
        #expect(found.isConverged && abs(found.point[0] - 1) < 1e-8 && abs(found.point[1]) < 1e-8)
    }

    private static func parabola(_ x: [Double]) -> (value: Double, gradient: [Double]) {
        let (a, b) = (x[0] - 3, x[1] - 4)
        return (a * a / 2 + 5 * b * b, [a, 10 * b])
    }

    /// Five steps, as NumPy computes them by the algorithms' formulas.
    @Test func fixedSteps() throws {
        var points: [[Double]] = []
        var adam = Adam()
        (adam.learningRate, adam.maximumIterations) = (0.1, 5)
        let last = try adam.minimize(from: [1, -2], progress: { points.append($0.point) }, Self.parabola)
        #expect(last.reason == .iterationLimit && last.evaluations == 6)
        let expected: [([Double], GradientDescent)] = [
            ([1.2567319482000001, 4.1749600000000004], GradientDescent()),
            (
                [1.3231184733589982, 4.627490103400001],
                {
                    var method = GradientDescent()
                    method.isNesterov = true
                    return method
                }()
            ),
        ]
        let rounding = 1e-14
        #expect(
            zip(points[4], [1.4970442174070144, -1.5008022340628262]).allSatisfy { abs($0 - $1) < rounding })
        for (point, method) in expected {
            var method = method
            var points: [[Double]] = []
            method.maximumIterations = 5
            _ = try method.minimize(from: [1, -2], progress: { points.append($0.point) }, Self.parabola)
            #expect(zip(points[4], point).allSatisfy { abs($0 - $1) < rounding })
        }
    }

    @Test func fixedStepsConverge() throws {
        var adam = Adam()
        (adam.learningRate, adam.maximumIterations) = (0.05, 10_000)
        let methods: [any GradientMinimizer] = [adam, GradientDescent()]
        for method in methods {
            let found = try method.minimize(from: [1, -2], bounds: nil, progress: { _ in }, Self.parabola)
            #expect(found.reason == .gradientIsSmall, "\(found)")
            #expect(abs(found.point[0] - 3) < 1e-6 && abs(found.point[1] - 4) < 1e-6)
        }
    }

    /// A rate of more than 2 (1 + μ) over the largest curvature, 10: the point moves away until numbers overflow.
    @Test func divergence() throws {
        var method = GradientDescent()
        (method.learningRate, method.maximumIterations) = (0.5, 100_000)
        let found = try method.minimize(from: [1, -2], Self.parabola)
        #expect(found.reason == .diverged && !found.isConverged)
        #expect(found.point == [1, -2] && found.value == 182)
    }

    @Test func callbacks() throws {
        var lines: [String] = []
        let found = try LimitedMemoryBFGS().minimize(
            from: [-1.2, 1],
            progress: {
                lines.append("\($0)")
                if $0.iteration == 3 { $0.stop() }
            }, rosenbrock)
        #expect(found.reason == .stoppedByCallback && found.iterations == 3)
        #expect(lines.count == 3 && Set(lines.map(\.count)).count == 1)
        #expect(lines[0].hasPrefix("    1  value  4.") && lines[0].contains("|gradient| "))
        var adam = Adam()
        adam.gradientTolerance = 0
        #expect(
            try adam.minimize(from: [1, 1], progress: { $0.stop() }, Self.beale).reason == .stoppedByCallback)
    }

    /// Sentences for those who read them.
    @Test func reasons() {
        #expect(
            StopReason.allCases.map(\.description) == [
                "the gradient is small", "precision reached", "the step is small",
                "limit of iterations reached", "stopped by the callback",
                "the function is not finite at the start",
                "the function is no longer finite; try shorter steps",
                "the value grows from step to step; begin nearer, or use LevenbergMarquardt",
                "no step downhill lowers the value; check the gradient",
            ])
        #expect(
            StopReason.allCases.filter(\.isConvergence) == [
                .gradientIsSmall, .precisionReached, .stepIsSmall,
            ])
    }
}
