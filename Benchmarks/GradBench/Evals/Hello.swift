import AD
import BenchmarkSupport

/// x², and its derivative.
struct Hello: Eval {
    static let module = "hello"

    static let square = ReversibleFunction("square", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
        y += x * x
    }

    private let value: Runnable
    private let derivative: Runnable

    init(_ engine: Engine) throws {
        value = try engine.function(Hello.square)
        derivative = try engine.gradient(of: Hello.square, in: [1])
    }

    var functions: [String: @Sendable (Request) throws -> Answer] {
        [
            "square": { request in
                let memory = Memory([.real(0), .real(try request.bareInput(Double.self))], changing: [0])
                return try Repeats.once.run(value, on: memory) { $0.value(of: 0)[0] }
            },
            "double": { request in
                let x = try request.bareInput(Double.self)
                let memory = Memory([.real(0), .real(x)], changing: [0], wanted: [1])
                return try Repeats.once.run(derivative, on: memory) { $0.gradients(of: nil)[0] }
            },
        ]
    }
}
