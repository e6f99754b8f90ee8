import AD

/// Mixtures of Gaussians with full covariances: their likelihood and posterior as programs, and their fit.
///
/// A mixture of k components in d dimensions has the parameters of ADBench and GradBench:
/// - α, k numbers: the weights are softmax(α);
/// - μ, k×d: the means;
/// - q, k×d and l, k×d(d−1)/2: for every component a lower triangular factor Q of its precision QᵀQ. q holds the
///   logarithms of Q's diagonal, l what is below it, column after column. In one dimension l has no columns.
///
/// The points x form a matrix n×d. Arguments of other shapes are refused;
/// ``Parameters`` and ``Problem`` are always of the right shape. Without points the likelihood is 1; without
/// components it is 0. Gradients in the parameters alone are `compile(grad(f), with: [1, 2, 3, 4])`.
public enum GaussianMixture {
    /// The points' log-likelihood, added to `loss`.
    ///
    /// Σᵢ log Σₖ exp(αₖ + Σⱼ qₖⱼ − ½ ‖Qₖ (xᵢ − μₖ)‖²) − n log Σₖ exp αₖ − ½ n d log 2π
    public static let logLikelihood = ReversibleFunction(
        "logLikelihood", parameters: ["loss", "alpha", "means", "q", "l", "x"], addLogLikelihood
    )
    .requiring { _, alpha, means, q, l, x in requirements(alpha, means, q, l, x) }

    /// The log posterior as GradBench defines it: ``logLikelihood`` and ``logPrior``, added to `loss`.
    ///
    /// The arguments after the points are the prior's, γ and m.
    public static let logPosterior = ReversibleFunction(
        "logPosterior", parameters: ["loss", "alpha", "means", "q", "l", "x", "gamma", "m"]
    ) {
        (
            loss: Scalar, alpha: Vector, means: Matrix, q: Matrix, l: Matrix, x: Matrix, gamma: Scalar,
            m: Integer
        ) in
        logLikelihood(loss, alpha, means, q, l, x)
        logPrior(loss, q, l, gamma, m)
    }
    .requiring { _, alpha, means, q, l, x, gamma, _ in
        requirements(alpha, means, q, l, x) + [.number(gamma, .positive)]
    }

    /// ADBench's original objective: ``logLikelihood`` minus ``logPrior``, added to `loss`.
    ///
    /// ADBench (Srajer, Kukelova, Fitzgibbon 2018) subtracts the logarithm of the prior where Bayes' rule adds it,
    /// so that this is no posterior: it rewards what the prior thinks unlikely. GradBench corrected the sign
    /// in its definition. Use this one to compare with results that were found with ADBench, and ``logPosterior`` for
    /// everything else. The likelihood is the same in both.
    public static let adBenchObjective = ReversibleFunction(
        "adBenchObjective", parameters: ["loss", "alpha", "means", "q", "l", "x", "gamma", "m"]
    ) {
        (
            loss: Scalar, alpha: Vector, means: Matrix, q: Matrix, l: Matrix, x: Matrix, gamma: Scalar,
            m: Integer
        ) in
        logLikelihood(loss, alpha, means, q, l, x)
        (~logPrior)(loss, q, l, gamma, m)
    }
    .requiring { _, alpha, means, q, l, x, gamma, _ in
        requirements(alpha, means, q, l, x) + [.number(gamma, .positive)]
    }

    private static func requirements(
        _ alpha: Vector, _ means: Matrix, _ q: Matrix, _ l: Matrix, _ x: Matrix
    ) -> [ArgumentRequirement] {
        let sizes: [ArgumentRequirement] = [
            .equal(.elements(alpha), .rows(means)), .equal(.columns(x), .columns(means)),
        ]
        let numbers = [means, q, l, x].map { ArgumentRequirement.afterFailure(.elements($0, .finite)) }
        return sizes + factorSizes(q, l)
            + [.equal(.rows(q), .rows(means)), .equal(.columns(q), .columns(means))]
            + [.afterFailure(.elements(alpha, .finite))] + numbers
    }

