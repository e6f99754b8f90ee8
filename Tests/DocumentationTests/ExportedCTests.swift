import ExportedNorm
import Foundation
import Testing

/// The C of `Examples/ExportedC`.
@Suite struct ExportedCTests {
    /// What is checked in is what `exportC` writes; with `REVERSIBLE_REGENERATE=1` it is written anew.
    @Test func checkedInFilesAreUpToDate() throws {
        let manager = FileManager.default
        let folder = manager.temporaryDirectory.appending(path: "exported-\(UUID())")
        defer { try? manager.removeItem(at: folder) }
        try exportNorm(to: folder.path)
        let names = try manager.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(names == ["gradient_norm.c", "gradient_norm.h", "norm.c", "norm.h"])
        let target = Document.root.appending(path: "Examples/ExportedC/CNorm")
        for name in names {
            let written = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
            let place = name.hasSuffix(".h") ? target.appending(path: "include") : target
            let file = place.appending(path: name)
            if ProcessInfo.processInfo.environment["REVERSIBLE_REGENERATE"] == "1" {
                try written.write(to: file, atomically: true, encoding: .utf8)
            }
            let kept = try String(contentsOf: file, encoding: .utf8)
            #expect(kept == written, "\(name) is old; run the tests with REVERSIBLE_REGENERATE=1")
        }
    }
}
