import AD
import Foundation
import NativeEngine
import TestSupport
import Testing

/// A program that names one element twice, or changes an index that it uses, is refused when it is made or when it
/// runs, or else it is undone: nothing is wrong in silence.
struct ChangedIndexTests {
    typealias Values = IndexProgramWriter.Function.Values

    private func text(_ values: Values) -> String { "\(values)" }

    private func failure(_ body: () throws -> Values) -> (values: Values?, error: ReversibilityError?) {
        do {
            return (try body(), nil)
        } catch {
            return (nil, error as? ReversibilityError)
        }
    }

    @Test func isRefusedOrUndone() throws {
        var writer = IndexProgramWriter(generator: RepeatableGenerator(seed: 130_000))
        var (refused, failed, undone) = (0, 0, 0)
        for _ in 0..<(isExhaustive ? 20_000 : 1_000) {
            guard let f = try? writer.function() else {
                refused += 1
                continue
            }
            for _ in 0..<6 {
                let x = writer.arguments()
                guard let y = failure({ try f.run(on: x) }).values else {
                    failed += 1
                    continue
                }
                let back = failure { try (~f).run(on: y) }
                undone += 1
                if back.values.map(text) == text(x) { continue }
                Issue.record("\(f)\n\(x)\n\(y)\n\(back.values.map(text) ?? "\(back.error, default: "")")")
                return
            }
        }
        // Each way is taken often enough to mean something.
        #expect(refused > 100 && failed > 1_000 && undone > 1_000, "\(refused), \(failed), \(undone)")
    }

    @Test func checkedCodeRefusesTheSame() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "reversible-\(UUID())")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(at: folder) }
        var options = CompileOptions()
        options.cacheFolder = folder.path
        var writer = IndexProgramWriter(generator: RepeatableGenerator(seed: 140_000))
        for _ in 0..<(isExhaustive ? 500 : 20) {
            guard let f = try? writer.function() else { continue }
            let native = try compile(f, checks: .all, options: options)
            for _ in 0..<12 {
                let x = writer.arguments()
                let (expected, found) = (
                    failure { try f.run(on: x) }, failure { try native(x.0, x.1, x.2, x.3, x.4, x.5) }
                )
                let agrees =
                    expected.error == found.error && expected.values.map(text) == found.values.map(text)
                if agrees { continue }
                Issue.record("\(f)\n\(x)\n\(expected)\n\(found)\n\(native.source)")
                return
            }
        }
    }
}
