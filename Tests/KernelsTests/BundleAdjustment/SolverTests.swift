import Foundation
import Testing

@testable import ReversiblePrograms

@Suite struct BundleSolverTests {
    /// The largest distance between points of a solution and the truth, up to a similarity.
    private static func distance(_ solution: BAL.Solution, _ truth: BAL.Problem) throws -> Double {
        let similarity = try BundleAdjustment.Similarity(from: solution.problem.points, to: truth.points)
        let aligned = similarity(solution.problem.points)
        return zip(aligned.elements, truth.points.elements).map { abs($0 - $1) }.max() ?? 0
    }

    @Test(
        arguments: [BundleAdjustment.Engine.native, .interpreter],
        [BAL.SyntheticScene.Options.Placement.ring, .random])
    func exactFeaturesGiveTheTruth(
        engine: BundleAdjustment.Engine, placement: BAL.SyntheticScene.Options.Placement
    ) throws {
        var options = BAL.SyntheticScene.Options(cameras: 5, points: 40)
        options.placement = placement
        let scene = try BAL.SyntheticScene(options)
        var settings = BundleAdjustment.SolverOptions()
        settings.engine = engine
        var lines: [BundleAdjustment.Iteration] = []
        let solution = try BAL.solve(scene.start, options: settings) { lines.append($0) }
        #expect(solution.termination.isConvergence)
        #expect(solution.isNative == (engine == .native))
        #expect(lines == solution.iterations)
        #expect(lines.map(\.number) == Array(lines.indices))
        #expect(lines[0].cost > 1e3 && solution.initialCost == lines[0].cost)
        // The features are rounded to 1e-13 pixels, and so is what they tell of the cost.
        #expect(solution.finalCost < 1e-18)
        let distance = try Self.distance(solution, scene.truth)
        #expect(distance < 1e-11)
        #expect(solution.report.contains(BundleAdjustment.Iteration.header))
        #expect(solution.report.hasSuffix("Stopped since \(solution.termination.rawValue)."))
        #expect(solution.report.components(separatedBy: "\n").count == lines.count + 2)
    }

    @Test func robustLossesBearOutliers() throws {
        let scene = try BAL.SyntheticScene(.init(cameras: 6, points: 40))
        let start = scene.start
        var features = start.features
        for i in stride(from: 3, to: start.observationCount, by: 17) { features[i, i % 2] += 60 }
        let problem = try BAL.Problem(
            cameras: start.cameras, points: start.points, features: features, cameraOf: start.cameraOf,
            pointOf: start.pointOf)
        var distances: [Double] = []
        for loss in [BundleAdjustment.RobustLoss.squares, .huber(0.5), .cauchy(0.5)] {
            var options = BundleAdjustment.SolverOptions()
            options.loss = loss
            options.maximumIterations = 100
            distances.append(try Self.distance(BAL.solve(problem, options: options), scene.truth))
        }
        #expect(distances[0] > 0.01)
        #expect(distances[1] < 0.1 * distances[0])
        #expect(distances[2] < 0.1 * distances[0])
    }

    @Test(arguments: [0.0, 0.3, 1, 1.7, 40]) func lossesAndTheirDerivatives(length: Double) {
        for loss in [BundleAdjustment.RobustLoss.squares, .huber(1), .huber(2), .cauchy(1), .cauchy(3)] {
            let square = length * length
            let step = 1e-6 * max(1, square)
            if square > 0 {
                let difference = (loss(square + step) - loss(square - step)) / (2 * step)
                #expect(abs(difference - loss.derivative(square)) < 1e-6)
            }
            // Inside, all are squares to first order.
            #expect(loss(0) == 0 && loss.derivative(0) == 1)
            #expect(loss(square) <= square && loss.derivative(square) <= 1)
        }
        #expect(BundleAdjustment.RobustLoss.huber(1)(4) == 3)
        #expect(abs(BundleAdjustment.RobustLoss.cauchy(2)(4) - 4 * log(2)) < 1e-15)
    }

    @Test func theFirstCameraCanStay() throws {
        let scene = try BAL.SyntheticScene(.init(cameras: 4, points: 30))
        var options = BundleAdjustment.SolverOptions()
        options.fixesFirstCamera = true
        let first = { (problem: BAL.Problem) in Array(problem.cameras.elements[..<9]) }
        let solution = try BAL.solve(scene.start, options: options)
        #expect(first(solution.problem) == first(scene.start))
        let free = try BAL.solve(scene.start)
        #expect(first(free.problem) != first(scene.start))
        let before = try scene.start.cost
        #expect(solution.finalCost < before / 100)
    }

