import AD
import Foundation

/// The Gaussian mixture's log-likelihood and its gradient, written by hand.
enum HandMixture {
    @inline(never)
    static func logLikelihood(_ p: MixtureParameters, _ x: [Double]) -> Double {
        let (components, d) = (p.means.rows, p.means.columns)
        let model = Model(p)
        var y = [Double](repeating: 0, count: d)
        var terms = [Double](repeating: 0, count: components)
        var total = 0.0
        for i in 0..<x.count / d {
            for k in 0..<components { terms[k] = model.term(k, x, i, &y) }
            total += logSumExp(terms)
        }
        return total - model.constant(points: x.count / d)
    }

    /// The gradient by the responsibilities, as in a textbook.
    @inline(never)
    static func gradient(_ p: MixtureParameters, _ x: [Double]) -> MixtureParameters {
        let (components, d, count) = (p.means.rows, p.means.columns, x.count / p.means.columns)
        let below = d * (d - 1) / 2
        let model = Model(p)
        var y = [Double](repeating: 0, count: components * d)
        var row = [Double](repeating: 0, count: d)
        var terms = [Double](repeating: 0, count: components)
        var weights = [Double](repeating: 0, count: components)
        var means = [Double](repeating: 0, count: components * d)
        var logDiagonal = [Double](repeating: 0, count: components * d)
        var lower = [Double](repeating: 0, count: components * below)
        for i in 0..<count {
            for k in 0..<components {
                terms[k] = model.term(k, x, i, &row)
                for j in 0..<d { y[k * d + j] = row[j] }
            }
            let sum = logSumExp(terms)
            for k in 0..<components {
                let responsibility = exp(terms[k] - sum)
                weights[k] += responsibility
                for j in 0..<d {
                    let pull = responsibility * y[k * d + j]
                    let scale = model.diagonal[k * d + j]
                    means[k * d + j] += pull * scale
                    logDiagonal[k * d + j] += responsibility - pull * scale * model.apart(k, j, x, i)
                    let start = k * below + j * (j - 1) / 2
                    for m in 0..<j {
                        means[k * d + m] += pull * model.lower[start + m]
                        lower[start + m] -= pull * model.apart(k, m, x, i)
                    }
                }
            }
        }
        var result = p
        let normalizer = logSumExp(p.alpha)
        result.alpha = (0..<components).map { weights[$0] - Double(count) * exp(p.alpha[$0] - normalizer) }
        result.means = matrix(means, components, d)
        result.logDiagonal = matrix(logDiagonal, components, d)
        result.lower = matrix(lower, components, below)
        return result
    }

    private static func matrix(_ elements: [Double], _ rows: Int, _ columns: Int) -> DenseMatrix {
        DenseMatrix(rows: rows, columns: columns, elements: elements) ?? DenseMatrix(rows: 0, columns: 0)
    }

    private static func logSumExp(_ terms: [Double]) -> Double {
        var most = terms[0]
        for term in terms { most = max(most, term) }
        var sum = 0.0
        for term in terms { sum += exp(term - most) }
        return log(sum) + most
    }

    /// What all points share.
    private struct Model {
        let d: Int
        let below: Int
        let means: [Double]
        let lower: [Double]
        var diagonal: [Double]
        var offset: [Double]
        let normalizer: Double

        init(_ p: MixtureParameters) {
            d = p.means.columns
            below = d * (d - 1) / 2
            means = p.means.elements
            lower = p.lower.elements
            diagonal = p.logDiagonal.elements.map { exp($0) }
            offset = p.alpha
            for k in 0..<p.means.rows {
                for j in 0..<d { offset[k] += p.logDiagonal[k, j] }
            }
            normalizer = logSumExp(p.alpha)
        }

        func apart(_ k: Int, _ j: Int, _ x: [Double], _ i: Int) -> Double { x[i * d + j] - means[k * d + j] }

        /// The logarithm of component k's density at point i, up to the constant; leaves Q (x − μ) in `y`.
        func term(_ k: Int, _ x: [Double], _ i: Int, _ y: inout [Double]) -> Double {
            var squares = 0.0
            for j in 0..<d {
                var sum = diagonal[k * d + j] * apart(k, j, x, i)
                let start = k * below + j * (j - 1) / 2
                for m in 0..<j { sum += lower[start + m] * apart(k, m, x, i) }
                y[j] = sum
                squares += sum * sum
            }
            return offset[k] - squares / 2
        }

        func constant(points: Int) -> Double {
            Double(points) * (normalizer + 0.5 * Double(d) * log(2 * Double.pi))
        }
    }
}
