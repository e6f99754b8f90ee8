import AD
import Foundation
import Testing

/// Nothing in the documents stays untested.
@Suite struct CoverageTests {
    @Test func everyDocumentWithCodeHasATestFile() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        let tested = try files.filter { $0.hasSuffix(".swift") }
            .map { try Document(inSource: folder.appending(path: $0).path).path }
        for path in try Document.paths {
            let document = try Document(path)
            if document.blocks.isEmpty && document.cBlocks.isEmpty { continue }
            #expect(tested.contains(path), "\(path) has no test file")
        }
    }

    @Test func everyKindOfErrorIsExplained() throws {
        let path = "Sources/ReversibleCore/ReversibleCore.docc/WhenACheckFails.md"
        let text = try String(contentsOf: Document.root.appending(path: path), encoding: .utf8)
        let headings = text.split(separator: "\n").filter { $0.hasPrefix("### ") }.map { $0.dropFirst(4) }
        #expect(headings.map(String.init) == ReversibilityError.Kind.allCases.map(\.rawValue))
    }
}
