import AD
import BenchmarkSupport
import ReversiblePrograms
import NativeEngine

/// Bundle adjustment on the shapes of ADBench, which are those of real collections of photographs.
enum BundleShapes {
    static let problem = Problem("bundle adjustment") { options, progress, report in
        let reference = try Reference("ba")
        let shapes = options.sizes(
            quick: [(3, 7, 50)], usual: [(49, 7776, 31_843)],
            full: [(49, 7776, 31_843), (372, 47_423, 204_472)])
        for (cameras, points, observations) in shapes {
            let scene = Scene(
                cameras: cameras, points: points, observations: observations, seed: options.seed)
            report.rows.append(try row(reference, scene, options).run(options, progress))
        }
    }

    private static func row(_ reference: Reference, _ s: Scene, _ options: Options) throws -> Comparison {
        let p = s.weights.count
        let objective: Objective = try reference.function("ba_objective")
        let jacobian: Jacobian = try reference.function("ba_jacobian")
        let (errors, weightErrors, entries) = (Buffer(2 * p), Buffer(p), Buffer(31 * p))
        let (noErrors, noRows) = (DenseMatrix(rows: p, columns: 2), DenseMatrix(rows: 2 * p, columns: 15))
        let zeros = [Double](repeating: 0, count: p)
        let inputs: [Memory.Content] = [
            .matrix(s.cameras), .matrix(s.points), .reals(s.weights), .matrix(s.features),
            .integers(s.cameraOf), .integers(s.pointOf),
        ]
        return Comparison(
            name: "bundle adjustment",
            size: "\(s.cameras.rows) cameras, \(s.points.rows) points, \(p) observations",
            objective: .init(
                reference: Work {
                    objective(
                        p, s.cameras.elements, s.points.elements, s.weights, s.features.elements, s.cameraOf,
                        s.pointOf, errors.start, weightErrors.start)
                    return (errors, weightErrors)
                } numbers: {
                    $0.elements + $1.elements
                },
                interpreter: Work {
                    try BundleAdjustment.ADBench.objective(
                        noErrors, zeros, s.cameras, s.points, s.weights, s.features, s.cameraOf, s.pointOf)
                } numbers: {
                    $0.0.elements + $0.1
                },
                native: Work(
                    try compile(BundleAdjustment.ADBench.objective, checks: .none, threads: options.threads),
                    Memory([.matrix(noErrors), .reals(zeros)] + inputs, changing: [0, 1]), results: [0, 1])),
            gradient: .init(
                reference: Work {
                    jacobian(
                        p, s.cameras.elements, s.points.elements, s.weights, s.features.elements, s.cameraOf,
                        s.pointOf, entries.start)
                    return entries
                } numbers: {
                    $0.elements
                },
                interpreter: Work {
                    try BundleAdjustment.ADBench.jacobian(
                        noRows, zeros, s.cameras, s.points, s.weights, s.features, s.cameraOf, s.pointOf)
                } numbers: {
                    $0.0.elements + $0.1
                },
                native: Work(
                    try compile(BundleAdjustment.ADBench.jacobian, checks: .none, threads: options.threads),
                    Memory([.matrix(noRows), .reals(zeros)] + inputs, changing: [0, 1]), results: [0, 1])),
            derivatives: 2, limits: Limits(gradient: 0.7))
    }

    private typealias Input = UnsafePointer<Double>
    private typealias Output = UnsafeMutablePointer<Double>?
    private typealias Indices = UnsafePointer<Int>
    private typealias Objective =
        @convention(c) (Int, Input, Input, Input, Input, Indices, Indices, Output, Output) -> Void
    private typealias Jacobian =
        @convention(c) (Int, Input, Input, Input, Input, Indices, Indices, Output) -> Void
}

/// Made-up cameras that look at made-up points.
struct Scene {
    var cameras: DenseMatrix
    var points: DenseMatrix
    var weights: [Double]
    var features: DenseMatrix
    var cameraOf: [Int]
    var pointOf: [Int]

    init(cameras n: Int, points m: Int, observations p: Int, seed: UInt64) {
        var generator = RandomNumbers(seed: seed)
        // The sizes are those of the published collections: small turns, and points some way in front.
        let sizes = [0.3, 0.3, 0.3, 1, 1, 1, 100, 1, 1, 0.01, 0.001]
        let centres = [0.0, 0, 0, 0, 0, 0, 500, 0, 0, 0, 0]
        cameras = DenseMatrix(
            n,
            generator.numbers(n * 11).enumerated().map { position, number in
                centres[position % 11] + sizes[position % 11] * number
            })
        points = DenseMatrix(
            m,
            generator.numbers(m * 3).enumerated().map { position, number in
                position % 3 == 2 ? number - 8 : 2 * number
            })
        weights = generator.numbers(p).map { 1 + $0 / 2 }
        features = DenseMatrix(p, generator.numbers(2 * p).map { 100 * $0 })
        cameraOf = (0..<p).map { $0 % n }
        pointOf = (0..<p).map { $0 % m }
    }
}
