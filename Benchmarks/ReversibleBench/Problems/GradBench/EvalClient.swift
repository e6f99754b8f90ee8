import Foundation
import GradBench
import NativeEngine

/// The suite's side of a conversation with this package's tool.
final class EvalClient {
    private var session: Session
    private let module: String

    init(_ module: String, threads: Int, checks: Checks = .undoing) throws {
        session = Session(engine: Engine(threads: threads, checks: checks))
        self.module = module
        try ask(.object(["id": .integer(0), "kind": .text("define"), "module": .text(module)]))
    }

    /// A message that asks for a function's value, to be sent any number of times.
    func message(_ function: String, _ input: [String: JSON], runs: Int, seconds: Double) throws -> String {
        let repeats: [String: JSON] = ["min_runs": .integer(runs), "min_seconds": .number(seconds)]
        return try EvalClient.line(
            .object([
                "id": .integer(1), "kind": .text("evaluate"), "module": .text(module),
                "function": .text(function), "input": .object(input.merging(repeats) { $1 }),
            ]))
    }

    /// What the tool finds, and the seconds of its fastest run.
    func evaluate(_ message: String) throws -> (numbers: [Double], seconds: Double) {
        let answer = try ask(message)
        let timings = answer["timings"] as? [[String: Any]] ?? []
        let nanoseconds = timings.compactMap { $0["nanoseconds"] as? Double }.min() ?? .infinity
        return (EvalClient.numbers(answer["output"]), nanoseconds / 1e9)
    }

    @discardableResult
    private func ask(_ message: JSON) throws -> [String: Any] { try ask(EvalClient.line(message)) }

    private func ask(_ line: String) throws -> [String: Any] {
        let data = Data(session.answer(to: line).utf8)
        let answer = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
        guard answer["success"] as? Bool == true else {
            throw Failure(description: "\(module): \(answer["error"] ?? "the tool gives no reason")")
        }
        return answer
    }

    private static func line(_ message: JSON) throws -> String {
        String(decoding: try JSONEncoder().encode(message), as: UTF8.self)
    }

    /// All numbers in a value, one after the other; those of an object in the order of its keys.
    private static func numbers(_ value: Any?) -> [Double] {
        switch value {
        case let number as Double: [number]
        case let list as [Any]: list.flatMap { numbers($0) }
        case let object as [String: Any]: object.sorted { $0.key < $1.key }.flatMap { numbers($0.value) }
        default: []
        }
    }

    private struct Failure: Error, CustomStringConvertible { let description: String }
}
