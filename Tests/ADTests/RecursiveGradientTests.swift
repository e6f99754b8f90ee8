import AD
import Testing

/// Gradients through calls of the function itself, whose effects simplification must respect.
struct RecursiveGradientTests {
    /// out + 3x + 2·(2x) + 1·(4x) + 0·(8x) for n = 4.
    static let doubling = ReversibleFunction.recursive("doubling", parameters: ["out", "x", "n"]) {
        (doubling, out: Scalar, x: Scalar, n: Integer) in
        If(n > 0) {
            n -= 1
            out += n * x
            x *= 2
            doubling(out, x, n)
            x /= 2
            n += 1
        }
    }

    @Test func statementsAroundACallAreNotCancelled() throws {
        let (dout, dx, _) = try grad(Self.doubling, 0, 1, 4)
        #expect(dout == 1)
        #expect(dx == 11)
        try checkGrads(Self.doubling, 0.3, 1.7, 6)
        try checkInverse(Self.doubling, 0.3, 1.7, 6)
    }

    @Test func theCounterOfARecursionIsKept() throws {
        let sum = ReversibleFunction.recursive("sum", parameters: ["out", "x", "n"]) {
            (sum, out: Scalar, x: Scalar, n: Integer) in
            If(n > 0) {
                out += n * x
                n -= 1
                sum(out, x, n)
                n += 1
            }
        }
        let (_, dx, _) = try grad(sum, 0, 2, 10)
        #expect(dx == 55)
    }

    @Test func tenThousandCallsDeep() throws {
        let deep = ReversibleFunction.recursive("deep", parameters: ["out", "x", "n"]) {
            (deep, out: Scalar, x: Scalar, n: Integer) in
            If(n > 0) {
                out += x
                n -= 1
                deep(out, x, n)
                n += 1
            }
        }
        #expect(try deep(0, 1, 100_000).0 == 100_000)
        #expect(try grad(deep, 0, 1, 100_000).1 == 100_000)
    }

    @Test func gradientOfTheInverse() throws {
        let (out, x, n) = try Self.doubling(0.0, 1.5, 5)
        try checkGrads(~Self.doubling, out, x, n)
        let backward = adjoint(Self.doubling)
        try checkInverse(backward, GVar(out, 1), GVar(x, 0.2), GVar(n))
        try checkGrads(backward, GVar(out, 1), GVar(x, 0.2), GVar(n))
    }
}
