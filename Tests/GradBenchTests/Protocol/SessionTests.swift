import Foundation
import GradBench
import Testing

/// The messages of a session, in their order.
struct SessionTests {
    @Test func start() throws {
        var tool = Conversation()
        let answer = try tool.answer(
            to: #"{"id": 0, "kind": "start", "eval": "hello", "config": {"a": [1]}}"#)
        #expect(answer["id"] as? Int == 0)
        #expect(answer["tool"] as? String == "swift-reversible")
        #expect(answer["success"] == nil)
    }

    @Test(arguments: Session.moduleNames) func define(module: String) throws {
        var tool = Conversation()
        for id in 1...2 {
            let answer = try tool.answer(to: #"{"id": \#(id), "kind": "define", "module": "\#(module)"}"#)
            #expect(answer["id"] as? Int == id)
            #expect(answer["success"] as? Bool == true)
        }
    }

    @Test func allModules() {
        #expect(
            Session.moduleNames == [
                "ba", "det", "gmm", "hello", "ht", "kmeans", "llsq", "lse", "lstm", "ode", "particle",
                "saddle",
            ])
    }

    @Test(arguments: ["analysis", "farewell", "naïve ☃"]) func otherKinds(kind: String) throws {
        var tool = Conversation()
        let answer = try tool.answer(
            to: #"{"id": 5, "kind": "\#(kind)", "of": 3, "valid": false, "error": "wrong"}"#)
        #expect(answer.keys.sorted() == ["id"])
        #expect(answer["id"] as? Int == 5)
    }

    /// Ids are repeated and nothing else is made of them; nor need a module be defined first.
    @Test func ids() throws {
        var session = Session(engine: Engine(.interpreter))
        for id in [3, 3, -1, 0, Int.max] {
            let answer = session.answer(
                to:
                    #"{"id": \#(id), "kind": "evaluate", "module": "hello", "function": "square", "input": 3}"#
            )
            let object = try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [String: Any]
            #expect(object?["id"] as? Int == id)
            #expect(object?["output"] as? Double == 9)
        }
    }

    @Test func timings() throws {
        var tool = Conversation()
        let input: [String: Any] = ["x": [1.0, 2], "min_runs": 4, "min_seconds": 0.01]
        for (module, function) in [("lse", "primal"), ("lse", "gradient")] {
            let answer = try tool.answer(module, function, input)
            let timings = try #require(answer["timings"] as? [[String: Any]])
            let nanoseconds = timings.compactMap { $0["nanoseconds"] as? Int }
            #expect(timings.allSatisfy { $0["name"] as? String == "evaluate" })
            #expect(nanoseconds.count == timings.count)
            #expect(nanoseconds.count >= 4)
            #expect(nanoseconds.reduce(0, +) >= 10_000_000)
        }
    }

    /// Every run begins anew: results do not pile up.
    @Test(arguments: Engine.Kind.allCases) func repeatedRuns(kind: Engine.Kind) throws {
        var tool = Conversation(kind)
        let once: [String: Any] = ["x": [0.3, -0.2, 0.7], "s": 2, "min_runs": 1]
        let often = once.merging(["min_runs": 3]) { $1 }
        for function in ["primal", "gradient"] {
            let expected = try tool.numbers("ode", function, once)
            #expect(try tool.numbers("ode", function, often) == expected)
        }
    }

    @Test func threads() throws {
        var session = Session(engine: Engine(threads: 2))
        let x = (0..<50_000).map { "0.\($0 % 10)" }.joined(separator: ",")
        let line =
            #"{"id": 1, "kind": "evaluate", "module": "lse", "function": "primal", "input": {"x": [\#(x)]}}"#
        let answer =
            try JSONSerialization.jsonObject(with: Data(session.answer(to: line).utf8)) as? [String: Any]
        let found = try #require(answer?["output"] as? Double)
        let expected = log((0..<10).reduce(0) { $0 + exp(Double($1) / 10) } * 5000)
        #expect(abs(found - expected) < rounding * expected)
    }
}
