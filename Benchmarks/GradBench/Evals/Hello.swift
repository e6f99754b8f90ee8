import AD
import BenchmarkSupport

/// x², and its derivative.
struct Hello: Eval {
    static let module = "hello"

    static let square = ReversibleFunction("square", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
        y += x * x
    }

    private let loss: Loss

    init(_ engine: Engine) throws { loss = try Loss(Hello.square, in: [1], engine) }

    var functions: [String: @Sendable (Request) throws -> Answer] {
        [
            "square": { request in
                try loss.value([.real(0), .real(try request.bareInput(Double.self))], .once)
            },
            "double": { request in
                let x = try request.bareInput(Double.self)
                return try loss.gradient([.real(0), .real(x)], .once) { $0.gradients(of: nil)[0] }
            },
        ]
    }
}
