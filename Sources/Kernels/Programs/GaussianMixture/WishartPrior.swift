import AD

extension GaussianMixture {
    /// The logarithm of all precisions' prior density, added to `loss`.
    ///
    /// Each precision QᵀQ has a Wishart density with n = d + m + 1 degrees of freedom and the scale matrix γ⁻² I:
    ///
    /// k C − Σₖ [½ γ² (‖exp qₖ‖² + ‖lₖ‖²) − m Σⱼ qₖⱼ], C = n d (log γ − ½ log 2) − log Γ_d(n/2)
    ///
    /// Γ_d is the multivariate gamma function. γ must be positive and m at least −1. γ has the unit of the
    /// points: a small γ is a weak prior.
    public static let logPrior = ReversibleFunction(
        "logPrior", parameters: ["loss", "q", "l", "gamma", "m"]
    ) { (loss: Scalar, q: Matrix, l: Matrix, gamma: Scalar, m: Integer) in
        let freedom = q.columns + m + 1
        loss += q.rows * freedom * q.columns * (log(gamma) - 0.5 * SystemMath.log(2.0))
        // log Γ_d(n/2) = ¼ d (d − 1) log π + Σⱼ log Γ(½ (n + 1 − j)), j = 1…d
        loss -= q.rows * q.columns * (q.columns - 1) * (SystemMath.log(Double.pi) / 4)
        For(1...q.columns) { j in loss -= q.rows * lgamma(0.5 * (freedom + 1 - j)) }
        loss -= gamma * gamma / 2 * sum(exp(q) * exp(q))
        loss -= gamma * gamma / 2 * sum(l * l)
        loss += m * sum(q)
    }
    .requiring { _, q, l, gamma, _ in
        factorSizes(q, l) + [.number(gamma, .positive)]
    }

    /// The two numbers of ``logPrior``.
    public struct WishartPrior: Hashable, Sendable, Codable {
        /// Reciprocal root of the scale: γ has the unit of the points. Positive.
        public let gamma: Double
        /// Degrees of freedom beyond d + 1; at least −1.
        public let m: Int

        /// A prior.
        ///
        /// - Throws: An error if γ is not positive and finite, or if m is less than −1 or more than 10⁹.
        public init(gamma: Double, m: Int) throws(MixtureError) {
            guard gamma > 0, gamma.isFinite else {
                throw MixtureError(
                    .invalidPrior, "gamma is \(gamma); the Wishart prior needs a positive, finite one")
            }
            guard (-1...1_000_000_000).contains(m) else {
                throw MixtureError(
                    .invalidPrior,
                    "m is \(m); the Wishart prior needs d + m + 1 > d − 1 degrees of freedom, so m from −1 (to 10⁹)"
                )
            }
            self.gamma = gamma
            self.m = m
        }
    }
}
