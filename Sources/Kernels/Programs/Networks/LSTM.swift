import AD

/// Long short-term memory (Hochreiter & Schmidhuber 1997), with the forget gate of Gers et al. 2000.
///
/// A step reads the old state and writes the new one into fresh places, so that a sequence keeps all its states
/// and nothing else: the gradient computes the gates again from them.
public enum LSTM {
    /// One number for each of a diagonal cell's four gates.
    public struct Gates: Argument {
        /// What of the old memory stays.
        public var forget: Scalar
        /// How much of the change enters the memory.
        public var input: Scalar
        /// How much of the memory shows.
        public var output: Scalar
        /// What enters the memory.
        public var change: Scalar

        /// Four places as the gates' numbers.
        public init(forget: Scalar, input: Scalar, output: Scalar, change: Scalar) {
            self.forget = forget
            self.input = input
            self.output = output
            self.change = change
        }

        /// The numbers themselves.
        public struct Value: ArgumentValue {
            /// What of the old memory stays.
            public var forget: Double
            /// How much of the change enters the memory.
            public var input: Double
            /// How much of the memory shows.
            public var output: Double
            /// What enters the memory.
            public var change: Double

            /// Four numbers, one for each gate.
            public init(forget: Double, input: Double, output: Double, change: Double) {
                self.forget = forget
                self.input = input
                self.output = output
                self.change = change
            }
        }
    }

    /// One step of one unit of a diagonal cell: every unit sees only itself (Srajer et al. 2018, ADBench).
    ///
    ///     c′ += c · σ(z · w.forget + b.forget) + σ(h · w.input + b.input) · tanh(h · w.change + b.change)
    ///     h′ += σ(z · w.output + b.output) · tanh(c′)
    ///
    /// Arguments: the new hidden state h′ and memory c′, which are 0 before; the old h and c; the input z; weights
    /// w and biases b. Five elementary functions; as many again for the gradient.
    public static let diagonalCell = ReversibleFunction(
        "diagonalCell",
        parameters: ["newHidden", "newMemory", "hidden", "memory", "input", "weights", "biases"]
    ) {
        (
            newHidden: Scalar, newMemory: Scalar, hidden: Scalar, memory: Scalar, input: Scalar,
            weights: Gates,
            biases: Gates
        ) in
        let gates = Gates.ancilla("gates")
        Compute {
            gates.forget += logistic(input * weights.forget + biases.forget)
            gates.input += logistic(hidden * weights.input + biases.input)
            gates.output += logistic(input * weights.output + biases.output)
            gates.change += tanh(hidden * weights.change + biases.change)
        } apply: {
            newMemory += memory * gates.forget + gates.input * gates.change
            newHidden += gates.output * tanh(newMemory)
        }
    }

    /// The logistic function by way of `tanh`: nothing overflows on the way, in the derivative neither.
    static func logistic(_ x: some SymbolicOperand) -> Expr { 0.5 + 0.5 * tanh(0.5 * x) }
}

extension LSTM {
    /// One step of a cell whose units see each other, for n units and m inputs.
    ///
    /// The rows of the weights and the biases are, n each, those of the input gate i, the forget gate f, the change g
    /// and the output gate o, the order of PyTorch:
    ///
    ///     i, f, o = σ(W x + R h + b)    g = tanh(W x + R h + b)
    ///     c′ += f c + i g    h′ += o tanh(c′)
    ///
    /// Arguments: the new hidden state h′ and memory c′ of n numbers, which are 0 before; the old h and c; the input x
    /// of m numbers; W of 4 n × m; R of 4 n × n; b of 4 n. Takes 8 n (m + n) operations and 5 n elementary functions.
    public static let cell = ReversibleFunction(
        "lstmCell",
        parameters: [
            "newHidden", "newMemory", "hidden", "memory", "input", "inputWeights", "recurrentWeights",
            "biases",
        ]
    ) {
        (
            newHidden: Vector, newMemory: Vector, hidden: Vector, memory: Vector, input: Vector,
            inputWeights: Matrix, recurrentWeights: Matrix, biases: Vector
        ) in
        let sums = Vector.ancilla(count: biases.count, "sums")
        Compute {
            LinearAlgebra.affineMap(sums, inputWeights, input, biases)
            LinearAlgebra.matrixVectorProduct(sums, recurrentWeights, hidden)
        } apply: {
            ParallelFor(hidden.indices) { i in
                let gates = Gates.ancilla("gates")
                let units = hidden.count
                Compute {
                    gates.input += logistic(sums[i])
                    gates.forget += logistic(sums[units + i])
                    gates.change += tanh(sums[2 * units + i])
                    gates.output += logistic(sums[3 * units + i])
                } apply: {
                    newMemory[i] += gates.forget * memory[i] + gates.input * gates.change
                    newHidden[i] += gates.output * tanh(newMemory[i])
                }
            }
        }
    }
    .requiring { newHidden, newMemory, hidden, memory, input, inputWeights, recurrentWeights, biases in
        let gates = ArgumentRequirement.Extent.count(4 * hidden.count, of: hidden, "gate", "gates")
        return [
            .equal(.elements(newHidden), .elements(hidden)), .equal(.elements(newMemory), .elements(hidden)),
            .equal(.elements(memory), .elements(hidden)), .equal(.rows(inputWeights), gates),
            .equal(.columns(inputWeights), .elements(input)), .equal(.rows(recurrentWeights), gates),
            .equal(.columns(recurrentWeights), .elements(hidden)), .equal(.elements(biases), gates),
            .afterFailure(.elements(hidden, .finite)),
            .afterFailure(.elements(memory, .finite)), .afterFailure(.elements(input, .finite)),
            .afterFailure(.elements(inputWeights, .finite)),
            .afterFailure(.elements(recurrentWeights, .finite)), .afterFailure(.elements(biases, .finite)),
        ]
    }
}
