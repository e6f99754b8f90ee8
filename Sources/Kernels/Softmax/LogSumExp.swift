import AD

/// Softmax and its relatives, computed without overflow.
///
/// The largest entry is taken off before the exponentials, so that entries of any finite size work, and so do
/// entries of −∞, which count as probability 0. An entry of +∞ or NaN is an error in checked runs.
public enum Softmax {
    /// out += log Σ exp xᵢ.
    ///
    /// Of no entries it is −∞, which cannot be undone. The gradient in x is the softmax of x. Takes n exponentials;
    /// n more numbers are kept meanwhile.
    public static let logSumExp = ReversibleFunction("logSumExp", parameters: ["out", "x"]) {
        (out: Scalar, x: Vector) in
        let peak = Scalar.ancilla("peak")
        let weights = Vector.ancilla(count: x.count, "weights")
        Compute {
            largest(peak, count: x.count) { i in x[i] }
            ParallelFor(x.indices) { i in weights[i] += exp(x[i] - peak) }
        } apply: {
            out += log(sum(weights)) + peak
        }
    }

    /// out += softmax(x), the exponentials of x over their sum.
    ///
    /// Arguments: `out` and x of n numbers.
    public static let softmax = ReversibleFunction("softmax", parameters: ["out", "x"]) {
        (out: Vector, x: Vector) in
        let total = Scalar.ancilla("total")
        Compute {
            logSumExp(total, x)
        } apply: {
            ParallelFor(x.indices) { i in out[i] += exp(x[i] - total) }
        }
    }

    /// out += x − log Σ exp xᵢ, the logarithm of the softmax.
    ///
    /// Arguments: `out` and x of n numbers.
    public static let logSoftmax = ReversibleFunction("logSoftmax", parameters: ["out", "x"]) {
        (out: Vector, x: Vector) in
        let total = Scalar.ancilla("total")
        Compute {
            logSumExp(total, x)
        } apply: {
            ParallelFor(x.indices) { i in out[i] += x[i] - total }
        }
    }

    /// Adds the largest of so many entries to `out`, or the smallest number there is if there are none.
    ///
    /// A maximum forgets what it was compared with, so each one has its own place. They start at the smallest number
    /// rather than −∞, since what is infinite cannot be undone.
    @Reversible
    static func largest(_ out: Scalar, count: Expr, _ entry: @escaping (Integer) -> Scalar) -> Statement {
        let peaks = Vector.ancilla(count: count + 1, "peaks")
        Compute {
            peaks[0] -= Double.greatestFiniteMagnitude
            For(0..<count) { i in peaks[i + 1] += max(peaks[i], entry(i)) }
        } apply: {
            out += peaks[count]
        }
    }
}
