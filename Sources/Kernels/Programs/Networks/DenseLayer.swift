import AD

/// The fully connected layer of a network.
public enum DenseLayer {
    /// out += activation(W x + b).
    ///
    /// Arguments: `out` of m numbers, W of m × n, b of m, x of n. The function is made at each call: keep it. Takes
    /// 2 m n operations, and as many again for the gradient in W and for that in x.
    public static func forward(
        _ activation: Activation
    ) -> ReversibleFunction<Vector, Matrix, Vector, Vector> {
        ReversibleFunction("dense", parameters: ["out", "weights", "biases", "input"]) {
            (out: Vector, weights: Matrix, biases: Vector, input: Vector) in
            let sums = Vector.ancilla(count: biases.count, "sums")
            Compute {
                LinearAlgebra.affineMap(sums, weights, input, biases)
            } apply: {
                ParallelFor(biases.indices) { i in out[i] += activation(sums[i]) }
            }
        }
        .requiring { out, weights, biases, input in
            [
                .equal(.elements(out), .rows(weights)), .equal(.elements(biases), .rows(weights)),
                .equal(.elements(input), .columns(weights)), .afterFailure(.elements(weights, .finite)),
                .afterFailure(.elements(biases, .finite)), .afterFailure(.elements(input, .finite)),
            ]
        }
    }

    /// The rows of a batch: out += activation(X Wᵀ + b) with b added to every row.
    ///
    /// Arguments: `out` of k × m, W of m × n, b of m, X of k × n, for k examples. The function is made at each call:
    /// keep it. Takes 2 k m n operations.
    public static func batch(
        _ activation: Activation
    ) -> ReversibleFunction<Matrix, Matrix, Vector, Matrix> {
        ReversibleFunction("denseBatch", parameters: ["out", "weights", "biases", "inputs"]) {
            (out: Matrix, weights: Matrix, biases: Vector, inputs: Matrix) in
            let sums = Matrix.ancilla(rows: inputs.rows, columns: weights.rows, "sums")
            Compute {
                For(0..<inputs.rows) { row in
                    For(biases.indices) { i in sums[row, i] += biases[i] }
                }
                LinearAlgebra.productTransposed(sums, inputs, weights)
            } apply: {
                For(0..<inputs.rows) { row in
                    ParallelFor(biases.indices) { i in out[row, i] += activation(sums[row, i]) }
                }
            }
        }
        .requiring { out, weights, biases, inputs in
            [
                .equal(.rows(out), .rows(inputs)), .equal(.columns(out), .rows(weights)),
                .equal(.elements(biases), .rows(weights)), .equal(.columns(inputs), .columns(weights)),
                .afterFailure(.elements(weights, .finite)), .afterFailure(.elements(biases, .finite)),
                .afterFailure(.elements(inputs, .finite)),
            ]
        }
    }
}
