extension BundleAdjustment {
    /// A change of scale, a rotation and a translation: x ↦ s R x + t. Photographs do not tell such a change
    /// of a scene.
    public struct Similarity: Hashable, Sendable {
        /// The factor s of lengths.
        public let scale: Double
        /// Axis times angle of the rotation R.
        public let rotation: SIMD3<Double>
        /// The translation t.
        public let translation: SIMD3<Double>

        /// The similarity that brings the rows of `moving` nearest to those of `fixed`, in the sense of least
        /// squares (Horn, Closed-form solution of absolute orientation using unit quaternions, 1987). Both
        /// are m × 3.
        ///
        /// - Throws: A ``BundleAdjustmentError`` of kind `invalidProblem` if the sizes differ, or there are
        ///   fewer than 3 points, or all points are one; of kind `notFinite` if a number is not finite.
        public init(from moving: DenseMatrix, to fixed: DenseMatrix) throws(BundleAdjustmentError) {
            guard moving.rows == fixed.rows, moving.columns == 3, fixed.columns == 3, moving.rows >= 3 else {
                throw BundleAdjustmentError(
                    .invalidProblem,
                    "points can be aligned if there are at least 3, as matrices of one size with 3 columns; these are "
                        + "\(moving.rows) × \(moving.columns) and \(fixed.rows) × \(fixed.columns)")
            }
            let count = Double(moving.rows)
            var (a, b) = (Space(), Space())
            for row in 0..<moving.rows {
                a += moving.space(row) / count
                b += fixed.space(row) / count
            }
            var (x, y, z, spread) = (Space(), Space(), Space(), 0.0)
            for row in 0..<moving.rows {
                let (p, q) = (moving.space(row) - a, fixed.space(row) - b)
                x += p.x * q
                y += p.y * q
                z += p.z * q
                spread += p.dot(p)
            }
            guard spread.isFinite, (x + y + z).sum().isFinite else {
                throw BundleAdjustmentError(
                    .notFinite, "points with coordinates that are not finite cannot be aligned")
            }
            guard spread > 0 else {
                throw BundleAdjustmentError(.invalidProblem, "points that are all the same cannot be aligned")
            }
            let turn = Self.rotation(x, y, z).angleAxis
            var along = 0.0
            for row in 0..<moving.rows {
                along += (moving.space(row) - a).turned(about: turn).dot(fixed.space(row) - b)
            }
            scale = along / spread
            rotation = turn
            translation = b - scale * a.turned(about: turn)
        }

        /// The rows of an m × 3 matrix, each moved.
        public func callAsFunction(_ points: DenseMatrix) -> DenseMatrix {
            var elements: [Double] = []
            for row in 0..<(points.columns == 3 ? points.rows : 0) {
                let moved = scale * points.space(row).turned(about: rotation) + translation
                elements += [moved.x, moved.y, moved.z]
            }
            return DenseMatrix(unchecked: elements.count / 3, 3, elements)
        }

        /// The quaternion of the rotation: the eigenvector of Horn's matrix with the largest eigenvalue.
        private static func rotation(_ x: Space, _ y: Space, _ z: Space) -> Quaternion {
            let horn = [
                [x.x + y.y + z.z, y.z - z.y, z.x - x.z, x.y - y.x],
                [y.z - z.y, x.x - y.y - z.z, x.y + y.x, z.x + x.z],
                [z.x - x.z, x.y + y.x, y.y - x.x - z.z, y.z + z.y],
                [x.y - y.x, z.x + x.z, y.z + z.y, z.z - x.x - y.y],
            ]
            let vector = largestEigenvector(horn)
            return Quaternion(real: vector[0], imaginary: Space(vector[1], vector[2], vector[3]))
        }

        /// By Jacobi's method: rotations of pairs of axes until the matrix is diagonal.
        private static func largestEigenvector(_ symmetric: [[Double]]) -> [Double] {
            var a = symmetric
            let axes = a.indices
            var vectors = axes.map { i in axes.map { $0 == i ? 1.0 : 0.0 } }
            for _ in 0..<30 {
                for p in axes {
                    for q in axes where q > p && a[p][q] != 0 {
                        let angle = 0.5 * SystemMath.atan2(2 * a[p][q], a[q][q] - a[p][p])
                        let (c, s) = (SystemMath.cos(angle), SystemMath.sin(angle))
                        for k in axes {
                            (a[k][p], a[k][q]) = (c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q])
                        }
                        for k in axes {
                            (a[p][k], a[q][k]) = (c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k])
                        }
                        for k in axes {
                            (vectors[k][p], vectors[k][q]) = (
                                c * vectors[k][p] - s * vectors[k][q], s * vectors[k][p] + c * vectors[k][q]
                            )
                        }
                    }
                }
            }
            let best = axes.max { a[$0][$0] < a[$1][$1] } ?? 0
            return axes.map { vectors[$0][best] }
        }
    }
}

extension BundleAdjustment.BAL.Problem {
    /// Where the cameras are, −Rᵀ t, as an n × 3 matrix.
    public var cameraCentres: DenseMatrix {
        var elements: [Double] = []
        for camera in 0..<cameras.rows {
            let centre = -cameras.space(camera, from: 3).turned(about: -cameras.space(camera))
            elements += [centre.x, centre.y, centre.z]
        }
        return DenseMatrix(unchecked: cameras.rows, 3, elements)
    }
}
