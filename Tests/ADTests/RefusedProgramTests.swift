import AD
import Testing

/// A gradient is that of a program that runs: what a run refuses, every operator refuses.
struct RefusedProgramTests {
    static let disturbed = ReversibleFunction("disturbed", parameters: ["out", "x"]) {
        (out: Scalar, x: Scalar) in
        let t = Scalar.ancilla("t")
        For(0..<3) { _ in
            Compute {
                t += x * x
            } apply: {
                out += t
                x *= 1.5
            }
        }
    }

    @Test func whatApplyDisturbsHasNoGradient() {
        let kinds = [
            failure { try Self.disturbed(0, 2) },
            failure { try grad(Self.disturbed, 0, 2) },
            failure { try grad(Self.disturbed)(0, 2) },
            failure { try valueAndGrad(Self.disturbed, 0, 2) },
            failure { try hessian(Self.disturbed, 0, 2) },
            failure { try hvp(Self.disturbed, 0, 2, direction: (0, 1)) },
            failure { try vjp(Self.disturbed, 0, 2, cotangent: (1, 0)) },
            failure { try jvp(Self.disturbed, 0, 2, tangent: (0, 1)) },
            failure { try jacobian(Self.disturbed, 0, 2, of: 0, with: 1) },
            failure { try checkGrads(Self.disturbed, 0, 2) },
        ]
        #expect(kinds.allSatisfy { $0 == .ancillaNotRestored })
    }

    @Test func aConditionOutsideTheGradientStillCounts() {
        let loop = ReversibleFunction { (out: Scalar, x: Scalar, k: Integer) in
            out += x
            While(k > 0, post: k < 10) { k -= 1 }
        }
        #expect(failure { try grad(loop, 0, 1, 3) } == .loopCondition)
    }

    @Test func scalingAwayANumberIsAnError() throws {
        let scale = ReversibleFunction { (x: Scalar, y: Scalar) in x *= y }
        #expect(failure { try scale(1e-200, 1e-200) } == .zeroFactor)
        #expect(failure { try scale(1e200, 1e200) } == .zeroFactor)
        #expect(failure { try (~scale)(1e-200, 1e200) } == .zeroFactor)
        #expect(try scale(0, 1e-200).0 == 0)
    }

    /// Shared subexpressions are neither computed nor printed once for every path to them.
    @Test func repeatedSquaringStaysSmall() throws {
        let power = ReversibleFunction { (out: Scalar, x: Scalar) in
            let e = (0..<40).reduce(x * 1) { square, _ in square * square }
            out += e
        }
        #expect(try power(0, 1).0 == 1)
        #expect(try grad(power, 0, 1).1 == 1_099_511_627_776)
        #expect("\(power)".count < 1000 && "\(grad(power))".count < 5000)
    }

    private func failure<Result>(_ body: () throws -> Result) -> ReversibilityError.Kind? {
        do {
            _ = try body()
            return nil
        } catch {
            return (error as? ReversibilityError)?.kind
        }
    }
}
