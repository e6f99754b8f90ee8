import AD
import NativeEngine
import TestSupport
import Testing

@Suite(.enabled(if: compilerIsThere))
struct FusedProductTests {
    /// (1 + ε)(1 − ε) − 1 is −ε² if it is rounded once, and 0 if the product is rounded first.
    @Test func productsAreFusedOnRequestOnly() throws {
        let f = ReversibleFunction("f", parameters: ["y", "a", "b", "c"]) {
            (y: Scalar, a: Scalar, b: Scalar, c: Scalar) in y += a * b - c
        }
        let epsilon = 0x1p-30
        let plain = try native(f)(0, 1 + epsilon, 1 - epsilon, 1).0
        #expect(plain == 0)
        let fused = try withOptions { options in
            var options = options
            options.fusesProducts = true
            return try compile(f, checks: .none, options: options)
        }
        let found = try fused(0, 1 + epsilon, 1 - epsilon, 1).0
        guard targetFeatures().lanes >= 4 else {
            print("skipped: this machine may have no fused operation")
            return
        }
        guard isExhaustive else {
            #expect(abs(found) <= epsilon * epsilon)
            print("skipped: code that is not optimized fuses nothing (REVERSIBLE_EXHAUSTIVE=1)")
            return
        }
        #expect(found == -epsilon * epsilon)
    }
}
