extension FunctionEmitter {
    /// Takes out constants that nothing uses, and marks variables that are only written.
    ///
    /// Some values are named before it is known whether they are at hand already.
    func clean(since start: Int) {
        var lines = out.cut(from: start)
        var counts: [Substring: Int] = [:]
        for line in lines { for word in SourceLibrary.words(line[...]) { counts[word, default: 0] += 1 } }
        for index in lines.indices.reversed() {
            let line = lines[index]
            guard let name = FunctionEmitter.constant(declaredBy: line), counts[name] == 1 else { continue }
            for word in SourceLibrary.words(line[...]) { counts[word, default: 1] -= 1 }
            lines[index] = ""
        }
        lines.removeAll(where: \.isEmpty)
        var writes: [Substring: Int] = [:]
        for line in lines {
            if let name = FunctionEmitter.variable(writtenBy: line) { writes[name, default: 0] += 1 }
        }
        for index in lines.indices.reversed() {
            guard let name = FunctionEmitter.variable(declaredBy: lines[index]), let written = writes[name],
                counts[name] == written + 1
            else { continue }
            lines[index] += " (void)\(name);"
        }
        out.paste(lines)
    }

    /// The name in `const T name = …;`, if computing it does nothing else.
    private static func constant(declaredBy line: String) -> Substring? {
        let text = line.drop { $0 == " " }
        guard text.hasPrefix("const "), text.hasSuffix(";"), !text.contains("(run"),
            let equal = text.firstIndex(of: "=")
        else { return nil }
        return SourceLibrary.words(text[..<equal]).last
    }

    /// The name in `T name;`, `T name = 0;` or `T name = {0};`.
    private static func variable(declaredBy line: String) -> Substring? {
        let text = line.drop { $0 == " " }
        guard text.hasSuffix(";"), !text.hasPrefix("for"), !text.hasPrefix("return") else { return nil }
        guard let equal = text.firstIndex(of: "=") else {
            let words = SourceLibrary.words(text)
            return words.count == 2 && text == "\(words[0]) \(words[1]);" ? words[1] : nil
        }
        guard text.hasSuffix(" = 0;") || text.hasSuffix(" = {0};") else { return nil }
        let words = SourceLibrary.words(text[..<equal])
        return words.count == 2 ? words[1] : nil
    }

    /// The name in `name = …;`, `name += …;` or `name -= …;`.
    private static func variable(writtenBy line: String) -> Substring? {
        let text = line.drop { $0 == " " }
        guard text.hasSuffix(";"), let space = text.firstIndex(of: " ") else { return nil }
        let rest = text[space...]
        guard rest.hasPrefix(" = ") || rest.hasPrefix(" += ") || rest.hasPrefix(" -= ") else { return nil }
        let name = text[..<space]
        return SourceLibrary.words(name).count == 1 && SourceLibrary.words(name).first == name ? name : nil
    }
}
