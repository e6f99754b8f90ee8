import GradBench
import TestSupport
import Testing

/// Hand tracking, against the definition.
struct HtTests {
    @Test(
        arguments: Engine.Kind.allCases,
        isExhaustive
            ? [(true, false, true), (true, true, false), (false, false, true), (false, true, true)]
            : [(true, true, false), (false, false, true)])
    func errorsAndJacobian(kind: Engine.Kind, form: (simple: Bool, mirrored: Bool, turned: Bool)) throws {
        var tool = Conversation(kind)
        let hand = HandModel(simple: form.simple, mirrored: form.mirrored, turned: form.turned)
        expectClose(try tool.numbers("ht", "objective", hand.input), hand.errors, rounding)
        let rows = try #require(try tool.output("ht", "jacobian", hand.input) as? [[Double]])
        #expect(rows.allSatisfy { $0.count == (form.simple ? 26 : 28) })
        expectClose(rows.flatMap(\.self), hand.jacobian, differencing)
    }
}
