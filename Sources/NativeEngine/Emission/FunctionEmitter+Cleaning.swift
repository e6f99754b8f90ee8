extension FunctionEmitter {
    /// Takes out constants that nothing uses, and marks variables that are only written.
    ///
    /// Some values are named before it is known whether they are at hand already.
    func clean(since start: Int) {
        var text = EmittedLines(out.cut(from: start))
        text.removeUnusedConstants()
        text.markUnreadVariables()
        out.paste(text.lines.lazy.map(\.text).filter { !$0.isEmpty })
    }
}

/// One line of emitted C.
private struct EmittedLine {
    var text: String
    var words: [Substring]
    let depth: Int
    /// The name in `const T name = …;`, if computing it does nothing else.
    private(set) var constant: Substring?
    /// The name in `T name;`, `T name = 0;` or `T name = {0};`.
    private(set) var variable: Substring?
    /// The name in `T *const name = take(…);`.
    private(set) var array: Substring?
    /// The name in `name = …;`, `name += …;` or `name -= …;`.
    private(set) var written: Substring?

    init(_ text: String) {
        self.text = text
        words = SourceLibrary.words(text[...])
        let bytes = text.utf8
        depth = bytes.prefix { $0 == UInt8(ascii: " ") }.count
        guard bytes.last == UInt8(ascii: ";"), let first = words.first, first != "return", first != "for"
        else {
            return
        }
        guard let equal = bytes.firstIndex(of: UInt8(ascii: "=")) else {
            if words.count == 2, !bytes.contains(UInt8(ascii: "(")) { variable = words[1] }
            return
        }
        let before = words.prefix { $0.startIndex < equal }
        if before.count == 1, first.endIndex < equal {
            let sign = bytes[first.endIndex..<equal]
            // Nothing but a space, or a space and a sign, stands between the name and the equals sign.
            if sign.elementsEqual(" ".utf8) || sign.elementsEqual(" +".utf8) || sign.elementsEqual(" -".utf8)
            {
                written = first
            }
        } else if first == "const" {
            if !words.contains("run") { constant = before.last }
        } else if before.count == 2, words.count == 3, words[2] == "0" {
            variable = words[1]
        } else if before.count == 3, words[1] == "const", words[3] == "take" || words[3] == "take_matrix" {
            array = words[2]
        }
    }
}

/// The lines of a C function.
private struct EmittedLines {
    private(set) var lines: [EmittedLine]
    private var counts: [Substring: Int] = [:]
    private var declarations: [Substring: Int] = [:]
    private var writes: [Substring: Int] = [:]

    init(_ lines: [String]) {
        self.lines = lines.map { EmittedLine($0) }
        for line in self.lines {
            for word in line.words { counts[word, default: 0] += 1 }
            if let name = line.written { writes[name, default: 0] += 1 }
            if let name = line.constant ?? line.variable ?? line.array { declarations[name, default: 0] += 1 }
        }
    }

    mutating func removeUnusedConstants() {
        for index in lines.indices.reversed() {
            guard let name = lines[index].constant, uses(of: name, from: index) == 0 else { continue }
            for word in lines[index].words { counts[word, default: 1] -= 1 }
            declarations[name, default: 1] -= 1
            lines[index].text = ""
            lines[index].words = []
        }
    }

    mutating func markUnreadVariables() {
        for index in lines.indices.reversed() {
            if let name = lines[index].array, uses(of: name, from: index) == 0 {
                lines[index].text += " (void)\(name);"
            }
            guard let name = lines[index].variable, let everywhere = writes[name] else { continue }
            let written =
                declarations[name] == 1 ? everywhere : scope(of: index).count { lines[$0].written == name }
            if written > 0, uses(of: name, from: index) == written { lines[index].text += " (void)\(name);" }
        }
    }

    /// How often a name is used where the declaration at `index` can be seen.
    private func uses(of name: Substring, from index: Int) -> Int {
        // Names are declared again in blocks beside each other; most are not.
        if declarations[name] == 1 { return (counts[name] ?? 1) - 1 }
        return scope(of: index).reduce(0) { sum, line in sum + lines[line].words.count { $0 == name } }
    }

    /// The lines after a declaration, to the end of its block.
    private func scope(of index: Int) -> Range<Int> {
        let end = lines[(index + 1)...].firstIndex { !$0.text.isEmpty && $0.depth < lines[index].depth }
        return index + 1..<(end ?? lines.count)
    }
}
