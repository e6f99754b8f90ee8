import AD
import BenchmarkSupport
import ReversiblePrograms

/// The log posterior of a Gaussian mixture.
struct Gmm: Eval {
    static let module = "gmm"

    private let loss: Loss

    init(_ engine: Engine) throws {
        var engine = engine
        // More points share a load of the factors, which are the larger part of memory.
        engine.lanes = 16
        loss = try Loss(GaussianMixture.logPosterior, in: [1, 2, 3, 4], engine)
    }

    private struct Input: Decodable {
        let d, k, n, m: Int
        let gamma: Double
        let x, mu, q, l: Rows
        let alpha: [Double]

        func arguments() throws -> [Memory.Content] {
            try require(d > 0 && k > 0, "\"d\" is \(d) and \"k\" is \(k); both must be at least 1")
            try require(
                gamma > 0 && m >= 0, "\"gamma\" is \(gamma) and \"m\" is \(m); they must be > 0 and ≥ 0")
            try require(alpha.count == k, "\"alpha\" has \(alpha.count) numbers and \"k\" is \(k)")
            return [
                .real(0), .reals(alpha), .matrix(try mu.sized(k, d, "mu")), .matrix(try q.sized(k, d, "q")),
                .matrix(try l.sized(k, d * (d - 1) / 2, "l")), .matrix(try x.sized(n, d, "x")), .real(gamma),
                .integer(m),
            ]
        }
    }

    private struct Gradient: Encodable {
        let alpha: [Double]
        let mu, q, l: [[Double]]
    }

    var functions: [String: @Sendable (Request) throws -> Answer] {
        [
            "objective": { request in
                let input = try request.input(Input.self)
                return try loss.value(try input.value.arguments(), input.repeats)
            },
            "jacobian": { request in
                let input = try request.input(Input.self)
                return try loss.gradient(try input.value.arguments(), input.repeats) { memory in
                    Gradient(
                        alpha: memory.gradients(of: [1]), mu: memory.gradientRows(of: 2),
                        q: memory.gradientRows(of: 3), l: memory.gradientRows(of: 4))
                }
            },
        ]
    }
}
