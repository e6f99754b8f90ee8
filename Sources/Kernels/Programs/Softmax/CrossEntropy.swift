import AD

extension Softmax {
    /// The cross-entropy of a label: loss += log Σ exp xᵢ − x[label].
    ///
    /// Arguments: `loss`; the logits x; the integer label, an index of x. The gradient in x is the softmax of x, less 1
    /// at the label.
    public static let crossEntropy = ReversibleFunction(
        "crossEntropy", parameters: ["loss", "logits", "label"]
    ) {
        (loss: Scalar, logits: Vector, label: Integer) in
        let total = Scalar.ancilla("total")
        Compute {
            logSumExp(total, logits)
        } apply: {
            loss += total - logits[label]
        }
    }
    .requiring { _, logits, label in
        [
            .index(label, below: .elements(logits)), .elements(logits, .finiteOrMinusInfinity),
            .outcome("the elements of `logits` are all −∞, so there are no probabilities", unless: .number),
        ]
    }

    /// The sum of the cross-entropies of a batch: row i of the logits with label i.
    ///
    /// Arguments: `loss`; the logits, a row for each example; the labels, indices of columns. Divide by the number of
    /// rows for the mean.
    public static let batchCrossEntropy = ReversibleFunction(
        "batchCrossEntropy", parameters: ["loss", "logits", "labels"]
    ) { (loss: Scalar, logits: Matrix, labels: IntegerVector) in
        let ofRow = Vector.ancilla(count: logits.rows, "ofRow")
        Compute {
            ParallelFor(0..<logits.rows) { i in
                let row = Vector.ancilla(count: logits.columns, "row")
                Compute {
                    For(row.indices) { j in row[j] += logits[i, j] }
                } apply: {
                    crossEntropy(ofRow[i], row, labels[i])
                }
            }
        } apply: {
            loss += sum(ofRow)
        }
    }
    .requiring { _, logits, labels in
        [
            .equal(.elements(labels), .rows(logits)), .indices(labels, below: .columns(logits)),
            .elements(logits, .finiteOrMinusInfinity),
            .outcome(
                "a row of `logits` gives its label the probability 0, or is −∞ throughout: its cross-entropy is not "
                    + "finite, and cannot be added up"),
        ]
    }
}
