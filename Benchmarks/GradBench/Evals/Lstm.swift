import AD
import BenchmarkSupport
import ReversiblePrograms

/// The diagonal long short-term memory as a language model.
struct Lstm: Eval {
    static let module = "lstm"

    private let loss: Loss

    init(_ engine: Engine) throws {
        loss = try Loss(LSTM.objective, in: [1, 2], engine)
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
                return try loss.value(try input.value.arguments(), input.repeats)
            },
            "jacobian": { request in
                let input = try request.input(Input.self)
                return try loss.gradient(try input.value.arguments(), input.repeats)
            },
        ]
    }
}
