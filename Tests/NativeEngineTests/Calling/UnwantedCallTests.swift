import AD
@testable import NativeEngine
import ReversibleCore
import Testing

/// Calls for values that nobody wants are not made.
@Suite struct UnwantedCallTests {
    /// y += the first power of 2 not below x, found by a loop whose turns are kept and with a stack of its own.
    private static let inner = ReversibleFunction("inner", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
        let t = Scalar.ancilla("t"), power = Scalar.ancilla("power")
        let kept = Stack.ancilla("kept")
        Compute {
            power += 1
            While(power < x) {
                power *= 2
                t += power * x
                PUSH(t, on: kept)
            }
        } apply: {
            y += power * x
        }
    }

    private static let outer = ReversibleFunction("outer", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
        inner(y, x)
    }

    /// The calls of the primal in the C of a gradient, of which some results are wanted.
    private func primals(in program: Definition, wanted: (Parameter) -> Bool, _ checks: Checks) -> Int {
        let unit = SourceUnit(
            program, inverted: false,
            LoweringRequest(checks: checks, schedule: .standard, wanted: program.parameters.map(wanted)),
            EmissionRequest(number: .double))
        let text = unit.text(entering: unit.emit(), exported: nil)
        return text.split(separator: "\n").filter { $0.contains("run_inner(") }.count
    }

    @Test func gradientsWithoutValues() throws {
        let plain = try Self.outer.definition.pullback(inverted: false)
        let verified = try Self.outer.definition.verifiedPullback(inverted: false)
        #expect(primals(in: plain, wanted: { $0.name == "x.gradient" }, .none) == 0)
        #expect(primals(in: plain, wanted: { $0.name.contains("value") }, .none) > 0)
        // With every check the program runs as it stands.
        #expect(primals(in: plain, wanted: { $0.name == "x.gradient" }, .all) > 0)
        #expect(
            primals(
                in: verified, wanted: { $0.name == "x.gradient" || !$0.name.contains(".") }, .undoing) == 0)
        let gradient = try compile(grad(Self.outer))
        #expect(try gradient(0, 5).1 == 8)
    }
}
