import Foundation
import Optimizers
import Testing

/// Every method is given what it cannot use.
struct BadInputTests {
    static let methods: [any GradientMinimizer] = [LimitedMemoryBFGS(), Adam(), GradientDescent()]

    private func error(_ body: () throws -> Void) -> OptimizerError? {
        do {
            try body()
            return nil
        } catch {
            return error as? OptimizerError
        }
    }

    @Test(arguments: 0..<3) func starts(number: Int) throws {
        let method = Self.methods[number]
        func end(
            _ start: [Double], _ value: Double, _ gradient: [Double]
        ) throws(OptimizerError) -> Minimum<[Double]> {
            try method.minimize(from: start, bounds: nil, progress: { _ in }) { _ in (value, gradient) }
        }
        for (value, gradient) in [(Double.nan, [0.0]), (0, [.infinity]), (0, [.nan]), (-.infinity, [1])] {
            let found = try end([1], value, gradient)
            #expect(found.reason == .notFiniteAtStart && !found.isConverged)
            #expect(found.evaluations == 1 && found.iterations == 0 && found.point == [1])
        }
        let empty = try end([], 1, [])
        #expect(empty.reason == .gradientIsSmall && empty.value == 1)
        #expect(
            error { _ = try end([1, .nan], 1, [0, 0]) }?.message
                == "variable 1 of the start is nan; a search begins at finite numbers")
        let wrong = error { _ = try end([1], 0, [0, 0]) }
        #expect(wrong?.kind == .wrongSize)
        #expect(
            wrong?.message
                == "the function gave a gradient of 2 numbers at a point of 1; it needs one for each")
    }

    @Test(arguments: 0..<3) func errorsOfTheFunction(number: Int) {
        struct Refusal: Error, Equatable {}
        let found = error {
            _ = try Self.methods[number].minimize(from: [1.0], bounds: nil, progress: { _ in }) { _ in
                throw Refusal()
            }
        }
        #expect(found?.kind == .functionFailed && found?.cause as? Refusal == Refusal())
        #expect(found?.message == "the function failed: Refusal()")
    }

    @Test func options() {
        var search = LimitedMemoryBFGS()
        search.gradientTolerance = .nan
        #expect(
            error { _ = try search.minimize(from: [1], rosenbrock) }?.message
                == "`gradientTolerance` is nan; it must be finite and at least 0")
        search = LimitedMemoryBFGS()
        search.lineSearch.curvature = 1e-5
        #expect(error { _ = try search.minimize(from: [1], rosenbrock) }?.kind == .invalidOption)
        var adam = Adam()
        adam.firstDecay = 1
        #expect(
            error { _ = try adam.minimize(from: [1], rosenbrock) }?.message
                == "`firstDecay` is 1.0; it must lie between 0.0 and 1.0")
        var descent = GradientDescent()
        descent.momentum = 1
        #expect(
            error { _ = try descent.minimize(from: [1], rosenbrock) }?.message
                == "`momentum` is 1.0; it must be at least 0 and below 1")
        var newton = NewtonCG()
        newton.maximumProducts = 0
        #expect(
            error {
                _ = try newton.minimize(from: [1, 1], hessianProduct: rosenbrockProduct, rosenbrock)
            }?.kind == .invalidOption)
        var squares = LevenbergMarquardt()
        squares.initialTrustRegionRadius = 0
        #expect(
            error {
                _ = try squares.minimize(from: [1], jacobian: { _ in [[1]] }) { $0 }
            }?.message == "`initialTrustRegionRadius` is 0.0; it must be positive and finite")
    }

    @Test func sizes() {
        let product = error {
            _ = try NewtonCG().minimize(from: [-1.2, 1], hessianProduct: { _, _ in [1] }, rosenbrock)
        }
        #expect(product?.kind == .wrongSize)
        let jacobian = error {
            _ = try LevenbergMarquardt().minimize(from: [1, 2], jacobian: { _ in [[1, 2, 3]] }) { $0 }
        }
        #expect(
            jacobian?.message
                == "the Jacobian has 1 rows and 3 columns; with 2 residuals and 2 variables it must have 2 and 2"
        )
    }
}
