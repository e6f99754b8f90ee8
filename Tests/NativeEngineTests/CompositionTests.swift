import AD
import NativeEngine
import ReversibleCore
import Testing

/// `f.then(g)`.
@Suite(.enabled(if: compilerIsThere)) struct CompositionTests {
    private static let square = ReversibleFunction("square", parameters: ["y", "x"]) {
        (y: Scalar, x: Scalar) in y += x * x
    }
    private static let exchange = ReversibleFunction("exchange", parameters: ["y", "x"]) {
        (y: Scalar, x: Scalar) in
        SWAP(y, x)
        x *= 3
    }

    @Test func valuesAndInverse() throws {
        let both = Self.square.then(Self.exchange)
        #expect(try both(1, 2) == (2, 15))
        #expect(try Self.exchange.then(Self.square)(1, 2) == (11, 3))
        #expect(~both == (~Self.exchange).then(~Self.square))
        #expect(try (~both)(2, 15) == (1, 2))
        #expect(try Self.square.then(~Self.square)(1, 2) == (1, 2))
        try both.agreesBothWays([.real(1), .real(2)])
    }

    @Test func derivatives() throws {
        // The second argument becomes 3 (y + x²).
        let both = Self.square.then(Self.exchange)
        #expect(try grad(both, 1, 2, loss: 1) == (3, 12))
        #expect(try native(grad(both, loss: 1), .undoing)(1, 2) == (3, 12))
        #expect(try grad(both, 1, 2, loss: 1, undoing: .recorded) == (3, 12))
        #expect(try jvp(both, 1, 2, tangent: (1, 1)).product == (1, 15))
        try checkGrads(both, 1, 2)
    }

    @Test func text() throws {
        #expect(
            Self.square.then(~Self.exchange).description == """
                ReversibleFunction("square.then((~exchange))") { (y: Scalar, x: Scalar) in
                    square(y, x)
                    (~exchange)(y, x)
                }
                """)
        // Names do not grow with what they are composed of.
        var power = Self.square
        for _ in 0..<30 { power = power.then(power) }
        #expect(power.description.count < 200)
        #expect(
            Self.square.then(Self.exchange, name: "step").description.hasPrefix(
                "ReversibleFunction(\"step\")"))
    }
}
