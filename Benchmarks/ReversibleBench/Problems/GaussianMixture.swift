import AD
import Foundation

/// The log-likelihood of a mixture of Gaussians with full covariances.
///
/// ADBench's parameters: weights softmax(α), means, and for every component a lower triangular factor Q of
/// the precision QᵀQ, whose diagonal is given by its logarithms q and whose part below it row after row.
///
/// Σᵢ log Σₖ exp(αₖ + Σⱼ qₖⱼ − ½ |Qₖ (xᵢ − μₖ)|²) − n log Σₖ exp αₖ − ½ n d log 2π
enum GaussianMixture {
    static let problem = Problem("Gaussian mixture") { options, progress, report in
        let x = Iris.measurements
        guard let points = DenseMatrix(rows: Iris.flowers, columns: Iris.columns, elements: x) else { return }
        let start = MixtureParameters(startingFrom: x, dimensions: Iris.columns)
        report.rows.append(
            try Comparison(
                name: "Gaussian mixture", size: "iris 150×4, 3 components", tolerance: 1e-9,
                objective: { try value(start, points) },
                gradient: { try gradient(start, points) },
                numbers: { joined($0.1, $0.2, $0.3, $0.4) },
                handObjective: { HandMixture.logLikelihood(start, x) },
                handGradient: { HandMixture.gradient(start, x) },
                handNumbers: { $0.numbers }
            ).run(options, progress))
        try MixtureFit(options, points, from: start, progress).add(to: &report)
    }

    /// The numbers of a gradient in one row.
    static func joined(
        _ alpha: [Double], _ means: DenseMatrix, _ logDiagonal: DenseMatrix, _ lower: DenseMatrix
    ) -> [Double] {
        alpha + means.elements + logDiagonal.elements + lower.elements
    }

    static func value(_ p: MixtureParameters, _ x: DenseMatrix) throws -> Double {
        try program(0.0, p.alpha, p.means, p.logDiagonal, p.lower, x).0
    }

    private static func gradient(
        _ p: MixtureParameters, _ x: DenseMatrix
    ) throws -> (Double, [Double], DenseMatrix, DenseMatrix, DenseMatrix, DenseMatrix) {
        try grad(program, 0.0, p.alpha, p.means, p.logDiagonal, p.lower, x)
    }

    /// log Σₖ exp tₖ, shifted by the largest term, which is found in a row of running maxima.
    static let logSumExp = ReversibleFunction("logSumExp", parameters: ["out", "terms"]) {
        (out: Scalar, terms: Vector) in
        let most = Vector.ancilla(count: terms.count, "most")
        let total = Scalar.ancilla("total")
        Compute {
            most[0] += terms[0]
            For(1..<terms.count) { k in most[k] += max(most[k - 1], terms[k]) }
            For(terms.indices) { k in total += exp(terms[k] - most[terms.count - 1]) }
        } apply: {
            out += log(total) + most[terms.count - 1]
        }
    }

    static let program = ReversibleFunction(
        "mixture", parameters: ["loss", "alpha", "means", "logDiagonal", "lower", "x"], mixture)

    @Reversible
    static func mixture(
        loss: Scalar, alpha: Vector, means: Matrix, logDiagonal: Matrix, lower: Matrix, x: Matrix
    ) -> Statement {
        let diagonal = Matrix.ancilla(rows: means.rows, columns: means.columns, "diagonal")
        let offset = Vector.ancilla(count: alpha.count, "offset")
        let normalizer = Scalar.ancilla("normalizer")
        Compute {
            diagonal += exp(logDiagonal)
            For(alpha.indices) { k in
                offset[k] += alpha[k]
                For(0..<means.columns) { j in offset[k] += logDiagonal[k, j] }
            }
            logSumExp(normalizer, alpha)
        } apply: {
            For(0..<x.rows) { i in
                let terms = Vector.ancilla(count: alpha.count, "terms")
                Compute {
                    For(alpha.indices) { k in
                        terms[k] += offset[k]
                        For(0..<means.columns) { j in
                            let y = Scalar.ancilla("y")
                            Compute {
                                y += diagonal[k, j] * (x[i, j] - means[k, j])
                                For(0..<j) { m in
                                    y += lower[k, j * (j - 1) / 2 + m] * (x[i, m] - means[k, m])
                                }
                            } apply: {
                                terms[k] -= y * y / 2
                            }
                        }
                    }
                } apply: {
                    logSumExp(loss, terms)
                }
            }
            loss -= x.rows * (normalizer + 0.5 * log(2 * Double.pi) * means.columns)
        }
    }
}

/// The parameters of a Gaussian mixture, and their gradient.
struct MixtureParameters {
    var alpha: [Double]
    var means: DenseMatrix
    var logDiagonal: DenseMatrix
    var lower: DenseMatrix

    /// Three equal components with the spread of all points, at single points: those at one, three and five
    /// sixths of the way when the points are sorted by their third coordinate.
    init(startingFrom x: [Double], dimensions d: Int) {
        let count = x.count / d
        let sorted = (0..<count).sorted { x[$0 * d + 2] < x[$1 * d + 2] }
        let chosen = [1, 3, 5].map { sorted[$0 * count / 6] }
        let logInverseSpread = (0..<d).map { column in
            let values = (0..<count).map { x[$0 * d + column] }
            let mean = values.reduce(0, +) / Double(count)
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
            return -0.5 * log(variance)
        }
        alpha = [0, 0, 0]
        means = DenseMatrix(chosen.map { row in (0..<d).map { x[row * d + $0] } })
        logDiagonal = DenseMatrix(chosen.map { _ in logInverseSpread })
        lower = DenseMatrix(rows: 3, columns: d * (d - 1) / 2)
    }
}
