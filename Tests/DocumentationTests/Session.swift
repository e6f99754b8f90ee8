import AD
import Foundation
import NativeEngine
import Strategies
import Testing

/// Runs the blocks of a document and compares what they print with what the document says they do.
final class Session {
    let source: Document
    let document: Document
    private var printed: [String] = []
    private var checked = 0
    var checkedC: Set<Int> = []

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
        if checkedC.count != document.cBlocks.count {
            Issue.record(
                "\(source.path): \(checkedC.count) of \(document.cBlocks.count) blocks of C were checked")
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

    /// Compares what was printed as one text, for lines that the document breaks elsewhere; with the document's places.
    func checkJoined(_ number: Int) {
        let expected = (block(number)?.printed ?? []).joined(separator: " ")
        let found = printed.joined(separator: " ").split(separator: " ").joined(separator: " ")
        #expect(
            agree(relocated(found), expected),
            "\(source.path), block \(number): prints \(relocated(found))")
        printed = []
        checked += 1
    }

    /// Runs a block that ends with an error, and compares the error with the block's comment.
    func fails(_ number: Int, _ kind: ReversibilityError.Kind, _ body: () throws -> Void) {
        fails(number, as: ReversibilityError.self, { $0.kind == kind }, body)
    }

    /// Runs a block that ends with an error of compiling, and compares the error with the block's comment.
    func fails(_ number: Int, _ kind: NativeError.Kind, _ body: () throws -> Void) {
        fails(number, as: NativeError.self, { $0.kind == kind }, body)
    }

    /// Runs a block that ends with an error of rewriting, and compares the error with the block's comment.
    func failsToRewrite(_ number: Int, _ body: () throws -> Void) {
        fails(number, as: RewriteError.self, { _ in true }, body)
    }

    private func fails<Failure: Error>(
        _ number: Int, as type: Failure.Type, _ isExpected: (Failure) -> Bool, _ body: () throws -> Void
    ) {
        do {
            try body()
            Issue.record("\(source.path), block \(number): there was no error")
        } catch let error as Failure {
            let found = relocated("\(error)".split(whereSeparator: \.isWhitespace).joined(separator: " "))
            let expected = block(number)?.error ?? ""
            let spaced = expected.split(separator: " ").joined(separator: " ")
            #expect(isExpected(error))
            #expect(agree(found, spaced), "\(source.path), block \(number): error: \(found)")
        } catch {
            Issue.record("\(source.path), block \(number): \(error)")
        }
        check(number)
    }

    private func block(_ number: Int) -> Document.Block? { document.blocks.first { $0.number == number } }

    /// The text with places in the test file as if the document's blocks were files of their own.
    func relocated(_ text: String) -> String {
        text.replacing(/DocumentationTests\/\w+\.swift:(\d+)(?::(\d+))?/) { match in
            guard let line = Int(match.output.1), let place = place(ofLine: line) else {
                return String(match.output.0)
            }
            let column = match.output.2.flatMap { Int($0) }.map { ":\($0 - place.indentation)" } ?? ""
            return "App/main.swift:\(place.line)\(column)"
        }
    }

    /// Where the document has a line of the test file, and how far the test file indents it.
    private func place(ofLine line: Int) -> (line: Int, indentation: Int)? {
        for (ours, theirs) in zip(source.blocks, document.blocks) {
            for (a, b) in zip(ours.numberedCode, theirs.numberedCode) where ours.start + a.number == line {
                return (b.number, ours.indentation)
            }
        }
        return nil
    }

    /// Whether two texts are the same but for the last digits of numbers, in which platforms may differ.
    func agree(_ found: String, _ expected: String) -> Bool {
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
