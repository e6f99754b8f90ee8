import Foundation
import Optimizers
import Testing

/// Least squares against values that NIST has certified: Statistical Reference Datasets, Nonlinear Regression.
struct LevenbergMarquardtTests {
    struct Growth: Argument {
        var limit: Scalar
        var rate: Scalar
        struct Value: ArgumentValue, Equatable { var limit: Double, rate: Double }
    }

    /// Misra1a: y = b₁ (1 − exp(−b₂ x)).
    static let misra1a = ReversibleFunction("misra1a", parameters: ["r", "b", "x", "y"]) {
        (r: Vector, b: Growth, x: Vector, y: Vector) in
        For(r.indices) { i in r[i] += b.limit * (1 - exp(-b.rate * x[i])) - y[i] }
    }
    static let misraX = [
        77.6, 114.9, 141.1, 190.8, 239.9, 289.0, 332.8, 378.4, 434.8, 477.3, 536.8, 593.1, 689.1, 760.0,
    ]
    static let misraY = [
        10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02, 44.82, 50.76, 55.05, 61.01, 66.40, 75.47, 81.78,
    ]

    /// Certified: 238.94212918, 5.5015643181e-4 and a sum of squares of 0.12455138894, from both of NIST's starts.
    @Test(arguments: [(500, 1e-4), (250, 5e-4)]) func misra1a(limit: Double, rate: Double) throws {
        let zeros = Array(repeating: 0.0, count: 14)
        let start = Growth.Value(limit: limit, rate: rate)
        let fit = try LevenbergMarquardt().minimize(
            compile(Self.misra1a), compile(jacobian(Self.misra1a, of: 0, with: 1)), zeros, start, Self.misraX,
            Self.misraY)
        #expect(fit.isConverged, "\(fit)")
        let b = fit.point.1
        // Eleven digits are certified.
        #expect(abs(b.limit / 238.94212918 - 1) < 1e-10 && abs(b.rate / 5.5015643181e-4 - 1) < 1e-10)
        #expect(abs(2 * fit.value / 0.12455138894 - 1) < 1e-10)
        #expect(fit.point.0 == zeros && fit.point.2 == Self.misraX)
        let interpreted = try LevenbergMarquardt().minimize(
            Self.misra1a, jacobian(Self.misra1a, of: 0, with: 1), zeros, start, Self.misraX, Self.misraY)
        #expect(abs(interpreted.point.1.limit / 238.94212918 - 1) < 1e-10)
    }

    /// MGH09, "higher difficulty": y = b₁ (x² + b₂ x) / (x² + b₃ x + b₄), by Kowalik and Osborne.
    static let x = [4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625]
    static let y = [0.1957, 0.1947, 0.1735, 0.16, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246]

    static func residuals(_ b: [Double]) -> [Double] {
        zip(x, y).map { x, y in b[0] * (x * x + x * b[1]) / (x * x + x * b[2] + b[3]) - y }
    }

    static func derivatives(_ b: [Double]) -> DenseMatrix {
        DenseMatrix(
            x.map { x in
                let (above, below) = (x * x + x * b[1], x * x + x * b[2] + b[3])
                let slope = -b[0] * above / (below * below)
                return [above / below, b[0] * x / below, slope * x, slope]
            })
    }

    /// Certified from both of NIST's starts, the first of which is a hundred times too large.
    @Test(arguments: [[25, 39, 41.5, 39], [0.25, 0.39, 0.415, 0.39]]) func mgh09(start: [Double]) throws {
        let fit = try LevenbergMarquardt().minimize(from: start, jacobian: Self.derivatives, Self.residuals)
        #expect(fit.isConverged, "\(fit)")
        let certified = [0.19280693458, 0.19128232873, 0.12305650693, 0.13606233068]
        // The minimum is flat: half of the digits of the squares' sum, which has 1e-16, are the parameters'.
        #expect(zip(fit.point, certified).allSatisfy { abs($0 / $1 - 1) < 1e-7 }, "\(fit.point)")
        #expect(abs(2 * fit.value / 3.0750560385e-4 - 1) < 1e-10)
    }

    /// SciPy 1.17.1, `least_squares(…, bounds=([0, 0, 0, 0.15], [1, 1, 1, 1]), xtol=1e-15)`.
    @Test func bounds() throws {
        let fit = try LevenbergMarquardt().minimize(
            from: [0.25, 0.39, 0.415, 0.39],
            bounds: Bounds(lower: [0, 0, 0, 0.15], upper: [1, 1, 1, 1]), jacobian: Self.derivatives,
            Self.residuals)
        #expect(fit.isConverged, "\(fit)")
        #expect(fit.point[3] == 0.15)
        let expected = [0.19149989513430096, 0.22172956959420048, 0.1292213860720495]
        #expect(zip(fit.point, expected).allSatisfy { abs($0 / $1 - 1) < 1e-6 }, "\(fit.point)")
        #expect(abs(fit.value / 0.00015453176502986475 - 1) < 1e-10)
    }

    /// Rosenbrock's function as residuals, which become 0; and a column that nothing depends on.
    @Test func noResidualsLeft() throws {
        let fit = try LevenbergMarquardt().minimize(
            from: [-1.2, 1, 7], jacobian: { x in [[-20 * x[0], 10, 0], [-1, 0, 0]] }
        ) { x in [10 * (x[1] - x[0] * x[0]), 1 - x[0]] }
        #expect(fit.isConverged && fit.value < 1e-25)
        #expect(abs(fit.point[0] - 1) < 1e-12 && abs(fit.point[1] - 1) < 1e-12 && fit.point[2] == 7)
    }

    @Test func wrongJacobian() throws {
        let fit = try LevenbergMarquardt().minimize(from: [3, 4], jacobian: { _ in [[-1, 0], [0, -1]] }) {
            $0
        }
        #expect(fit.reason == .gradientMisleads && fit.point == [3, 4])
        let start = try LevenbergMarquardt().minimize(from: [3], jacobian: { _ in [[.nan]] }) { $0 }
        #expect(start.reason == .notFiniteAtStart)
    }

    @Test func callbacksAndLimits() throws {
        var values: [Double] = []
        let fit = try LevenbergMarquardt().minimize(
            from: [25, 39, 41.5, 39],
            progress: {
                values.append($0.value)
                if $0.iteration == 2 { $0.stop() }
            }, jacobian: Self.derivatives, Self.residuals)
        #expect(fit.reason == .stoppedByCallback && values.count == 2 && values[1] < values[0])
        var method = LevenbergMarquardt()
        method.maximumIterations = 1
        let limited = try method.minimize(
            from: [25, 39, 41.5, 39], jacobian: Self.derivatives, Self.residuals)
        #expect(limited.reason == .iterationLimit && limited.iterations == 1)
    }
}
