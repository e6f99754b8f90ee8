import Foundation
import NativeEngine
import ReversibleCore

/// A conversation with the suite: one JSON message a line, one answer each.
///
/// Nothing that arrives ends the session but the end of the input: what cannot be understood or done is answered
/// with `"success": false` and the reason.
public struct Session: Sendable {
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
            let id = (try? JSONDecoder().decode(Identity.self, from: data))?.id
            let reason = explanation(error, data)
            return text(
                Reply(id: id, success: false, error: "the message is not understood: \(reason)"))
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
            reply = Reply(id: message.id, success: false, error: explanation(error, data))
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
            let reason = (error as? EncodingError)?.sentence ?? "\(error)"
            let failure = Reply(
                id: reply.id, success: false, error: "the output cannot be written: \(reason)")
            let bytes = (try? encoder.encode(failure)) ?? Data(#"{"success":false}"#.utf8)
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    /// What is wrong with a message, in a sentence.
    private func explanation(_ error: any Error, _ message: Data) -> String {
        (error as? DecodingError)?.sentence(about: message) ?? "\(error)"
    }
}

/// The part of a message that all kinds share.
private struct Message: Decodable {
    let id: Int
    let kind: String
    let module: String?
    let function: String?
}

/// What is answered even to a message that makes no sense otherwise.
private struct Identity: Decodable { let id: Int }

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
