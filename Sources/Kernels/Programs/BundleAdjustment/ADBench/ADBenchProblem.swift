extension BundleAdjustment.ADBench {
    /// Cameras, points, and what the cameras saw of the points.
    public struct Problem: Hashable, Sendable {
        /// The cameras' parameters, n × 11.
        public let cameras: DenseMatrix
        /// The points, m × 3.
        public let points: DenseMatrix
        /// The weight of each observation, p numbers.
        public let weights: [Double]
        /// Where the points were seen, p × 2.
        public let features: DenseMatrix
        /// The camera of each observation.
        public let cameraOf: [Int]
        /// The point of each observation.
        public let pointOf: [Int]

        /// The number of observations.
        public var observationCount: Int { weights.count }

        /// A problem of the given arrays.
        ///
        /// - Throws: A ``BundleAdjustmentError`` of kind `invalidProblem` if sizes or indices do not fit
        ///   together.
        public init(
            cameras: DenseMatrix, points: DenseMatrix, weights: [Double], features: DenseMatrix,
            cameraOf: [Int], pointOf: [Int]
        ) throws(BundleAdjustmentError) {
            try BundleAdjustment.check(
                cameras: cameras, ofParameters: Camera.parameterCount, points: points, features: features,
                cameraOf: cameraOf, pointOf: pointOf)
            guard weights.count == features.rows else {
                throw BundleAdjustmentError(
                    .invalidProblem,
                    "`weights` has \(weights.count) elements; it must have one for each of \(features.rows) features"
                )
            }
            self.cameras = cameras
            self.points = points
            self.weights = weights
            self.features = features
            self.cameraOf = cameraOf
            self.pointOf = pointOf
        }

        /// Copies of one camera, point, weight and feature, as ADBench's files mean them: observation i is of
        /// point i mod m by camera i mod n.
        ///
        /// - Throws: A ``BundleAdjustmentError`` of kind `invalidProblem` if a count is negative, there are
        ///   observations and no cameras or points, or a list has the wrong length (11, 3 and 2).
        public init(
            cameras n: Int, points m: Int, observations p: Int, camera: [Double], point: [Double],
            weight: Double, feature: [Double]
        ) throws(BundleAdjustmentError) {
            guard n >= 0, m >= 0, p >= 0, p == 0 || (n > 0 && m > 0) else {
                throw BundleAdjustmentError(
                    .invalidProblem, "\(n) cameras and \(m) points cannot have \(p) observations")
            }
            // Sizes beyond these are refused later anyway, and their arrays might not fit into memory.
            guard max(n, m, p) < Int(Int32.max) / 31 else {
                throw BundleAdjustmentError(
                    .invalidProblem, "\(n) cameras, \(m) points and \(p) observations are too many")
            }
            func copies(
                _ name: String, _ count: Int, of row: [Double], length: Int
            ) throws(BundleAdjustmentError) -> DenseMatrix {
                guard row.count == length else {
                    throw BundleAdjustmentError(
                        .invalidProblem, "`\(name)` has \(row.count) numbers; it must have \(length)")
                }
                var elements: [Double] = []
                elements.reserveCapacity(count * length)
                for _ in 0..<count { elements += row }
                return DenseMatrix(unchecked: count, length, elements)
            }
            try self.init(
                cameras: copies("camera", n, of: camera, length: Camera.parameterCount),
                points: copies("point", m, of: point, length: 3), weights: Array(repeating: weight, count: p),
                features: copies("feature", p, of: feature, length: 2), cameraOf: (0..<p).map { $0 % n },
                pointOf: (0..<p).map { $0 % m })
        }
    }
}
