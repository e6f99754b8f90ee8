import AD

// Factors, precisions and covariances. Q is lower triangular, QᵀQ the precision, and Q⁻¹Q⁻ᵀ the covariance,
// so that Q is the inverse of the covariance's Cholesky factor.

extension GaussianMixture.Parameters {
    /// Parameters from weights, means, and the covariance d×d of every component.
    ///
    /// - Throws: An error if the counts or shapes do not go together, a weight is not positive, or a
    ///   covariance is not symmetric and positive definite.
    public init(weights: [Double], means: DenseMatrix, covariances: [DenseMatrix]) throws(MixtureError) {
        try self.init(weights, means, covariances, "covariance") { $0.choleskyFactor?.inverseOfLower }
    }

    /// Parameters from weights, means, and the precision d×d of every component.
    ///
    /// - Throws: An error if the counts or shapes do not go together, a weight is not positive, or a
    ///   precision is not symmetric and positive definite.
    public init(weights: [Double], means: DenseMatrix, precisions: [DenseMatrix]) throws(MixtureError) {
        // With rows and columns in reversed order QᵀQ is a product L Lᵀ.
        try self.init(weights, means, precisions, "precision") {
            $0.reversed.choleskyFactor?.transposed.reversed
        }
    }

    /// The lower triangular factor Q of component k's precision.
    public func factor(_ k: Int) -> DenseMatrix {
        var result = DenseMatrix(rows: dimensions, columns: dimensions)
        var position = 0
        for column in 0..<dimensions {
            result[column, column] = SystemMath.exp(q[k, column])
            for row in column + 1..<max(dimensions, column + 1) {
                result[row, column] = l[k, position]
                position += 1
            }
        }
        return result
    }

    /// The precision QᵀQ of component k.
    public func precision(_ k: Int) -> DenseMatrix {
        let factor = factor(k).transposed
        return factor.timesTranspose
    }

    /// The covariance of component k, the inverse of its precision.
    public func covariance(_ k: Int) -> DenseMatrix { factor(k).inverseOfLower.timesTranspose }

    private init(
        _ weights: [Double], _ means: DenseMatrix, _ matrices: [DenseMatrix], _ name: String,
        factor: (DenseMatrix) -> DenseMatrix?
    ) throws(MixtureError) {
        let (k, d) = (weights.count, means.columns)
        guard k > 0, means.rows == k, matrices.count == k else {
            throw MixtureError(
                .invalidParameters,
                "there are \(k) weights, \(means.rows) means and \(matrices.count) \(name) matrices; "
                    + "give one of each for every component")
        }
        if let index = weights.firstIndex(where: { !($0 > 0 && $0.isFinite) }) {
            throw MixtureError(
                .invalidParameters, "weight \(index) is \(weights[index]); it must be positive and finite")
        }
        let total = weights.reduce(0, +)
        var q = DenseMatrix(rows: k, columns: d)
        var l = DenseMatrix(rows: k, columns: d * (d - 1) / 2)
        for component in 0..<k {
            let matrix = matrices[component]
            guard matrix.rows == d, matrix.columns == d else {
                throw MixtureError(
                    .invalidParameters,
                    "\(name) \(component) is \(matrix.rows)×\(matrix.columns); the means have \(d) columns")
            }
            guard matrix.isSymmetric, let factor = factor(matrix) else {
                throw MixtureError(
                    .invalidParameters,
                    "\(name) \(component) is not symmetric and positive definite: \(matrix)")
            }
            var position = 0
            for column in 0..<d {
                q[component, column] = SystemMath.log(factor[column, column])
                for row in column + 1..<max(d, column + 1) {
                    l[component, position] = factor[row, column]
                    position += 1
                }
            }
        }
        try self.init(alpha: weights.map { SystemMath.log($0 / total) }, means: means, q: q, l: l)
    }
}

extension DenseMatrix {
    /// Whether the matrix is its own transpose, up to rounding.
    fileprivate var isSymmetric: Bool {
        (0..<rows).allSatisfy { row in
            (0..<row).allSatisfy { column in
                let (a, b) = (self[row, column], self[column, row])
                return abs(a - b) <= 1e-10 * (abs(self[row, row]) * abs(self[column, column])).squareRoot()
            }
        }
    }

    /// The lower triangular L with positive diagonal and L Lᵀ = self; nil if there is none.
    fileprivate var choleskyFactor: DenseMatrix? {
        var factor = DenseMatrix(rows: rows, columns: rows)
        for column in 0..<rows {
            for row in column..<rows {
                var rest = self[row, column]
                for c in 0..<column { rest -= factor[row, c] * factor[column, c] }
                if row == column {
                    guard rest > 0, rest.isFinite else { return nil }
                    factor[row, row] = rest.squareRoot()
                } else {
                    factor[row, column] = rest / factor[column, column]
                }
            }
        }
        return factor
    }

    /// The inverse of a lower triangular matrix, which is lower triangular too.
    fileprivate var inverseOfLower: DenseMatrix {
        var inverse = DenseMatrix(rows: rows, columns: rows)
        for column in 0..<rows {
            inverse[column, column] = 1 / self[column, column]
            for row in column + 1..<max(rows, column + 1) {
                var rest = 0.0
                for c in column..<row { rest -= self[row, c] * inverse[c, column] }
                inverse[row, column] = rest / self[row, row]
            }
        }
        return inverse
    }

    /// The product with the own transpose.
    fileprivate var timesTranspose: DenseMatrix {
        var product = DenseMatrix(rows: rows, columns: rows)
        for row in 0..<rows {
            for column in 0..<rows {
                for c in 0..<columns { product[row, column] += self[row, c] * self[column, c] }
            }
        }
        return product
    }

    /// Rows and columns in reversed order.
    fileprivate var reversed: DenseMatrix {
        DenseMatrix(unchecked: rows, columns, elements.reversed())
    }
}
