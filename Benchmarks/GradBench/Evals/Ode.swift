import AD
import BenchmarkSupport

/// Runge–Kutta steps for y′₀ = x₀, y′ᵢ = xᵢ yᵢ₋₁.
package struct Ode: Eval {
    static let module = "ode"

    /// The state at time 2 after s steps of the classical method, from y = 0.
    ///
    /// An element's change depends on elements before it only: taking the last one first, a step happens in
    /// place, and can be undone in place. No state is ever stored.
    static let solution = ReversibleFunction("solution", parameters: ["y", "x", "s"]) {
        (y: Vector, x: Vector, s: Integer) in
        For(0..<s) { _ in
            For(y.count - 1...4, by: -1) { i in y[i] += change(y, x, at: i, 2.0 / s) }
            for i in (0..<4).reversed() {
                If(y.count > i) { y[i] += change(y, x, at: i, 2.0 / s) }
            }
        }
    }

    package static let last = ReversibleFunction("last", parameters: ["out", "y", "x", "s"]) {
        (out: Scalar, y: Vector, x: Vector, s: Integer) in
        solution(y, x, s)
        out += y[y.count - 1]
    }

    private static func change(_ y: Vector, _ x: Vector, at i: Integer, _ h: Expr) -> Expr {
        change(h, { y[i - $0].expression }, { x[i - $0].expression })
    }

    private static func change(_ y: Vector, _ x: Vector, at i: Int, _ h: Expr) -> Expr {
        change(
            h, { $0 > i ? Expr(constant: $0 == i + 1 ? 1 : 0) : y[i - $0].expression },
            { $0 > i ? Expr(constant: 0) : x[i - $0].expression })
    }

    /// h (k₁ + 2 k₂ + 2 k₃ + k₄) / 6 for one element; y(j), x(j) are those j places before it.
    private static func change(_ h: Expr, _ y: (Int) -> Expr, _ x: (Int) -> Expr) -> Expr {
        func k1(_ j: Int) -> Expr { x(j) * y(j + 1) }
        func k2(_ j: Int) -> Expr { x(j) * (y(j + 1) + h / 2 * k1(j + 1)) }
        func k3(_ j: Int) -> Expr { x(j) * (y(j + 1) + h / 2 * k2(j + 1)) }
        let k4 = x(0) * (y(1) + h * k3(1))
        return h / 6 * (k1(0) + 2 * k2(0) + 2 * k3(0) + k4)
    }

    private let primal: Runnable
    private let gradient: Runnable

    init(_ engine: Engine) throws {
        primal = try engine.function(Ode.solution)
        gradient = try engine.gradient(of: Ode.last, in: [2])
    }

    private struct Input: Decodable {
        let x: [Double]
        let s: Int

        func arguments() throws -> [Memory.Content] {
            try require(!x.isEmpty, "\"x\" is empty; the system needs a component")
            try require(s > 0, "\"s\" is \(s); there must be at least one step")
            try requireWork(("steps", s), ("components", x.count))
            return [.reals(.init(repeating: 0, count: x.count)), .reals(x), .integer(s)]
        }
    }

    var functions: [String: @Sendable (Request) throws -> Answer] {
        [
            "primal": { request in
                let input = try request.input(Input.self)
                let memory = Memory(try input.value.arguments(), changing: [0])
                return try input.repeats.run(primal, on: memory) { $0.value(of: 0) }
            },
            "gradient": { request in
                let input = try request.input(Input.self)
                let memory = Memory(
                    [.real(0)] + (try input.value.arguments()), changing: [0, 1], wanted: [1, 2])
                return try input.repeats.run(gradient, on: memory) { $0.gradients(of: [2]) }
            },
        ]
    }
}
