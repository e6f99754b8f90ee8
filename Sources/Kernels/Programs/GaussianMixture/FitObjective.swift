import AD
import NativeEngine

/// What a fit maximises, with its gradient.
struct FitObjective {
    let points: DenseMatrix
    private let spread: [Double]
    private let prior: GaussianMixture.WishartPrior?
    private let native: Native?

    private typealias Program = ReversibleFunction<
        Scalar, Vector, Matrix, Matrix, Matrix, Matrix, Scalar, Integer, Integer
    >

    private struct Native {
        let value: NativeFunction<Scalar, Vector, Matrix, Matrix, Matrix, Matrix, Scalar, Integer, Integer>
        let slope: NativeGradient<Scalar, Vector, Matrix, Matrix, Matrix, Matrix, Scalar, Integer, Integer>
    }

    /// The log posterior if `hasPrior` is 1, and the log-likelihood if it is 0.
    private static let program = Program(
        "objective", parameters: ["loss", "alpha", "means", "q", "l", "x", "gamma", "m", "hasPrior"]
    ) {
        (
            loss: Scalar, alpha: Vector, means: Matrix, q: Matrix, l: Matrix, x: Matrix, gamma: Scalar,
            m: Integer, hasPrior: Integer
        ) in
        GaussianMixture.logLikelihood(loss, alpha, means, q, l, x)
        If(hasPrior == 1) { GaussianMixture.logPrior(loss, q, l, gamma, m) }
    }

    init(_ points: DenseMatrix, _ options: GaussianMixture.FitOptions) throws(MixtureError) {
        self.points = points
        prior = options.prior
        spread = points.spread
        guard options.engine != .interpreter else {
            native = nil
            return
        }
        do throws(NativeError) {
            native = Native(
                value: try compile(FitObjective.program, checks: .none, threads: options.threads),
                slope: try compile(
                    grad(FitObjective.program), with: [1, 2, 3, 4], threads: options.threads))
        } catch {
            guard options.engine == .automatic, error.kind == .compilerNotFound else {
                throw MixtureError(.runFailed, "\(error)")
            }
            native = nil
        }
    }

    /// The value, and the gradient in all parameters in a row.
    func valueAndGradient(_ p: GaussianMixture.Parameters) throws(MixtureError) -> (Double, [Double]) {
        let (gamma, m, hasPrior) = (prior?.gamma ?? 1, prior?.m ?? 0, prior == nil ? 0 : 1)
        do throws(ReversibilityError) {
            if let native {
                let value = try native.value(
                    0.0, p.alpha, p.means, p.q, p.l, points, gamma, m, hasPrior
                ).0
                let slope = try native.slope(0.0, p.alpha, p.means, p.q, p.l, points, gamma, m, hasPrior)
                return (value, slope.1 + slope.2.elements + slope.3.elements + slope.4.elements)
            }
            let found = try valueAndGrad(
                FitObjective.program, 0.0, p.alpha, p.means, p.q, p.l, points, gamma, m, hasPrior)
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
        _ p: GaussianMixture.Parameters, _ reason: LimitedMemoryBFGS.StopReason
    ) throws(MixtureError) {
        let thinnest = reason == .gradientIsSmall ? 1e-7 : 1e-3
        for k in 0..<p.components {
            for j in 0..<p.dimensions where p.q[k, j] + SystemMath.log(spread[j] * thinnest) > 0 {
                throw MixtureError(
                    .collapsed,
                    "component \(k) is thinner than \(thinnest) of the points' spread: it shrinks onto points in a plane, "
                        + "where the likelihood is infinite. Give a prior with a small gamma, fewer components, or "
                        + "another seed")
            }
        }
    }
}
