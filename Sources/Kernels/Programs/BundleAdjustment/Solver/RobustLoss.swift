extension BundleAdjustment {
    /// How much an observation counts whose error has the square s: the cost is half the sum of ρ(s).
    ///
    /// None of these has a positive second derivative, so that Triggs' correction of the Gauss–Newton matrix
    /// (Triggs, McLauchlan, Hartley and Fitzgibbon, 2000, section 4.3) is held at 0, where it stays positive:
    /// errors and rows of the Jacobian are multiplied by √ρ′(s).
    public enum RobustLoss: Hashable, Sendable {
        /// ρ(s) = s: least squares.
        case squares
        /// ρ(s) = s up to δ², and 2 δ √s − δ² beyond: errors longer than δ pixels count linearly.
        case huber(Double)
        /// ρ(s) = c² log(1 + s / c²): errors much longer than c pixels hardly count.
        case cauchy(Double)

        /// ρ(s).
        public func callAsFunction(_ square: Double) -> Double {
            switch self {
            case .squares: square
            case .huber(let delta):
                square <= delta * delta ? square : 2 * delta * square.squareRoot() - delta * delta
            case .cauchy(let c): c * c * SystemMath.log1p(square / (c * c))
            }
        }

        /// ρ′(s).
        public func derivative(_ square: Double) -> Double {
            switch self {
            case .squares: 1
            case .huber(let delta): square <= delta * delta ? 1 : delta / square.squareRoot()
            case .cauchy(let c): 1 / (1 + square / (c * c))
            }
        }

        /// The length beyond which errors count less; nil if there is none.
        var width: Double? {
            switch self {
            case .squares: nil
            case .huber(let width), .cauchy(let width): width
            }
        }
    }
}
