import AD
import Foundation
import NativeEngine
import Testing

/// Native code and the interpreter must agree, on programs and inputs drawn at random.
@Suite(.serialized)
final class NativeAgreementTests {
    private let laws = RandomProgramTests()
    private var options = CompileOptions()
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "reversible-\(UUID())")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        options.cacheFolder = folder.path
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// The bits of every number.
    private func bits(_ x: (Double, Double, Double, Int, [Double], DenseMatrix)) -> [UInt64] {
        [x.0.bitPattern, x.1.bitPattern, x.2.bitPattern, UInt64(bitPattern: Int64(x.3))]
            + x.4.map(\.bitPattern) + x.5.elements.map(\.bitPattern)
    }

    private func numbers(_ x: (Double, Double, Double, Void, [Double], DenseMatrix)) -> [Double] {
        [x.0, x.1, x.2] + x.4 + x.5.elements
    }

    @Test func uncheckedCodeGivesTheSameBits() throws {
        try laws.forPrograms(40, seed: 100_000) { f, x in
            let y = try f(x.0, x.1, x.2, x.3, x.4, x.5)
            let native = try compile(f, checks: .none, options: options)
            let z = try native(x.0, x.1, x.2, x.3, x.4, x.5)
            if bits(y) != bits(z) { Issue.record("\(y)\n\(z)\n\(f)\n\(native.source)") }
            let back = try (~f)(y.0, y.1, y.2, y.3, y.4, y.5)
            let nativeBack = try compile(~f, checks: .none, options: options)(y.0, y.1, y.2, y.3, y.4, y.5)
            if bits(back) != bits(nativeBack) { Issue.record("inverse: \(back)\n\(nativeBack)\n\(f)") }
        }
    }

    @Test func checkedCodeGivesTheSameBitsAndErrors() throws {
        try laws.forPrograms(40, seed: 110_000) { f, x in
            let native = try compile(f, checks: .all, options: options)
            let y: (Double, Double, Double, Int, [Double], DenseMatrix)
            do {
                y = try f(x.0, x.1, x.2, x.3, x.4, x.5)
            } catch let error as ReversibilityError {
                #expect(throws: error) { try native(x.0, x.1, x.2, x.3, x.4, x.5) }
                return
            }
            let z = try native(x.0, x.1, x.2, x.3, x.4, x.5)
            if bits(y) != bits(z) { Issue.record("\(y)\n\(z)\n\(f)\n\(native.source)") }
        }
    }

    @Test func gradientsAgree() throws {
        try laws.forPrograms(40, seed: 120_000) { f, x in
            let expected = numbers(try grad(f, x.0, x.1, x.2, x.3, x.4, x.5))
            let native = try compile(grad(f), options: options)
            let found = numbers(try native(x.0, x.1, x.2, x.3, x.4, x.5))
            let checked = numbers(
                try compile(grad(f), checks: .all, options: options)(x.0, x.1, x.2, x.3, x.4, x.5))
            for (a, (b, c)) in zip(expected, zip(found, checked)) {
                // The same operations in the same order, but for sums with a zero that one of them leaves out.
                if !(abs(a - b) <= 1e-12 * max(1, abs(a))) || !(abs(a - c) <= 1e-12 * max(1, abs(a))) {
                    Issue.record("\(expected)\n\(found)\n\(checked)\n\(f)\n\(native.source)")
                    return
                }
            }
        }
    }

    @Test func hessianProductsAgree() throws {
        try laws.forPrograms(12, seed: 130_000) { f, x in
            let direction = (
                0.2, -0.7, 0.4, (), [0.3, 0.1, -0.5],
                DenseMatrix([[0.3, -0.2, 0.9], [0.1, 0.7, -0.4], [0.6, 0.2, -0.8]])
            )
            let expected = numbers(try hvp(f, x.0, x.1, x.2, x.3, x.4, x.5, direction: direction))
            let native = try compile(hvp(f), options: options)
            let found = numbers(try native(x.0, x.1, x.2, x.3, x.4, x.5, direction: direction))
            for (a, b) in zip(expected, found) where !(abs(a - b) <= 1e-8 * max(1, abs(a))) {
                Issue.record("\(expected)\n\(found)\n\(f)")
                return
            }
        }
    }
}
