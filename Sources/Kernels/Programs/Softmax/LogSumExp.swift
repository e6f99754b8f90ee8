import AD

/// Softmax and its relatives, computed without overflow.
///
/// The largest entry is taken off before the exponentials, so that entries of any finite size work, and so do
/// entries of −∞, which count as probability 0. An entry of +∞ or NaN is an error in checked runs.
public enum Softmax {
    /// out += log Σ exp xᵢ.
    ///
    /// Of no entries it is −∞, which cannot be undone. The gradient in x is the softmax of x. Takes n exponentials, and
    /// as many again in the gradient: entries are summed block by block, which costs less than a pass over memory.
    public static let logSumExp = ReversibleFunction("logSumExp", parameters: ["out", "x"]) {
        (out: Scalar, x: Vector) in
        let peak = Scalar.ancilla("peak")
        let total = Scalar.ancilla("total")
        Compute {
            If(x.count > 0) { addLargest(peak, x) }
            For(0..<(x.count + block - 1) / block) { b in
                let weights = Vector.ancilla(count: min(x.count, block), "weights")
                Compute {
                    ParallelFor(0..<min(x.count - block * b, block)) { i in
                        weights[i] += exp(x[block * b + i] - peak)
                    }
                } apply: {
                    total += sum(weights)
                }
            }
        } apply: {
            // Of nothing but −∞ the total is 0, and the gradient is 0 as the softmax's numerators are.
            out += select(total > 0, log(total) + peak, -Double.infinity)
        }
    }
    .requiring { _, x in [.elements(x, .finiteOrMinusInfinity)] }

    /// As many numbers stay in the first cache.
    private static let block = 2048

    /// out += the largest entry, or the smallest finite number if all are −∞: what is infinite cannot be undone.
    private static let addLargest = ReversibleFunction("addLargest", parameters: ["out", "x"]) {
        (out: Scalar, x: Vector) in
        let index = Integer.ancilla("index")
        Compute {
            index += argmax(x)
        } apply: {
            out += max(x[index], -Double.greatestFiniteMagnitude)
        }
    }

    private static func softmaxRequirements(_ out: Vector, _ x: Vector) -> [ArgumentRequirement] {
        [
            .equal(.elements(out), .elements(x)), .elements(x, .finiteOrMinusInfinity),
            .outcome("the elements of `x` are all −∞, so there are no probabilities", unless: .number),
        ]
    }

    /// out += softmax(x), the exponentials of x over their sum.
    ///
    /// Arguments: `out` and x of n numbers, not all of them −∞.
    public static let softmax = ReversibleFunction("softmax", parameters: ["out", "x"]) {
        (out: Vector, x: Vector) in
        If(x.count > 0) {
            let total = Scalar.ancilla("total")
            Compute {
                logSumExp(total, x)
            } apply: {
                ParallelFor(x.indices) { i in out[i] += exp(x[i] - total) }
            }
        }
    }
    .requiring { out, x in softmaxRequirements(out, x) }

    /// out += x − log Σ exp xᵢ, the logarithm of the softmax.
    ///
    /// Arguments: `out` and x of n numbers, not all of them −∞.
    public static let logSoftmax = ReversibleFunction("logSoftmax", parameters: ["out", "x"]) {
        (out: Vector, x: Vector) in
        If(x.count > 0) {
            let total = Scalar.ancilla("total")
            Compute {
                logSumExp(total, x)
            } apply: {
                ParallelFor(x.indices) { i in out[i] += x[i] - total }
            }
        }
    }
    .requiring { out, x in softmaxRequirements(out, x) }
}