    /// The shapes of the factors of the precisions.
    static func factorSizes(_ q: Matrix, _ l: Matrix) -> [ArgumentRequirement] {
        let below = ArgumentRequirement.Extent.count(
            q.columns * (q.columns - 1) / 2, of: q, "place below the diagonal of a factor",
            "places below the diagonal of a factor")
        return [.equal(.rows(l), .rows(q)), .equal(.columns(l), below)]
    }

    /// The statements of ``logLikelihood``.
    @Reversible
    package static func addLogLikelihood(
        loss: Scalar, alpha: Vector, means: Matrix, q: Matrix, l: Matrix, x: Matrix
    ) -> Statement {
        let diagonal = Matrix.ancilla(rows: means.rows, columns: means.columns, "diagonal")
        let offset = Vector.ancilla(count: alpha.count, "offset")
        let normalizer = Scalar.ancilla("normalizer")
        let ofPoint = Vector.ancilla(count: x.rows, "ofPoint")
        Compute {
            diagonal += exp(q)
            // The weights' logarithms, once: taken off every point's sum instead, huge α would swallow it.
            logSumExp(normalizer, alpha)
            For(alpha.indices) { k in
                offset[k] += alpha[k] - normalizer
                For(0..<means.columns) { j in offset[k] += q[k, j] }
            }
            ParallelFor(0..<x.rows) { i in
                logDensity(ofPoint[i], offset, means, diagonal, l, x, i)
            }
        } apply: {
            loss += sum(ofPoint)
            loss -= x.rows * means.columns * (0.5 * SystemMath.log(2 * Double.pi))
        }
    }

    /// The log density of point i, up to what all points have in common.
    ///
    /// A component's y = Q (x − μ) is computed again for the gradient: keeping those of all components would take more
    /// time for memory than the product takes. The point is copied: its numbers are then side by side with those of
    /// the points that are worked on at the same time.
    @Reversible
    private static func logDensity(
        _ out: Scalar, _ offset: Vector, _ means: Matrix, _ diagonal: Matrix, _ l: Matrix, _ x: Matrix,
        _ i: Integer
    ) -> Statement {
        let point = Vector.ancilla(count: means.columns, "point")
        let terms = Vector.ancilla(count: means.rows, "terms")
        Compute {
            For(point.indices) { j in point[j] += x[i, j] }
            For(0..<means.rows) { k in
                let y = Vector.ancilla(count: means.columns, "y")
                Compute {
                    For(0..<means.columns) { c in
                        let v = Scalar.ancilla("v")
                        // Column c of Q begins at this place in l, less its first row.
                        let start = Integer.ancilla("start")
                        Compute {
                            v += point[c] - means[k, c]
                            start += c * (2 * means.columns - c - 3) / 2 - 1
                        } apply: {
                            y[c] += diagonal[k, c] * v
                            For(c + 1..<means.columns) { j in y[j] += l[k, start + j] * v }
                        }
                    }
                } apply: {
                    terms[k] += offset[k]
                    For(0..<means.columns) { j in terms[k] -= y[j] * y[j] / 2 }
                }
            }
        } apply: {
            logSumExp(out, terms)
        }
    }

    /// log Σₖ exp tₖ, shifted by the largest term, which is found in a row of running maxima.
    ///
    /// What is less than e⁻⁷⁰⁰ of the sum counts as nothing: numbers that nearly underflow are slow to work with. The
    /// row starts at the least number there is, so that without terms the result is log 0 = −∞.
    private static let logSumExp = ReversibleFunction("logSumExp", parameters: ["out", "terms"]) {
        (out: Scalar, terms: Vector) in
        let most = Vector.ancilla(count: terms.count + 1, "most")
        let total = Scalar.ancilla("total")
        Compute {
            most[0] -= Double.greatestFiniteMagnitude
            For(terms.indices) { k in most[k + 1] += max(most[k], terms[k]) }
            For(terms.indices) { k in
                // The difference is compared: of huge terms the largest is not above itself less 700.
                let below = terms[k] - most[terms.count]
                total += select(below > -700, exp(below), 0)
            }
        } apply: {
            out += log(total) + most[terms.count]
        }
    }
}
