import AD
import Foundation
import Testing

/// Runs the blocks of a document and compares what they print with what the document says they do.
final class Session {
    private let source: Document
    private let document: Document
    private var printed: [String] = []
    private var checked = 0

    init(file: String = #filePath) throws {
        source = try Document(inSource: file)
        document = try Document(source.path)
        #expect(source.blocks.count == document.blocks.count, "\(source.path): not every block is tested")
        for (ours, theirs) in zip(source.blocks, document.blocks) {
            #expect(ours.code == theirs.code, "\(source.path), block \(ours.number): text and test differ")
        }
    }

    deinit {
        if checked != document.blocks.count {
            Issue.record("\(source.path): \(checked) of \(document.blocks.count) blocks were run")
        }
    }

    /// Stands in for `print` in the blocks.
    func print(_ items: Any...) {
        printed += items.map { "\($0)" }.joined(separator: " ").split(separator: "\n").map(String.init)
    }

    /// Compares what was printed since the last check with the comments of a block.
    func check(_ number: Int) {
        let expected = block(number)?.printed ?? []
        #expect(printed.count == expected.count, "\(source.path), block \(number): \(printed)")
        for (found, expected) in zip(printed, expected) {
            let found = found.split(separator: " ").joined(separator: " ")
            #expect(agree(found, expected), "\(source.path), block \(number): prints \(found)")
        }
        printed = []
        checked += 1
    }

    /// Runs a block that ends with an error, and compares the error with the block's comment.
    func fails(_ number: Int, _ kind: ReversibilityError.Kind, _ body: () throws -> Void) {
        do {
            try body()
            Issue.record("\(source.path), block \(number): there was no error")
        } catch let error as ReversibilityError {
            let text = "\(error)".split(whereSeparator: \.isWhitespace).joined(separator: " ")
            let found = relocated(text, number)
            let expected = block(number)?.error ?? ""
            let spaced = expected.split(separator: " ").joined(separator: " ")
            #expect(error.kind == kind)
            #expect(agree(found, spaced), "\(source.path), block \(number): error: \(found)")
        } catch {
            Issue.record("\(source.path), block \(number): \(error)")
        }
        check(number)
    }

    private func block(_ number: Int) -> Document.Block? { document.blocks.first { $0.number == number } }

    /// The error's text with the place as if the block were a file of its own.
    private func relocated(_ text: String, _ number: Int) -> String {
        guard let block = source.blocks.first(where: { $0.number == number }),
            let place = text.wholeMatch(of: /DocumentationTests\/\w+\.swift:(\d+):(\d+)(: .*)/),
            let line = Int(place.output.1), let column = Int(place.output.2)
        else { return text }
        return "App/main.swift:\(line - block.start):\(column - block.indentation)\(place.output.3)"
    }

    /// Whether two texts are the same but for the last digits of numbers, in which platforms may differ.
    private func agree(_ found: String, _ expected: String) -> Bool {
        let number = /-?\d+(\.\d+)?(e[-+]?\d+)?/
        let (a, b) = (found.matches(of: number), expected.matches(of: number))
        guard found.replacing(number, with: "#") == expected.replacing(number, with: "#") else {
            return false
        }
        return zip(a, b).allSatisfy { a, b in
            guard let x = Double(a.output.0), let y = Double(b.output.0) else { return false }
            return x == y || abs(x - y) <= 1e-12 * max(1, abs(x), abs(y))
        }
    }
}
