import AD
import NativeEngine
import Optimizers

/// What a fit maximises, with its gradient, in the variables that the shape of the covariances leaves.
struct FitObjective {
    let points: DenseMatrix
    private let spread: [Double]
    private let options: GaussianMixture.FitOptions
    private let native:
        NativeValuedGradient<
            Scalar, Vector, Matrix, Matrix, Matrix, Matrix, Scalar, Integer, Integer, Scalar
        >?

    /// The log posterior if `hasPrior` is 1, and the log-likelihood if it is 0, less the regularization's part.
    ///
    /// A component's log density is lowered by ½ ε tr(QᵀQ), as much as noise of variance ε at the points would lower it on
    /// average. As if its weight were smaller: the likelihood with these weights is taken, and what it divides them by is
    /// put right.
    private static let program = ReversibleFunction(
        "objective",
        parameters: [
            "loss", "alpha", "means", "q", "l", "x", "gamma", "m", "hasPrior", "regularization",
        ]
    ) {
        (
            loss: Scalar, alpha: Vector, means: Matrix, q: Matrix, l: Matrix, x: Matrix, gamma: Scalar,
            m: Integer, hasPrior: Integer, regularization: Scalar
        ) in
        let lowered = Vector.ancilla(count: alpha.count, "lowered")
        Compute {
            For(alpha.indices) { k in
                lowered[k] += alpha[k]
                For(0..<q.columns) { j in lowered[k] -= regularization / 2 * exp(2 * q[k, j]) }
                For(0..<l.columns) { j in lowered[k] -= regularization / 2 * l[k, j] * l[k, j] }
            }
        } apply: {
            GaussianMixture.logLikelihood(loss, lowered, means, q, l, x)
            let change = Scalar.ancilla("change")
            Compute {
                Softmax.logSumExp(change, lowered)
                (~Softmax.logSumExp)(change, alpha)
            } apply: {
                loss += x.rows * change
            }
        }
        If(hasPrior == 1) { GaussianMixture.logPrior(loss, q, l, gamma, m) }
    }

    init(_ points: DenseMatrix, _ options: GaussianMixture.FitOptions) throws(MixtureError) {
        self.points = points
        self.options = options
        spread = points.spread
        guard options.engine != .interpreter else {
            native = nil
            return
        }
        do throws(NativeError) {
            native = try compile(
                valueAndGrad(FitObjective.program), with: [1, 2, 3, 4], threads: options.threads)
        } catch {
            guard options.engine == .automatic, error.kind == .compilerNotFound else {
                throw MixtureError(.runFailed, "\(error)")
            }
            native = nil
        }
    }

    /// The value, and the gradient in all parameters in a row.
    func valueAndGradient(
        _ p: GaussianMixture.Parameters, regularization: Double
    ) throws(MixtureError) -> (Double, [Double]) {
        let prior = options.prior
        let (gamma, m, hasPrior) = (prior?.gamma ?? 1, prior?.m ?? 0, prior == nil ? 0 : 1)
        do throws(ReversibilityError) {
            let found =
                if let native {
                    try native(
                        0.0, p.alpha, p.means, p.q, p.l, points, gamma, m, hasPrior, regularization)
                } else {
                    try valueAndGrad(
                        FitObjective.program, 0.0, p.alpha, p.means, p.q, p.l, points, gamma, m, hasPrior,
                        regularization)
                }
            let slope = found.gradient
            return (found.value, slope.1 + slope.2.elements + slope.3.elements + slope.4.elements)
        } catch {
            throw MixtureError(.runFailed, "\(error)")
        }
    }

    /// The size of every parameter: means like the points' columns, and column c of a factor like their reciprocals.
    func units(components k: Int) -> [Double] {
        let d = points.columns
        let ofFactor = (0..<d).flatMap { column in
            Array(repeating: 1 / spread[column], count: d - column - 1)
        }
        return Array(repeating: 1, count: k) + (0..<k).flatMap { _ in spread }
            + Array(repeating: 1, count: k * d) + (0..<k).flatMap { _ in ofFactor }
    }

    /// Refuses a component that has shrunk to nothing in some direction, or was about to when the search gave up.
    func requireNoCollapse(
        _ p: GaussianMixture.Parameters, _ reason: StopReason
    ) throws(MixtureError) {
        let thinnest = reason == .gradientIsSmall ? 1e-7 : 1e-3
        // Regularized covariances are at least that wide.
        guard options.regularization == 0 else { return }
        for k in 0..<p.components {
            for j in 0..<p.dimensions where p.q[k, j] + SystemMath.log(spread[j] * thinnest) > 0 {
                throw MixtureError(
                    .collapsed,
                    "component \(k) is thinner than \(thinnest) of the points' spread: it shrinks onto points in a plane, "
                        + "where the likelihood is infinite. Give a `regularization`, a prior with a small gamma, "
                        + "fewer components, or another seed")
            }
        }
    }
}
