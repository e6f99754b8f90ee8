import AD
import Testing

/// What a program asserts, and what it does not.
struct AssertTests {
    static let f = ReversibleFunction("f", parameters: ["y", "x", "v"]) { (y: Scalar, x: Scalar, v: Vector) in
        Assert(x > 0, "masses are \"positive\"")
        For(v.indices) { i in
            Assert(v[i] < 10)
            y += x * v[i]
        }
        x *= 2
        Assert(x < 100, "they stay small")
    }

    @Test func forward() throws {
        expectFailure(
            Self.f, 0, -1, [1], kind: .assertion, at: 7, column: 9,
            says: """
                in `f`, `Assert(x > 0, "masses are \\"positive\\"")`: the condition does not hold
                  (x = -1.0)
                """)
        expectFailure(
            Self.f, 0, 1, [1, 12], kind: .assertion, at: 9,
            says: """
                in `f`, `Assert(v[i] < 10)`: the condition does not hold
                  (v[i] = 12.0, i = 1)
                """)
        expectFailure(
            Self.f, 0, 60, [], kind: .assertion, at: 13, column: 9,
            says: """
                in `f`, `Assert(x < 100, "they stay small")`: the condition does not hold
                  (x = 120.0)
                """)
        #expect(try Self.f(0, 3, [1, 2]) == (9, 6, [1, 2]))
    }

    @Test func backward() throws {
        expectFailure(
            ~Self.f, 9, 600, [], kind: .assertion, at: 13, column: 9,
            says: """
                in `f`, `Assert(x < 100, "they stay small")`: the condition does not hold
                  (x = 600.0)
                """)
        expectFailure(
            ~Self.f, 9, -6, [], kind: .assertion, at: 7, column: 9,
            says: """
                in `f`, `Assert(x > 0, "masses are \\"positive\\"")`: the condition does not hold
                  (x = -3.0)
                """)
        #expect(try (~Self.f)(9, 6, [1, 2]) == (0, 3, [1, 2]))
    }

    /// Derivatives are those of a program that runs; they have nothing of it.
    @Test func derivatives() throws {
        #expect(try grad(Self.f, 0, 3, [1, 2]) == (1, 3, [3, 3]))
        for request in [
            { _ = try grad(Self.f, 0, -3, [1, 2]) },
            { _ = try hvp(Self.f, 0, -3, [1, 2], direction: (0, 1, [0, 0])) },
            { _ = try jvp(Self.f, 0, -3, [1, 2], tangent: (0, 1, [0, 0])) },
        ] as [() throws -> Void] {
            let error = #expect(throws: ReversibilityError.self) { try request() }
            #expect(error?.kind == .assertion)
            #expect(error?.function == "f")
        }
        #expect(!"\(try adjoint(Self.f))".contains("Assert"))
        #expect("\(try tangent(Self.f))".contains("Assert(x.primal > 0, "))
        #expect("\(~Self.f)".contains("Assert(x < 100, \"they stay small\")"))
        try checkGrads(Self.f, 0.5, 3, [1, 2])
        try checkInverse(Self.f, 0.5, 3, [1, 2])
    }

    @Test func notANumber() throws {
        expectFailure(
            Self.f, 0, .nan, [1], kind: .nanInCondition, at: 7, column: 9,
            says: """
                in `f`, `Assert(x > 0, "masses are \\"positive\\"")`: the condition compares a NaN, so neither \
                branch would be right; find where it arose, or guard it
                  (x = nan)
                """)
    }
}
