import Optimizers

extension BundleAdjustment.BAL {
    /// A made-up scene: cameras that look at a cloud of points, with the truth and a start away from it.
    public struct SyntheticScene: Sendable {
        /// The cameras and points that made the features.
        public let truth: Problem
        /// The same features, with cameras and points to begin with.
        public let start: Problem

        /// How a scene is made.
        public struct Options: Hashable, Sendable {
            /// Where the cameras stand.
            public enum Placement: Hashable, Sendable {
                /// Evenly on a circle about the cloud.
                case ring
                /// Anywhere at the same distance from the cloud's centre.
                case random
            }

            /// The number of cameras, at least 1.
            public var cameras = 10
            /// The number of points, at least 1.
            public var points = 500
            /// Where the cameras stand.
            public var placement = Placement.ring
            /// The distance of the cameras from the cloud's centre; the cloud's points are at most 1 from it.
            public var distance = 4.0
            /// The chance that a camera sees a point. Two cameras, if there are as many, see each point anyway.
            public var visibility = 1.0
            /// The standard deviation of what is added to the features, in pixels.
            public var pixelNoise = 0.0
            /// The standard deviation of what is added to the start's rotations (in radians), translations
            /// and points.
            public var parameterNoise = 0.02
            /// The standard deviation of the factor of the start's focal lengths, from 1.
            public var focalNoise = 0.02
            /// What makes one scene differ from another of the same options.
            public var seed: UInt64 = 1

            /// The defaults.
            public init() {}
        }

        /// Makes a scene; the same options give the same scene.
        ///
        /// - Throws: A ``BundleAdjustmentError`` of kind `invalidOption`.
        public init(_ options: Options = Options()) throws(BundleAdjustmentError) {
            try options.check()
            var random = RandomNumbers(seed: options.seed)
            let (n, m) = (options.cameras, options.points)
            var cameras: [Double] = []
            for i in 0..<n { cameras += Self.camera(i, options, &random) }
            var points: [Double] = []
            for _ in 0..<m {
                let point = SystemMath.cbrt(random.uniform()) * random.direction()
                points += [point.x, point.y, point.z]
            }
            var (cameraOf, pointOf): ([Int], [Int]) = ([], [])
            for j in 0..<m {
                let certain = Int(random.uniform() * Double(n))
                for i in 0..<n {
                    let isSeen = random.uniform() < options.visibility
                    if isSeen || i == certain || i == (certain + 1) % n {
                        cameraOf.append(i)
                        pointOf.append(j)
                    }
                }
            }
            let exact = try Self.features(cameras, points, cameraOf, pointOf)
            let features = DenseMatrix(
                unchecked: cameraOf.count, 2, exact.map { $0 + options.pixelNoise * random.normal() })
            func problem(_ cameras: [Double], _ points: [Double]) throws(BundleAdjustmentError) -> Problem {
                try Problem(
                    cameras: DenseMatrix(unchecked: n, 9, cameras),
                    points: DenseMatrix(unchecked: m, 3, points),
                    features: features, cameraOf: cameraOf, pointOf: pointOf)
            }
            truth = try problem(cameras, points)
            start = try problem(
                cameras.enumerated().map { position, number in
                    switch position % 9 {
                    case ..<6: number + options.parameterNoise * random.normal()
                    case 6: number * (1 + options.focalNoise * random.normal())
                    default: 0
                    }
                },
                points.map { $0 + options.parameterNoise * random.normal() })
        }

        /// A camera that looks at the cloud's centre.
        private static func camera(_ i: Int, _ options: Options, _ random: inout RandomNumbers) -> [Double] {
            let angle = 2 * .pi * Double(i) / Double(options.cameras)
            let direction =
                switch options.placement {
                case .ring:
                    Space(SystemMath.cos(angle), SystemMath.sin(angle), 0.1 * SystemMath.sin(3 * angle))
                case .random: random.direction()
                }
            let outward = direction / direction.length
            let centre = options.distance * outward
            // Any other direction than the one it looks in may be up.
            let up = abs(outward.z) < 0.9 ? Space(0, 0, 1) : Space(1, 0, 0)
            let sideways = up.cross(outward)
            let x = sideways / sideways.length
            let rotation = Quaternion(rows: x, outward.cross(x), outward).angleAxis
            let translation = -centre.turned(about: rotation)
            return [
                rotation.x, rotation.y, rotation.z, translation.x, translation.y, translation.z,
                1000 * (1 + 0.1 * (2 * random.uniform() - 1)), -0.1 * random.uniform(),
                0.02 * random.uniform(),
            ]
        }

        private static func features(
            _ cameras: [Double], _ points: [Double], _ cameraOf: [Int], _ pointOf: [Int]
        ) throws(BundleAdjustmentError) -> [Double] {
            let (n, m, p) = (cameras.count / 9, points.count / 3, cameraOf.count)
            let problem = try Problem(
                cameras: DenseMatrix(unchecked: n, 9, cameras), points: DenseMatrix(unchecked: m, 3, points),
                features: DenseMatrix(rows: p, columns: 2), cameraOf: cameraOf, pointOf: pointOf)
            var errors: [Double] = []
            try Evaluator(engine: .interpreter).errors(of: problem, into: &errors)
            return errors
        }
    }
}

extension BundleAdjustment.BAL.SyntheticScene.Options {
    fileprivate func check() throws(BundleAdjustmentError) {
        let problem =
            OptionRange.demand(
                cameras > 0 && points > 0,
                "a scene needs cameras and points; asked for are \(cameras) and \(points)")
            ?? OptionRange.demand(
                distance > 1 && distance.isFinite,
                "`distance` is \(distance); it must be finite and more than 1")
            ?? OptionRange.demand(
                visibility >= 0 && visibility <= 1, "`visibility` is \(visibility); it must be from 0 to 1")
            ?? OptionRange.nonnegative(pixelNoise, "pixelNoise")
            ?? OptionRange.nonnegative(parameterNoise, "parameterNoise")
            ?? OptionRange.nonnegative(focalNoise, "focalNoise")
        if let problem { throw BundleAdjustmentError(.invalidOption, problem) }
    }
}
