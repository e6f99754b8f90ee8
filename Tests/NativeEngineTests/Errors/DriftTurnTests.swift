import AD
import NativeEngine
import ReversibleCore
import Testing

/// Errors of undoing say in which turn of the loops around it a number was read.
@Suite struct DriftTurnTests {
    private typealias Function = ReversibleFunction<Scalar, Scalar, Integer>

    private static let counted = Function("f", parameters: ["loss", "m", "n"]) {
        (loss: Scalar, m: Scalar, n: Integer) in
        For(0..<n) { i in
            m *= 0.5
            m += 0.1
            loss += m * m
        }
    }

    @Reversible private static func turn(_ loss: Scalar, _ m: Scalar, _ k: Integer) -> Statement {
        m *= 0.5
        m += 0.1
        loss += m * m
        k += 1
    }

    private static let asserted = Function("f", parameters: ["loss", "m", "n"]) {
        (loss: Scalar, m: Scalar, n: Integer) in
        let k = Integer.ancilla("k")
        While(k < n, post: k > 0) { turn(loss, m, k) }
        k -= n
    }

    private static let recorded = Function("f", parameters: ["loss", "m", "n"]) {
        (loss: Scalar, m: Scalar, n: Integer) in
        let k = Integer.ancilla("k")
        While(k < n) { turn(loss, m, k) }
        k -= n
    }

    /// Ten turns in each turn of the outer loop.
    private static let nested = Function("f", parameters: ["loss", "m", "n"]) {
        (loss: Scalar, m: Scalar, n: Integer) in
        let j = Integer.ancilla("j")
        While(10 * j < n, post: j > 0) {
            let k = Integer.ancilla("k")
            While(k < 10) { turn(loss, m, k) }
            k -= 10
            j += 1
        }
        j -= n / 10
    }

    private func values(_ f: Function) throws -> [String] {
        let error = try #require(throws: ReversibilityError.self) { try grad(f, 0, 0, 100) }
        #expect(error.kind == .drift)
        #expect(error.statement == "loss += m * m")
        return error.values.map(\.description)
    }

    @Test func turnsOfAWhileAreCounted() throws {
        let index = try #require(try values(Self.counted).last)
        #expect(index.hasPrefix("i = "))
        let turn = try #require(Int(index.dropFirst(4))) + 1
        #expect((11..<100).contains(turn))
        #expect(try values(Self.asserted).last == "turn of While(k < n) = \(turn)")
        #expect(try values(Self.recorded).last == "turn of While(k < n) = \(turn)")
        #expect(
            try values(Self.nested).suffix(2) == [
                "turn of While(10 * j < n) = \((turn - 1) / 10 + 1)",
                "turn of While(k < 10) = \((turn - 1) % 10 + 1)",
            ])
    }

    @Test(.enabled(if: compilerIsThere)) func compiledGradientsSayTheSame() throws {
        let expected = try #require(throws: ReversibilityError.self) { try grad(Self.nested, 0, 0, 100) }
        let gradient = try native(grad(Self.nested), .undoing)
        #expect(throws: expected) { try gradient(0, 0, 100) }
    }
}
