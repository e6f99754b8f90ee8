import GradBench
import Testing

/// What is no message: it is answered with the reason, and the session goes on.
struct MalformedMessageTests {
    private static let square = #""kind": "evaluate", "module": "hello", "function": "square""#
    private static let lse = #""kind": "evaluate", "module": "lse", "function": "primal""#

    private static let incomplete: [(String, String)] = [
        (#""other": 1"#, #"the message has no field "kind""#),
        (#""kind": 3"#, #""kind": Expected to decode String but found number instead"#),
        (#""kind": "define""#, #"the message has no field "module""#),
        (#""kind": "define", "module": ["det"]"#, #""module": "#),
        (
            #""kind": "define", "module": "détt\u0000☃""#,
            "there is no module \"détt\u{0}☃\"; there are ba, det, gmm, hello"
        ),
        (#""kind": "evaluate", "function": "square", "input": 1"#, #"has no field "module""#),
        (#""kind": "evaluate", "module": "hello", "input": 1"#, #"has no field "function""#),
        (
            #""kind": "evaluate", "module": "none", "function": "square", "input": 1"#,
            #"there is no module "none""#
        ),
        (
            #""kind": "evaluate", "module": "hello", "function": "cube", "input": 1"#,
            #"module "hello" has no function "cube"; it has double, square"#
        ),
        (square, #"the message has no field "input""#),
        (#"\#(square), "input": "1""#, #""input": Expected to decode Double but found a string instead"#),
        (#"\#(square), "input": {}"#, #""input": "#), (#"\#(square), "input": null"#, #""input": "#),
        (#"\#(square), "input": 1e200"#, #"inf at "output" has no form in JSON"#),
        (#"\#(square), "input": 1e999"#, "Number 1e999 is not representable"),
        (#"\#(lse), "input": []"#, #""input": "#), (#"\#(lse), "input": {}"#, #""input" has no field "x""#),
        (#"\#(lse), "input": {"x": [1, null]}"#, #""input.x[1]": "#),
        (#"\#(lse), "input": {"x": [1, "2"]}"#, #""input.x[1]": "#),
        (#"\#(lse), "input": {"x": 1}"#, #""input.x": "#),
        (#"\#(lse), "input": {"x": [[1]]}"#, #""input.x[0]": "#),
        (#"\#(lse), "input": {"x": [1e309]}"#, "Number 1e309 is not representable"),
        (#"\#(lse), "input": {"x": [1], "min_runs": "many"}"#, #""input.min_runs": "#),
        (#"\#(lse), "input": {"x": [1], "min_runs": 1.5}"#, "a number is not of the size or kind"),
        (#"\#(lse), "input": {"x": [1], "min_seconds": []}"#, #""input.min_seconds": "#),
        (
            #"\#(lse), "input": {"x": [1], "min_runs": 1000001}"#,
            #""min_runs" is 1000001; the limit is 1000000"#
        ),
        (
            #"\#(lse), "input": {"x": [1], "min_seconds": 1e18}"#,
            #""min_seconds" is 1e+18; the limit is 3600"#
        ),
    ]

    private static let noMessages: [(String, String)] = [
        ("", "the message is not understood: the line is empty; every line must be a JSON object"),
        (" \t\r", "the line is empty"), ("\u{a0}", "it is not valid JSON"),
        ("{", "Unexpected end of file"), ("}", "around character 0"), ("\0", "around character 0"),
        ("{'id': 1}", "around character 1"), (#"{"id": 1, "kind": NaN}"#, "around character"),
        (#"{"id": 1, "kind": "start"} x"#, "around character"),
        ("null", "not understood"), ("3", "found number instead"), (#""☃""#, "found a string instead"),
        ("[]", "found an array instead"), ("{}", #"the message has no field "id""#),
        (#"{"id": 1.5, "kind": "start"}"#, "a number is not of the size or kind that its field has"),
        (#"{"id": 99999999999999999999, "kind": "start"}"#, "a number is not of the size or kind"),
        (#"{"id": "1", "kind": "start"}"#, #""id": Expected to decode Int but found a string instead"#),
        (#"{"id": null, "kind": "start"}"#, #""id": "#),
    ]

    @Test(arguments: noMessages) func withoutId(line: String, reason: String) throws {
        var tool = Conversation()
        let answer = try tool.answer(to: line)
        #expect(answer["success"] as? Bool == false)
        #expect(answer["id"] == nil)
        let error = try #require(answer["error"] as? String)
        #expect(error.contains(reason), "\(error)")
        #expect(try tool.answer(to: #"{"id": 2, "kind": "start"}"#)["id"] as? Int == 2)
    }

    @Test(arguments: incomplete) func withId(fields: String, reason: String) throws {
        var tool = Conversation()
        let answer = try tool.answer(to: #"{"id": 4, \#(fields)}"#)
        #expect(answer["id"] as? Int == 4)
        #expect(answer["success"] as? Bool == false)
        #expect(answer["output"] == nil)
        let error = try #require(answer["error"] as? String)
        #expect(error.contains(reason), "\(error)")
    }

    /// JSON has no such literals.
    @Test(arguments: ["NaN", "Infinity", "-Infinity", "nan", "1e", "0x1", "01", "+1", ".5"])
    func literals(literal: String) throws {
        var tool = Conversation()
        let answer = try tool.answer(
            to: #"{"id": 4, \#(MalformedMessageTests.square), "input": \#(literal)}"#)
        #expect(answer["success"] as? Bool == false)
        #expect((answer["error"] as? String)?.contains("it is not valid JSON: ") == true)
    }

    @Test func deepNesting() throws {
        var tool = Conversation()
        for (open, close) in [("[", "]"), (#"{"a":"#, "}"), ("[", "")] {
            let line = String(repeating: open, count: 100_000) + String(repeating: close, count: 100_000)
            let error = try #require(try tool.answer(to: line)["error"] as? String)
            #expect(error.contains("Too many nested arrays or dictionaries"))
        }
    }

    @Test func longLine() throws {
        var tool = Conversation()
        let (zeros, text) = (
            String(repeating: "0,", count: 300_000) + "0", String(repeating: "☃", count: 1_000_000)
        )
        let line =
            #"{"id": 4, \#(MalformedMessageTests.lse), "description": "\#(text)", "input": {"x": [\#(zeros)]}}"#
        #expect(try tool.answer(to: line)["success"] as? Bool == true)
        let cut = try tool.answer(to: String(line.dropLast(3)))
        #expect((cut["error"] as? String)?.contains("Unexpected end of file") == true)
    }
}
