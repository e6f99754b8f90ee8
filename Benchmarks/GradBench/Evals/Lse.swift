import AD
import BenchmarkSupport
import ReversiblePrograms

/// log Σ exp xᵢ, shifted by the largest xᵢ, through which it is differentiated too.
struct Lse: Eval {
    static let module = "lse"

    private let loss: Loss

    init(_ engine: Engine) throws {
        loss = try Loss(Softmax.logSumExp, in: [1], engine)
    }

    private struct Input: Decodable {
        let x: [Double]

        func arguments() throws -> [Memory.Content] {
            try require(!x.isEmpty, "\"x\" is empty; the logarithm of an empty sum is not a number")
            return [.real(0), .reals(x)]
        }
    }

    var functions: [String: @Sendable (Request) throws -> Answer] {
        [
            "primal": { request in
                let input = try request.input(Input.self)
                return try loss.value(try input.value.arguments(), input.repeats)
            },
            "gradient": { request in
                let input = try request.input(Input.self)
                return try loss.gradient(try input.value.arguments(), input.repeats)
            },
        ]
    }
}
