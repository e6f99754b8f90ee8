import AD

extension LSTM {
    /// ADBench's language model of diagonal cells: the mean loss of predicting each character by those before.
    ///
    /// Arguments, for l layers, b units and c characters:
    /// - `loss`;
    /// - `main`, 2 l × 4 b: for each layer a row of weights and a row of biases, each with b numbers for the
    ///   forget, input, output and change gates in this order;
    /// - `extra`, 3 × b: the weights of the input, and the weights and biases of the prediction;
    /// - `state`, 2 l × b: for each layer a row of hidden states and a row of memories before the first character;
    /// - `sequence`, c × b with c ≥ 2: the characters.
    ///
    /// With the prediction y of character x from those before, `loss` changes by the mean over all numbers of
    /// −x (y − log(2 + Σ exp y)) (Srajer et al. 2018). Takes O(b c l) time; the states of all steps are kept, 2 b c l
    /// numbers.
    public static let objective = ReversibleFunction(
        "lstm", parameters: ["loss", "main", "extra", "state", "sequence"]
    ) { (loss: Scalar, main: Matrix, extra: Matrix, state: Matrix, sequence: Matrix) in
        let units = extra.columns
        let layers = main.rows / 2
        let steps = sequence.rows - 1
        // Row t l + k holds layer k's state before character t. A unit has a column, which no other unit uses.
        let hidden = Matrix.ancilla(rows: sequence.rows * layers, columns: units, "hidden")
        let memory = Matrix.ancilla(rows: sequence.rows * layers, columns: units, "memory")
        let prediction = Matrix.ancilla(rows: steps, columns: units, "prediction")
        let ofStep = Vector.ancilla(count: steps, "ofStep")
        Compute {
            // The units do not see each other, so each of them runs through the whole sequence by itself. Its
            // parameters are copied: their gradients are then an iteration's own numbers, and added up once.
            ParallelFor(0..<units) { j in
                let own = Matrix.ancilla(rows: main.rows, columns: 4, "own")
                let ownExtra = Vector.ancilla(count: 3, "ownExtra")
                For(0..<layers) { layer in
                    hidden[layer, j] += state[2 * layer, j]
                    memory[layer, j] += state[2 * layer + 1, j]
                }
                Compute {
                    For(0..<main.rows) { row in
                        For(0..<4) { gate in own[row, gate] += main[row, gate * units + j] }
                    }
                    For(0..<3) { row in ownExtra[row] += extra[row, j] }
                } apply: {
                    For(0..<steps) { t in
                        let input = Scalar.ancilla("input")
                        Compute {
                            input += sequence[t, j] * ownExtra[0]
                        } apply: {
                            step(hidden, memory, t, 0, j, input, own)
                        }
                        For(1..<layers) { layer in
                            step(hidden, memory, t, layer, j, hidden[(t + 1) * layers + layer - 1, j], own)
                        }
                        prediction[t, j] += hidden[(t + 2) * layers - 1, j] * ownExtra[1] + ownExtra[2]
                    }
                }
            }
            ParallelFor(0..<steps) { t in
                let normalizer = Scalar.ancilla("normalizer")
                let total = Scalar.ancilla("total")
                Compute {
                    total += 2
                    For(0..<units) { j in total += exp(prediction[t, j]) }
                    normalizer += log(total)
                } apply: {
                    For(0..<units) { j in ofStep[t] += sequence[t + 1, j] * (prediction[t, j] - normalizer) }
                }
            }
        } apply: {
            loss -= sum(ofStep) / (steps * units)
        }
    }
    .requiring { _, main, extra, state, sequence in
        requirements(main: main, extra: extra, state: state, sequence: sequence)
    }

    private static func requirements(
        main: Matrix, extra: Matrix, state: Matrix, sequence: Matrix
    ) -> [ArgumentRequirement] {
        typealias Extent = ArgumentRequirement.Extent
        let gates = Extent.count(4 * extra.columns, of: extra, "gate", "gates")
        let pairs = Extent.count(
            main.rows / 2 * 2, of: main, "row of weights or of biases", "rows of weights or of biases")
        let sizes: [ArgumentRequirement] = [
            .exactly(3, .rows(extra)), .atLeast(1, .columns(extra)), .atLeast(2, .rows(main)),
            .equal(.rows(main), pairs), .equal(.columns(main), gates), .equal(.rows(state), .rows(main)),
            .equal(.columns(state), .columns(extra)), .equal(.columns(sequence), .columns(extra)),
            .atLeast(2, .rows(sequence)),
        ]
        return sizes + [main, extra, state, sequence].map { .afterFailure(.elements($0, .finite)) }
    }

    /// Unit j of one layer goes from step t to step t + 1.
    @Reversible
    private static func step(
        _ hidden: Matrix, _ memory: Matrix, _ t: Integer, _ layer: some Operand, _ j: Integer,
        _ input: Scalar,
        _ own: Matrix
    ) -> Statement {
        let layers = own.rows / 2
        let (old, new) = (t * layers + layer, (t + 1) * layers + layer)
        diagonalCell(
            hidden[new, j], memory[new, j], hidden[old, j], memory[old, j], input,
            gates(own, 2 * layer), gates(own, 2 * layer + 1))
    }

    /// The four numbers of a row.
    private static func gates(_ own: Matrix, _ row: Expr) -> Gates {
        Gates(forget: own[row, 0], input: own[row, 1], output: own[row, 2], change: own[row, 3])
    }
}
