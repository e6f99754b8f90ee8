extension BundleAdjustment.BAL {
    /// Cameras, points, and what the cameras saw of the points.
    public struct Problem: Hashable, Sendable {
        /// The cameras' parameters, n × 9.
        public internal(set) var cameras: DenseMatrix
        /// The points, m × 3.
        public internal(set) var points: DenseMatrix
        /// Where the points were seen, p × 2.
        public let features: DenseMatrix
        /// The camera of each observation.
        public let cameraOf: [Int]
        /// The point of each observation.
        public let pointOf: [Int]

        /// The number of observations.
        public var observationCount: Int { cameraOf.count }

        /// A problem of the given arrays.
        ///
        /// - Throws: A ``BundleAdjustmentError`` of kind `invalidProblem` if sizes or indices do not fit
        ///   together.
        public init(
            cameras: DenseMatrix, points: DenseMatrix, features: DenseMatrix, cameraOf: [Int], pointOf: [Int]
        ) throws(BundleAdjustmentError) {
            try BundleAdjustment.check(
                cameras: cameras, ofParameters: Camera.parameterCount, points: points, features: features,
                cameraOf: cameraOf, pointOf: pointOf)
            self.cameras = cameras
            self.points = points
            self.features = features
            self.cameraOf = cameraOf
            self.pointOf = pointOf
        }
    }
}
