import AD
import BenchmarkSupport

/// The squared distance of a polynomial from the sign function, on a grid.
struct Llsq: Eval {
    static let module = "llsq"

    /// ½ Σᵢ (sign tᵢ − Σⱼ xⱼ tᵢʲ)² over n points tᵢ from −1 to 1.
    static let objective = ReversibleFunction("llsq", parameters: ["loss", "x", "n"]) {
        (loss: Scalar, x: Vector, n: Integer) in
        let ofPoint = Vector.ancilla(count: n, "ofPoint")
        Compute {
            ParallelFor(0..<n) { i in
                let t = Scalar.ancilla("t")
                let powers = Vector.ancilla(count: x.count, "powers")
                let residual = Scalar.ancilla("residual")
                Compute {
                    t += 2.0 * i / (n - 1) - 1
                    powers[0] += 1
                    For(1..<x.count) { j in powers[j] += powers[j - 1] * t }
                    residual += sign(t)
                    For(x.indices) { j in residual -= x[j] * powers[j] }
                } apply: {
                    ofPoint[i] += residual * residual / 2
                }
            }
        } apply: {
            loss += sum(ofPoint)
        }
    }

    private let loss: Loss

    init(_ engine: Engine) throws {
        loss = try Loss(Llsq.objective, in: [1], engine)
    }

    private struct Input: Decodable {
        let x: [Double]
        let n: Int

        func arguments() throws -> [Memory.Content] {
            try require(!x.isEmpty, "\"x\" is empty; the polynomial needs a coefficient")
            try require(n > 1, "\"n\" is \(n); a grid from -1 to 1 needs 2 points")
            try requireCount("n", n)
            try requireWork(("points", n), ("coefficients", x.count))
            return [.real(0), .reals(x), .integer(n)]
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
