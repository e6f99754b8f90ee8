/// A token of a PTX text with its line.
struct PTXToken: Equatable {
    enum Kind {
        /// Names, directives (with the dot) and whole mnemonics such as `add.rn.f64`.
        case word
        case number
        case string
        case punctuation
        case end
    }

    var kind: Kind
    var text: String
    var line: Int
}

/// Splits a PTX text into tokens; comments are dropped.
struct PTXLexer {
    private let bytes: [UInt8]
    private var position = 0
    private var line = 1

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    mutating func tokens() throws(EmulatorError) -> [PTXToken] {
        var tokens: [PTXToken] = []
        while let token = try next() {
            tokens.append(token)
        }
        tokens.append(PTXToken(kind: .end, text: "end of the text", line: line))
        return tokens
    }

    private mutating func next() throws(EmulatorError) -> PTXToken? {
        try skipBlanks()
        guard position < bytes.count else { return nil }
        let start = position
        let byte = bytes[position]
        if Self.isDigit(byte) {
            return number(from: start)
        }
        if Self.isWordStart(byte) {
            position += 1
            while position < bytes.count, Self.isWord(bytes[position]) { position += 1 }
            return token(.word, from: start)
        }
        if byte == UInt8(ascii: "\"") {
            position += 1
            while position < bytes.count, bytes[position] != byte {
                guard bytes[position] != UInt8(ascii: "\n") else { break }
                position += 1
            }
            guard position < bytes.count, bytes[position] == byte else {
                throw EmulatorError(.syntax, line: line, "a string does not end on its line")
            }
            position += 1
            return token(.string, from: start)
        }
        guard byte > 32, byte < 127 else {
            throw EmulatorError(.syntax, line: line, "byte \(byte) is not part of PTX")
        }
        position += 1
        return token(.punctuation, from: start)
    }

    private mutating func number(from start: Int) -> PTXToken {
        let prefixed =
            bytes[start] == UInt8(ascii: "0") && start + 1 < bytes.count && !Self.isDigit(bytes[start + 1])
        while position < bytes.count {
            let byte = bytes[position]
            if Self.isWord(byte) {
                position += 1
                continue
            }
            // A sign belongs to the number only after the exponent letter of a decimal fraction.
            let previous = bytes[position - 1] | 0x20
            let isSign = byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
            let startsWithPrefix = prefixed && bytes[start + 1] != UInt8(ascii: ".")
            guard isSign, previous == UInt8(ascii: "e"), !startsWithPrefix else { break }
            position += 1
        }
        return token(.number, from: start)
    }

    private func token(_ kind: PTXToken.Kind, from start: Int) -> PTXToken {
        PTXToken(kind: kind, text: String(decoding: bytes[start..<position], as: UTF8.self), line: line)
    }

    private mutating func skipBlanks() throws(EmulatorError) {
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\n") {
                line += 1
                position += 1
            } else if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r") {
                position += 1
            } else if starts(with: "//") {
                while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
            } else if starts(with: "/*") {
                try skipComment()
            } else {
                return
            }
        }
    }

    private mutating func skipComment() throws(EmulatorError) {
        let first = line
        position += 2
        while !starts(with: "*/") {
            guard position < bytes.count else {
                throw EmulatorError(.syntax, line: first, "a comment does not end")
            }
            if bytes[position] == UInt8(ascii: "\n") { line += 1 }
            position += 1
        }
        position += 2
    }

    private func starts(with pair: StaticString) -> Bool {
        position + 1 < bytes.count && bytes[position] == pair.utf8Start[0]
            && bytes[position + 1] == pair.utf8Start[1]
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }

    private static func isWordStart(_ byte: UInt8) -> Bool {
        let lower = byte | 0x20
        return (lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z")) || byte == UInt8(ascii: "_")
            || byte == UInt8(ascii: "$") || byte == UInt8(ascii: "%") || byte == UInt8(ascii: ".")
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        (isWordStart(byte) && byte != UInt8(ascii: "%")) || isDigit(byte)
    }
}
