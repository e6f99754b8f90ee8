import AD

extension GaussianMixture {
    /// What the covariances of a fit have in common. scikit-learn calls it `covariance_type`.
    public enum CovarianceShape: String, Sendable, Codable, CaseIterable {
        /// Every component has a covariance of its own.
        case full
        /// All components have the same covariance.
        case tied
        /// Covariances are diagonal: within a component the coordinates are independent.
        case diagonal
        /// Covariances are multiples of the identity.
        case spherical
    }
}

extension GaussianMixture.CovarianceShape {
    /// The nearest parameters of this shape: the covariances' mean, their diagonals, or the means of these.
    func shaped(
        _ p: GaussianMixture.Parameters
    ) throws(MixtureError) -> GaussianMixture.Parameters {
        let (d, weights) = (p.dimensions, p.weights)
        var covariances = (0..<p.components).map { p.covariance($0) }
        switch self {
        case .full: return p
        case .tied:
            var mean = DenseMatrix(rows: d, columns: d)
            for i in 0..<d {
                for j in 0..<d {
                    mean[i, j] = covariances.indices.reduce(0) { $0 + weights[$1] * covariances[$1][i, j] }
                }
            }
            covariances = covariances.map { _ in mean }
        case .diagonal, .spherical:
            covariances = covariances.map { covariance in
                var diagonal = (0..<d).map { covariance[$0, $0] }
                if self == .spherical {
                    diagonal = Array(repeating: diagonal.reduce(0, +) / Double(d), count: d)
                }
                var result = DenseMatrix(rows: d, columns: d)
                for j in 0..<d { result[j, j] = diagonal[j] }
                return result
            }
        }
        return try GaussianMixture.Parameters(weights: weights, means: p.means, covariances: covariances)
    }

    /// For every number of `Parameters.elements` the variable of a search that it is; nil where it is always 0.
    ///
    /// All numbers of a variable are equal, so that its derivative is the sum of theirs.
    func variables(components k: Int, dimensions d: Int) -> [Int?] {
        var count = k + k * d
        var variables: [Int?] = (0..<count).map { $0 }
        func place(_ columns: Int, _ variable: (_ component: Int, _ column: Int) -> Int?) {
            for component in 0..<k {
                for column in 0..<columns { variables.append(variable(component, column)) }
            }
        }
        let (first, below) = (count, d * (d - 1) / 2)
        switch self {
        case .full: place(d) { first + $0 * d + $1 }
        case .tied: place(d) { first + $1 }
        case .diagonal: place(d) { first + $0 * d + $1 }
        case .spherical: place(d) { component, _ in first + component }
        }
        count = 1 + (variables.compactMap { $0 }.max() ?? 0)
        switch self {
        case .full: place(below) { count + $0 * below + $1 }
        case .tied: place(below) { count + $1 }
        case .diagonal, .spherical: place(below) { _, _ in nil }
        }
        return variables
    }
}
