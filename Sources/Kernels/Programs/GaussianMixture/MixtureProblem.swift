import AD

extension GaussianMixture {
    /// Parameters, points and prior: the arguments of ``logPosterior``.
    public struct Problem: Hashable, Sendable {
        /// The parameters.
        public let parameters: Parameters
        /// The points, n×d.
        public let points: DenseMatrix
        /// The prior.
        public let prior: WishartPrior

        /// A problem.
        ///
        /// - Throws: An error if points and means differ in dimension, or if a point is not finite.
        public init(parameters: Parameters, points: DenseMatrix, prior: WishartPrior) throws(MixtureError) {
            try requirePoints(points, dimensions: parameters.dimensions)
            self.parameters = parameters
            self.points = points
            self.prior = prior
        }
    }

    static func requirePoints(_ points: DenseMatrix, dimensions: Int) throws(MixtureError) {
        guard points.columns == dimensions else {
            throw MixtureError(
                .invalidPoints,
                "the points have \(points.columns) columns and the means \(dimensions); they must have the same number"
            )
        }
        if let index = points.elements.firstIndex(where: { !$0.isFinite }) {
            throw MixtureError(
                .invalidPoints,
                "points[\(index / dimensions), \(index % dimensions)] is \(points.elements[index]); it must be finite"
            )
        }
    }
}
