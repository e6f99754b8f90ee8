import AD

/// Means, variances, correlations and densities of samples.
///
/// Sums of squares are taken about the mean, in a second pass: data far from 0 lose no digits. In a matrix each row
/// is an observation and each column a variable.
public enum Statistics {
    /// out += the mean of a sample. Of no numbers it is NaN.
    public static let mean = ReversibleFunction("mean", parameters: ["out", "x"]) {
        (out: Scalar, x: Vector) in
        out += sum(x) / x.count
    }

    /// out += the unbiased variance of a sample, Σ (xᵢ − x̄)² / (n − 1), for n ≥ 2; of one number it is NaN.
    public static let variance = ReversibleFunction("variance", parameters: ["out", "x"]) {
        (out: Scalar, x: Vector) in
        squaresAboutMean(out, x, divisor: x.count - 1)
    }
    .requiring { _, x in [.atLeast(1, .elements(x)), .elements(x, .finite)] }

    /// out += the variance of a whole population, Σ (xᵢ − x̄)² / n, which is the biased estimate for a sample.
    public static let populationVariance = ReversibleFunction("populationVariance", parameters: ["out", "x"])
    {
        (out: Scalar, x: Vector) in
        squaresAboutMean(out, x, divisor: 1 * x.count)
    }
    .requiring { _, x in [.atLeast(1, .elements(x)), .elements(x, .finite)] }

    @Reversible
    private static func squaresAboutMean(_ out: Scalar, _ x: Vector, divisor: Expr) -> Statement {
        let centre = Scalar.ancilla("centre")
        Compute {
            mean(centre, x)
        } apply: {
            out += sum((x - centre) * (x - centre)) / divisor
        }
    }

    /// out += the unbiased covariance of two samples of one length, Σ (xᵢ − x̄) (yᵢ − ȳ) / (n − 1), for n ≥ 2.
    public static let covariance = ReversibleFunction("covariance", parameters: ["out", "x", "y"]) {
        (out: Scalar, x: Vector, y: Vector) in
        let (centreX, centreY) = (Scalar.ancilla("centreX"), Scalar.ancilla("centreY"))
        Compute {
            mean(centreX, x)
            mean(centreY, y)
        } apply: {
            out += sum((x - centreX) * (y - centreY)) / (x.count - 1)
        }
    }
    .requiring { _, x, y in
        [
            .equal(.elements(x), .elements(y)), .atLeast(1, .elements(x)), .elements(x, .finite),
            .elements(y, .finite),
        ]
    }

    /// out += Pearson's correlation of two samples of one length, between −1 and 1, for n ≥ 2.
    ///
    /// Of a sample of equal numbers it is NaN.
    public static let correlation = ReversibleFunction("correlation", parameters: ["out", "x", "y"]) {
        (out: Scalar, x: Vector, y: Vector) in
        let (ofX, ofY, ofBoth) = (Scalar.ancilla("ofX"), Scalar.ancilla("ofY"), Scalar.ancilla("ofBoth"))
        Compute {
            variance(ofX, x)
            variance(ofY, y)
            covariance(ofBoth, x, y)
        } apply: {
            out += ofBoth / (sqrt(ofX) * sqrt(ofY))
        }
    }
    .requiring { _, x, y in
        [
            .equal(.elements(x), .elements(y)), .atLeast(1, .elements(x)), .elements(x, .finite),
            .elements(y, .finite),
        ]
    }
}
