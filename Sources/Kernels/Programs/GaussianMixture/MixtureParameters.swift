import AD

extension GaussianMixture {
    /// The parameters of a mixture, in the shapes that the programs take: see ``GaussianMixture``.
    public struct Parameters: Hashable, Sendable {
        /// The weights' logarithms, up to a common constant; k numbers.
        public let alpha: [Double]
        /// The means, k×d.
        public let means: DenseMatrix
        /// The logarithms of the factors' diagonals, k×d.
        public let q: DenseMatrix
        /// What is below the factors' diagonals, column after column; k×d(d−1)/2.
        public let l: DenseMatrix

        /// Parameters in the shapes of the programs.
        ///
        /// - Throws: An error if there is no component or no dimension, if the shapes do not go together, or if a
        ///   number is not finite.
        public init(alpha: [Double], means: DenseMatrix, q: DenseMatrix, l: DenseMatrix) throws(MixtureError)
        {
            let (k, d) = (alpha.count, means.columns)
            guard k > 0, d > 0 else {
                throw MixtureError(
                    .invalidParameters,
                    "a mixture needs at least one component and one dimension, not \(k) and \(d)")
            }
            try Parameters.require(means, "means", rows: k, columns: d)
            try Parameters.require(q, "q", rows: k, columns: d)
            try Parameters.require(l, "l", rows: k, columns: d * (d - 1) / 2)
            if let index = alpha.firstIndex(where: { !$0.isFinite }) {
                throw MixtureError(
                    .invalidParameters, "alpha[\(index)] is \(alpha[index]); it must be finite")
            }
            self.alpha = alpha
            self.means = means
            self.q = q
            self.l = l
        }

        /// Parameters from their numbers in a row, as ``elements`` gives them.
        ///
        /// - Throws: An error if there are too few or too many numbers, or if one is not finite.
        public init(elements: [Double], components k: Int, dimensions d: Int) throws(MixtureError) {
            guard k > 0, d > 0, k <= elements.count, d <= elements.count,
                elements.count == Parameters.count(components: k, dimensions: d)
            else {
                throw MixtureError(
                    .invalidParameters,
                    "\(elements.count) numbers were given for \(k) components in \(d) dimensions, "
                        + "which have k (1 + 2 d + d (d − 1) / 2)")
            }
            let part = { (start: Int, columns: Int) in
                DenseMatrix(unchecked: k, columns, Array(elements[start..<start + k * columns]))
            }
            try self.init(
                alpha: Array(elements[..<k]), means: part(k, d), q: part(k + k * d, d),
                l: part(k + 2 * k * d, d * (d - 1) / 2))
        }

        /// The number of components, k.
        public var components: Int { alpha.count }
        /// The number of dimensions, d.
        public var dimensions: Int { means.columns }
        /// All numbers in a row: α, means, q, l, the matrices row after row. Gradients are put into a row likewise.
        public var elements: [Double] { alpha + means.elements + q.elements + l.elements }

        /// The components' weights: positive numbers whose sum is 1.
        public var weights: [Double] {
            let most = alpha.max() ?? 0
            let shares = alpha.map { SystemMath.exp($0 - most) }
            let total = shares.reduce(0, +)
            return shares.map { $0 / total }
        }

        static func count(components k: Int, dimensions d: Int) -> Int? {
            let (square, squareOverflows) = d.multipliedReportingOverflow(by: d + 3)
            let (total, overflows) = k.multipliedReportingOverflow(by: 1 + square / 2)
            return squareOverflows || overflows ? nil : total
        }

        private static func require(_ matrix: DenseMatrix, _ name: String, rows: Int, columns: Int)
            throws(MixtureError)
        {
            guard matrix.rows == rows, matrix.columns == columns else {
                throw MixtureError(
                    .invalidParameters,
                    "\(name) has \(matrix.rows) rows and \(matrix.columns) columns; with \(rows) numbers in alpha and "
                        + "the means' columns it must have \(rows) and \(columns)")
            }
            if let index = matrix.elements.firstIndex(where: { !$0.isFinite }) {
                throw MixtureError(
                    .invalidParameters,
                    "\(name)[\(index / columns), \(index % columns)] is \(matrix.elements[index]); it must be finite"
                )
            }
        }
    }
}