    /// From far away some steps are refused; they change nothing, and the others lower the cost.
    @Test func farFromTheTruth() throws {
        var scene = BAL.SyntheticScene.Options(cameras: 5, points: 40)
        scene.parameterNoise = 0.8
        var options = BundleAdjustment.SolverOptions()
        options.maximumIterations = 40
        let solution = try BAL.solve(BAL.SyntheticScene(scene).start, options: options)
        #expect(solution.iterations.contains { !$0.isSuccessful })
        for (last, next) in zip(solution.iterations, solution.iterations.dropFirst()) {
            if next.isSuccessful {
                #expect(next.cost < last.cost)
                #expect(next.costChange == last.cost - next.cost)
            } else {
                #expect(next.cost == last.cost && next.gradient == last.gradient && next.radius < last.radius)
            }
        }
        #expect(try abs(solution.problem.cost - solution.finalCost) <= 1e-12 * solution.finalCost)
    }

    /// With next to no damping the systems are singular, since the whole scene may move; some steps are then
    /// of no use.
    @Test(arguments: [1e16, 1e25, 1e300]) func littleDamping(radius: Double) throws {
        let scene = try BAL.SyntheticScene(.init(cameras: 5, points: 40))
        var options = BundleAdjustment.SolverOptions()
        options.initialTrustRegionRadius = radius
        let solution = try BAL.solve(scene.start, options: options)
        #expect(solution.finalCost <= (radius > 1e16 ? 1 : 1e-6) * solution.initialCost)
        #expect(solution.termination.isConvergence || solution.termination == .invalidSteps)
        #expect(solution.problem.points.elements.allSatisfy { $0.isFinite })
    }

    @Test func threadsGiveTheSame() throws {
        let scene = try BAL.SyntheticScene(.init(cameras: 7, points: 200))
        var options = BundleAdjustment.SolverOptions()
        let one = try BAL.solve(scene.start, options: options)
        options.threads = 3
        let three = try BAL.solve(scene.start, options: options)
        #expect(one.problem == three.problem)
        #expect(one.iterations == three.iterations)
    }

