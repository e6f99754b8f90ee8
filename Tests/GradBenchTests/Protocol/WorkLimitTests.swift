import GradBench
import Testing

/// Requests that would not be answered in a time that anybody waits are refused, and the session goes on.
struct WorkLimitTests {
    private static let requests: [(String, String, String)] = [
        (
            "llsq", #"{"x": [1, 2], "n": 1000000000}"#, #""n" is 1000000000; the limit is 100000000"#
        ),
        (
            "llsq", #"{"x": [\#(Array(repeating: "1", count: 128).joined(separator: ","))], "n": 100000000}"#,
            "100000000 points times 128 coefficients is too much work for one answer; the limit is 10000000000"
        ),
        (
            "ode", #"{"x": [1, 2], "s": 9223372036854775807}"#,
            "9223372036854775807 steps times 2 components is too much work for one answer; the limit is 10000000000"
        ),
        (
            "det", #"{"A": [\#(Array(repeating: "1", count: 196).joined(separator: ","))], "ell": 14}"#,
            "87178291200 products is too much work for one answer; the limit is 10000000000"
        ),
    ]

    @Test(arguments: requests, ["primal", "gradient"])
    func isRefused(request: (String, String, String), function: String) throws {
        let (module, input, reason) = request
        var tool = Conversation()
        let answer = try tool.answer(
            to:
                #"{"id": 1, "kind": "evaluate", "module": "\#(module)", "function": "\#(function)", "input": \#(input)}"#
        )
        #expect(answer["id"] as? Int == 1)
        #expect(answer["success"] as? Bool == false)
        #expect(answer["error"] as? String == reason)
        #expect(try tool.answer(to: #"{"id": 2, "kind": "start"}"#)["id"] as? Int == 2)
    }

    @Test func bundleAdjustment() throws {
        var tool = Conversation()
        let camera = Array(repeating: "1", count: 11).joined(separator: ",")
        let answer = try tool.answer(
            to: #"""
                {"id": 1, "kind": "evaluate", "module": "ba", "function": "objective", "input": {"n": 1, "m": 1, \#
                "p": 4000000000, "cam": [\#(camera)], "x": [1, 2, 3], "w": 1, "feat": [1, 2]}}
                """#)
        #expect(answer["error"] as? String == #""p" is 4000000000; the limit is 100000000"#)
    }
}
