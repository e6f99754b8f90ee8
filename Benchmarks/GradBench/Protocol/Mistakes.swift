import Foundation

extension DecodingError {
    /// What is wrong with a message, and where.
    func sentence(about message: Data) -> String {
        switch self {
        case .keyNotFound(let key, let context):
            "\(place(context.codingPath)) has no field \"\(key.stringValue)\""
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "\(place(context.codingPath)): \(context.debugDescription)"
        case .dataCorrupted(let context):
            context.codingPath.isEmpty
                ? syntaxMistake(in: message) ?? "a number is not of the size or kind that its field has"
                : "\(place(context.codingPath)): \(context.debugDescription)"
        @unknown default: "\(self)"
        }
    }

    /// What `JSONDecoder` does not tell: why the text is no JSON; nil if it is.
    private func syntaxMistake(in message: Data) -> String? {
        if message.allSatisfy({ [0x20, 0x09, 0x0D].contains($0) }) {
            return "the line is empty; every line must be a JSON object"
        }
        do {
            _ = try JSONSerialization.jsonObject(with: message, options: .fragmentsAllowed)
            return nil
        } catch {
            let detail = (error as NSError).userInfo[NSDebugDescriptionErrorKey] as? String
            return "it is not valid JSON" + (detail.map { ": \($0)" } ?? "")
        }
    }

    private func place(_ path: [any CodingKey]) -> String {
        path.isEmpty ? "the message" : "\"" + path.name + "\""
    }
}

extension EncodingError {
    /// What cannot be written, and where.
    var sentence: String {
        if case .invalidValue(let value, let context) = self {
            "\(value) at \"\(context.codingPath.name)\" has no form in JSON"
        } else {
            "\(self)"
        }
    }
}

extension [any CodingKey] {
    /// As in a program: input.x[1].
    fileprivate var name: String {
        reduce("") { name, key in
            key.intValue.map { "\(name)[\($0)]" }
                ?? (name.isEmpty ? key.stringValue : "\(name).\(key.stringValue)")
        }
    }
}
