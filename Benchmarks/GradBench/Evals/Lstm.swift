import AD
import BenchmarkSupport
import Kernels

/// The diagonal long short-term memory as a language model.
struct Lstm: Eval {
    static let module = "lstm"

    private let objective: Runnable
    private let jacobian: Runnable

    init(_ engine: Engine) throws {
        objective = try engine.function(LSTM.objective)
        jacobian = try engine.gradient(of: LSTM.objective, in: [1, 2])
    }

    private struct Input: Decodable {
        let mainParams, extraParams, state, sequence: Rows

        private enum CodingKeys: String, CodingKey {
            case mainParams = "main_params"
            case extraParams = "extra_params"
            case state, sequence
        }

        func arguments() throws -> [Memory.Content] {
            let (layers, units) = (mainParams.matrix.rows / 2, extraParams.matrix.columns)
            try require(layers > 0 && units > 0, "\"main_params\" or \"extra_params\" is empty")
            let length = sequence.matrix.rows
            try require(
                length > 1, "\"sequence\" has \(length) characters; predicting one from another takes 2")
            return [
                .real(0), .matrix(try mainParams.sized(2 * layers, 4 * units, "main_params")),
                .matrix(try extraParams.sized(3, units, "extra_params")),
                .matrix(try state.sized(2 * layers, units, "state")),
                .matrix(try sequence.sized(length, units, "sequence")),
            ]
        }
    }

    var functions: [String: @Sendable (Request) throws -> Answer] {
        [
            "objective": { request in
                let input = try request.input(Input.self)
                let memory = Memory(try input.value.arguments(), changing: [0])
                return try input.repeats.run(objective, on: memory) { $0.value(of: 0)[0] }
            },
            "jacobian": { request in
                let input = try request.input(Input.self)
                let memory = Memory(try input.value.arguments(), changing: [0], wanted: [1, 2])
                return try input.repeats.run(jacobian, on: memory) { $0.gradients(of: nil) }
            },
        ]
    }
}
