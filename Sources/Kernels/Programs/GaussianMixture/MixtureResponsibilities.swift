import AD

extension GaussianMixture.Parameters {
    /// For every point and component the probability that the point came from the component, n×k.
    ///
    /// - Throws: An error if points and means differ in dimension, or if a point is not finite.
    public func responsibilities(of points: DenseMatrix) throws(MixtureError) -> DenseMatrix {
        try GaussianMixture.requirePoints(points, dimensions: dimensions)
        var result = DenseMatrix(rows: points.rows, columns: components)
        let factors = (0..<components).map { factor($0).elements }
        let offsets = alpha.indices.map { k in (0..<dimensions).reduce(alpha[k]) { $0 + q[k, $1] } }
        var v = Array(repeating: 0.0, count: dimensions)
        for i in 0..<points.rows {
            var most = -Double.infinity
            for k in 0..<components {
                for j in 0..<dimensions { v[j] = points[i, j] - means[k, j] }
                var squares = 0.0
                for row in 0..<dimensions {
                    var y = 0.0
                    for column in 0...row { y += factors[k][row * dimensions + column] * v[column] }
                    squares += y * y
                }
                result[i, k] = offsets[k] - squares / 2
                most = max(most, result[i, k])
            }
            var total = 0.0
            for k in 0..<components {
                result[i, k] = SystemMath.exp(result[i, k] - most)
                total += result[i, k]
            }
            for k in 0..<components { result[i, k] /= total }
        }
        return result
    }

    /// For every point the component that it most probably came from.
    ///
    /// - Throws: An error if points and means differ in dimension, or if a point is not finite.
    public func assignments(of points: DenseMatrix) throws(MixtureError) -> [Int] {
        let shares = try responsibilities(of: points)
        return (0..<points.rows).map { i in
            (0..<components).reduce(0) { shares[i, $1] > shares[i, $0] ? $1 : $0 }
        }
    }
}
