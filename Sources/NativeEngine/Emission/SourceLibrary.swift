/// C definitions of which a program includes those it uses.
struct SourceLibrary {
    private struct Entry {
        var text: Substring
        var defines: Set<Substring>
        var uses: Set<Substring>
    }

    private let entries: [Entry]

    /// Takes a text apart into definitions, each with the comment before it; a definition's name stands before
    /// a parenthesis, or ends a type definition.
    init(_ text: String) {
        var parts: [Substring] = []
        var start: Substring.Index?
        var isMacro = false
        for line in text.split(separator: "\n") {
            if start == nil {
                start = line.startIndex
                isMacro = false
            }
            isMacro = isMacro || line.hasPrefix("#define")
            let isOneLine =
                (line.hasPrefix("static") && line.hasSuffix("}"))
                || (line.hasPrefix("typedef") && line.hasSuffix(";"))
            let ends = line.hasPrefix("}") || isOneLine || (isMacro && !line.hasSuffix("\\"))
            if ends, let begin = start {
                parts.append(text[begin..<line.endIndex])
                start = nil
            }
        }
        entries = parts.map { part in
            var defines: Set<Substring> = []
            for line in part.split(separator: "\n") {
                if line.hasPrefix("static") || line.hasPrefix("#define") || line.hasPrefix("__attribute__") {
                    if let name = SourceLibrary.defined(line) { defines.insert(name) }
                } else if line.hasPrefix("}") || line.hasPrefix("typedef") {
                    if let name = SourceLibrary.words(line).last { defines.insert(name) }
                }
            }
            return Entry(text: part, defines: defines, uses: Set(SourceLibrary.words(part)))
        }
    }

    /// The parts that `program`, or another part it needs, names; in their order.
    func needed(by program: some Collection<String>) -> String {
        var wanted: Set<Substring> = []
        for text in program { wanted.formUnion(SourceLibrary.words(text[...])) }
        var chosen: [Substring] = []
        for entry in entries.reversed() where !entry.defines.isDisjoint(with: wanted) {
            wanted.formUnion(entry.uses)
            chosen.append(entry.text)
        }
        return chosen.reversed().map { $0 + "\n\n" }.joined()
    }

    /// The name that a line defines: the first word before a parenthesis that is no attribute, else for a
    /// macro the word after `#define`.
    private static func defined(_ line: Substring) -> Substring? {
        if line.hasPrefix("#define") { return words(line).dropFirst().first }
        var rest = line
        while let open = rest.firstIndex(of: "(") {
            if let name = words(rest[..<open]).last, name != "__attribute__", name != "vector_size",
                rest[rest.index(before: open)] != "("
            {
                return name
            }
            rest = rest[rest.index(after: open)...]
        }
        return words(line).last
    }

    /// The identifiers and numbers in a text; what strings say names nothing.
    static func words(_ text: Substring) -> [Substring] {
        var found: [Range<Int>] = []
        // All that is emitted passes through here, most of it more than once: bytes, and their numbers.
        var copy = text
        copy.withUTF8 { bytes in
            var start = -1
            // No string goes on in another line.
            var (isString, isEscaped) = (false, false)
            var position = 0
            while position < bytes.count {
                let c = bytes[position]
                if isString {
                    isString = c != UInt8(ascii: "\n") && (c != UInt8(ascii: "\"") || isEscaped)
                    isEscaped = c == UInt8(ascii: "\\") && !isEscaped
                } else if (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || (c >= 48 && c <= 57) || c == 95 {
                    if start < 0 { start = position }
                } else {
                    if c == UInt8(ascii: "\"") { (isString, isEscaped) = (true, false) }
                    if start >= 0 { found.append(start..<position) }
                    start = -1
                }
                position += 1
            }
            if start >= 0 { found.append(start..<bytes.count) }
        }
        var result: [Substring] = []
        result.reserveCapacity(found.count)
        var (index, offset) = (text.startIndex, 0)
        for word in found {
            let begin = text.utf8.index(index, offsetBy: word.lowerBound - offset)
            (index, offset) = (text.utf8.index(begin, offsetBy: word.count), word.upperBound)
            result.append(text[begin..<index])
        }
        return result
    }
}
