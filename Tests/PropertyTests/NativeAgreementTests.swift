import AD
import Foundation
import NativeEngine
import ProgramOracle
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
        options.optimization = 3
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private typealias Values = (Double, Double, Double, Int, [Double], [Double], DenseMatrix, [Int])
    private typealias Slopes = (Double, Double, Double, Void, [Double], [Double], DenseMatrix, Void)

    /// The bits of every number.
    private func bits(_ x: Values) -> [UInt64] {
        let reals = [x.0, x.1, x.2] + x.4 + x.5 + x.6.elements
        return reals.map(\.bitPattern) + ([x.3] + x.7).map { UInt64(bitPattern: Int64($0)) }
    }

    private func numbers(_ x: Slopes) -> [Double] { [x.0, x.1, x.2] + x.4 + x.5 + x.6.elements }

    @Test func uncheckedCodeGivesTheSameBits() throws {
        try laws.forPrograms(40, seed: 100_000) { f, x, _ in
            let y = try f(x.y, x.a, x.b, x.n, x.v, x.w, x.matrix, x.p)
            let native = try compile(f, checks: .none, options: options)
            let z = try native(x.y, x.a, x.b, x.n, x.v, x.w, x.matrix, x.p)
            if bits(y) != bits(z) { Issue.record("\(y)\n\(z)\n\(f)\n\(native.source)") }
            let back = try (~f)(y.0, y.1, y.2, y.3, y.4, y.5, y.6, y.7)
            let undo = try compile(~f, checks: .none, options: options)
            let nativeBack = try undo(y.0, y.1, y.2, y.3, y.4, y.5, y.6, y.7)
            if bits(back) != bits(nativeBack) { Issue.record("inverse: \(back)\n\(nativeBack)\n\(f)") }
        }
    }

    @Test func checkedCodeGivesTheSameBitsAndErrors() throws {
        try laws.forPrograms(40, seed: 110_000) { f, x, _ in
            let native = try compile(f, checks: .all, options: options)
            // Where the integers are, indices and divisions are; one more may be one too many.
            for n in [x.n, -1] {
                let y: Values
                do {
                    y = try f(x.y, x.a, x.b, n, x.v, x.w, x.matrix, x.p)
                } catch let error as ReversibilityError {
                    #expect(throws: error) { try native(x.y, x.a, x.b, n, x.v, x.w, x.matrix, x.p) }
                    continue
                }
                let z = try native(x.y, x.a, x.b, n, x.v, x.w, x.matrix, x.p)
                if bits(y) != bits(z) { Issue.record("\(y)\n\(z)\n\(f)\n\(native.source)") }
            }
        }
    }

    @Test func gradientsAgree() throws {
        try laws.forPrograms(40, seed: 120_000) { f, x, _ in
            let expected = numbers(try grad(f, x.y, x.a, x.b, x.n, x.v, x.w, x.matrix, x.p))
            let native = try compile(grad(f), options: options)
            let found = numbers(try native(x.y, x.a, x.b, x.n, x.v, x.w, x.matrix, x.p))
            let all = try compile(grad(f), checks: .all, options: options)
            let checked = numbers(try all(x.y, x.a, x.b, x.n, x.v, x.w, x.matrix, x.p))
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
        try laws.forPrograms(12, seed: 130_000) { f, x, writer in
            let direction = x.direction(writer).slopes
            let expected = numbers(
                try hvp(f, x.y, x.a, x.b, x.n, x.v, x.w, x.matrix, x.p, direction: direction))
            let native = try compile(hvp(f), options: options)
            let found = numbers(try native(x.y, x.a, x.b, x.n, x.v, x.w, x.matrix, x.p, direction: direction))
            for (a, b) in zip(expected, found) where !(abs(a - b) <= 1e-8 * max(1, abs(a))) {
                Issue.record("\(expected)\n\(found)\n\(f)")
                return
            }
        }
    }
}
