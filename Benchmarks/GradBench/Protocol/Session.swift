import Foundation
import NativeEngine
import ReversibleCore

/// A conversation with the suite: one JSON message a line, one answer each.
///
/// Nothing that arrives ends the session but the end of the input: what cannot be understood or done is answered
/// with `"success": false` and the reason.
public struct Session {
    private let engine: Engine
    private var evals: [String: any Eval] = [:]

    /// A session whose programs run on an engine.
    public init(engine: Engine) { self.engine = engine }

    private static let modules: [any Eval.Type] = [
        Hello.self, Det.self, Llsq.self, Lse.self, Ode.self, Gmm.self, Ba.self, Kmeans.self, Ht.self,
        Lstm.self,
        Particle.self, Saddle.self,
    ]

    /// The names of the evals, in alphabetical order.
    public static var moduleNames: [String] { modules.map { $0.module }.sorted() }

    /// The answer to a message: one line of JSON.
    public mutating func answer(to line: String) -> String {
        let data = Data(line.utf8)
        let message: Message
        do {
            message = try JSONDecoder().decode(Message.self, from: data)
        } catch {
            return text(
                Reply(id: nil, success: false, error: "the message is not understood: \(explanation(error))"))
        }
        var reply = Reply(id: message.id)
        do {
            switch message.kind {
            case "start": reply.tool = "swift-reversible"
            case "define":
                try define(message.module)
                reply.success = true
            case "evaluate":
                let answer = try evaluate(message, data)
                reply.success = true
                reply.output = AnyEncodable(answer.output)
                reply.timings = answer.nanoseconds.map { Reply.Timing(name: "evaluate", nanoseconds: $0) }
            default: break
            }
        } catch {
            reply = Reply(id: message.id, success: false, error: explanation(error))
        }
        return text(reply)
    }

    private mutating func define(_ module: String?) throws {
        let name = try self.name(module, "module")
        if evals[name] != nil { return }
        guard let type = Session.modules.first(where: { $0.module == name }) else {
            throw RequestError(
                "there is no module \"\(name)\"; there are \(Session.moduleNames.joined(separator: ", "))")
        }
        evals[name] = try type.init(engine)
    }

    private mutating func evaluate(_ message: Message, _ data: Data) throws -> Answer {
        let (module, name) = (try name(message.module, "module"), try name(message.function, "function"))
        try define(module)
        let functions = evals[module]?.functions ?? [:]
        guard let function = functions[name] else {
            throw RequestError(
                "module \"\(module)\" has no function \"\(name)\"; it has "
                    + functions.keys.sorted().joined(separator: ", "))
        }
        return try function(Request(data))
    }

    private func name(_ value: String?, _ field: String) throws -> String {
        guard let value else { throw RequestError("the message has no field \"\(field)\"") }
        return value
    }

    private func text(_ reply: Reply) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        do {
            return String(decoding: try encoder.encode(reply), as: UTF8.self)
        } catch {
            // JSON has no way to write an infinity or a NaN.
            let failure = Reply(
                id: reply.id, success: false, error: "the output cannot be written: \(explanation(error))")
            let bytes = (try? encoder.encode(failure)) ?? Data(#"{"success":false}"#.utf8)
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    /// An error in a sentence.
    private func explanation(_ error: any Error) -> String {
        switch error {
        case let error as DecodingError: error.sentence
        case let error as EncodingError: error.sentence
        default: "\(error)"
        }
    }
}

/// The part of a message that all kinds share.
private struct Message: Decodable {
    let id: Int
    let kind: String
    let module: String?
    let function: String?
}

private struct Reply: Encodable {
    struct Timing: Encodable {
        let name: String
        let nanoseconds: Int
    }

    var id: Int?
    var tool: String?
    var success: Bool?
    var output: AnyEncodable?
    var timings: [Timing]?
    var error: String?
}

private struct AnyEncodable: Encodable {
    let value: any Encodable

    init(_ value: any Encodable) { self.value = value }

    func encode(to encoder: any Encoder) throws { try value.encode(to: encoder) }
}

extension DecodingError {
    fileprivate var sentence: String {
        switch self {
        case .keyNotFound(let key, let context):
            "\(place(context.codingPath)) has no field \"\(key.stringValue)\""
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "\(place(context.codingPath)): \(context.debugDescription)"
        case .dataCorrupted(let context):
            context.codingPath.isEmpty
                ? context.debugDescription + detail(context.underlyingError)
                : "\(place(context.codingPath)): \(context.debugDescription)"
        @unknown default: "\(self)"
        }
    }

    private func detail(_ error: (any Error)?) -> String {
        guard let error = error as NSError? else { return "" }
        return (error.userInfo[NSDebugDescriptionErrorKey] as? String).map { " (\($0))" } ?? ""
    }

    private func place(_ path: [any CodingKey]) -> String {
        path.isEmpty ? "the message" : "\"" + path.map(\.stringValue).joined(separator: ".") + "\""
    }
}

extension EncodingError {
    fileprivate var sentence: String {
        if case .invalidValue(let value, let context) = self {
            "\(value) at \(context.codingPath.map(\.stringValue).joined(separator: ".")) has no form in JSON"
        } else {
            "\(self)"
        }
    }
}
