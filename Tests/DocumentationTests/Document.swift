import Foundation

/// The Swift and C blocks of a Markdown document, or the Swift blocks of a test file that holds them as code.
///
/// A test file names its document in a line `// document: PATH`, and holds each block between the lines
/// `// block NUMBER` and `// end of block`.
struct Document {
    struct Block {
        let number: Int
        /// The number of the line before the first.
        let start: Int
        let indentation: Int
        let lines: [String]

        /// The lines without indentation, imports and blank lines, with single spaces.
        var code: [String] { numberedCode.map(\.text) }

        /// Those lines, and their numbers in the block, from 1.
        var numberedCode: [(number: Int, text: String)] {
            lines.enumerated().map { ($0 + 1, $1.split(separator: " ").joined(separator: " ")) }
                .filter { !$1.isEmpty && !$1.hasPrefix("import ") }
        }

        /// What the block's comments say it prints, line by line.
        var printed: [String] {
            var result: [String] = []
            var isPrinting = false
            for line in lines.map({ $0.trimmingCharacters(in: .whitespaces) }) {
                if line.hasPrefix("// error: ") {
                    isPrinting = false
                } else if line.hasPrefix("// ") {
                    if isPrinting { result.append(String(line.dropFirst(3))) }
                } else {
                    isPrinting = line.hasPrefix("print(")
                    if isPrinting, let comment = line.range(of: " // ") {
                        result.append(String(line[comment.upperBound...]))
                    }
                }
            }
            return result.map { $0.split(separator: " ").joined(separator: " ") }
        }

        /// The error that the block's comments say it ends with, on one line.
        var error: String? {
            guard let first = lines.firstIndex(where: { $0.contains("// error: ") }) else { return nil }
            let text = lines[first...].map { $0.trimmingCharacters(in: CharacterSet(charactersIn: "/ ")) }
            return text.joined(separator: " ").replacing("error: ", with: "", maxReplacements: 1)
        }
    }

    let path: String
    let blocks: [Block]
    let cBlocks: [Block]

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The README and the articles of all catalogs.
    static var paths: [String] {
        get throws {
            let sources = root.appending(path: "Sources")
            let files = try FileManager.default.subpathsOfDirectory(atPath: sources.path)
            let articles = files.filter { $0.contains(".docc/") && $0.hasSuffix(".md") }.sorted()
            return ["README.md"] + articles.map { "Sources/\($0)" }
        }
    }

    /// The blocks of a document; the example manifest is built elsewhere and left out.
    init(_ path: String) throws {
        let text = try String(contentsOf: Document.root.appending(path: path), encoding: .utf8)
        let blocks = Document.blocks(in: text, from: "```swift", to: "```") {
            !($0.first ?? "").contains("swift-tools-version")
        }
        let cBlocks = Document.blocks(in: text, from: "```c", to: "```") { _ in true }
        self.init(path: path, blocks: blocks, cBlocks: cBlocks)
    }

    /// The blocks in a test file.
    init(inSource file: String) throws {
        let text = try String(contentsOf: URL(filePath: file), encoding: .utf8)
        let title = text.split(separator: "\n").first { $0.hasPrefix("// document: ") } ?? ""
        self.init(
            path: String(title.dropFirst("// document: ".count)),
            blocks: Document.blocks(in: text, from: "// block ", to: "// end of block") { _ in true },
            cBlocks: [])
    }

    private init(path: String, blocks: [Block], cBlocks: [Block]) {
        self.path = path
        self.blocks = blocks
        self.cBlocks = cBlocks
    }

    private static func blocks(
        in text: String, from opening: String, to closing: String, where isWanted: ([String]) -> Bool
    ) -> [Block] {
        var (result, start): ([Block], Int?) = ([], nil)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for (index, line) in lines.enumerated() {
            let content = line.trimmingCharacters(in: .whitespaces)
            if start == nil, content.hasPrefix(opening) {
                start = index
            } else if let first = start, content == closing {
                let body = Array(lines[(first + 1)..<index])
                start = nil
                guard isWanted(body) else { continue }
                let indentation = lines[first].prefix { $0 == " " }.count
                result.append(
                    Block(
                        number: result.count + 1, start: first + 1, indentation: indentation, lines: body))
            }
        }
        return result
    }
}
