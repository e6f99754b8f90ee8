import Foundation
import Testing

@testable import Kernels

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

    /// 3 cameras and 12 points made with NumPy, features with noise of 0.5 pixels and two that are wrong.
    private static let disturbed = """
        3 12 36
        0 0 70.012 82.788
        1 0 92.885 73.386
        2 0 95.321 65.519
        0 1 -30.878 -100.788
        1 1 -40.779 -115.395
        2 1 -38.708 -134.515
        0 2 27.704 -93.139
        1 2 16.688 -142.163
        2 2 -44.662 -116.12
        0 3 141.02 37.631
        1 3 126.392 29.43
        2 3 90.809 22.648
        0 4 -72.85 140.665
        1 4 -5.169 145.174
        2 4 78.198 140.592
        0 5 82.917 -29.186
        1 5 102.231 -34.464
        2 5 98.906 -38.999
        0 6 34.347 -117.736
        1 6 60.861 -124.359
        2 6 43.837 -119.903
        0 7 2.158 75.905
        1 7 -38.552 75.044
        2 7 -73.177 77.639
        0 8 66.073 86.037
        1 8 51.753 78.666
        2 8 29.346 74.033
        0 9 128.768 83.624
        1 9 92.847 71.939
        2 9 43.728 66.431
        0 10 47.197 -130.793
        1 10 66.548 -136.084
        2 10 72.402 -141.011
        0 11 6.564 -68.064
        1 11 -3.134 -75.887
        2 11 -9.795 -88.856
        0.0347 -0.493 -0.0188 0.0181 0.0004 -4.0123 510.0 -0.05 0.01
        -0.0127 -0.0199 0.001 0.1214 -0.0565 -3.9916 530.4 -0.05 0.01
        0.0375 0.4757 0.0052 0.1939 -0.1212 -4.0205 550.8 -0.05 0.01
        0.6095 0.6289 0.0147
        -0.4268 -0.8705 -0.2244
        -0.157 -0.8956 -0.8878
        1.0532 0.3234 -0.5271
        -0.1088 0.9208 0.7852
        0.7123 -0.1963 0.0325
        0.3537 -0.9223 0.1696
        -0.4243 0.7275 -0.8303
        0.3593 0.6858 -0.558
        0.7756 0.7921 -0.9867
        0.4074 -1.0059 -0.0046
        -0.1541 -0.5869 -0.3178
        """

    /// The costs that scipy.optimize.least_squares 1.17.1 finds with the same model, written with
    /// scipy.spatial.transform.Rotation (method trf, tolerances 1e-15); the errors are e √(ρ(|e|²) / |e|²).
    @Test(arguments: [
        (BundleAdjustment.RobustLoss.squares, 284.714_891_587_355, [-8.651, 1.196]),
        (.huber(1), 73.654_400_519_975, [-24.944, 37.335]),
        (.cauchy(1), 8.264_661_944_398, [-25.532, 41.830]),
    ])
    func agreesWithSciPy(loss: BundleAdjustment.RobustLoss, cost: Double, wrong: [Double]) throws {
        let problem = try BAL.Problem(text: Self.disturbed)
        var options = BundleAdjustment.SolverOptions()
        options.loss = loss
        options.maximumIterations = 500
        options.costTolerance = 1e-14
        let solution = try BAL.solve(problem, options: options)
        // Both stop when the cost changes in its last digits only.
        #expect(abs(solution.finalCost - cost) < 1e-10 * cost)
        var errors: [Double] = []
        try BAL.Evaluator().errors(of: solution.problem, into: &errors)
        // Printed with three digits.
        #expect(abs(errors[14] - wrong[0]) < 2e-3 && abs(errors[15] - wrong[1]) < 2e-3)
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
