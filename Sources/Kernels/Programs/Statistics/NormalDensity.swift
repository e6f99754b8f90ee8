import AD

extension Statistics {
    /// out += the logarithm of a normal distribution's density at x, −(x − μ)² / (2 σ²) − log σ − log(2π) / 2.
    ///
    /// Arguments: `out`; x; the mean μ; the standard deviation σ > 0.
    public static let normalLogDensity = ReversibleFunction(
        "normalLogDensity", parameters: ["out", "x", "mean", "deviation"]
    ) { (out: Scalar, x: Scalar, mean: Scalar, deviation: Scalar) in
        out -= (x - mean) / deviation * ((x - mean) / deviation) / 2 + log(deviation) + halfLogOfTwoPi
    }
    .requiring { _, _, _, deviation in [.number(deviation, .positive)] }

    /// out += the logarithm of the density at x of independent normal distributions, the sum of theirs.
    ///
    /// Arguments: `out`; x; the means; the standard deviations, all > 0; three vectors of one length.
    public static let diagonalNormalLogDensity = ReversibleFunction(
        "diagonalNormalLogDensity", parameters: ["out", "x", "means", "deviations"]
    ) { (out: Scalar, x: Vector, means: Vector, deviations: Vector) in
        let ofElement = Vector.ancilla(count: x.count, "ofElement")
        Compute {
            ParallelFor(x.indices) { i in normalLogDensity(ofElement[i], x[i], means[i], deviations[i]) }
        } apply: {
            out += sum(ofElement)
        }
    }
    .requiring { _, x, means, deviations in
        [
            .equal(.elements(x), .elements(means)), .equal(.elements(x), .elements(deviations)),
            .elements(deviations, .positive), .afterFailure(.elements(x, .finite)),
            .afterFailure(.elements(means, .finite)),
        ]
    }

    private static let halfLogOfTwoPi = SystemMath.log(2 * Double.pi) / 2
}
