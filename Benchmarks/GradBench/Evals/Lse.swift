import AD
import BenchmarkSupport
import Kernels

/// log Σ exp xᵢ, shifted by the largest xᵢ, through which it is differentiated too.
struct Lse: Eval {
    static let module = "lse"

    private let primal: Runnable
    private let gradient: Runnable

    init(_ engine: Engine) throws {
        primal = try engine.function(Softmax.logSumExp)
        gradient = try engine.gradient(of: Softmax.logSumExp, in: [1])
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
                let memory = Memory(try input.value.arguments(), changing: [0])
                return try input.repeats.run(primal, on: memory) { $0.value(of: 0)[0] }
            },
            "gradient": { request in
                let input = try request.input(Input.self)
                let memory = Memory(try input.value.arguments(), changing: [0], wanted: [1])
                return try input.repeats.run(gradient, on: memory) { $0.gradients(of: nil) }
            },
        ]
    }
}
