import AD
import Optimizers

extension GaussianMixture.Parameters {
    /// Where a fit begins: clusters of the points, with their shares, means and covariances.
    ///
    /// The centres are chosen at random, each with a probability proportional to the squared distance from
    /// those before it (Arthur and Vassilvitskii, "k-means++", 2007); a few of Lloyd's iterations follow. Distances are
    /// in units of the columns' standard deviations. Covariances are drawn towards that of all points, so that
    /// clusters of few points have one.
    ///
    /// - Parameter seed: The same seed gives the same clusters on every machine.
    /// - Throws: An error if there are fewer points than components, or if a point is not finite.
    public init(clustersOf points: DenseMatrix, components k: Int, seed: UInt64 = 1) throws(MixtureError) {
        let (n, d) = (points.rows, points.columns)
        guard k > 0 else {
            throw MixtureError(.invalidOption, "\(k) components were asked for; there must be at least one")
        }
        guard d > 0, n >= k else {
            throw MixtureError(
                .invalidPoints, "\(n) points with \(d) columns cannot be divided into \(k) components")
        }
        try GaussianMixture.requirePoints(points, dimensions: d)
        // Beyond this, squares of differences and their sums overflow.
        if let index = points.elements.firstIndex(where: { abs($0) > 1e150 }) {
            throw MixtureError(
                .invalidPoints,
                "points[\(index / d), \(index % d)] is \(points.elements[index]), beyond 1e150, where variances overflow; "
                    + "scale the points")
        }
        let spread = points.spread
        var clusters = Clusters(points, spread: spread, count: k, seed: seed)
        for _ in 0..<10 where !clusters.improve() { break }
        var means = DenseMatrix(rows: k, columns: d)
        var covariances = Array(repeating: DenseMatrix(rows: d, columns: d), count: k)
        for (i, cluster) in clusters.nearest.enumerated() {
            for j in 0..<d { means[cluster, j] += points[i, j] / Double(clusters.counts[cluster]) }
        }
        // Each cluster's covariance counts like its points, and that of all points like d of them.
        for (i, cluster) in clusters.nearest.enumerated() {
            let share = 1 / Double(clusters.counts[cluster] + d)
            for a in 0..<d {
                for b in 0..<d {
                    covariances[cluster][a, b] +=
                        share * (points[i, a] - means[cluster, a]) * (points[i, b] - means[cluster, b])
                }
            }
        }
        for cluster in 0..<k {
            let share = Double(d) / Double(clusters.counts[cluster] + d)
            for j in 0..<d { covariances[cluster][j, j] += share * spread[j] * spread[j] / Double(k * k) }
        }
        try self.init(
            weights: clusters.counts.map { Double($0) }, means: means, covariances: covariances)
    }
}

extension DenseMatrix {
    /// The columns' standard deviations; 1 for a column whose numbers are all the same, to rounding.
    var spread: [Double] {
        (0..<columns).map { column in
            let numbers = (0..<rows).lazy.map { self[$0, column] }
            let (least, largest) = (numbers.min() ?? 0, numbers.max() ?? 0)
            // The mean of equal numbers is off by some units in the last place: differences no larger tell nothing.
            guard largest - least > 64 * max(abs(least), abs(largest)).ulp else { return 1 }
            let mean = (0..<rows).reduce(0) { $0 + self[$1, column] / Double(rows) }
            let variance = (0..<rows).reduce(0) {
                $0 + (self[$1, column] - mean) * (self[$1, column] - mean) / Double(rows)
            }
            return variance > 0 && variance.isFinite ? variance.squareRoot() : 1
        }
    }
}

/// A division of points among centres.
private struct Clusters {
    /// The points in units of the spread, one after the other.
    private let points: [Double]
    private let dimensions: Int
    private var centres: [[Double]] = []
    /// Every point's centre.
    private(set) var nearest: [Int]
    /// How many points every centre has; at least one.
    private(set) var counts: [Int] = []

    init(_ matrix: DenseMatrix, spread: [Double], count: Int, seed: UInt64) {
        let (n, d) = (matrix.rows, matrix.columns)
        dimensions = d
        points = matrix.elements.enumerated().map { $1 / spread[$0 % d] }
        nearest = Array(repeating: 0, count: n)
        var random = RandomNumbers(seed: seed)
        var distances = Array(repeating: Double.infinity, count: n)
        var chosen = Int.random(in: 0..<n, using: &random)
        while true {
            centres.append(Array(points[chosen * d..<(chosen + 1) * d]))
            counts.append(0)
            for i in 0..<n {
                let distance = self.distance(i, centres.count - 1)
                // Of points at one place each is a centre at most once.
                if distance < distances[i] || i == chosen {
                    (distances[i], nearest[i]) = (i == chosen ? -1 : distance, centres.count - 1)
                }
            }
            if centres.count == count { break }
            let total = distances.reduce(0) { $0 + max($1, 0) }
            var left = Double.random(in: 0...1, using: &random) * total
            // Where all distances are 0 or rounding leaves something, the last point that is no centre.
            chosen = distances.lastIndex { $0 >= 0 } ?? 0
            for i in 0..<n where distances[i] > 0 {
                left -= distances[i]
                if left <= 0 {
                    chosen = i
                    break
                }
            }
        }
        for cluster in nearest { counts[cluster] += 1 }
    }

    /// One of Lloyd's iterations; false if it changes nothing or would leave a centre without points.
    mutating func improve() -> Bool {
        var sums = Array(repeating: Array(repeating: 0.0, count: dimensions), count: centres.count)
        for (i, cluster) in nearest.enumerated() {
            for j in 0..<dimensions {
                sums[cluster][j] += points[i * dimensions + j] / Double(counts[cluster])
            }
        }
        var next = self
        next.centres = sums
        next.counts = Array(repeating: 0, count: centres.count)
        for i in nearest.indices {
            var best = (distance: Double.infinity, cluster: nearest[i])
            for cluster in centres.indices {
                let distance = next.distance(i, cluster)
                if distance < best.distance { best = (distance, cluster) }
            }
            next.nearest[i] = best.cluster
            next.counts[best.cluster] += 1
        }
        guard next.nearest != nearest, !next.counts.contains(0) else { return false }
        self = next
        return true
    }

    private func distance(_ i: Int, _ cluster: Int) -> Double {
        var squares = 0.0
        for j in 0..<dimensions {
            let difference = points[i * dimensions + j] - centres[cluster][j]
            squares += difference * difference
        }
        return squares
    }
}
