import Foundation
import GradBench
import Testing

/// The suite's side of a session.
struct Conversation {
    /// Why a value did not come.
    struct Refusal: Error, CustomStringConvertible { let description: String }

    private var session: Session

    init(_ kind: Engine.Kind = .native) {
        session = kind == .native ? Conversation.native : Conversation.interpreted
    }

    // Programs are compiled once for all tests.
    private static let native = defined(.native)
    private static let interpreted = defined(.interpreter)

    private static func defined(_ kind: Engine.Kind) -> Session {
        var session = Session(engine: Engine(kind))
        for module in Session.moduleNames {
            _ = session.answer(to: #"{"id": 0, "kind": "define", "module": "\#(module)"}"#)
        }
        return session
    }

    /// The answer to a line, which must be one line of JSON.
    mutating func answer(to line: String) throws -> [String: Any] {
        let text = session.answer(to: line)
        #expect(!text.contains("\n"))
        return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    /// The answer to an evaluate message.
    mutating func answer(_ module: String, _ function: String, _ input: Any) throws -> [String: Any] {
        let message: [String: Any] = [
            "id": 7, "kind": "evaluate", "module": module, "function": function, "input": input,
        ]
        let line = try JSONSerialization.data(withJSONObject: message)
        let answer = try answer(to: String(decoding: line, as: UTF8.self))
        #expect(answer["id"] as? Int == 7)
        return answer
    }

    /// The output for an input, as JSON.
    mutating func output(_ module: String, _ function: String, _ input: Any) throws -> Any {
        let answer = try answer(module, function, input)
        guard answer["success"] as? Bool == true else {
            throw Refusal(description: answer["error"] as? String ?? "\(answer)")
        }
        return try #require(answer["output"])
    }

    /// All numbers of an output, in rows one after the other; those of one field, if the output is an object.
    mutating func numbers(
        _ module: String, _ function: String, _ input: Any, field: String? = nil
    ) throws -> [Double] {
        let output = try output(module, function, input)
        return flattened(field.map { (output as? [String: Any])?[$0] ?? [] } ?? output)
    }

    /// The error for an input that is refused.
    mutating func refusal(_ module: String, _ function: String, _ input: Any) throws -> String {
        let answer = try answer(module, function, input)
        #expect(answer["success"] as? Bool == false)
        return try #require(answer["error"] as? String)
    }
}

/// All numbers of a JSON value, one after the other.
func flattened(_ value: Any) -> [Double] {
    switch value {
    case let number as Double: [number]
    case let list as [Any]: list.flatMap { flattened($0) }
    default: []
    }
}
