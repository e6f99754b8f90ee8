extension FunctionEmitter {
    /// Takes out constants that nothing uses, and marks variables that are only written.
    ///
    /// Some values are named before it is known whether they are at hand already.
    func clean(since start: Int) {
        var text = EmittedLines(out.cut(from: start))
        text.removeUnusedConstants()
        text.markUnreadVariables()
        out.paste(text.lines.filter { !$0.isEmpty })
    }
}

/// Lines of a C function, with the words in them.
private struct EmittedLines {
    private(set) var lines: [String]
    private var words: [[Substring]]
    private var counts: [Substring: Int] = [:]
    private var declarations: [Substring: Int] = [:]

    init(_ lines: [String]) {
        self.lines = lines
        words = lines.map { SourceLibrary.words($0[...]) }
        for line in words { for word in line { counts[word, default: 0] += 1 } }
        for line in lines {
            if let name = EmittedLines.constant(declaredBy: line) ?? EmittedLines.variable(declaredBy: line) {
                declarations[name, default: 0] += 1
            }
        }
    }

    mutating func removeUnusedConstants() {
        for index in lines.indices.reversed() {
            guard let name = EmittedLines.constant(declaredBy: lines[index]), uses(of: name, from: index) == 0
            else {
                continue
            }
            for word in words[index] { counts[word, default: 1] -= 1 }
            declarations[name, default: 1] -= 1
            lines[index] = ""
            words[index] = []
        }
    }

    mutating func markUnreadVariables() {
        for index in lines.indices.reversed() {
            guard let name = EmittedLines.variable(declaredBy: lines[index]) else { continue }
            let scope = scope(of: index)
            let written = lines[scope].count { EmittedLines.variable(writtenBy: $0) == name }
            if written > 0, uses(of: name, from: index) == written { lines[index] += " (void)\(name);" }
        }
    }

    /// How often a name is used where the declaration at `index` can be seen.
    private func uses(of name: Substring, from index: Int) -> Int {
        // Names are declared again in blocks beside each other; most are not.
        if declarations[name] == 1 { return (counts[name] ?? 1) - 1 }
        return words[scope(of: index)].reduce(0) { sum, line in sum + line.count { $0 == name } }
    }

    /// The lines after a declaration, to the end of its block.
    private func scope(of index: Int) -> Range<Int> {
        let depth = lines[index].prefix { $0 == " " }.count
        let end = lines[(index + 1)...].firstIndex { !$0.isEmpty && $0.prefix { $0 == " " }.count < depth }
        return index + 1..<(end ?? lines.count)
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
