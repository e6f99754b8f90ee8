import AD
import BenchmarkSupport

/// log Σ exp xᵢ.
struct Lse: Eval {
    static let module = "lse"

    /// a + log Σᵢ exp(xᵢ − a) with a = max x, differentiated through the maximum too.
    static let objective = ReversibleFunction("lse", parameters: ["out", "x"]) { (out: Scalar, x: Vector) in
        let largest = Integer.ancilla("largest")
        let shift = Scalar.ancilla("shift")
        let terms = Vector.ancilla(count: x.count, "terms")
        let total = Scalar.ancilla("total")
        Compute {
            largest += argmax(x)
            shift += x[largest]
            ParallelFor(x.indices) { i in terms[i] += exp(x[i] - shift) }
            total += sum(terms)
        } apply: {
            out += shift + log(total)
        }
    }

    private let primal: Runnable
    private let gradient: Runnable

    init(_ engine: Engine) throws {
        primal = try engine.function(Lse.objective)
        gradient = try engine.gradient(of: Lse.objective, in: [1])
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
