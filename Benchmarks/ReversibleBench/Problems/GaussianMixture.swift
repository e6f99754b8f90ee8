import AD
import Foundation

/// A mixture of Gaussians with full covariances.
///
/// ADBench's parameters: weights softmax(α), means, and for every component a lower triangular factor Q of
/// the precision QᵀQ, whose diagonal is given by its logarithms q and whose part below it, l, column after
/// column. The posterior adds to the points' log-likelihood a Wishart prior of the precisions.
///
/// Σᵢ log Σₖ exp(αₖ + Σⱼ qₖⱼ − ½ |Qₖ (xᵢ − μₖ)|²) − n log Σₖ exp αₖ − ½ n d log 2π
enum GaussianMixture {
    /// log Σₖ exp tₖ, shifted by the largest term, which is found in a row of running maxima.
    ///
    /// What is less than e⁻⁷⁰⁰ of the sum counts as nothing: numbers that nearly underflow are slow to work with.
    static let logSumExp = ReversibleFunction("logSumExp", parameters: ["out", "terms"]) {
        (out: Scalar, terms: Vector) in
        let most = Vector.ancilla(count: terms.count, "most")
        let total = Scalar.ancilla("total")
        Compute {
            most[0] += terms[0]
            For(1..<terms.count) { k in most[k] += max(most[k - 1], terms[k]) }
            For(terms.indices) { k in
                total += select(
                    terms[k] > most[terms.count - 1] - 700, exp(terms[k] - most[terms.count - 1]), 0)
            }
        } apply: {
            out += log(total) + most[terms.count - 1]
        }
    }

    static let likelihood = ReversibleFunction(
        "likelihood", parameters: ["loss", "alpha", "means", "q", "l", "x"], logLikelihood)

    /// The log posterior, with the prior's parameters γ and m.
    static func posterior(gamma: Double, m: Int) -> ReversibleFunction<
        Scalar, Vector, Matrix, Matrix, Matrix, Matrix
    > {
        ReversibleFunction("posterior", parameters: ["loss", "alpha", "means", "q", "l", "x"]) {
            (loss: Scalar, alpha: Vector, means: Matrix, q: Matrix, l: Matrix, x: Matrix) in
            likelihood(loss, alpha, means, q, l, x)
            logPrior(loss, means, q, l, gamma: gamma, m: m)
        }
    }

    @Reversible
    static func logLikelihood(
        loss: Scalar, alpha: Vector, means: Matrix, q: Matrix, l: Matrix, x: Matrix
    ) -> Statement {
        let diagonal = Matrix.ancilla(rows: means.rows, columns: means.columns, "diagonal")
        let offset = Vector.ancilla(count: alpha.count, "offset")
        let normalizer = Scalar.ancilla("normalizer")
        let ofPoint = Vector.ancilla(count: x.rows, "ofPoint")
        Compute {
            diagonal += exp(q)
            For(alpha.indices) { k in
                offset[k] += alpha[k]
                For(0..<means.columns) { j in offset[k] += q[k, j] }
            }
            logSumExp(normalizer, alpha)
            ParallelFor(0..<x.rows) { i in
                logDensity(ofPoint[i], offset, means, diagonal, l, x, i)
            }
        } apply: {
            loss += sum(ofPoint)
            loss -= x.rows * (normalizer + 0.5 * log(2 * Double.pi) * means.columns)
        }
    }

    /// The log density of point i, up to what all points have in common.
    ///
    /// The point is copied, so that one iteration works on numbers of its own. All components' Q v stay, so that
    /// the gradient needs no second product.
    @Reversible
    private static func logDensity(
        _ out: Scalar, _ offset: Vector, _ means: Matrix, _ diagonal: Matrix, _ l: Matrix, _ x: Matrix,
        _ i: Integer
    ) -> Statement {
        let v = Matrix.ancilla(rows: means.rows, columns: means.columns, "v")
        let y = Matrix.ancilla(rows: means.rows, columns: means.columns, "y")
        let terms = Vector.ancilla(count: means.rows, "terms")
        Compute {
            For(0..<means.rows) { k in
                For(0..<means.columns) { j in
                    v[k, j] += x[i, j] - means[k, j]
                    y[k, j] += diagonal[k, j] * v[k, j]
                }
                For(0..<means.columns) { c in
                    // Column c of Q begins at this place in l, less its first row.
                    let start = Integer.ancilla("start")
                    Compute {
                        start += c * (2 * means.columns - c - 3) / 2 - 1
                    } apply: {
                        For(c + 1..<means.columns) { j in y[k, j] += l[k, start + j] * v[k, c] }
                    }
                }
                terms[k] += offset[k]
                For(0..<means.columns) { j in terms[k] -= y[k, j] * y[k, j] / 2 }
            }
        } apply: {
            logSumExp(out, terms)
        }
    }

    /// The logarithm of the Wishart density of all precisions.
    @Reversible
    private static func logPrior(
        _ loss: Scalar, _ means: Matrix, _ q: Matrix, _ l: Matrix, gamma: Double, m: Int
    ) -> Statement {
        let dimensions = means.columns
        let freedom = means.columns + (m + 1)
        loss += means.rows * freedom * dimensions * Foundation.log(gamma / 2.0.squareRoot())
        loss -= means.rows * dimensions * (dimensions - 1) * (Foundation.log(Double.pi) / 4)
        For(1...dimensions) { j in loss -= means.rows * lgamma(0.5 * (freedom + 1 - j)) }
        loss -= gamma * gamma / 2 * sum(exp(q) * exp(q))
        loss -= gamma * gamma / 2 * sum(l * l)
        loss += m * sum(q)
    }
}
