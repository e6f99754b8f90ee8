import AD
import Foundation

/// The parameters of a Gaussian mixture, or their gradient.
struct MixtureParameters {
    var alpha: [Double]
    var means: DenseMatrix
    var q: DenseMatrix
    var l: DenseMatrix

    /// Three equal components with the spread of all points, at single points: those at one, three and five
    /// sixths of the way when the points are sorted by their third coordinate.
    init(startingFrom x: DenseMatrix) {
        let d = x.columns
        let sorted = (0..<x.rows).sorted { x[$0, 2] < x[$1, 2] }
        let chosen = [1, 3, 5].map { sorted[$0 * x.rows / 6] }
        let logInverseSpread = (0..<d).map { column in
            let values = (0..<x.rows).map { x[$0, column] }
            let mean = values.reduce(0, +) / Double(x.rows)
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.rows)
            return -0.5 * log(variance)
        }
        alpha = [0, 0, 0]
        means = DenseMatrix(chosen.map { row in (0..<d).map { x[row, $0] } })
        q = DenseMatrix(chosen.map { _ in logInverseSpread })
        l = DenseMatrix(rows: 3, columns: d * (d - 1) / 2)
    }

    /// Made-up parameters in d dimensions.
    ///
    /// The factors are near enough to the identity that several components have a share in a point: shares that
    /// underflow would time the processor's way with denormal numbers.
    init(_ d: Int, components: Int, _ generator: inout SeededGenerator) {
        let below = d * (d - 1) / 2
        alpha = generator.numbers(components)
        means = DenseMatrix(components, generator.numbers(components * d))
        q = DenseMatrix(components, generator.numbers(components * d).map { $0 / 4 })
        l = DenseMatrix(components, generator.numbers(components * below).map { $0 / Double(d).squareRoot() })
    }

    /// All parameters in one row.
    var numbers: [Double] { MixtureParameters.joined(alpha, means, q, l) }

    /// The numbers of a gradient in one row.
    static func joined(_ alpha: [Double], _ means: DenseMatrix, _ q: DenseMatrix, _ l: DenseMatrix)
        -> [Double]
    {
        alpha + means.elements + q.elements + l.elements
    }

    /// The parameters plus a multiple of a direction.
    func moved(by step: Double, along direction: [Double]) -> MixtureParameters {
        var result = self
        var position = 0
        for k in alpha.indices {
            result.alpha[k] += step * direction[position]
            position += 1
        }
        for part in [\MixtureParameters.means, \.q, \.l] {
            for row in 0..<result[keyPath: part].rows {
                for column in 0..<result[keyPath: part].columns {
                    result[keyPath: part][row, column] += step * direction[position]
                    position += 1
                }
            }
        }
        return result
    }
}