    /// A camera without observations, a point without, a point that one camera sees, and one behind a camera.
    @Test func poorlyObserved() throws {
        let scene = try BAL.SyntheticScene(.init(cameras: 4, points: 30))
        var rows = scene.start.cameras
        let idle = DenseMatrix(
            rows: 5, columns: 9, elements: rows.elements + [0.1, 0.2, 0.3, 1, 2, 3, 500, 0, 0])
        rows = try #require(idle)
        // The camera looks along its negative axis from distance 4: a point at distance 9 lies behind it.
        let centre = scene.start.cameraCentres
        let behind = (0..<3).map { 2.2 * centre[0, $0] }
        let points = try #require(
            DenseMatrix(
                rows: 33, columns: 3,
                elements: scene.start.points.elements + [5, 6, 7] + [0.1, 0.2, 0.3] + behind))
        let features = try #require(
            DenseMatrix(
                rows: scene.start.observationCount + 3, columns: 2,
                elements: scene.start.features.elements + [10, 20, 5, -5, 7, 9]))
        let problem = try BAL.Problem(
            cameras: rows, points: points, features: features, cameraOf: scene.start.cameraOf + [2, 0, 1],
            pointOf: scene.start.pointOf + [31, 32, 32])
        let solution = try BAL.solve(problem)
        #expect(solution.problem.cameras.elements[36...] == rows.elements[36...])
        #expect(Array(solution.problem.points.elements[90..<93]) == [5, 6, 7])
        #expect(solution.finalCost < solution.initialCost)
        #expect(solution.problem.points.elements.allSatisfy { $0.isFinite })
    }

    @Test func nothingToDo() throws {
        let empty = try BAL.Problem(
            cameras: DenseMatrix(rows: 1, columns: 9), points: DenseMatrix(rows: 1, columns: 3), features: [],
            cameraOf: [], pointOf: [])
        let solution = try BAL.solve(empty)
        #expect(solution.problem == empty)
        #expect(solution.termination == .gradient && solution.finalCost == 0)
        let scene = try BAL.SyntheticScene(.init(cameras: 3, points: 20))
        #expect(try BAL.solve(scene.truth).problem == scene.truth)
        var options = BundleAdjustment.SolverOptions()
        options.maximumIterations = 0
        let none = try BAL.solve(scene.start, options: options)
        #expect(none.termination == .iterations && none.problem == scene.start)
    }

    /// The point is in the camera's plane: both engines tell which observation it is, or where it fails.
    @Test(arguments: [BundleAdjustment.Engine.native, .interpreter])
    func startThatIsNotFinite(engine: BundleAdjustment.Engine) throws {
        let scene = try BAL.SyntheticScene(.init(cameras: 3, points: 10))
        var points = scene.start.points
        points[4, 1] = .nan
        let problem = try BAL.Problem(
            cameras: scene.start.cameras, points: points, features: scene.start.features,
            cameraOf: scene.start.cameraOf, pointOf: scene.start.pointOf)
        var options = BundleAdjustment.SolverOptions()
        options.engine = engine
        do throws(BundleAdjustmentError) {
            _ = try BAL.solve(problem, options: options)
            Issue.record("no error")
        } catch {
            #expect(error.kind == .notFinite)
            if engine == .native {
                #expect(error.description.hasPrefix("observation 12, of point 4 by camera 0,"))
            }
        }
    }

    @Test func optionsOutOfRange() throws {
        let problem = try BAL.SyntheticScene(.init(cameras: 3, points: 10)).start
        func message(_ change: (inout BundleAdjustment.SolverOptions) -> Void) -> String {
            var options = BundleAdjustment.SolverOptions()
            change(&options)
            do throws(BundleAdjustmentError) {
                _ = try BAL.solve(problem, options: options)
                return "no error"
            } catch {
                return error.description
            }
        }
        #expect(message { $0.maximumIterations = -1 }.hasPrefix("`maximumIterations` is -1"))
        #expect(message { $0.gradientTolerance = .nan }.hasPrefix("`gradientTolerance` is nan"))
        #expect(message { $0.stepTolerance = -1 }.hasPrefix("`stepTolerance`"))
        #expect(message { $0.costTolerance = -1 }.hasPrefix("`costTolerance`"))
        #expect(message { $0.initialTrustRegionRadius = 0 }.hasPrefix("`initialTrustRegionRadius` is 0.0"))
        #expect(message { $0.initialTrustRegionRadius = .infinity }.hasPrefix("`initialTrustRegionRadius`"))
        #expect(message { $0.loss = .huber(0) }.hasPrefix("the width of `loss` is 0.0"))
        #expect(message { $0.loss = .cauchy(.nan) }.hasPrefix("the width of `loss` is nan"))
        #expect(message { $0.threads = -2 }.hasPrefix("`threads` is -2"))
        #expect(message { $0.maximumCameras = 2 }.hasPrefix("the problem has 3 cameras"))
    }

    /// Costs that are not finite name an observation, on both engines, whatever the loss.
    @Test(arguments: [BundleAdjustment.Engine.native, .interpreter])
    func numbersTooLargeForTheCost(engine: BundleAdjustment.Engine) throws {
        let scene = try BAL.SyntheticScene(.init(cameras: 3, points: 12)).start
        func message(
            loss: BundleAdjustment.RobustLoss = .squares,
            _ change: (inout DenseMatrix, inout DenseMatrix) -> Void
        ) throws -> String {
            var (cameras, features) = (scene.cameras, scene.features)
            change(&cameras, &features)
            var options = BundleAdjustment.SolverOptions()
            (options.engine, options.loss) = (engine, loss)
            let problem = try BAL.Problem(
                cameras: cameras, points: scene.points, features: features, cameraOf: scene.cameraOf,
                pointOf: scene.pointOf)
            do throws(BundleAdjustmentError) {
                _ = try BAL.solve(problem, options: options)
                return "no error"
            } catch {
                #expect(error.kind == .notFinite)
                return error.description
            }
        }
        for (column, size) in [(6, 1e300), (7, 1e154), (7, 1e200), (7, -1e300), (8, 1e155), (8, 1e300)] {
            let found = try message { cameras, _ in cameras[1, column] = size }
            #expect(found.hasPrefix("observation 1, of point 0 by camera 1, has the error ("), "\(found)")
        }
        for loss in [BundleAdjustment.RobustLoss.squares, .huber(1), .cauchy(1)] {
            let found = try message(loss: loss) { _, features in features[4, 0] = 1e200 }
            #expect(
                found.hasPrefix("observation 4, of point 1 by camera 1, has the error (-1e+200,"), "\(found)")
        }
        #expect(
            try message { cameras, _ in cameras[1, 0] = .nan }
                == "observation 1, of point 0 by camera 1, has `cameras[1, 0]`, which is nan; it must be finite"
        )
    }

    @Test func linesLikeThoseOfCeres() {
        let line = BundleAdjustment.Iteration(
            number: 3, cost: 1234.5, costChange: -0.25, gradient: 1e-3, step: 0.5, ratio: 0.75, radius: 3e4,
            isSuccessful: true)
        #expect(
            line.description
                == "   3  1.234500e+03    -2.50e-01    1.00e-03  5.00e-01   7.50e-01   3.00e+04")
        #expect(line.description.count == BundleAdjustment.Iteration.header.count)
    }
}

extension BAL.Problem {
    /// Half the sum of squared errors.
    var cost: Double {
        get throws {
            var errors: [Double] = []
            try BAL.Evaluator(engine: .interpreter).errors(of: self, into: &errors)
            return errors.reduce(0) { $0 + $1 * $1 } / 2
        }
    }
}
