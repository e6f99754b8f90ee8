import Foundation
import GradBench
import Testing

/// The diagonal long short-term memory, against its definition one number at a time.
struct LstmTests {
    private struct Network {
        let layers, units: Int
        let state, sequence: [[Double]]
        /// The rows of main_params, then those of extra_params.
        let parameters: [Double]

        init(_ layers: Int, _ units: Int, length: Int) {
            var generator = SeededNumbers(UInt64(layers + 10 * units))
            (self.layers, self.units) = (layers, units)
            state = generator.rows(2 * layers, units, from: 0, to: 1)
            sequence = generator.rows(length, units, from: 0, to: 1).map { $0.map { $0.rounded() } }
            parameters = generator.numbers(units * (8 * layers + 3))
        }

        var input: [String: Any] {
            func rows(_ numbers: ArraySlice<Double>, of columns: Int) -> [[Double]] {
                stride(from: numbers.startIndex, to: numbers.endIndex, by: columns).map {
                    Array(numbers[$0..<($0 + columns)])
                }
            }
            let main = 8 * layers * units
            return [
                "main_params": rows(parameters[..<main], of: 4 * units),
                "extra_params": rows(parameters[main...], of: units), "state": state, "sequence": sequence,
            ]
        }

        func objective(_ p: [Double]) -> Double {
            var (state, total) = (self.state, 0.0)
            let extra = 8 * layers * units
            for t in 0..<(sequence.count - 1) {
                var y = [Double](repeating: 0, count: units)
                for i in 0..<units {
                    var z = sequence[t][i] * p[extra + i]
                    for layer in 0..<layers {
                        func gate(_ piece: Int, _ input: Double) -> Double {
                            let weight = 8 * layer * units + piece * units + i
                            return input * p[weight] + p[weight + 4 * units]
                        }
                        func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
                        let h = state[2 * layer][i]
                        let (forget, ingate) = (sigmoid(gate(0, z)), sigmoid(gate(1, h)))
                        let (outgate, change) = (sigmoid(gate(2, z)), tanh(gate(3, h)))
                        state[2 * layer + 1][i] = state[2 * layer + 1][i] * forget + ingate * change
                        z = outgate * tanh(state[2 * layer + 1][i])
                        state[2 * layer][i] = z
                    }
                    y[i] = z * p[extra + units + i] + p[extra + 2 * units + i]
                }
                let norm = log(2 + y.reduce(0) { $0 + exp($1) })
                total += dot(sequence[t + 1], y.map { $0 - norm })
            }
            return -total / Double((sequence.count - 1) * units)
        }
    }

    @Test(arguments: Engine.Kind.allCases, [(1, 1, 2), (1, 3, 5), (2, 2, 6), (3, 4, 4)])
    func objectiveAndGradient(kind: Engine.Kind, shape: (Int, Int, Int)) throws {
        var tool = Conversation(kind)
        let network = Network(shape.0, shape.1, length: shape.2)
        expectClose(
            try tool.numbers("lstm", "objective", network.input), [network.objective(network.parameters)],
            rounding)
        let gradient = differences(network.parameters, network.objective)
        expectClose(try tool.numbers("lstm", "jacobian", network.input), gradient, differencing)
    }
}
